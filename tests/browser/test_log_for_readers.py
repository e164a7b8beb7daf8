"""What a screen reader has of the log: its tree, and what is announced. What is painted of history says nothing."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from backend.chat.models import Message
from backend.chat.reactions import reaction_add
from backend.chat.services import message_delete, message_edit, message_send, read_advance
from tests.browser.device import Device
from tests.browser.pen import Pen
from tests.conftest import token_of
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
MORNING = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
TREE = """\
TO BE FILLED
"""
# A browser tells of what is added to a live region, by what the region says when its answer is put together, a while later.
HEAR = """() => {
    window.heard = [];
    const settled = 500;
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
            for (const node of addedNodes) setTimeout(() => {
                const live = node instanceof Element ? node.closest("[aria-live]")?.getAttribute("aria-live") : "off";
                if (live !== "off" && node.isConnected) window.heard.push(node.querySelector(".bubble")?.innerText ?? node.innerText);
            }, settled);
        }
    }).observe(document.getElementById("log"), { childList: true });
}"""


def write(sender: User, conversation: int, text: str, reply_to: int | None = None) -> None:
    message_send(
        sender_id=sender.pk, conversation_id=conversation, client_id=uuid.uuid4(), text=text, reply_to=reply_to
    )


@pytest.fixture
def chat(hark: Hark, alice: User, bob: User, direct: int) -> int:
    """All that a message can be, in the morning of a certain day."""
    write(bob, direct, "Good morning, Alice")
    write(alice, direct, "Good morning! See `tides`.", reply_to=1)
    write(bob, direct, "Wrong window")
    write(bob, direct, "https://example.com/tides")
    message_edit(editor_id=alice.pk, conversation_id=direct, seq=2, text="Good morning! See `the tides`.")
    message_delete(editor_id=bob.pk, conversation_id=direct, seq=3)
    reaction_add(user_id=alice.pk, conversation_id=direct, seq=1, emoji="👍")
    read_advance(user_id=alice.pk, conversation_id=direct, seq=3)
    for message in Message.objects.filter(conversation_id=direct):
        Message.objects.filter(pk=message.pk).update(created_at=MORNING + timedelta(minutes=message.seq))
    hark.start("web")
    return direct


def test_the_tree_of_a_small_conversation_says_all_that_can_be_seen(chat: int, device: Make) -> None:
    alice = device(locale="en-GB", timezone_id="UTC")
    alice.sign_in("alice@example.com")
    alice.open("Bob")
    log = alice.page.get_by_role("log", name="Messages in Bob")
    expect(log.get_by_role("separator", name="New", exact=True)).to_be_visible()
    assert log.aria_snapshot() + "\n" == TREE


def test_only_what_others_have_just_written_is_announced(chat: int, bob: User, hark: Hark, device: Make) -> None:
    pen = Pen(hark, token_of(bob))
    for number in range(60):
        pen.say(chat, f"Buoy {number}")
    alice = device()
    alice.sign_in("alice@example.com")
    expect(alice.in_list("Bob")).to_be_visible()
    alice.page.evaluate(HEAR)
    alice.open("Bob")
    expect(alice.message("Buoy 20")).to_be_visible()
    log = alice.page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    alice.page.locator("#log-scroller").evaluate("(scroller) => scroller.scrollTo(0, 0)")
    expect(alice.message("Good morning, Alice")).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")
    alice.page.locator("#log-scroller").evaluate("(scroller) => scroller.scrollTo(0, scroller.scrollHeight)")

    pen.say(chat, "The last buoy")
    alice.until(lambda: alice.page.evaluate("window.heard.length") > 0, "the new message is announced")
    alice.write("All are painted")
    expect(alice.message("All are painted").get_by_text("Sent", exact=True)).to_be_visible()
    pen.say(chat, "Well done")
    alice.until(lambda: alice.page.evaluate("window.heard.length") > 1, "the next message is announced")
    assert alice.page.evaluate("window.heard") == ["The last buoy", "Well done"]
