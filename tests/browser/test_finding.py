"""Finding a way by search, the switcher and the keyboard; what a group can do; being told by a sound and a badge."""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from backend.accounts.models import User
from backend.chat.services import message_send
from tests.browser.device import Device
from tests.browser.test_two_people import sideways
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NEEDLE = "The Lighthouse keeper sings at noon."
HAYSTACK = 120  # messages after it: more than a page
FOUND_PAGE = 20  # results
COUNT_SOUNDS = """() => {
    window.sounds = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { window.sounds += 1; return start.apply(this, when); };
}"""
COUNT_BADGES = """() => {
    window.badges = [];
    navigator.setAppBadge = (count) => { window.badges.push(count); return Promise.resolve(); };
    navigator.clearAppBadge = () => { window.badges.push(0); return Promise.resolve(); };
}"""


def say(sender: User, conversation: int, text: str) -> None:
    message_send(sender_id=sender.id, conversation_id=conversation, client_id=uuid.uuid4(), text=text)


@pytest.fixture
def chat(hark: Hark, alice: User, bob: User, carol: User, dave: User, direct: int, group: int) -> Hark:
    """Alice talks with bob, and both with carol in a group that alice owns."""
    say(bob, direct, "Good morning, Alice")
    say(carol, group, "The harbour is lit")
    hark.start("web")
    return hark


@pytest.fixture
def history(alice: User, bob: User, direct: int) -> None:
    """One message, and many after it."""
    say(bob, direct, NEEDLE)
    for number in range(HAYSTACK):
        say(alice if number % 2 else bob, direct, f"Straw number {number}")


def signed_in(device: Device, who: str) -> Device:
    device.sign_in(f"{who}@example.com")
    device.until_ready()
    return device


def at(device: Device, script: str) -> None:
    """From here on the page begins with this script; as the person who is signed in."""
    device.context.add_init_script(f"({script})()")
    device.page.reload()
    device.until_ready()


def search_field(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search in messages")


def found(page: Page) -> Locator:
    return page.get_by_role("region", name="Messages found").get_by_role("listitem")


# Search


@pytest.mark.parametrize("screen", [{}, TELEPHONE], ids=["desktop", "telephone"])
def test_search_finds_a_message_and_leads_to_it(
    history: None, chat: Hark, device: Make, screen: dict[str, Any]
) -> None:
    alice = signed_in(device(**screen), "alice")
    search_field(alice.page).fill("LIGHTHOUSE keeper")
    expect(found(alice.page)).to_have_count(1)
    expect(found(alice.page)).to_contain_text("Bob")
    assert found(alice.page).locator("mark").all_inner_texts() == ["Lighthouse", "keeper"]
    assert sideways(alice) == 0

    found(alice.page).get_by_role("link").click()
    expect(alice.page).to_have_url(re.compile(r"/c/\d+/\d+$"))
    expect(alice.message(NEEDLE)).to_be_in_viewport()


def test_search_shows_more_and_stays_beside_what_it_found(history: None, chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    search_field(alice.page).fill("straw")
    expect(found(alice.page)).to_have_count(FOUND_PAGE)
    expect(found(alice.page).first).to_contain_text(f"Straw number {HAYSTACK - 1}")
    alice.page.get_by_role("button", name="Show more").click()
    expect(found(alice.page)).to_have_count(2 * FOUND_PAGE)

    found(alice.page).first.get_by_role("link").click()
    expect(alice.message(f"Straw number {HAYSTACK - 1}")).to_be_visible()
    expect(found(alice.page)).to_have_count(2 * FOUND_PAGE)
    alice.page.get_by_role("button", name="Close the search").click()
    expect(alice.in_list("Bob")).to_be_visible()
    expect(search_field(alice.page)).to_have_value("")


@pytest.mark.parametrize("screen", [{}, TELEPHONE], ids=["desktop", "telephone"])
def test_search_in_one_conversation_finds_nothing_of_others(chat: Hark, device: Make, screen: dict[str, Any]) -> None:
    alice = signed_in(device(**screen), "alice")
    alice.open("Harbour light")
    alice.page.get_by_role("button", name="Search in this conversation").click()
    expect(alice.page.get_by_text("In Harbour light")).to_be_visible()
    expect(search_field(alice.page)).to_be_focused()
    search_field(alice.page).press_sequentially("morning")
    expect(alice.page.get_by_text("No message has these words.")).to_be_visible()

    alice.page.get_by_role("button", name="Search in all conversations").click()
    expect(found(alice.page)).to_have_count(1)
    expect(found(alice.page)).to_contain_text("Good morning, Alice")


def test_search_without_a_connection_says_so_and_goes_on_when_it_is_back(chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    search_field(alice.page).focus()
    expect(found(alice.page)).to_have_count(0)
    failed = alice.page.get_by_role("region", name="Messages found").get_by_text("The search failed.")
    alice.page.route("**/api/v1/search?**", lambda route: route.abort())
    search_field(alice.page).fill("harbour")
    expect(failed).to_be_visible()
    alice.page.unroute_all()
    alice.page.get_by_role("button", name="Try again").click()
    expect(found(alice.page)).to_have_count(1)
    expect(failed).to_have_count(0)
    forgive(alice, "net::ERR_FAILED")


def forgive(device: Device, what: str) -> None:
    """What the browser says of requests that the test itself had refused."""
    device.complaints = [line for line in device.complaints if what not in line]


# Keyboard


def test_the_switcher_goes_everywhere_by_the_keyboard_alone(chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    page = alice.page
    field = page.get_by_role("combobox", name="Go to a conversation or a person")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("hl")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Harbour light")
    active = field.get_attribute("aria-activedescendant")
    assert active == page.get_by_role("option", selected=True).get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator("#open-title")).to_have_text("Harbour light")
    expect(alice.composer).to_be_focused()

    page.keyboard.press("Control+k")
    page.keyboard.type("dave")
    expect(page.get_by_role("option", name="Dave")).to_contain_text("Start a conversation")
    page.keyboard.press("Enter")
    expect(page.locator("#open-title")).to_have_text("Dave")

    page.keyboard.press("Control+k")
    expect(page.get_by_role("option")).to_have_count(2)
    first, second = page.get_by_role("option").all_inner_texts()
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("option", selected=True).inner_text() == second
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("option", selected=True).inner_text() == first
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+k")
    expect(field).to_be_hidden()


def test_keys_go_from_one_conversation_to_the_next(chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    page, title = alice.page, alice.page.locator("#open-title")
    page.keyboard.press("n")
    expect(title).to_have_text("Harbour light")
    expect(alice.in_list("Harbour light").get_by_text("1 unread message")).to_have_count(0)
    page.keyboard.press("n")
    expect(title).to_have_text("Bob")
    page.keyboard.press("r")
    expect(alice.composer).to_be_focused()
    page.keyboard.type("no / or ? or n or r does anything here")
    expect(alice.composer).to_have_value("no / or ? or n or r does anything here")
    page.keyboard.press("Alt+ArrowDown")
    expect(title).to_have_text("Harbour light")
    page.keyboard.press("Alt+ArrowUp")
    expect(title).to_have_text("Bob")
    page.keyboard.press("Escape")
    expect(title).to_have_text("Bob")
    alice.composer.fill("")
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Message history")).to_be_focused()
    page.keyboard.press("/")
    expect(search_field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(alice.in_list("Bob").get_by_text("unread message")).to_have_count(0)
    page.locator("#open-title").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Choose a conversation")).to_be_visible()


def test_escape_stops_an_edit_first_and_marks_as_read_when_nothing_is_written(
    history: None, chat: Hark, device: Make
) -> None:
    alice = signed_in(device(), "alice")
    page = alice.page
    alice.open("Harbour light")
    alice.write("The lamp is trimmed")
    expect(alice.composer).to_be_focused()
    expect(alice.message("The lamp is trimmed").get_by_text("Sent", exact=True)).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(alice.composer).to_have_value("The lamp is trimmed")
    page.keyboard.press("Escape")
    expect(alice.composer).to_have_value("")
    expect(alice.composer).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Message history")).to_be_focused()

    page.keyboard.press("n")
    expect(page.locator("#open-title")).to_have_text("Bob")
    expect(alice.in_list("Bob").get_by_text("unread message")).to_be_attached()
    page.keyboard.press("Escape")
    expect(alice.in_list("Bob").get_by_text("unread message")).to_have_count(0)
    expect(page.locator("#open-title")).to_have_text("Bob")


def test_the_map_of_the_keyboard_can_switch_single_keys_off(chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    page = alice.page
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys.get_by_text("Search in messages")).to_be_visible()
    keys.get_by_role("switch", name="Shortcuts of a single key").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()

    page.reload()
    alice.until_ready()
    page.keyboard.press("/")
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(keys).to_be_hidden()
    page.keyboard.press("Escape")
    expect(search_field(page)).not_to_be_focused()

    alice.page.goto("/settings#general")
    expect(alice.page.locator("#settings-title")).to_be_focused()
    choice = alice.page.get_by_role("region", name="Settings").get_by_role("switch", name="Shortcuts of a single key")
    expect(choice).not_to_be_checked()
    choice.check()
    page.keyboard.press("?")
    expect(keys).to_be_visible()


# Groups


def group_dialog(device: Device) -> Locator:
    device.page.get_by_role("button", name="Manage the group").click()
    return device.page.get_by_role("dialog", name="Group")


def test_what_is_done_to_a_group_is_seen_by_all_in_it(chat: Hark, device: Make) -> None:
    alice, bob, dave = device(), device(), device()
    signed_in(alice, "alice").open("Harbour light")
    signed_in(bob, "bob").open("Harbour light")
    dave.sign_in("dave@example.com")
    expect(dave.page.get_by_role("heading", name="Nobody to hear yet")).to_be_visible()
    dialog = group_dialog(alice)

    dialog.get_by_label("Name of the group").fill("Lamp room")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("The new name is saved.")).to_be_visible()
    expect(bob.page.locator("#open-title")).to_have_text("Lamp room")

    dialog.get_by_label("Add people").fill("dav")
    dialog.get_by_role("button", name="Add Dave to the group").click()
    expect(dialog.get_by_role("list", name="People", exact=True)).to_contain_text("Dave")
    expect(dave.in_list("Lamp room")).to_be_visible()
    expect(bob.page.locator("#open-people")).to_contain_text("Dave")

    dialog.get_by_role("button", name="Remove Bob from the group").click()
    expect(bob.page.get_by_role("heading", name="This conversation is not here")).to_be_visible()
    expect(dave.in_list("Lamp room")).to_be_visible()
    dialog.get_by_role("button", name="Undo").click()
    expect(bob.in_list("Lamp room")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    forgive(bob, "status of 404")  # he looked at the group when he was removed from it


def test_one_who_is_not_the_owner_removes_nobody_but_may_leave(chat: Hark, device: Make) -> None:
    alice, bob = device(), device()
    signed_in(alice, "alice").open("Harbour light")
    signed_in(bob, "bob").open("Harbour light")
    dialog = group_dialog(bob)
    expect(dialog.get_by_role("list", name="People", exact=True)).to_contain_text("Owner")
    expect(dialog.get_by_role("button", name="Remove")).to_have_count(0)

    dialog.get_by_role("button", name="Leave the group").click()
    dialog.get_by_role("button", name="Stay").click()
    dialog.get_by_role("button", name="Leave the group").click()
    dialog.get_by_role("button", name="Leave", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(bob.in_list("Harbour light")).to_have_count(0)
    expect(bob.page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
    expect(alice.page.locator("#open-people")).not_to_contain_text("Bob")


def test_what_the_server_refuses_is_said_in_words(chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    alice.open("Harbour light")
    dialog = group_dialog(alice)
    problem = {"status": 409, "code": "conversation_full", "title": "Conflict", "detail": "A group holds ..."}
    answer = {"status": 409, "content_type": "application/problem+json", "body": json.dumps(problem)}
    alice.page.route("**/participants", lambda route: route.fulfill(**answer))
    dialog.get_by_role("button", name="Add Dave to the group").click()
    expect(dialog.get_by_role("alert")).to_have_text("A group holds at most 500 people.")
    alice.page.unroute_all()
    alice.page.route("**/participants", lambda route: route.abort())
    dialog.get_by_role("button", name="Add Dave to the group").click()
    expect(dialog.get_by_role("alert")).to_have_text("The server cannot be reached. Please try again.")
    forgive(alice, "status of 409")
    forgive(alice, "net::ERR_FAILED")


def test_a_new_group_is_made_of_several_people(chat: Hark, device: Make) -> None:
    alice, dave = signed_in(device(), "alice"), device()
    dave.sign_in("dave@example.com")
    alice.page.get_by_role("button", name="New conversation").click()
    dialog = alice.page.get_by_role("dialog", name="New conversation")
    for name in ("Carol", "Dave"):
        dialog.get_by_label("Who do you want to talk to?").fill(name)
        dialog.get_by_role("button", name=name, exact=True).click()
    dialog.get_by_label("Name of the group").fill("Night watch")
    dialog.get_by_role("button", name="Create group").click()
    expect(alice.page.locator("#open-title")).to_have_text("Night watch")
    expect(dave.in_list("Night watch")).to_be_visible()


# Being told


def test_a_sound_is_made_only_where_it_is_wanted(chat: Hark, device: Make) -> None:
    alice, bob = signed_in(device(), "alice"), signed_in(device(), "bob")
    at(alice, COUNT_SOUNDS)
    touch(alice)
    bob.open("Alice")
    write_unheard(alice, bob, "Nobody asked for a sound")

    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("menuitem", name="Settings").click()
    alice.page.get_by_role("link", name="General").click()
    alice.page.get_by_role("switch", name="Sound for new messages").check()
    alice.until(lambda: sounds(alice) > 0, "a sample of the sound")
    sample = sounds(alice)
    bob.write("Now there is one")
    alice.until(lambda: sounds(alice) == 2 * sample, "a sound for a message elsewhere")

    alice.open("Bob")
    expect(alice.message("Now there is one")).to_be_visible()
    bob.write("You are looking at this")
    expect(alice.message("You are looking at this")).to_be_visible()
    assert sounds(alice) == 2 * sample, "what is looked at was heard"
    alice.write("My own message")
    assert sounds(alice) == 2 * sample, "one's own message was heard"

    alice.page.get_by_role("button", name="Notifications:").click()
    alice.page.get_by_role("menuitem", name="Mute for 1 hour").click()
    expect(alice.page.get_by_role("button", name="Notifications: Muted")).to_be_visible()
    alice.open("Harbour light")
    write_unheard(alice, bob, "You have muted me", before=2 * sample)

    alice.page.reload()
    carol = signed_in(device(), "carol")
    expect(alice.in_list("Bob")).to_be_visible()
    touch(alice)
    assert sounds(alice) == 0, "what was there before was heard"
    alice.open("Bob")
    carol.open("Harbour light")
    carol.write("Still on after a reload")
    alice.until(lambda: sounds(alice) == sample, "a sound after a reload")


def touch(device: Device) -> None:
    """Before somebody has touched it, no browser lets a page make a sound."""
    device.page.locator(".sidebar-header").click(position={"x": 8, "y": 8})


def write_unheard(alice: Device, bob: Device, text: str, before: int = 0) -> None:
    bob.write(text)
    expect(alice.in_list("Bob")).to_contain_text(text)
    assert sounds(alice) == before


def sounds(device: Device) -> int:
    return int(device.page.evaluate("window.sounds"))


def test_what_is_unread_stands_in_the_title_on_the_icon_and_on_the_app(chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    at(alice, COUNT_BADGES)
    page = alice.page
    expect(page).to_have_title("(2) Hark")
    icon = page.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile(r"/static/icons/hark-unread\.\w+\.svg$"))
    assert page.evaluate("window.badges") == [2]
    dot = page.evaluate("async () => (await fetch(document.querySelector('link[rel=icon]').href)).status")
    assert dot == 200

    for name in ("Bob", "Harbour light"):
        alice.open(name)
        expect(alice.in_list(name).get_by_text("unread message")).to_have_count(0)
    expect(page).to_have_title("Hark")
    expect(icon).to_have_attribute("href", re.compile(r"/static/icons/hark\.\w+\.svg$"))
    assert page.evaluate("window.badges") == [2, 1, 0]


def test_nothing_is_unread_for_nobody(chat: Hark, device: Make) -> None:
    alice = signed_in(device(), "alice")
    expect(alice.page).to_have_title("(2) Hark")
    alice.sign_out()
    expect(alice.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(alice.page).to_have_title("Hark")
    expect(alice.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile(r"icons/hark\.\w+\.svg$"))


def test_the_browser_understands_the_manifest_and_can_install_hark(chat: Hark, device: Make) -> None:
    alice = device()
    browser = alice.context.new_cdp_session(alice.page)
    manifest = browser.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{alice.url}/manifest.webmanifest"
    for icon in json.loads(manifest["data"])["icons"]:
        response = alice.page.request.get(icon["src"])
        assert (response.status, response.headers["content-type"]) == (200, icon["type"])
    obstacles = {error["errorId"] for error in browser.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert obstacles <= {"in-incognito"}  # all windows of a test are


# Small screens


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_dialogs_fit_a_telephone(chat: Hark, device: Make, direction: str) -> None:
    alice = signed_in(device(**TELEPHONE), "alice")
    page = alice.page
    page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
    alice.open("Harbour light")
    fits(alice, group_dialog(alice))
    page.keyboard.press("Control+k")
    fits(alice, page.locator("#switcher"))
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("menuitem", name="Keyboard shortcuts").click()
    fits(alice, page.get_by_role("dialog", name="Keyboard shortcuts"))
    page.get_by_role("button", name="New conversation").click()
    fits(alice, page.get_by_role("dialog", name="New conversation"))


def fits(device: Device, dialog: Locator) -> None:
    """It is within the screen, its targets are large enough, and it closes by its button."""
    expect(dialog).to_be_visible()
    dialog.evaluate("dialog => Promise.all(dialog.getAnimations().map((each) => each.finished))")
    box = dialog.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= TELEPHONE["viewport"]["width"]  # type: ignore[index]
    assert sideways(device) == 0
    small = dialog.evaluate(
        """dialog => [...dialog.querySelectorAll("button, input")]
            .filter((each) => each.checkVisibility())
            .map((each) => [each.id || each.textContent, each.getBoundingClientRect()])
            .filter(([, { width, height }]) => width < 24 || height < 24)
            .map(([name]) => name)"""
    )
    assert small == []
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
