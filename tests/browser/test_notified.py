"""In a conversation: what one is told of it, and what became of what one wrote. With a worker and a mail server."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.conftest import Api
from tests.support.hark import Hark
from tests.support.mail import Inbox
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

EMAIL_DELAY = 15  # seconds; long enough to see the line that announces the mail
AWAY_AFTER = 3  # seconds
TIME = r"\d{1,2}:\d\d"
Make = Callable[..., Device]


@pytest.fixture
def chat(hark: Hark, inbox: Inbox, bob: User, direct: int, group: int) -> Inbox:
    """Everything is running; alice is in a conversation with bob, and in a group with carol too."""
    Api(bob).say(direct, "Good morning, Alice")
    Api(bob).say(group, "Good morning, all")
    delays = {"HARK_EMAIL_DELAY": str(EMAIL_DELAY), "HARK_AWAY_AFTER": str(AWAY_AFTER)}
    hark.start("web", "worker", "beat", EMAIL_URL=inbox.url, **delays)
    return inbox


@pytest.fixture
def laptop(chat: Inbox, device: Make) -> Device:
    laptop = device(locale="en-GB")
    laptop.sign_in("alice@example.com")
    return laptop


def reach(device: Device, text: str) -> Locator:
    return device.message(text).locator(".reach")


def test_the_sender_sees_what_becomes_of_a_message(chat: Inbox, laptop: Device, device: Make) -> None:
    laptop.open("Bob")
    laptop.write("The harbour is lit.")
    line = reach(laptop, "The harbour is lit.")
    expect(line).to_have_text("Bob will get an email in less than a minute")
    wait_until(lambda: chat.to("bob@example.com"), "a mail for bob", seconds=60)
    expect(line).to_have_text(re.compile(f"^emailed {TIME}$"))
    assert line.is_visible()

    bob = device()
    bob.sign_in("bob@example.com")
    bob.open("Alice")
    expect(laptop.message("The harbour is lit.").get_by_text("Read", exact=True)).to_be_visible()
    expect(line).to_have_text(re.compile(f"^{TIME}$"))

    bob.turn("hidden")
    laptop.write("Two boats are out.")
    expect(reach(laptop, "The harbour is lit.")).to_have_count(0)
    expect(reach(laptop, "Two boats are out.")).to_contain_text("Bob")


def test_who_is_looking_is_said_so(laptop: Device, device: Make) -> None:
    bob = device()
    bob.sign_in("bob@example.com")
    bob.open("Alice")
    expect(bob.message("Good morning, Alice")).to_be_visible()
    # Somebody who is there and has scrolled up has not read what is further down.
    bob.page.route("**/read", lambda route: route.abort())
    laptop.open("Bob")
    laptop.write("Look up!")
    expect(reach(laptop, "Look up!")).to_have_text("Bob is here")
    bob.complaints[:] = [line for line in bob.complaints if "net::ERR_" not in line]


def test_a_group_is_summed_up_and_unfolds(chat: Inbox, laptop: Device) -> None:
    laptop.open("Harbour light")
    laptop.write("The harbour is lit.")
    summary = reach(laptop, "The harbour is lit.").get_by_role("button")
    expect(summary).to_have_text("2 waiting")
    expect(summary).to_have_attribute("aria-expanded", "false")
    summary.click()
    expect(summary).to_have_attribute("aria-expanded", "true")
    people = laptop.message("The harbour is lit.").locator(".reach-list > li")
    soon = f"(will get an email in less than a minute|emailed {TIME})"  # on a busy machine it is later than it seems
    expect(people).to_have_text([re.compile(f"Bob {soon}"), re.compile(f"Carol {soon}")])
    wait_until(lambda: len(chat.mails) == 2, "mails for bob and carol", seconds=60)
    expect(summary).to_have_text("emailed 2")
    expect(people).to_have_text([re.compile(f"Bob emailed {TIME}"), re.compile(f"Carol emailed {TIME}")])


def test_asking_what_became_of_a_message_stays_within_bounds(laptop: Device) -> None:
    laptop.open("Bob")
    for number in range(5):
        laptop.write(f"Boat {number} is out.")
    expect(reach(laptop, "Boat 4 is out.")).to_contain_text("Bob will get an email")
    asked = [request for request in laptop.traffic.asked if request.url.endswith("/reach")]
    begun = sorted(request.timing["startTime"] for request in asked)
    assert all(later - earlier >= 2_900 for earlier, later in zip(begun, begun[1:], strict=False)), (
        "3 s, but for jitter"
    )
    laptop.turn("hidden")
    laptop.page.wait_for_timeout(1000)
    known = len([request for request in laptop.traffic.asked if request.url.endswith("/reach")])
    laptop.page.wait_for_timeout(8000)
    assert len([request for request in laptop.traffic.asked if request.url.endswith("/reach")]) == known


def test_what_a_conversation_tells_of_is_chosen_in_its_header(laptop: Device, device: Make) -> None:
    laptop.open("Bob")
    opener = laptop.page.locator("#open-notifications")
    expect(opener).to_have_accessible_name("Notifications: All messages")
    expect(laptop.in_list("Bob").locator(".conversation-quiet")).to_have_count(0)

    opener.click()
    chosen = laptop.page.get_by_role("menuitemradio", checked=True)
    expect(chosen).to_have_text("All messages")
    expect(chosen).to_be_focused()
    laptop.page.keyboard.press("ArrowDown")
    laptop.page.keyboard.press("Enter")
    expect(opener).to_have_accessible_name("Notifications: Only mentions of me")
    expect(opener).to_be_focused()
    expect(laptop.page.locator("#said")).to_have_text("Notifications: Only mentions of me")
    expect(laptop.in_list("Bob").locator(".conversation-quiet")).to_have_text("Only mentions of me")

    opener.click()
    laptop.page.get_by_role("menuitem", name="Mute for 1 hour").click()
    expect(opener).to_have_accessible_name(re.compile(f"Notifications: Muted until (tomorrow )?{TIME}"))
    telephone = device()
    telephone.sign_in("alice@example.com")
    expect(telephone.in_list("Bob").locator(".conversation-quiet")).to_contain_text("Muted until")

    opener.click()
    expect(laptop.page.get_by_role("menuitemradio", checked=True)).to_have_text("Only mentions of me")
    laptop.page.get_by_role("menuitem", name="Turn back on").click()
    expect(opener).to_have_accessible_name("Notifications: Only mentions of me")
    expect(telephone.in_list("Bob").locator(".conversation-quiet")).to_have_text("Only mentions of me")


def test_a_choice_that_is_not_saved_is_said_so(laptop: Device) -> None:
    laptop.open("Bob")
    opener = laptop.page.locator("#open-notifications")
    laptop.page.route("**/notifications", lambda route: route.abort())
    opener.click()
    laptop.page.get_by_role("menuitemradio", name="Nothing").click()
    expect(laptop.page.locator("#notice")).to_have_text("Not saved. The server cannot be reached. Please try again.")
    expect(opener).to_have_accessible_name("Notifications: All messages")
    laptop.complaints[:] = [line for line in laptop.complaints if "net::ERR_" not in line]


def test_the_sender_is_not_told_why_somebody_is_not_notified(laptop: Device, device: Make) -> None:
    bob = device()
    bob.sign_in("bob@example.com")
    bob.open("Alice")
    bob.page.locator("#open-notifications").click()
    bob.page.get_by_role("menuitem", name="Mute until I turn it back").click()
    expect(bob.page.locator("#open-notifications")).to_have_accessible_name("Notifications: Muted")
    bob.page.close()
    laptop.page.wait_for_timeout((AWAY_AFTER + 1) * 1000)
    laptop.open("Bob")
    laptop.write("Are you there?")
    expect(reach(laptop, "Are you there?")).to_have_text("Bob is not notified")
