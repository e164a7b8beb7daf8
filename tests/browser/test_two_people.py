"""The whole chain on real parts: two browsers, web, worker, beat, and an SMTP server."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.device import Device
from tests.support.hark import Hark
from tests.support.mail import Inbox, text_of
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

EMAIL_DELAY = 2  # seconds
AWAY_AFTER = 3  # seconds
LONG_ENOUGH = EMAIL_DELAY + AWAY_AFTER + 2 * 5 + 1  # seconds in which a mail would come: both, and two sweeps
Make = Callable[..., Device]


@pytest.fixture
def chat(hark: Hark, inbox: Inbox, direct: int) -> Inbox:
    """Everything is running, and alice and bob have a conversation. What the SMTP server gets."""
    delays = {"HARK_EMAIL_DELAY": str(EMAIL_DELAY), "HARK_AWAY_AFTER": str(AWAY_AFTER)}
    hark.start("web", "worker", "beat", EMAIL_URL=inbox.url, **delays)
    return inbox


def test_two_people_chat_and_the_one_who_left_gets_one_email(chat: Inbox, device: Make) -> None:
    alice, bob = device(), device()
    alice.sign_in("alice@example.com")
    bob.sign_in("bob@example.com")

    they_see_each_other_write(alice, bob)
    assert chat.mails == [], "bob has read everything, and was told all the same"

    bob.page.close()
    texts = ["The harbour is lit.", "Two boats are out.", "Ring me when you hear this."]
    for text in texts:
        alice.write(text)
    mail = wait_until(lambda: chat.to("bob@example.com"), "a mail for bob", seconds=60)[0]
    assert [text for text in texts if text in text_of(mail)] == texts

    bob.new_tab()
    expect(bob.in_list("Alice").get_by_text("3 unread messages")).to_be_attached()
    bob.open("Alice")
    for text in texts:
        expect(bob.message(text)).to_be_visible()
    expect(bob.page.get_by_role("separator", name="New", exact=True)).to_be_visible()
    alice.write("Good night.")
    expect(alice.message("Good night.").get_by_text("Read", exact=True)).to_be_visible()
    bob.page.close()
    time.sleep(LONG_ENOUGH)
    assert len(chat.mails) == 1, "bob was told again, of what he had read"


def they_see_each_other_write(alice: Device, bob: Device) -> None:
    alice.open("Bob")
    alice.write("Hello Bob")
    expect(bob.in_list("Alice").get_by_text("1 unread message")).to_be_attached()
    expect(bob.page).to_have_title("(1) Hark")
    expect(alice.message("Hello Bob").get_by_text("Sent", exact=True)).to_be_visible()

    bob.open("Alice")
    expect(bob.page).to_have_title("Hark")
    expect(alice.message("Hello Bob").get_by_text("Read", exact=True)).to_be_visible()

    bob.composer.press_sequentially("I hear", delay=50)
    expect(alice.page.get_by_text("Bob is typing…")).to_be_visible()
    bob.write(" you, Alice")
    expect(alice.message("I hear you, Alice")).to_be_visible()
    expect(alice.page.get_by_text("Bob is typing…")).not_to_be_visible()

    alice.act_on("Hello Bob", "Edit")
    alice.composer.fill("Good morning, Bob")
    alice.composer.press("Enter")
    expect(bob.message("Good morning, Bob")).to_contain_text("Edited")
    expect(bob.message("Hello Bob")).to_have_count(0)

    bob.act_on("I hear you, Alice", "Delete")
    expect(bob.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(alice.message("Message deleted")).to_be_visible()
    expect(alice.message("I hear you")).to_have_count(0)


def test_one_signs_in_and_out(chat: Inbox, device: Make) -> None:
    alice = device()
    alice.sign_in("alice@example.com", "not the password")
    expect(alice.page.get_by_role("alert").filter(has_text="wrong")).to_be_visible()
    alice.sign_in("alice@example.com")
    expect(alice.in_list("Bob")).to_be_visible()

    alice.open("Bob")
    alice.page.reload()
    expect(alice.composer).to_be_visible()
    alice.sign_out()
    expect(alice.page.get_by_role("heading", name="Sign in")).to_be_visible()
    alice.page.go_back()
    expect(alice.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(alice.in_list("Bob")).to_have_count(0)


def test_the_page_fits_a_telephone(chat: Inbox, device: Make) -> None:
    alice = device(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    alice.sign_in("alice@example.com")
    expect(alice.in_list("Bob")).to_be_visible()
    assert sideways(alice) == 0

    alice.open("Bob")
    expect(alice.in_list("Bob")).not_to_be_visible()
    alice.write("A word that is much longer than a telephone is wide: " + "o" * 200)
    expect(alice.composer).to_be_in_viewport()
    assert sideways(alice) == 0

    alice.page.get_by_role("link", name="Back to the list").click()
    expect(alice.in_list("Bob")).to_be_visible()


def sideways(device: Device) -> int:
    """How many pixels the page can be scrolled sideways."""
    return int(device.page.evaluate("document.documentElement.scrollWidth - innerWidth"))
