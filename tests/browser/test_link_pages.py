"""The pages behind the links of mails about an account, in a browser: every language and width, no scripts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.accounts.models import User
from backend.accounts.services import email_change_token, reset_token
from tests.browser.examiner import small_targets, too_wide, violations
from tests.conftest import PASSWORD
from tests.support.authenticator import Authenticator
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

NEW = "another horse battery"
SCREENS = ((1280, "light"), (390, "dark"))  # CSS pixels, colours
LINKS: dict[str, Callable[[User], str]] = {
    "reset": lambda user: f"/password/reset/{reset_token(user)}",
    "address": lambda user: f"/email/confirm/{email_change_token(user, 'new@example.com')}",
    "dead": lambda user: "/password/reset/x",
}


@pytest.fixture
def chat(hark: Hark) -> Hark:
    hark.start("web")
    return hark


@pytest.fixture
def open_page(browser: Browser, chat: Hark) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own, with these options."""
    contexts: list[Any] = []

    def make(path: str, **options: Any) -> Page:
        contexts.append(browser.new_context(base_url=chat.url, **options))
        page: Page = contexts[-1].new_page()
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_each_page_is_good_for_everybody(language: str, open_page: Callable[..., Page], alice: User) -> None:
    User.objects.filter(id=alice.id).update(language=language)
    Authenticator(alice, PASSWORD)
    for link in LINKS.values():
        for width, colours in SCREENS:
            options = {"viewport": {"width": width, "height": 800}, "color_scheme": colours, "locale": language}
            page = open_page(link(alice), **options)
            assert [*violations(page), *small_targets(page), *too_wide(page)] == []


def test_a_forgotten_password_is_replaced_without_scripts(open_page: Callable[..., Page], alice: User) -> None:
    app = Authenticator(alice, PASSWORD)
    page = open_page(LINKS["reset"](alice), java_script_enabled=False)
    page.get_by_label("New password").fill("password1234")
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("alert")).to_contain_text("too common")
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Your password was changed")).to_be_visible()
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_an_address_is_confirmed_without_scripts(open_page: Callable[..., Page], alice: User) -> None:
    page = open_page(LINKS["address"](alice), java_script_enabled=False)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Use this address").click()
    expect(page.get_by_role("heading", name="Your address was changed")).to_be_visible()
    alice.refresh_from_db()
    assert alice.email == "new@example.com"


def test_a_page_whose_address_is_a_key_tells_it_to_nobody(open_page: Callable[..., Page], alice: User) -> None:
    link = LINKS["reset"](alice)
    page = open_page("/healthz")
    told: list[str] = []
    page.on("request", lambda request: told.append(request.all_headers().get("referer", "")))
    page.goto(link)
    page.get_by_role("link", name="Hark").click()
    page.wait_for_load_state()
    assert len(told) > 5 and not any(link.rsplit("/", 1)[1] in referrer for referrer in told)
