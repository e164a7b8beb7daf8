"""One's own account from the page: a forgotten password, a second factor, sessions, a new password, another address."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from backend.accounts.models import User
from backend.accounts.services import token_create
from backend.accounts.totp import STEP, code_of
from tests.browser.device import Device
from tests.conftest import PASSWORD
from tests.support.hark import Hark
from tests.support.mail import Inbox, link_to
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
NEW = "a lamp in the harbour"  # password
ALICE = "alice@example.com"


@pytest.fixture
def chat(hark: Hark, direct: int) -> Hark:
    hark.start("web")
    return hark


@pytest.fixture
def mails(hark: Hark, inbox: Inbox, direct: int) -> Inbox:
    hark.start("web", "worker", "beat", EMAIL_URL=inbox.url)
    return inbox


def security(device: Device, group: str = "security") -> Locator:
    """The settings about the account of somebody who is signed in."""
    expect(device.page.locator(".conversation-item").first).to_be_visible()
    device.page.goto(f"/settings#{group}")
    return device.page.get_by_role("region", name="Settings")


def dialog(device: Device, title: str) -> Locator:
    found = device.page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def signed_in(device: Device, password: str = PASSWORD) -> Device:
    device.sign_in(ALICE, password)
    expect(device.page.locator(".conversation-item").first).to_be_visible()
    return device


def is_signed_out(device: Device) -> None:
    """Within one poll, which is held."""
    expect(device.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(device.page.get_by_text("You were signed out.")).to_be_visible()


def turn_on_second_factor(device: Device) -> tuple[str, list[str]]:
    """What the person keeps: the secret and the recovery codes."""
    section = security(device).get_by_role("region", name="Two-step sign-in")
    section.get_by_role("button", name="Set up").click()
    proof = dialog(device, "First, your password")
    proof.get_by_label("Your password").fill(PASSWORD)
    proof.get_by_role("button", name="Go on").click()
    scan = dialog(device, "Add Hark to your authenticator app")
    picture = scan.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth > 0)")
    secret = scan.locator(".account-secret-text").inner_text()
    scan.get_by_label("Code from the app").fill("000000")
    scan.get_by_role("button", name="Turn on").click()
    expect(scan.get_by_role("alert")).to_contain_text("This code is wrong")
    scan.get_by_label("Code from the app").fill(code_of(secret, time.time()))
    scan.get_by_role("button", name="Turn on").click()
    codes = section.locator(".recovery-codes-list code")
    expect(codes).to_have_count(10)
    expect(section.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    return secret, codes.all_inner_texts()


def test_a_second_factor_is_set_up_and_asked_for_at_the_sign_in(chat: Hark, device: Make) -> None:
    laptop = signed_in(device())
    secret, codes = turn_on_second_factor(laptop)
    section = laptop.page.get_by_role("region", name="Two-step sign-in")
    with laptop.page.expect_download() as download:
        section.get_by_role("button", name="Download").click()
    laptop.page.keyboard.press("Escape")
    expect(laptop.page).to_have_url(re.compile("/$"))
    laptop.page.go_back()
    expect(section).to_contain_text(codes[0])  # nobody else shows them again
    kept = download.value.path().read_text()
    assert ALICE in kept
    assert all(code in kept for code in codes)
    section.get_by_role("button", name="I have kept them").click()
    expect(section).not_to_contain_text(codes[0])
    expect(section).to_contain_text("You have 10 recovery codes left.")

    telephone = device()
    page = telephone.page
    telephone.sign_in(ALICE)
    code = page.get_by_label("Code", exact=True)
    expect(code).to_be_focused()
    assert code.get_attribute("autocomplete") == "one-time-code"
    code.fill("000000")
    code.press("Enter")
    expect(page.locator("#sign-in-error")).to_contain_text("This code is wrong")
    code.fill(code_of(secret, time.time() + STEP))
    code.press("Enter")
    expect(page.locator(".conversation-item").first).to_be_visible()

    lost = device()
    lost.sign_in(ALICE)
    lost.page.get_by_role("button", name="Type a recovery code").click()
    expect(lost.page.get_by_label("Code", exact=True)).to_be_focused()
    lost.page.keyboard.type(codes[3].upper())
    lost.page.keyboard.press("Enter")
    expect(lost.page.locator(".conversation-item").first).to_be_visible()
    left = security(lost).get_by_role("region", name="Two-step sign-in")
    expect(left).to_contain_text("You have 9 recovery codes left.")
    turns_off(lost, codes)


def turns_off(lost: Device, codes: list[str]) -> None:
    section = lost.page.get_by_role("region", name="Two-step sign-in")
    section.get_by_role("button", name="Turn off").click()
    proof = dialog(lost, "Turn off two-step sign-in")
    proof.get_by_label("Your password").fill(PASSWORD)
    proof.get_by_label("Code", exact=True).fill(codes[3])  # once was enough
    proof.get_by_role("button", name="Turn off").click()
    expect(proof.get_by_role("alert")).to_contain_text("used already")
    proof.get_by_label("Your password").fill(PASSWORD)
    proof.get_by_label("Code", exact=True).fill(codes[4])
    proof.get_by_role("button", name="Turn off").click()
    expect(lost.page.locator("#factor-status")).to_have_text("Two-step sign-in is off.")


def test_a_session_is_ended_from_another_device(chat: Hark, device: Make) -> None:
    laptop, telephone = signed_in(device()), signed_in(device())
    sessions = security(laptop).get_by_role("region", name="Where you are signed in")
    expect(sessions.get_by_role("listitem")).to_have_count(2)
    expect(sessions.get_by_role("listitem").first).to_contain_text("This device")
    sessions.get_by_role("button", name="Sign out Chrome on Linux").click()
    expect(laptop.page.locator("#sessions-status")).to_have_text("Chrome on Linux is signed out.")
    expect(sessions.get_by_role("listitem")).to_have_count(1)
    is_signed_out(telephone)
    laptop.page.reload()
    expect(sessions.get_by_role("listitem")).to_have_count(1)


def test_signing_out_everywhere_ends_this_session_too(chat: Hark, device: Make) -> None:
    laptop, telephone = signed_in(device()), signed_in(device())
    security(laptop).get_by_role("button", name="Sign out everywhere").click()
    sure = dialog(laptop, "Sign out everywhere")
    expect(sure).to_contain_text("This signs out every device, this one too")
    sure.get_by_role("button", name="Sign out everywhere").click()
    expect(laptop.page.locator("#sign-in-email")).to_be_focused()
    is_signed_out(telephone)
    laptop.page.reload()
    expect(laptop.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_new_password_signs_out_all_others(chat: Hark, alice: User, device: Make) -> None:
    token_create(user=alice, name="Weather bot")
    laptop, telephone = signed_in(device()), signed_in(device())
    settings = security(laptop)
    expect(settings.get_by_role("region", name="API tokens")).to_contain_text("Weather bot")
    settings.get_by_role("button", name="Change password").click()
    form = dialog(laptop, "Change password")
    current, new = form.get_by_label("Current password"), form.get_by_label("New password")
    assert (current.get_attribute("autocomplete"), new.get_attribute("autocomplete")) == (
        "current-password",
        "new-password",
    )
    for old, chosen, words in (
        ("not my password", NEW, "This password is wrong."),
        (PASSWORD, "12345678", "This password is too common."),
    ):
        current.fill(old)
        new.fill(chosen)
        form.get_by_role("button", name="Change password").click()
        expect(form.get_by_role("alert")).to_contain_text(words)
    new.fill(NEW)
    form.get_by_role("button", name="Show what you type").last.click()
    expect(new).to_have_attribute("type", "text")
    new.press("Enter")
    expect(laptop.page.locator("#password-status")).to_contain_text("All your other devices were signed out")
    expect(laptop.page.get_by_role("dialog")).to_have_count(0)
    expect(settings.get_by_role("region", name="API tokens")).to_contain_text("You have no API tokens.")
    is_signed_out(telephone)
    laptop.page.reload()
    expect(settings.get_by_role("button", name="Change password")).to_be_visible()
    telephone.sign_in(ALICE, NEW)
    expect(telephone.in_list("Bob")).to_be_visible()
    laptop.complaints[:] = [line for line in laptop.complaints if "status of 400" not in line]


def test_a_token_is_revoked(chat: Hark, alice: User, device: Make) -> None:
    for name in ("Weather bot", "بوت"):
        token_create(user=alice, name=name)
    laptop = signed_in(device())
    tokens = security(laptop).get_by_role("region", name="API tokens")
    expect(tokens.get_by_role("listitem")).to_have_count(2)
    tokens.get_by_role("button", name="Revoke Weather bot").click()
    expect(laptop.page.locator("#tokens-status")).to_have_text("Weather bot is revoked.")
    expect(tokens.get_by_role("listitem")).to_have_count(1)


def test_a_forgotten_password_is_chosen_anew_by_a_link(mails: Inbox, device: Make) -> None:
    laptop = device()
    page = laptop.page
    for address in ("nobody@example.com", ALICE):
        page.locator("#sign-in-email").fill(address)
        page.get_by_role("button", name="Forgot your password?").click()
        expect(page.get_by_role("textbox", name="Email address")).to_have_value(address)
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_text(f"If {address} has an account here, we sent a link to it.")).to_be_visible()
        page.get_by_role("button", name="Back to sign in").click()
    page.goto(link_to(mails, ALICE, "/password/reset"))
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("link", name="Sign in").click()
    laptop.sign_in(ALICE, NEW)
    expect(laptop.in_list("Bob")).to_be_visible()
    assert mails.to("nobody@example.com") == []


def test_another_address_is_confirmed_by_its_own_mail(mails: Inbox, device: Make) -> None:
    laptop = signed_in(device())
    settings = security(laptop)
    settings.get_by_role("button", name="Change address").click()
    form = dialog(laptop, "Change address")
    form.get_by_label("New email address").fill("alice@example.org")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_role("button", name="Change address").click()
    expect(laptop.page.locator("#address-status")).to_contain_text("We wrote to both addresses.")
    link = link_to(mails, "alice@example.org", "/email/confirm")
    wait_until(lambda: mails.to(ALICE), "a mail to the present address", seconds=60)
    telephone = device()
    telephone.page.goto(link)
    telephone.page.get_by_label("Your password").fill(PASSWORD)
    telephone.page.get_by_role("button", name="Use this address").click()
    expect(telephone.page.get_by_role("heading", name="Your address was changed")).to_be_visible()
    laptop.page.reload()
    expect(settings.get_by_role("region", name="Email address")).to_contain_text("alice@example.org")


def test_whoever_must_wait_at_the_sign_in_is_told_for_how_long(chat: Hark, device: Make) -> None:
    laptop = device()
    error = laptop.page.locator("#sign-in-error")
    for _ in range(20):
        laptop.sign_in(ALICE, "not the password")
        expect(error).not_to_be_empty()
        if "Too many attempts" in error.inner_text():
            break
        error.evaluate("error => error.textContent = ''")
    expect(error).to_have_text(re.compile(r"^Too many attempts\. Please try again in (a minute|\d+ minutes)\.$"))
    laptop.complaints[:] = [line for line in laptop.complaints if "status of 429" not in line]
