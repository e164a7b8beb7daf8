"""What people may be called, what they may write, and how others tell them apart."""

import uuid
from typing import Any

import pytest
from rest_framework import serializers

from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.api.serializers import Body, Line, StrictSerializer, Text
from tests.conftest import PASSWORD
from tests.contract.clients import Api
from tests.problems import assert_problem
from tests.routes import api_routes

# Secrets, addresses and questions: nobody else sees them, and they are compared as they were sent.
NOT_SHOWN = {"email", "password", "current", "new", "code", "q", "timezone", "p256dh", "auth", "endpoint"}
UNCLEAR = [
    "a\u202eb",
    "Ali\u200bce",
    "\u200b",
    "\u3164",
    "a\x1b[0m",
    "a\r\nb",
    "a\u2066b",
    "x\u0335\u0335\u0335\u0335\u0335",
]
EMPTY_BODIES = ["\u200b", "\u202e\n", "\u3164", "\u2800 \n", "\u0301", "\ufeff", "a\x1b[0m", "a\x07"]


def inputs() -> list[type[StrictSerializer]]:
    """All that takes something in, in every app: whatever an address leads to is imported first."""
    assert api_routes()
    found, waiting = [], [StrictSerializer]
    while waiting:
        found.append(kind := waiting.pop())
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("backend.")]


def test_each_text_that_others_see_goes_through_the_same_function() -> None:
    fields = [(kind, name, field) for kind in inputs() for name, field in kind().fields.items()]
    assert len(fields) > 30
    for kind, name, field in fields:
        if isinstance(field, serializers.CharField) and not isinstance(
            field, serializers.UUIDField | serializers.EmailField
        ):
            assert isinstance(field, Text), f"{kind.__name__}.{name} is no Text"
        if type(field) is Text:
            assert name in NOT_SHOWN, f"{kind.__name__}.{name}: what others see is a Line or a Body"


@pytest.mark.parametrize("field", [Line, Body])
def test_a_line_and_a_body_refuse_what_shows_nothing(field: type[Text]) -> None:
    for text in ("\u200b", "\u3164", "\u202e"):
        with pytest.raises(serializers.ValidationError):
            field(max_length=100).run_validation(text)


@pytest.mark.parametrize("name", [*UNCLEAR, "Alice ✓", "Admin", "\u0410dmin", "Hark Support", "الدعم"])
def test_a_name_that_is_not_clear_or_imitates_staff_is_refused(name: str, alice: User) -> None:
    assert_problem(Api(alice).patch("me", {"name": name}), 400, "invalid_parameter", "name")
    body = {"email": "erin@example.com", "name": name}
    assert_problem(Api().post("auth/signup", body), 400, "invalid_parameter", "name")


@pytest.mark.parametrize("title", UNCLEAR)
def test_titles_and_names_of_tokens_are_clear_too(title: str, alice: User, group: int) -> None:
    assert_problem(Api(alice).patch(f"conversations/{group}", {"title": title}), 400, "invalid_parameter", "title")
    body = {"email": alice.email, "password": PASSWORD, "name": title}
    assert_problem(Api().post("auth/tokens", body), 400, "invalid_parameter", "name")


def test_a_name_is_kept_in_one_spelling(alice: User) -> None:
    assert Api(alice).patch("me", {"name": " Zoe\u0301  Lee "}).json()["name"] == "Zo\u00eb Lee".replace(
        "\u00eb", "\u00e9"
    )


@pytest.mark.parametrize("text", EMPTY_BODIES)
def test_a_message_shows_something_and_has_no_controls(text: str, alice: User, group: int) -> None:
    api = Api(alice)
    body = {"client_id": str(uuid.uuid4()), "text": text}
    assert_problem(api.post(f"conversations/{group}/messages", body), 400, "invalid_parameter", "text")
    seq = api.say(group, "hello")["seq"]
    assert_problem(api.patch(f"conversations/{group}/messages/{seq}", {"text": text}), 400, "invalid_parameter", "text")


def test_a_message_stays_as_it_was_typed(alice: User, group: int) -> None:
    for text in ("\u202eabc", "a\tb\r\nc", " e\u0301 ", "\u3164a"):
        assert Api(alice).say(group, text)["text"] == text


def participants(api: Api, conversation: int) -> dict[int, dict[str, Any]]:
    c = api.get(f"conversations/{conversation}").json()
    return {someone["id"]: someone for someone in c["participants"]}


def test_names_that_look_alike_in_one_conversation_are_marked(alice: User, bob: User, carol: User, group: int) -> None:
    api = Api(alice)
    assert not any(someone["look_alike"] for someone in participants(api, group).values())
    Api(bob).patch("me", {"name": "AI\u0456ce"})
    marked = {id_ for id_, someone in participants(api, group).items() if someone["look_alike"]}
    assert marked == {alice.id, bob.id}
    Api(bob).patch("me", {"name": "Bob"})
    assert not any(someone["look_alike"] for someone in participants(api, group).values())


def test_who_is_staff_is_told_and_may_be_called_so(alice: User, bob: User) -> None:
    ops = user_create(email="ops@example.com", name="Hark Support", password=PASSWORD, is_staff=True)
    api = Api(alice)
    made = api.post("conversations", {"kind": "group", "participants": [bob.id, ops.id]}).json()
    assert {id_: someone["is_staff"] for id_, someone in participants(api, made["id"]).items()} == {
        alice.id: False,
        bob.id: False,
        ops.id: True,
    }
