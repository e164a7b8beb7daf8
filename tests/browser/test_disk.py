"""What a shared computer still has on its disk when somebody has signed out and the browser is closed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from backend.accounts.models import User
from tests.browser.flags import FLAGS
from tests.conftest import PASSWORD, Api
from tests.support.hark import Hark

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "Quiddity-4711"  # stands in no file that Hark serves to everybody  # noqa: S105


@pytest.fixture
def chat(hark: Hark, alice: User, bob: User, direct: int) -> Hark:
    Api(bob).say(direct, f"The word is {SECRET}")
    hark.start("web")
    return hark


def files_with(folder: Path, *words: str) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
            yield str(path.relative_to(folder))


def test_nothing_that_was_read_is_found_in_the_browser_s_files(
    chat: Hark, playwright: Playwright, browser_path: str, alice: User, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    launched = playwright.chromium.launch_persistent_context(
        profile, executable_path=browser_path, args=FLAGS, base_url=chat.url
    )
    with closing(launched) as library:
        page = library.pages[0]
        page.goto("/")
        page.get_by_label("This is a shared computer").check()
        form = page.locator("#sign-in-form")
        form.get_by_label("Email address").fill(alice.email)
        form.get_by_label("Password").fill(PASSWORD)
        form.get_by_role("button", name="Sign in").click()
        page.locator(".conversation-item").first.click()
        expect(page.locator("article.message", has_text=SECRET)).to_be_visible()
        page.reload()
        expect(page.locator("article.message", has_text=SECRET)).to_be_visible()
        page.get_by_role("button", name="Your account").click()
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert list(profile.rglob("*")), "the profile is somewhere else"
    assert list(files_with(profile, SECRET)) == []
