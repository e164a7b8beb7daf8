"""A real browser. bin/test finds or gets one and says where it is in HARK_TEST_BROWSER."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, sync_playwright

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.flags import FLAGS
from tests.support.hark import Hark

NO_BROWSER = "NO BROWSER: bin/test gets one; or install Chromium and set HARK_TEST_BROWSER to its path."


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where Chromium is. Skips the test if there is none; where CI=true, fails."""
    given = os.environ.get("HARK_TEST_BROWSER")
    path = (shutil.which("chromium") or "") if given is None else given
    if not path:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_BROWSER)
    return path


@pytest.fixture
def browser(browser_path: str, hark: Hark, alice: User, bob: User) -> Iterator[Browser]:
    """The people come before it, and the database is emptied after it: Django's ORM refuses to work beside it."""
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=browser_path, args=FLAGS)) as browser,
    ):
        yield browser


@pytest.fixture
def device(browser: Browser, hark: Hark) -> Iterator[Callable[..., Device]]:
    """Makes devices: a browser with its own cookies each. At the end none may have had anything to complain of."""
    devices: list[Device] = []

    def make(**options: object) -> Device:
        devices.append(Device(browser, hark.url, **options))
        return devices[-1]

    yield make
    complaints = [line for device in devices for line in device.complaints]
    for device in devices:
        device.context.close()
    assert complaints == []
