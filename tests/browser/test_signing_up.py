"""Somebody makes an account: the page asks who they are; the password is chosen where the link in the mail leads."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.device import Device
from tests.support.hark import Hark
from tests.support.mail import Inbox, link_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
FRANK, CHOSEN = "frank@example.com", "a lamp in the harbour"


def test_an_account_is_made_by_the_link_in_the_mail(hark: Hark, inbox: Inbox, device: Make) -> None:
    hark.start("web", "worker", "beat", EMAIL_URL=inbox.url, HARK_SIGNUP="open")
    laptop = device()
    page = laptop.page
    page.get_by_role("button", name="Make an account").click()
    form = page.locator("#sign-up-form")
    expect(form.get_by_text("We send you a link; you choose your password there.")).to_be_visible()
    expect(form.locator("input[type=password]")).to_have_count(0)
    form.get_by_label("Your name").fill("Frank Lamp")
    form.get_by_label("Email address").fill(FRANK)
    form.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look at your inbox")).to_be_focused()
    expect(page.get_by_text(f"We sent an email to {FRANK}.")).to_be_visible()

    page.goto(link_to(inbox, FRANK, "/signup/confirm"))
    expect(page.get_by_label("Your name")).to_have_value("Frank Lamp")
    for password in ("12345678", CHOSEN):
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Make my account").click()
    page.get_by_role("link", name="Sign in").click()
    laptop.sign_in(FRANK, CHOSEN)
    expect(page.get_by_text("Nobody to hear yet")).to_be_visible()
    laptop.complaints[:] = [line for line in laptop.complaints if "status of 400" not in line]
