"""Several tabs of one person in one browser: one of them asks the server, and all are live."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.traffic import SYNC, Traffic, query
from tests.conftest import Api
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

TABS = 8
QUIET = 5  # seconds; a poll is held for longer
Make = Callable[..., Device]


class Tabs:
    """A device with several tabs, the same conversation open in each."""

    def __init__(self, device: Device, *, count: int, path: str) -> None:
        self.device = device
        self.traffic: dict[Page, Traffic] = {device.page: device.traffic}
        while len(self.traffic) < count:
            page = device.new_tab(path)
            self.traffic[page] = device.traffic

    @property
    def pages(self) -> list[Page]:
        return list(self.traffic)

    @property
    def held(self) -> list[tuple[Page, Request]]:
        """The polls that are in flight, with the tabs that ask."""
        flights = [(page, request) for page, traffic in self.traffic.items() for request in traffic.in_flight]
        return [(page, request) for page, request in flights if SYNC in request.url and "wait" in query(request)]

    def asked(self) -> int:
        return sum(len(traffic.polls) for traffic in self.traffic.values())

    def leader(self) -> Page:
        """Wait until one poll is in flight, in one tab, and nobody has asked anything for some seconds."""
        found: list[Page] = []

        def look() -> bool:
            before, asked = self.held, self.asked()
            self.wait(QUIET)
            found[:] = [page for page, _ in before]
            return len(before) == 1 and (self.held, self.asked()) == (before, asked)

        self.device.until(look, "one tab waits for one answer, and no other asks")
        return found[0]

    def remove(self, page: Page) -> None:
        """It counts no more, and the events of another one are heard."""
        del self.traffic[page]
        self.device.page = self.pages[0]

    def wait(self, seconds: float) -> None:
        self.device.page.wait_for_timeout(seconds * 1000)

    def until_another_polls(self) -> None:
        """A poll of one of them is held by the server. How soon is proved by the tests of the modules."""
        begun = time.monotonic()
        self.device.until(lambda: len(self.held) > 0, "another tab polls")
        print(f"\nanother tab polls after {time.monotonic() - begun:.1f} s")

    def expect_in_all(self, text: str) -> None:
        for page in self.pages:
            expect(page.locator("article.message", has_text=text)).to_have_count(1)


OpenTabs = Callable[[int], Tabs]


@pytest.fixture
def conversation(hark: Hark, bob: User, direct: int) -> int:
    """Bob has written to Alice; the web server runs."""
    Api(bob).say(direct, "Good morning, Alice")
    hark.start("web")
    return direct


@pytest.fixture
def open_tabs(conversation: int, device: Make) -> OpenTabs:
    """Opens so many tabs of Alice's, with her conversation with Bob."""

    def open_them(count: int) -> Tabs:
        alice = device()
        alice.sign_in("alice@example.com")
        alice.open("Bob")
        tabs = Tabs(alice, count=count, path=f"/c/{conversation}")
        tabs.expect_in_all("Good morning, Alice")
        return tabs

    return open_them


@pytest.fixture
def bob_writes(open_tabs: OpenTabs, device: Make) -> Callable[[str], None]:
    """Bob writes to Alice, in a browser of his own."""
    bob = device()
    bob.sign_in("bob@example.com")
    bob.open("Alice")
    return bob.write


def test_of_eight_tabs_one_polls_and_all_are_live(open_tabs: OpenTabs, bob_writes: Callable[[str], None]) -> None:
    tabs = open_tabs(TABS)
    leader = tabs.leader()
    asked = tabs.asked()
    bob_writes("The harbour is lit.")
    tabs.expect_in_all("The harbour is lit.")
    others = sum(len(traffic.polls) for page, traffic in tabs.traffic.items() if page is not leader)
    assert tabs.leader() is leader
    assert sum(len(traffic.polls) for page, traffic in tabs.traffic.items() if page is not leader) == others
    assert tabs.asked() - asked <= 4, "one poll brought it; those after it wait"


def test_when_the_leading_tab_is_closed_another_polls(open_tabs: OpenTabs, bob_writes: Callable[[str], None]) -> None:
    tabs = open_tabs(3)
    leader = tabs.leader()
    tabs.remove(leader)
    leader.close()
    tabs.until_another_polls()
    bob_writes("Two boats are out.")
    tabs.expect_in_all("Two boats are out.")
    tabs.leader()


def test_when_the_leading_tab_freezes_another_polls_and_the_thawed_one_follows(
    open_tabs: OpenTabs, bob_writes: Callable[[str], None]
) -> None:
    tabs = open_tabs(3)
    leader = tabs.leader()
    traffic = tabs.traffic[leader]
    # Chromium without a screen does not freeze pages; a debugger that stops all JavaScript does the same.
    debugger = tabs.device.context.new_cdp_session(leader)
    debugger.send("Debugger.enable")
    debugger.send("Debugger.pause")
    tabs.remove(leader)
    tabs.until_another_polls()
    bob_writes("Ring me when you are back.")
    tabs.expect_in_all("Ring me when you are back.")
    debugger.send("Debugger.disable")
    debugger.detach()
    tabs.traffic[leader] = traffic
    tabs.expect_in_all("Ring me when you are back.")
    assert tabs.leader() is not leader


def test_the_tab_that_somebody_turns_to_polls_for_what_it_shows(open_tabs: OpenTabs) -> None:
    tabs = open_tabs(2)
    leader = tabs.leader()
    chosen = next(page for page in tabs.pages if page is not leader)
    for page in (chosen, leader):
        tabs.device.page = page
        tabs.device.turn("hidden")
    tabs.device.page = chosen
    tabs.device.turn("visible")
    tabs.device.until(lambda: [page for page, _ in tabs.held] == [chosen], "the tab that is looked at polls alone")
    assert query(tabs.held[0][1])["visible"] == "1"


def test_signing_out_in_one_tab_ends_all(open_tabs: OpenTabs) -> None:
    tabs = open_tabs(3)
    tabs.leader()
    tabs.device.sign_out()
    for page in tabs.pages:
        expect(page.locator("#sign-in-form")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("Good morning, Alice")
    asked = tabs.asked()
    tabs.wait(QUIET)
    assert tabs.asked() == asked, "nobody is there, and a tab polls"


def test_a_session_that_ended_is_taken_up_again_in_all_tabs(
    open_tabs: OpenTabs, bob_writes: Callable[[str], None]
) -> None:
    tabs = open_tabs(3)
    tabs.device.context.clear_cookies(name="sessionid")
    bob_writes("Are you there?")
    for page in tabs.pages:
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_text("You were signed out.")).to_be_visible()
    tabs.device.sign_in("alice@example.com")
    tabs.expect_in_all("Are you there?")
