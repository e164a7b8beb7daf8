"""Writing: replies, reactions, mentions, edits, deletions that are taken back, code, and all that with a finger."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.conftest import Api
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
Make = Callable[..., Device]


@pytest.fixture
def chat(hark: Hark, bob: User, direct: int, group: int) -> int:
    """Alice and Bob have a conversation, whose id this is, and one with Carol."""
    Api(bob).say(direct, "Good morning, Alice")
    Api(bob).say(direct, "Lunch at noon?")
    Api(bob).say(group, "Good morning, all")
    hark.start("web")
    return direct


@pytest.fixture
def far_reply(chat: int, alice: User, bob: User) -> None:
    """Bob has answered a message that is not on the newest page, and Alice has read that."""
    for number in range(60):
        Api(bob).say(chat, f"Number {number}")
    last = Api(bob).say(chat, "That was the first word", reply_to=1)
    Api(alice).put(f"conversations/{chat}/read", {"seq": last["seq"]})


@pytest.fixture
def alice_at(chat: int, device: Make) -> Device:
    return here(device(), "alice", "Bob")


@pytest.fixture
def bob_at(chat: int, device: Make) -> Device:
    return here(device(), "bob", "Alice")


def here(person: Device, key: str, other: str) -> Device:
    """Signed in, with the conversation with this other one open."""
    person.sign_in(f"{key}@example.com")
    person.open(other)
    return person


def said(device: Device, text: str) -> Locator:
    """The message with exactly this text, not one that quotes it."""
    return device.page.locator("article.message", has=device.page.locator(".bubble-text").get_by_text(text, exact=True))


def chip(device: Device, text: str, emoji: str) -> Locator:
    return said(device, text).locator(".reaction", has_text=emoji)


def open_menu(device: Device, text: str) -> Locator:
    message = said(device, text)
    message.hover()
    message.get_by_role("button", name="Message actions").click()
    return device.page.get_by_role("menu")


def test_two_people_react_and_see_each_others_reactions(alice_at: Device, bob_at: Device) -> None:
    open_menu(alice_at, "Lunch at noon?").get_by_role("menuitemcheckbox", name="React with 👍").click()
    expect(chip(alice_at, "Lunch at noon?", "👍")).to_have_attribute("aria-pressed", "true")
    theirs = chip(bob_at, "Lunch at noon?", "👍")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    expect(theirs).to_have_accessible_name("👍 from Alice")

    theirs.focus()
    theirs.press("Enter")
    expect(theirs).to_have_attribute("aria-pressed", "true")
    expect(theirs).to_be_focused()
    expect(chip(alice_at, "Lunch at noon?", "👍")).to_have_accessible_name("👍 from You and Bob")

    chip(alice_at, "Lunch at noon?", "👍").click()
    expect(theirs).to_have_accessible_name("👍 from You")
    theirs.press("Enter")
    expect(chip(alice_at, "Lunch at noon?", "👍")).to_have_count(0)


def test_any_emoji_is_found_by_its_name_and_by_the_keyboard_alone(alice_at: Device, bob_at: Device) -> None:
    said(alice_at, "Lunch at noon?").get_by_role("button", name="Message actions").focus()
    alice_at.page.keyboard.press("Enter")
    alice_at.page.keyboard.press("ArrowLeft")
    expect(alice_at.page.get_by_role("menuitem", name="More emoji")).to_be_focused()
    alice_at.page.keyboard.press("Enter")
    expect(alice_at.page.get_by_role("searchbox", name="Search emoji")).to_be_focused()
    alice_at.page.keyboard.type("pizz")
    alice_at.page.keyboard.press("Enter")
    expect(chip(bob_at, "Lunch at noon?", "🍕")).to_be_visible()
    expect(chip(alice_at, "Lunch at noon?", "🍕")).to_have_attribute("aria-pressed", "true")


def test_a_reply_shows_what_it_answers_and_leads_there(chat: int, alice_at: Device, bob_at: Device) -> None:
    open_menu(alice_at, "Good morning, Alice").get_by_role("menuitem", name="Reply").click()
    bar = alice_at.page.locator("#replying")
    expect(bar).to_contain_text("Reply to Bob")
    expect(bar).to_contain_text("Good morning, Alice")
    expect(alice_at.composer).to_be_focused()
    alice_at.composer.press("Escape")
    expect(bar).to_be_hidden()

    said(alice_at, "Good morning, Alice").hover()
    said(alice_at, "Good morning, Alice").get_by_role("button", name="Reply").click()
    alice_at.write("Good morning to you")
    expect(bar).to_be_hidden()
    quote = said(bob_at, "Good morning to you").get_by_role("link", name="In reply to:")
    expect(quote).to_contain_text("You")
    expect(quote).to_contain_text("Good morning, Alice")
    quote.click()
    expect(bob_at.page).to_have_url(re.compile(f"/c/{chat}/1$"))
    expect(said(bob_at, "Good morning, Alice")).to_be_in_viewport()

    delete(bob_at, "Good morning, Alice")
    expect(quote).to_contain_text("Message deleted")
    expect(said(alice_at, "Good morning to you").get_by_role("link")).to_contain_text("Message deleted")


def test_a_reply_to_what_is_far_up_shows_it_all_the_same(far_reply: None, alice_at: Device) -> None:
    quote = said(alice_at, "That was the first word").get_by_role("link")
    expect(quote).to_contain_text("Good morning, Alice")
    fetched = [request.url for request in alice_at.traffic.asked if "from=1" in request.url]
    assert len(fetched) == 1, "the quote is fetched once"


def test_a_mention_is_completed_by_the_keyboard_and_marked_for_whom_it_names(alice_at: Device, bob_at: Device) -> None:
    alice_at.open("Harbour light")
    bob_at.open("Harbour light")
    alice_at.composer.press_sequentially("Ask @")
    options = alice_at.page.get_by_role("listbox", name="People to mention").get_by_role("option")
    expect(options.locator(".person-name")).to_have_text(["Bob", "Carol"])
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    alice_at.composer.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = options.nth(1).get_attribute("id")
    assert chosen
    expect(alice_at.composer).to_have_attribute("aria-activedescendant", chosen)
    alice_at.composer.press("Escape")
    expect(options).to_have_count(0)
    expect(alice_at.composer).to_have_value("Ask @")

    alice_at.composer.press_sequentially("bo")
    expect(options).to_have_count(0)
    alice_at.composer.press_sequentially(" or @bo")
    expect(options.locator(".person-name")).to_have_text(["Bob"])
    alice_at.composer.press("Enter")
    expect(alice_at.composer).to_have_value("Ask @bo or @Bob ")
    alice_at.composer.press("Enter")
    expect(bob_at.message("Ask @bo or @Bob").locator("mark")).to_have_text("@Bob")
    expect(alice_at.message("Ask @bo or @Bob").locator("mark")).to_have_count(0)


def test_the_last_message_is_edited_by_arrow_up(alice_at: Device, bob_at: Device) -> None:
    alice_at.write("At nine")
    alice_at.write("At none")
    expect(said(alice_at, "At none").get_by_text("Sent", exact=True)).to_be_visible()
    alice_at.composer.press("ArrowUp")
    expect(alice_at.composer).to_have_value("At none")
    alice_at.composer.fill("At noon")
    alice_at.composer.press("Enter")
    expect(said(bob_at, "At noon")).to_contain_text("Edited")
    expect(alice_at.composer).to_have_value("")


def test_an_edit_that_is_refused_keeps_its_text(chat: int, alice_at: Device) -> None:
    alice_at.write("At nine")
    expect(said(alice_at, "At nine").get_by_text("Sent", exact=True)).to_be_visible()
    alice_at.composer.press("ArrowUp")
    alice_at.composer.fill("At ten, and this took long to write")
    # Meanwhile it is deleted on another device.
    token = next(cookie["value"] for cookie in alice_at.context.cookies() if cookie["name"] == "csrftoken")
    address = f"{alice_at.url}/api/v1/conversations/{chat}/messages/3"
    answer = alice_at.context.request.delete(address, headers={"X-CSRFToken": token, "Origin": alice_at.url})
    assert answer.ok, answer.text()
    alice_at.composer.press("Enter")
    expect(alice_at.page.locator("#composer-error")).to_have_text(re.compile("deleted"))
    expect(alice_at.composer).to_have_value("At ten, and this took long to write")

    alice_at.open("Harbour light")
    expect(alice_at.composer).to_have_value("")
    alice_at.open("Bob")
    expect(alice_at.composer).to_have_value("At ten, and this took long to write")
    alice_at.complaints = [line for line in alice_at.complaints if "status of 409" not in line]


def delete(device: Device, text: str) -> None:
    open_menu(device, text).get_by_role("menuitem", name="Delete").click()
    expect(said(device, text)).to_have_count(0)


def deletions(device: Device) -> int:
    return sum(request.method == "DELETE" for request in device.traffic.asked)


def test_a_deleted_message_is_taken_back_or_else_gone_for_all(alice_at: Device, bob_at: Device) -> None:
    alice_at.write("Never mind")
    delete(alice_at, "Never mind")
    undo = alice_at.page.get_by_role("status").get_by_role("button", name="Undo")
    expect(alice_at.composer).to_be_focused()
    alice_at.page.keyboard.press("Tab")
    expect(undo).to_be_focused()
    alice_at.page.keyboard.press("Enter")
    expect(said(alice_at, "Never mind")).to_be_visible()
    expect(undo).to_have_count(0)
    assert deletions(alice_at) == 0
    expect(said(bob_at, "Never mind")).to_be_visible()

    delete(alice_at, "Never mind")
    expect(bob_at.message("Message deleted")).to_be_visible()
    expect(said(bob_at, "Never mind")).to_have_count(0)
    expect(undo).to_have_count(0)
    expect(alice_at.message("Message deleted")).to_be_visible()


def test_whoever_leaves_the_page_has_deleted_what_they_deleted(alice_at: Device, bob_at: Device) -> None:
    alice_at.write("Never mind")
    expect(said(bob_at, "Never mind")).to_be_visible()
    delete(alice_at, "Never mind")
    alice_at.page.get_by_role("button", name="Undo").hover()  # so that it is not only the time that ends
    alice_at.page.goto("about:blank")
    expect(bob_at.message("Message deleted")).to_be_visible()


def test_what_is_marked_unread_stays_so_until_its_person_comes_back(alice_at: Device) -> None:
    item = alice_at.in_list("Bob")
    expect(item.get_by_text("unread message")).to_have_count(0)
    open_menu(alice_at, "Lunch at noon?").get_by_role("menuitem", name="Mark unread from here").click()
    expect(item.get_by_text("1 unread message")).to_be_attached()
    expect(alice_at.page.get_by_role("separator", name="New", exact=True)).to_be_visible()
    said(alice_at, "Good morning, Alice").hover()
    alice_at.page.mouse.wheel(0, 10)
    alice_at.page.wait_for_timeout(1000)
    expect(item.get_by_text("1 unread message")).to_be_attached()

    alice_at.open("Harbour light")
    expect(item.get_by_text("1 unread message")).to_be_attached()
    alice_at.open("Bob")
    expect(item.get_by_text("unread message")).to_have_count(0)


def test_code_and_line_breaks_are_kept(alice_at: Device, bob_at: Device) -> None:
    alice_at.composer.fill("Try `a < b`:\n\n```js\nif (a) {\n  b();\n}\n```\nthen https://example.com or <b>not</b>")
    alice_at.composer.press("Enter")
    message = bob_at.message("Try")
    expect(message.locator("code.code")).to_have_text("a < b")
    assert message.locator("pre").inner_text() == "if (a) {\n  b();\n}"
    link = message.get_by_role("link")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    expect(link).to_have_attribute("href", "https://example.com/")
    expect(message.locator("b")).to_have_count(0)
    alice_at.composer.press_sequentially("one")
    alice_at.composer.press("Shift+Enter")
    alice_at.composer.press_sequentially("two")
    alice_at.composer.press("Enter")
    expect(bob_at.message("one")).to_be_visible()
    assert bob_at.message("one").locator(".bubble-text").inner_text() == "one\ntwo"


def test_on_a_telephone_a_long_press_opens_the_menu_and_enter_breaks_the_line(chat: int, device: Make) -> None:
    alice_at = here(device(**TELEPHONE), "alice", "Bob")
    hold(alice_at, said(alice_at, "Lunch at noon?"))
    sheet = alice_at.page.get_by_role("menu")
    expect(sheet).to_be_in_viewport(ratio=1)
    assert sheet.bounding_box()["width"] == 390  # type: ignore[index]
    sheet.get_by_role("menuitem", name="Reply").tap()
    expect(sheet).to_be_hidden()
    expect(alice_at.page.locator("#replying")).to_contain_text("Lunch at noon?")

    alice_at.composer.press_sequentially("Yes")
    alice_at.composer.press("Enter")
    alice_at.composer.press_sequentially("Gladly")
    expect(alice_at.composer).to_have_value("Yes\nGladly")
    alice_at.page.get_by_role("button", name="Send").tap()
    expect(alice_at.message("Gladly").get_by_role("link")).to_contain_text("Lunch at noon?")

    hold(alice_at, said(alice_at, "Good morning, Alice"))
    expect(sheet).to_be_visible()
    alice_at.page.touchscreen.tap(195, 30)
    expect(sheet).to_be_hidden()


def hold(device: Device, message: Locator) -> None:
    """Rest a finger on a message until its menu is there, then lift it; the menu stays."""
    box = message.locator(".bubble").bounding_box()
    assert box
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger = device.context.new_cdp_session(device.page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(device.page.get_by_role("menu")).to_be_visible()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(device.page.get_by_role("menu")).to_be_visible()
