"""What a message may not be."""

import uuid
from typing import Any

import pytest

from backend.accounts.models import User
from backend.chat.models import Message
from tests.contract.clients import Api
from tests.problems import assert_problem

MISSING: Any = object()

TEXTS = {
    "missing": MISSING,
    "null": None,
    "empty": "",
    "blank": " \t\n\u2003",
    "over 10,000 characters": "x" * 10_001,
    "with NUL": "a\0b",
    "with a lone high surrogate": "a\ud800b",
    "with a lone low surrogate": "\udc00",
    "a number": 5,
    "a boolean": True,
    "a list": ["hello"],
    "an object": {"text": "hello"},
}
CLIENT_IDS = {
    "missing": MISSING,
    "null": None,
    "empty": "",
    "no UUID": "not-a-uuid",
    "a number": 5,
    "a huge number": 2**130,
    "a UUID and more": f"{uuid.uuid4()}0",
    "with a lone surrogate": "\ud800",
    "a list": [],
}
REPLIES = {
    "zero": 0,
    "negative": -1,
    "a string": "1",
    "a fraction": 1.5,
    "a boolean": True,
    "beyond 64 bits": 2**63,
    "the next message": 2,
}


def body_with(**fields: Any) -> dict[str, Any]:
    body = {"client_id": str(uuid.uuid4()), "text": "hello", **fields}
    return {name: value for name, value in body.items() if value is not MISSING}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_refuses_to_send_a_text_that_is(text: Any, alice: User, direct: int) -> None:
    response = Api(alice).post(f"conversations/{direct}/messages", body_with(text=text))
    assert_problem(response, 400, "invalid_parameter", "text")
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_refuses_to_edit_into_a_text_that_is(text: Any, alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "hello")
    body = {} if text is MISSING else {"text": text}
    assert_problem(api.patch(f"conversations/{direct}/messages/1", body), 400, "invalid_parameter", "text")
    assert Message.objects.get().text == "hello"


@pytest.mark.parametrize("client_id", CLIENT_IDS.values(), ids=CLIENT_IDS)
def test_it_refuses_a_client_id_that_is(client_id: Any, alice: User, direct: int) -> None:
    response = Api(alice).post(f"conversations/{direct}/messages", body_with(client_id=client_id))
    assert_problem(response, 400, "invalid_parameter", "client_id")


@pytest.mark.parametrize("reply_to", REPLIES.values(), ids=REPLIES)
def test_it_refuses_a_reply_to_that_is(reply_to: Any, alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "the only one")
    response = api.post(f"conversations/{direct}/messages", body_with(reply_to=reply_to))
    assert_problem(response, 400, "invalid_parameter", "reply_to")
    assert Message.objects.count() == 1


@pytest.mark.parametrize("change", [{"text": "another"}, {"reply_to": 1}], ids=str)
def test_it_refuses_a_client_id_reused_for_another_message(change: dict[str, Any], alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "before")
    body = body_with()
    assert api.post(f"conversations/{direct}/messages", body).status_code == 201
    reused = api.post(f"conversations/{direct}/messages", {**body, **change})
    assert_problem(reused, 409, "client_id_reused")
    assert Message.objects.count() == 2


def test_it_takes_a_text_of_exactly_10000_characters_as_it_is(alice: User, direct: int) -> None:
    text = " \U0001f44b\u202e\n" + "x" * 9_995 + " "
    assert len(text) == 10_000
    assert Api(alice).say(direct, text)["text"] == text


def test_a_message_of_somebody_else_can_be_neither_edited_nor_deleted(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "mine")
    api = Api(bob)
    assert_problem(api.patch(f"conversations/{direct}/messages/1", {"text": "yours"}), 403, "not_author")
    assert_problem(api.delete(f"conversations/{direct}/messages/1"), 403, "not_author")
    assert Message.objects.get().text == "mine"


@pytest.mark.parametrize("seq", [0, 2, 2**63, 10**30])
def test_a_seq_that_does_not_exist_is_not_found(seq: int, alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "the only one")
    assert_problem(api.patch(f"conversations/{direct}/messages/{seq}", {"text": "hello"}), 404, "not_found")
    assert_problem(api.delete(f"conversations/{direct}/messages/{seq}"), 404, "not_found")


def test_a_deleted_message_cannot_be_edited(alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "oops")
    api.delete(f"conversations/{direct}/messages/1")
    problem = api.patch(f"conversations/{direct}/messages/1", {"text": "never mind"})
    assert_problem(problem, 409, "message_deleted")
