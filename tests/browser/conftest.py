"""A real browser. bin/test finds or gets one and says where it is in HARK_TEST_BROWSER."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

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


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """One for all browser tests of a process. Its event loop counts as running for as long, and Django's ORM refuses to
    work where one does; nothing here awaits, so the ORM is never entered twice."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright: Playwright, browser_path: str) -> Iterator[Browser]:
    """One for all browser tests of a process; what tells tests apart is their contexts. The headless shell, if there is
    one: it is quicker, and shows no notifications."""
    path = os.environ.get("HARK_TEST_SHELL") or browser_path
    with closing(playwright.chromium.launch(executable_path=path, args=FLAGS)) as browser:
        yield browser


@pytest.fixture(scope="package")
def whole_chromium(playwright: Playwright, browser_path: str) -> Iterator[Browser]:
    """For tests that show notifications, which the headless shell always refuses: they override `chromium`."""
    with closing(playwright.chromium.launch(executable_path=browser_path, args=FLAGS)) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser, hark: Hark, alice: User, bob: User) -> Browser:
    """For alice and bob, who have accounts."""
    assert chromium.is_connected(), "Chromium has crashed, in this test or in one before it"
    return chromium


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
