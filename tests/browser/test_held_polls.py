"""Polls that the server holds, as the page asks them."""

import statistics
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Request, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.traffic import milliseconds_to_screen, query
from tests.conftest import Api
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

WAITS = {str(seconds) for seconds in range(20, 26)}
QUIET = 4  # seconds; a poll is held for longer
TYPING_LASTS = 6  # seconds
FORGOTTEN_AFTER = 600  # seconds
Make = Callable[..., Device]


@pytest.fixture
def chat(hark: Hark, bob: User, direct: int, group: int) -> Hark:
    """Alice and Bob have a conversation, and one with Carol, and have written in both."""
    Api(bob).say(direct, "Good morning, Alice")
    Api(bob).say(group, "Good morning, all")
    hark.start("web")
    return hark


@pytest.fixture
def alice_and_bob(chat: Hark, device: Make) -> tuple[Device, Device]:
    """Signed in, and their conversation is open."""
    alice, bob = device(), device()
    for person, other in ((alice, "Bob"), (bob, "Alice")):
        person.sign_in(f"{'alice' if person is alice else 'bob'}@example.com")
        person.open(other)
        expect(person.message("Good morning, Alice")).to_be_visible()
    return alice, bob


def held_poll(device: Device) -> Request:
    """Wait until the page has one poll in flight and nothing else, and has asked nothing for some seconds."""
    found: list[Request] = []

    def look() -> bool:
        asked, flying = len(device.traffic.asked), device.traffic.in_flight
        device.page.wait_for_timeout(QUIET * 1000)
        found[:] = flying
        return len(flying) == 1 and device.traffic.in_flight == flying and len(device.traffic.asked) == asked

    device.until(look, "the page waits for one answer, and asks nothing else")
    return found[0]


def test_an_idle_page_has_one_poll_in_flight_and_asks_nothing_more(alice_and_bob: tuple[Device, Device]) -> None:
    for person in alice_and_bob:
        asked = query(held_poll(person))
        assert asked["wait"] in WAITS
        assert asked["visible"] == "1"
        assert "conversation" in asked
        assert "wait" not in query(person.traffic.polls[0]), "the first poll asks for everything, at once"


def test_a_held_poll_brings_what_the_other_writes(alice_and_bob: tuple[Device, Device]) -> None:
    alice, bob = alice_and_bob
    held_poll(bob)
    alice.write("The harbour is lit.")
    expect(bob.message("The harbour is lit.")).to_be_visible()
    brought = bob.traffic.brought("The harbour is lit.")
    assert brought
    assert all("wait" in query(poll) for poll in brought)
    expect(alice.message("The harbour is lit.").get_by_text("Read", exact=True)).to_be_visible()

    taken = []
    for number in range(10):
        alice.page.wait_for_timeout(1000)
        taken.append(milliseconds_to_screen(alice, bob, f"Boat number {number} is out."))
    print(f"\nfrom Enter to the other screen: median {statistics.median(taken):.0f} ms, most {max(taken):.0f} ms")


def test_another_conversation_opens_while_a_poll_is_held(alice_and_bob: tuple[Device, Device]) -> None:
    alice, bob = alice_and_bob
    held = held_poll(alice)
    alice.open("Harbour light")
    expect(alice.message("Good morning, all")).to_be_visible()
    alice.until(lambda: held in alice.traffic.given_up + alice.traffic.answered, "the old poll is over")
    assert query(held_poll(alice))["conversation"] != query(held)["conversation"]

    bob.write("Are you there?")
    expect(alice.in_list("Bob").get_by_text("1 unread message")).to_be_attached()
    expect(alice.page).to_have_title("(1) Hark")
    alice.open("Bob")
    expect(alice.message("Are you there?")).to_be_visible()
    expect(alice.page.get_by_role("separator", name="New", exact=True)).to_be_visible()
    expect(alice.page).to_have_title("Hark")


def test_a_hidden_page_does_not_wait_and_catches_up_on_return(alice_and_bob: tuple[Device, Device]) -> None:
    alice, bob = alice_and_bob
    held = held_poll(alice)
    alice.turn("hidden")
    alice.until(lambda: alice.traffic.last_poll["visible"] == "0", "the page says that nobody looks")
    assert "wait" not in alice.traffic.last_poll
    alice.until(lambda: held not in alice.traffic.in_flight, "the held poll is given up")

    bob.write("Ring me when you are back.")
    alice.turn("visible")
    expect(alice.message("Ring me when you are back.")).to_be_visible()
    asked = query(held_poll(alice))
    assert (asked["visible"], asked["wait"] in WAITS) == ("1", True)


def test_a_page_that_nobody_touches_is_forgotten_until_somebody_does(chat: Hark, device: Make) -> None:
    alice = device()
    alice.page.clock.install()
    alice.page.reload()
    alice.sign_in("alice@example.com")
    alice.open("Bob")
    held_poll(alice)
    alice.page.clock.fast_forward(FORGOTTEN_AFTER * 1000)
    alice.until(lambda: alice.traffic.last_poll["visible"] == "0", "the page says that nobody looks")
    alice.page.mouse.move(200, 200)
    alice.page.mouse.move(210, 210)
    alice.until(lambda: alice.traffic.last_poll["visible"] == "1", "the page says that somebody looks again")


def test_whoever_types_on_and_on_stays_shown_until_they_stop(alice_and_bob: tuple[Device, Device]) -> None:
    alice, bob = alice_and_bob
    line = alice.page.get_by_text("Bob is typing…")
    begun = time.monotonic()

    def is_shown_for_long() -> bool:
        bob.composer.press_sequentially("I ", delay=50)
        return line.is_visible() and time.monotonic() - begun > 2 * TYPING_LASTS

    alice.until(is_shown_for_long, "it is still shown that bob types")
    expect(line).not_to_be_visible()


def test_a_page_whose_poll_was_held_when_the_server_died_goes_on_by_itself(
    chat: Hark, alice_and_bob: tuple[Device, Device]
) -> None:
    alice, bob = alice_and_bob
    held_poll(alice)
    line = alice.page.locator("#open-status")
    expect(line).not_to_be_visible()
    chat.kill("web")
    expect(line).to_contain_text("reconnecting")
    chat.start("web")
    expect(line).not_to_be_visible(timeout=60_000)  # milliseconds: the longest pause between two tries is half of it
    bob.write("That was short.")
    expect(alice.message("That was short.")).to_be_visible()
    for person in alice_and_bob:
        person.complaints[:] = [line for line in person.complaints if "net::ERR_" not in line]
