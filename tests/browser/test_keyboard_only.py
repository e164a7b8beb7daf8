"""A whole visit without a mouse. After each key the focus is on something, in sight, and can be seen to be there."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from backend.accounts.models import User
from backend.accounts.totp import code_of
from tests.browser.device import Device
from tests.browser.examiner import FOCUS_SHOWS
from tests.browser.pen import Pen
from tests.conftest import PASSWORD, token_of
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
FARTHEST = 40  # stops of the Tab key from anywhere to anywhere
LOOKS = 12  # at the same place, before it is a fault
HAS_FOCUS = "() => document.activeElement !== null && document.activeElement !== document.body"
# A heading or a line that a reader is led to is nothing to press: there, that it is read out is enough.
IS_TEXT = "() => document.activeElement.tabIndex === -1 && document.activeElement.matches('h1, h2, h3, h4, article')"
IN_SIGHT = """() => {
    const { top, left, bottom, right } = document.activeElement.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}"""
NO_POINTER = """
    window.pointed = 0;
    for (const name of ["pointerdown", "pointermove"]) addEventListener(name, () => (window.pointed += 1), true);
"""


class Keys:
    """Somebody's ten fingers, and what they must see after each press."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.look()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.look()

    def look(self) -> None:
        """Where the focus is. What had it may have gone a moment ago, but something must have it in the end."""
        fault = ""
        for _ in range(LOOKS):
            self.page.wait_for_function(HAS_FOCUS)
            if not (fault := self.fault()):
                return
            self.page.wait_for_timeout(250)  # milliseconds; a list may just be painted anew
        pytest.fail(fault)

    def fault(self) -> str:
        where = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if not self.page.evaluate(IN_SIGHT):
            return f"not in sight: {where}"
        return "" if self.page.evaluate(IS_TEXT) or self.page.evaluate(FOCUS_SHOWS) else f"not to be seen: {where}"

    def tab_to(self, target: Locator, key: str = "Tab") -> None:
        expect(target).to_be_visible()
        for _ in range(FARTHEST):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.press(key)
        pytest.fail(f"{FARTHEST} times {key} did not lead to {target}")

    def back_to(self, target: Locator) -> None:
        self.tab_to(target, "Shift+Tab")


@pytest.fixture
def pen(bob: User) -> Callable[[Hark], Pen]:
    token = token_of(bob)
    return lambda hark: Pen(hark, token)


def said(device: Device, text: str) -> Locator:
    return device.page.locator("article.message", has=device.page.locator(".bubble-text").get_by_text(text, exact=True))


def sent(device: Device, text: str) -> Locator:
    """This message, once the server has it."""
    message = said(device, text)
    expect(message).to_have_attribute("data-seq", re.compile(r"\d"))
    return message


def test_everything_is_done_by_the_keyboard_alone(
    hark: Hark, group: int, pen: Callable[[Hark], Pen], device: Make
) -> None:
    hark.start("web")
    alice, bob = device(), pen(hark)
    alice.context.add_init_script(NO_POINTER)
    alice.page.reload()
    page, keys = alice.page, Keys(alice.page)

    signs_in(keys)
    finds_a_person(keys, alice)
    conversation = int(page.url.rpartition("/")[2])
    keys.type("Hello Bob")
    keys.press("Enter")
    sent(alice, "Hello Bob")
    bob.say(conversation, "Lunch at noon?")
    expect(said(alice, "Lunch at noon?")).to_be_visible()
    replies_and_reacts(keys, alice)
    edits_deletes_and_takes_it_back(keys, alice)
    searches_and_switches(keys, alice)
    changes_a_setting(keys, alice)
    signs_out(keys, alice)
    assert page.evaluate("window.pointed") == 0
    assert bob.texts(conversation) == ["Hello Bob", "Lunch at noon?", "Gladly, at one"]


def signs_in(keys: Keys) -> None:
    expect(keys.page.locator("#sign-in-email")).to_be_focused()
    keys.type("alice@example.com")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.tab_to(keys.page.get_by_role("button", name="Sign in"))
    keys.press("Enter")
    expect(keys.page.get_by_role("navigation", name="Conversations")).to_be_visible()
    keys.look()


def finds_a_person(keys: Keys, alice: Device) -> None:
    keys.tab_to(alice.page.get_by_role("button", name="New conversation"))
    keys.press("Enter")
    expect(alice.page.locator("#people-query")).to_be_focused()
    keys.type("Bob")
    dialog = alice.page.get_by_role("dialog", name="New conversation")
    expect(dialog.get_by_role("list", name="People found").get_by_role("button")).to_have_count(1)
    keys.press("Enter")
    keys.tab_to(dialog.get_by_role("button", name="Start chat"))
    keys.press("Enter")
    expect(alice.composer).to_be_focused()


def replies_and_reacts(keys: Keys, alice: Device) -> None:
    theirs = said(alice, "Lunch at noon?")
    keys.back_to(theirs.get_by_role("button", name="Reply"))
    keys.press("Enter")
    expect(alice.composer).to_be_focused()
    keys.type("Gladly")
    keys.press("Enter")
    sent(alice, "Gladly")
    keys.back_to(theirs.get_by_role("button", name="Message actions"))
    keys.press("Enter", "ArrowRight", "Enter")
    chip = theirs.get_by_role("button", name="❤️ from You")
    expect(chip).to_be_visible()
    keys.look()
    keys.tab_to(chip)
    keys.press("Enter")
    expect(chip).to_have_count(0)
    keys.look()


def edits_deletes_and_takes_it_back(keys: Keys, alice: Device) -> None:
    keys.tab_to(alice.composer)
    keys.press("ArrowUp")
    keys.type(", at one")
    keys.press("Enter")
    expect(sent(alice, "Gladly, at one")).to_contain_text("Edited")
    keys.back_to(said(alice, "Gladly, at one").get_by_role("button", name="Message actions"))
    keys.press("Enter", "End", "Enter")
    expect(alice.composer).to_be_focused()
    keys.tab_to(alice.page.get_by_role("button", name="Undo"))
    keys.press("Enter")
    expect(said(alice, "Gladly, at one")).to_be_visible()


def searches_and_switches(keys: Keys, alice: Device) -> None:
    page = alice.page
    keys.press("Escape", "/")
    expect(page.get_by_role("searchbox", name="Search in messages")).to_be_focused()
    keys.type("noon")
    result = page.get_by_role("region", name="Messages found").get_by_role("link")
    expect(result).to_have_count(1)
    keys.tab_to(result)
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/c/\d+/2$"))
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    keys.type("harb")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Harbour light")
    keys.press("Enter")
    expect(page.locator("#open-title")).to_have_text("Harbour light")
    expect(alice.composer).to_be_focused()


def changes_a_setting(keys: Keys, alice: Device) -> None:
    page = alice.page
    keys.back_to(page.get_by_role("button", name="Your account"))
    keys.press("Enter", "Enter")
    settings = page.get_by_role("region", name="Settings")
    expect(settings.get_by_label("Email", exact=True)).to_be_enabled()
    keys.look()
    keys.tab_to(settings.get_by_role("switch", name="Hide what was written"))
    keys.press("Space")
    expect(page.locator("#hide_content-status")).to_have_text("Saved")


def signs_out(keys: Keys, alice: Device) -> None:
    keys.back_to(alice.page.get_by_role("button", name="Your account"))
    keys.press("Enter", "End")
    alice.page.keyboard.press("Enter")  # this page ends with it
    expect(alice.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(alice.page.locator("#sign-in-email")).to_be_focused()


def test_an_account_is_looked_after_by_the_keyboard_alone(hark: Hark, direct: int, device: Make) -> None:
    hark.start("web")
    alice = device()
    alice.context.add_init_script(NO_POINTER)
    alice.page.reload()
    page, keys = alice.page, Keys(alice.page)
    signs_in(keys)
    page.goto("/settings")
    settings = page.get_by_role("region", name="Settings")
    keys.tab_to(settings.get_by_role("link", name="Security"))
    keys.press("Enter")
    changes_the_password(keys, settings)
    sets_up_a_second_factor(keys, settings)
    keys.tab_to(settings.get_by_role("button", name="Sign out everywhere"))
    keys.press("Enter", "Escape")
    expect(settings.get_by_role("button", name="Sign out everywhere")).to_be_focused()
    keys.back_to(settings.get_by_role("link", name="Your data"))
    keys.press("Enter")
    for name in ("Make a copy", "Delete my account"):
        keys.tab_to(settings.get_by_role("button", name=name))
        keys.press("Enter")
        expect(page.get_by_role("dialog").get_by_label("Your password")).to_be_focused()
        keys.press("Escape")
        expect(settings.get_by_role("button", name=name)).to_be_focused()
    assert page.evaluate("window.pointed") == 0


def changes_the_password(keys: Keys, settings: Locator) -> None:
    keys.tab_to(settings.get_by_role("button", name="Change password"))
    keys.press("Enter")
    keys.type(PASSWORD)
    keys.tab_to(keys.page.get_by_role("dialog").get_by_label("New password"))
    keys.type("a lamp in the harbour")
    keys.press("Tab", "Space", "Shift+Tab", "Enter")
    expect(keys.page.locator("#password-status")).not_to_be_empty()
    expect(settings.get_by_role("button", name="Change password")).to_be_focused()


def sets_up_a_second_factor(keys: Keys, settings: Locator) -> None:
    keys.tab_to(settings.get_by_role("button", name="Set up"))
    keys.press("Enter")
    keys.type("a lamp in the harbour")
    keys.press("Enter")
    code = keys.page.get_by_label("Code from the app")
    expect(code).to_be_focused()
    keys.type(code_of(keys.page.locator(".account-secret-text").inner_text(), time.time()))
    keys.press("Enter")
    expect(settings.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    kept = settings.get_by_role("button", name="I have kept them")
    keys.tab_to(kept)
    keys.press("Enter")
    expect(kept).to_have_count(0)
    expect(settings.get_by_role("heading", name="Two-step sign-in")).to_be_focused()
