"""What the service worker of the page gets: JSON in UTF-8, in the recipient's language."""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from backend.accounts.models import User
from backend.notifications.selectors.outbox import MissedMessage
from worker.channels.email.names import CONTROLS, clean_name
from worker.letter import Letter, Part

# Services take 4096 bytes of ciphertext (RFC 8030, 7.2), that is 3993 of these (RFC 8291, 4); Mozilla's bridge to
# Android takes 2744.
PAYLOAD_MAX = 2500  # bytes
UNREAD_MAX = 30  # tags; with the longest ids they take 700 bytes
APP = "Hark"
CUT = "…"
TEST_TAG = "test"


def payload_build(letter: Letter, unread: Sequence[int], *, bare: bool = False) -> bytes:
    """At most PAYLOAD_MAX bytes. `unread` are the conversations whose notifications may stay; `bare`: no text of any
    message, for a service that found the whole one too large."""
    with translation.override(language_of(letter.recipient)):
        title, body = _words(letter, hide=bare or letter.hide_content)
        return _fitted({**_frame(letter, unread), "title": title}, body)


def tag_of(letter: Letter) -> str:
    """What a notification is about: a newer one with the same tag takes its place."""
    return f"c{letter.parts[0].conversation.id}" if letter.parts else TEST_TAG


def language_of(user: User) -> str:
    """Theirs, if Hark speaks it."""
    try:
        return translation.get_supported_language_variant(user.language)
    except LookupError:
        return settings.LANGUAGE_CODE


def _frame(letter: Letter, unread: Sequence[int]) -> dict[str, Any]:
    about: dict[str, Any] = {"url": "/"}
    moment, kept = letter.delivery.created_at, list(unread)
    if letter.parts:
        part = letter.parts[0]
        about = {"url": f"/c/{part.conversation.id}", "conversation": part.conversation.id}
        moment = part.messages[-1].created_at
        kept = [part.conversation.id, *(id for id in unread if id != part.conversation.id)]
    return {
        "tag": tag_of(letter),
        **about,
        "timestamp": int(moment.timestamp() * 1000),
        "lang": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "unread_tags": [f"c{id}" for id in kept[:UNREAD_MAX]],
    }


def _words(letter: Letter, *, hide: bool) -> tuple[str, str]:
    """Title and body."""
    if not letter.parts:
        return APP, gettext("This is a test. Notifications reach this browser.")
    part = letter.parts[0]
    count = len(part.messages)
    if hide:
        words = ngettext("You have %(count)d new message", "You have %(count)d new messages", count)
        return APP, words % {"count": count}
    newest = _line(part.messages[-1], part)
    if count == 1:
        return _title(part), newest
    counted = ngettext("%(count)d new message", "%(count)d new messages", count) % {"count": count}
    return _title(part), f"{counted}\n{newest}"


def _title(part: Part) -> str:
    senders = dict.fromkeys(clean_name(message.sender_name) for message in part.messages)
    return clean_name(part.conversation.title) or clean_name(", ".join(senders)) or APP


def _line(message: MissedMessage, part: Part) -> str:
    text = _clean(message.text)
    return text if part.conversation.is_direct else f"{clean_name(message.sender_name)}: {text}"


def _clean(text: str) -> str:
    """Without what no notification shows; lines stay lines."""
    text = text.replace("\t", " ")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in CONTROLS).strip()


def _fitted(frame: dict[str, Any], body: str) -> bytes:
    """The body is cut, between two characters, so that the whole fits. What it takes is known only once it is JSON."""
    room = PAYLOAD_MAX - len(orjson.dumps({**frame, "body": ""}))
    if _size(body) > room:
        cuts = range(min(len(body), room))  # a character takes a byte at least
        body = body[: bisect_right(cuts, room, key=lambda cut: _size(body[:cut] + CUT)) - 1].rstrip() + CUT
    return orjson.dumps({**frame, "body": body})


def _size(text: str) -> int:
    """Bytes of it inside of a JSON string."""
    return len(orjson.dumps(text)) - 2
