"""What a browser is told: in few words, in its reader's language, and never too much of it."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.notifications.push.hosts import endpoint_check
from tests.support.push_letters import NOON, letter_of, missed
from worker.channels.webpush.headers import push_headers, topic_of
from worker.channels.webpush.payload import PAYLOAD_MAX, UNREAD_MAX, payload_build
from worker.letter import Letter

KEYS = {"tag", "title", "body", "url", "conversation", "timestamp", "lang", "dir", "unread_tags"}
# What PostgreSQL can hold: no lone surrogates, no NUL.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=10_000)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=100)


def told(letter: Letter, unread: list[int] | None = None, **how: bool) -> dict[str, Any]:
    payload = payload_build(letter, [12] if unread is None else unread, **how)
    assert len(payload) <= PAYLOAD_MAX
    found: dict[str, Any] = json.loads(payload.decode())
    return found


def test_it_says_who_wrote_what_and_where() -> None:
    assert told(letter_of(missed("See you at 8")), [12, 14]) == {
        "tag": "c12",
        "title": "Alice",
        "body": "See you at 8",
        "url": "/c/12",
        "conversation": 12,
        "timestamp": int(NOON.timestamp() * 1000),
        "lang": "en",
        "dir": "ltr",
        "unread_tags": ["c12", "c14"],
    }


def test_of_several_messages_it_shows_the_newest_and_counts() -> None:
    letter = letter_of(missed("one"), missed("two", seq=2), missed("three", seq=3))
    assert told(letter)["body"] == "3 new messages\nthree"


def test_in_a_group_it_says_who() -> None:
    letter = letter_of(missed("one"), missed("two", sender="Carol", seq=2), kind="group", title="Harbour light")
    assert (told(letter)["title"], told(letter)["body"]) == ("Harbour light", "2 new messages\nCarol: two")
    nameless = letter_of(missed("one"), missed("two", sender="Carol", seq=2), kind="group")
    assert told(nameless)["title"] == "Alice, Carol"


@pytest.mark.parametrize(("count", "body"), [(1, "You have 1 new message"), (3, "You have 3 new messages")])
def test_hidden_content_is_a_number_only(count: int, body: str) -> None:
    letter = letter_of(*[missed("secret", seq=seq) for seq in range(count)], title="Secret", kind="group", hide=True)
    assert (told(letter)["title"], told(letter)["body"]) == ("Hark", body)
    assert b"ecret" not in payload_build(letter, [])
    assert b"Alice" not in payload_build(letter, [])


def test_a_bare_one_tells_no_text() -> None:
    letter = letter_of(missed("secret"))
    assert told(letter, bare=True)["body"] == "You have 1 new message"
    assert told(letter, bare=True)["url"] == "/c/12"


def test_a_test_says_that_it_is_one() -> None:
    found = told(letter_of(), [14])
    assert set(found) == KEYS - {"conversation"}
    assert (found["tag"], found["url"], found["unread_tags"]) == ("test", "/", ["c14"])
    assert "This is a test" in found["body"]


@pytest.mark.parametrize(
    ("language", "lang", "direction"),
    [("en", "en", "ltr"), ("es", "es", "ltr"), ("ar", "ar", "rtl"), ("xx", "en", "ltr"), ("", "en", "ltr")],
)
def test_it_names_the_language_of_its_reader(language: str, lang: str, direction: str) -> None:
    found = told(letter_of(missed("Hello"), language=language))
    assert (found["lang"], found["dir"]) == (lang, direction)


def test_its_own_conversation_is_among_the_unread_and_there_is_an_end_to_them() -> None:
    found = told(letter_of(missed("Hello"), id=500), list(range(1, 100)))
    assert found["unread_tags"][:3] == ["c500", "c1", "c2"]
    assert len(found["unread_tags"]) == UNREAD_MAX


def test_names_keep_to_their_line_and_controls_do_not_come_through() -> None:
    letter = letter_of(missed("a\x00b\x1b[31m\tc\r\nd\u2028e", sender="Bob\r\n\u202egro.elpmaxe"), kind="group")
    found = told(letter)
    assert found["title"] == "Bob gro.elpmaxe"
    assert found["body"] == "Bob gro.elpmaxe: ab[31m c\nde"


@pytest.mark.parametrize("character", ["x", "é", "€", "😀", '"', "\\", "م"])
def test_a_long_text_is_cut_between_two_characters_and_fills_the_room(character: str) -> None:
    payload = payload_build(letter_of(missed("." + character * 10_000 + ".")), list(range(10**18, 10**18 + 40)))
    body = json.loads(payload)["body"]
    assert body.endswith("…")
    assert set(body[1:-1]) <= {character}
    assert len(payload) <= PAYLOAD_MAX
    assert len(payload) > PAYLOAD_MAX - 8


@given(
    texts=st.lists(TEXTS, min_size=1, max_size=3),
    sender=NAMES,
    title=NAMES,
    kind=st.sampled_from(["direct", "group"]),
    hide=st.booleans(),
    unread=st.lists(st.integers(1, 2**63 - 1), max_size=40),
    conversation=st.integers(1, 2**63 - 1),
    language=st.sampled_from(["en", "es", "ar", "tlh"]),
)
def test_whatever_is_told_it_fits_and_can_be_read(
    texts: list[str],
    sender: str,
    title: str,
    kind: str,
    hide: bool,
    unread: list[int],
    conversation: int,
    language: str,
) -> None:
    messages = [missed(text, sender=sender, seq=seq) for seq, text in enumerate(texts)]
    letter = letter_of(*messages, kind=kind, title=title, hide=hide, id=conversation, language=language)
    found = told(letter, unread)
    assert set(found) == KEYS
    assert found["title"]
    assert found["conversation"] == conversation
    assert f"c{conversation}" in found["unread_tags"]
    assert len(found["unread_tags"]) <= UNREAD_MAX


def test_a_topic_is_the_same_for_a_person_and_a_conversation_and_says_nothing(settings: Any) -> None:
    topic = topic_of(letter_of(missed("Hello")))
    assert topic == topic_of(letter_of(missed("Other", seq=9)))
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", topic)
    others = [letter_of(missed("Hello"), id=13), letter_of(missed("Hello"), user_id=3), letter_of()]
    assert len({topic, *map(topic_of, others)}) == 4
    settings.SECRET_KEY = "another" * 8
    assert topic_of(letter_of(missed("Hello"))) != topic


@pytest.mark.parametrize(
    ("letter", "urgent"),
    [
        (letter_of(missed("Hello")), True),
        (letter_of(missed("Hello"), kind="group"), False),
        (letter_of(missed("@bob: hello"), kind="group"), True),
        (letter_of(missed("@Bobby: hello"), kind="group"), False),
        (letter_of(), True),
    ],
)
def test_a_direct_message_and_a_mention_are_urgent(letter: Letter, urgent: bool) -> None:
    headers = push_headers(letter, endpoint_check("https://fcm.googleapis.com/x"))
    assert headers["Urgency"] == ("high" if urgent else "normal")
    assert headers["TTL"] == "86400"
