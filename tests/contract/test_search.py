"""Search: by words, in one's own conversations, newest first."""

from typing import Any
from urllib.parse import urlencode

import pytest

from backend.accounts.models import User
from tests.contract.clients import Api
from tests.contract.shapes import assert_m
from tests.problems import assert_problem


def search(user: User, q: str, **more: Any) -> Any:
    answer = Api(user).get(f"search?{urlencode({'q': q, **more})}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def texts(user: User, q: str, **more: Any) -> list[str]:
    return [found["message"]["text"] for found in search(user, q, **more)["results"]]


def test_it_finds_messages_in_all_of_ones_conversations_newest_first(
    alice: User, bob: User, direct: int, group: int
) -> None:
    m = Api(alice).say(direct, "The harbour at night")
    Api(bob).say(group, "No words of it here")
    Api(bob).say(group, "Night falls on the HARBOUR")
    answer = search(bob, "harbour")
    assert set(answer) == {"results", "next"}
    assert [set(found) for found in answer["results"]] == [{"conversation", "message"}] * 2
    assert [(found["conversation"], found["message"]["seq"]) for found in answer["results"]] == [
        (group, 2),
        (direct, 1),
    ]
    assert_m(answer["results"][1]["message"])
    assert answer["results"][1]["message"] == m
    assert answer["next"] is None
    assert texts(bob, "harbour", conversation=direct) == ["The harbour at night"]


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("ships", True),
        ("SHIPS leave", True),
        ("leave ships", True),
        ("ships harbour", False),
        ("le", True),  # the last word may go on
        ("ships lea", True),
        ("lea ships", False),  # the others may not
        ("lea ", False),
        ('"ships leave"', True),
        ('"leave ships"', False),
        ('"ships lea', True),  # not closed yet
        ('"ships lea"', False),
        ("ships -leave", False),
        ("ships -lea", True),
        ("ships -harbour", True),
        ("harbour or ships", True),
        ("zürich", True),
        ("ZÜRICH", True),
        ("example.com", True),
        ("port-side", True),
        ("o'clock", True),
        ("5", False),
        ("50", True),
        ("猫", True),
        ("' | !x:* \\ <-> (", False),
        ("%", False),
        ("_", False),
        ("in 1", False),
        ("& | ! ( ) :*", False),
    ],
)
def test_it_reads_words_as_people_type_them(q: str, is_found: bool, alice: User, direct: int) -> None:
    text = "Ships leave Zürich at 50 o'clock, port-side. See example.com or 猫 👍"
    Api(alice).say(direct, text)
    assert texts(alice, q) == ([text] if is_found else [])


def test_nobody_finds_what_they_may_not_see(alice: User, bob: User, dave: User, group: int) -> None:
    Api(alice).say(group, "among us")
    assert texts(bob, "among") == ["among us"]
    assert texts(dave, "among") == []
    assert_problem(Api(dave).get(f"search?q=among&conversation={group}"), 404, "not_found")
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")
    assert texts(bob, "among") == []
    assert_problem(Api(bob).get(f"search?q=among&conversation={group}"), 404, "not_found")
    Api(alice).post(f"conversations/{group}/participants", {"user": bob.id})
    assert texts(bob, "among") == ["among us"]


def test_it_finds_what_a_message_says_now_and_nothing_of_a_deleted_one(alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "first words")
    api.patch(f"conversations/{direct}/messages/1", {"text": "second thoughts"})
    assert (texts(alice, "words"), texts(alice, "thoughts")) == ([], ["second thoughts"])
    api.delete(f"conversations/{direct}/messages/1")
    for q in ("words", "thoughts", "-nothing"):
        assert search(alice, q) == {"results": [], "next": None}


def test_pages_meet_without_a_hole(alice: User, direct: int, group: int) -> None:
    for number in range(7):
        Api(alice).say(group if number % 3 else direct, f"page {number}")
    found: list[str] = []
    answer = search(alice, "page", limit=3)
    while True:
        found += [result["message"]["text"] for result in answer["results"]]
        if answer["next"] is None:
            break
        Api(alice).say(direct, "page of another time")
        answer = search(alice, "page", limit=3, before=answer["next"])
    assert found == [f"page {number}" for number in range(6, -1, -1)]


def test_who_is_in_no_conversation_finds_nothing(dave: User) -> None:
    assert search(dave, "anything") == {"results": [], "next": None}


@pytest.mark.parametrize("q", ["x" * 200, "-x " * 66, "a or " * 39 + "b", '"' * 200, "猫" * 200, "((((" * 50])
def test_it_survives_whatever_is_typed(q: str, alice: User, direct: int) -> None:
    Api(alice).say(direct, "hello")
    assert isinstance(search(alice, q)["results"], list)
