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
- log "Messages in Bob":
  - separator "Monday 5 January"
  - article "Bob, Monday, 5 January 2026 at 09:31":
    - text: Good morning, Alice
    - button "Reply"
    - button "Message actions"
    - group "Reactions":
      - button "👍 from You" [pressed]: 👍 1
    - time: 9:31
  - article "You, Monday, 5 January 2026 at 09:32":
    - 'link "In reply to: Bob Good morning, Alice"':
      - /url: /c/{chat}/1
      - text: "In reply to:"
      - strong: Bob
      - text: Good morning, Alice
    - text: Good morning! See
    - code: the tides
    - text: .
    - button "Reply"
    - button "Message actions"
    - time: 9:32
    - text: · Edited · Read
  - article "Bob, Monday, 5 January 2026 at 09:33":
    - text: Message deleted
    - time: 9:33
  - separator "New"
  - article "Bob, Monday, 5 January 2026 at 09:34":
    - link "https://example.com/tides":
      - /url: https://example.com/tides
    - button "Reply"
    - button "Message actions"
    - time: 9:34
"""
# A browser tells of what is added to a live region, by what the region says of itself a moment later.
HEAR = """() => {
    window.heard = [];
    const settled = 500;
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
            for (const node of addedNodes) setTimeout(() => {
                const live = node instanceof Element ? node.closest("[aria-live]")?.getAttribute("aria-live") : "off";
                const text = () => node.querySelector(".bubble")?.innerText ?? node.innerText;
                if (live !== "off" && node.isConnected) window.heard.push(text());
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
    read_advance(user_id=bob.pk, conversation_id=direct, seq=4)
    for message in Message.objects.filter(conversation_id=direct):
        Message.objects.filter(pk=message.pk).update(created_at=MORNING + timedelta(minutes=message.seq))
    hark.start("web")
    return direct


@pytest.fixture
def pen(hark: Hark, bob: User) -> Pen:
    return Pen(hark, token_of(bob))


def test_the_tree_of_a_small_conversation_says_all_that_can_be_seen(chat: int, device: Make) -> None:
    alice = device(locale="en-GB", timezone_id="UTC")
    alice.sign_in("alice@example.com")
    alice.open("Bob")
    log = alice.page.get_by_role("log", name="Messages in Bob")
    expect(log.get_by_role("separator", name="New", exact=True)).to_be_visible()
    assert log.aria_snapshot() == TREE.strip().replace("{chat}", str(chat))


def test_only_what_others_have_just_written_is_announced(chat: int, pen: Pen, device: Make) -> None:
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
    expect(alice.page.locator('[data-seq="1"]')).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")
    alice.page.locator("#log-scroller").evaluate("(scroller) => scroller.scrollTo(0, scroller.scrollHeight)")

    pen.say(chat, "The last buoy")
    alice.until(lambda: alice.page.evaluate("window.heard.length") > 0, "the new message is announced")
    alice.write("All are painted")
    expect(alice.message("All are painted").get_by_text("Sent", exact=True)).to_be_visible()
    pen.say(chat, "Well done")
    alice.until(lambda: alice.page.evaluate("window.heard.length") > 1, "the next message is announced")
    assert alice.page.evaluate("window.heard") == ["The last buoy", "Well done"]
