"""Whom one finds: not everybody can list everybody, and an address finds only who agreed to it."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from backend.accounts.models import User
from backend.chat import bounds
from backend.chat.membership import conversation_open
from backend.chat.requests import request_accept
from tests.conftest import Api, make_staff, person
from tests.problems import assert_problem


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """alice, bob: made by the operator; ops: staff; erin, frank: signed up by themselves."""
    made = {key: person(key) for key in ("alice", "bob", "erin", "frank", "ops")}
    User.objects.filter(name__in=["Erin", "Frank"]).update(self_registered=True)
    make_staff(User.objects.get(name="Ops"))
    for user in made.values():
        user.refresh_from_db()
    return made


def found(user: User, query: str = "") -> list[str]:
    return [someone["name"] for someone in Api(user).get(f"users?q={query}").json()["users"]]


@pytest.mark.parametrize(
    ("directory", "who", "names"),
    [
        ("contacts", "alice", ["Bob", "Ops"]),
        ("contacts", "erin", []),
        ("all", "erin", ["Alice", "Bob", "Frank", "Ops"]),
        ("staff", "alice", ["Ops"]),
        ("staff", "erin", ["Ops"]),
        ("staff", "ops", ["Alice", "Bob", "Erin", "Frank"]),
    ],
)
def test_the_directory_says_who_is_found(
    directory: str, who: str, names: list[str], people: dict[str, User], settings: Any
) -> None:
    settings.HARK_DIRECTORY = directory
    assert found(people[who]) == names
    shown = [name for name in names if "o" in name.lower()]
    assert found(people[who], "o") == shown


@pytest.mark.parametrize("directory", ["contacts", "all", "staff"])
def test_an_address_finds_only_who_agreed(directory: str, people: dict[str, User], settings: Any) -> None:
    settings.HARK_DIRECTORY = directory
    assert found(people["erin"], "frank@example.com") == found(people["erin"], "nobody@example.com") == []
    assert Api(people["frank"]).patch("me", {"findable": True}).json()["findable"] is True
    assert found(people["erin"], "Frank@EXAMPLE.com") == ["Frank"]
    assert found(people["erin"], "frank@example.co") == found(people["erin"], "@") == []
    User.objects.filter(name="Frank").update(email="frank@xn--bcher-kva.example")
    assert found(people["erin"], "frank@b%C3%BCcher.example") == ["Frank"]
    User.objects.filter(name="Frank").update(email="frank@example.com")
    Api(people["frank"]).patch("me", {"findable": False})
    assert found(people["erin"], "frank@example.com") == []


def test_members_of_a_conversation_find_each_other_and_pending_people_do_not(people: dict[str, User]) -> None:
    alice, erin = people["alice"], people["erin"]
    User.objects.filter(id=erin.id).update(findable=True)
    made, _ = conversation_open(user_id=alice.id, kind="group", others=[people["bob"].id, erin.id], title="")
    assert (found(erin), found(alice)) == ([], ["Bob", "Ops"])
    request_accept(user_id=erin.id, conversation_id=made["id"])
    assert (found(erin), found(alice)) == (["Alice", "Bob"], ["Bob", "Erin", "Ops"])


@pytest.mark.parametrize(
    ("directory", "who", "whom", "reached"),
    [
        ("contacts", "alice", "bob", True),
        ("contacts", "alice", "erin", False),
        ("contacts", "erin", "frank", False),
        ("all", "erin", "frank", True),
        ("staff", "erin", "ops", True),
        ("staff", "alice", "bob", False),
    ],
)
def test_an_id_that_one_cannot_find_is_no_person(
    directory: str, who: str, whom: str, reached: bool, people: dict[str, User], settings: Any
) -> None:
    settings.HARK_DIRECTORY = directory
    api, id_ = Api(people[who]), people[whom].id
    response = api.post("conversations", {"kind": "group", "participants": [id_]})
    if reached:
        assert response.status_code == 201
        return
    unknown = api.post("conversations", {"kind": "group", "participants": [999_999]})
    assert_problem(response, 400, "invalid_parameter", "participants")
    assert response.json() == unknown.json()
    User.objects.filter(id=id_).update(findable=True)
    assert api.post("conversations", {"kind": "direct", "participants": [id_]}).status_code == 201
    User.objects.filter(id=id_).update(findable=False)
    assert api.post("conversations", {"kind": "direct", "participants": [id_]}).status_code == 200, "it is there"


def test_one_search_of_a_person_for_people_runs_at_a_time(people: dict[str, User]) -> None:
    with psycopg.connect(**connection.get_connection_params() | {"context": None}, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [bounds.Kind.PEOPLE + people["alice"].id])
        assert_problem(Api(people["alice"]).get("users?q=o"), 429, "search_running")
        assert Api(people["bob"]).get("users?q=o").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_search_for_people_that_takes_too_long_is_given_up(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SEARCH_TIME", 100)
    api = Api(people["ops"])
    with psycopg.connect(**connection.get_connection_params() | {"context": None}) as slow:
        slow.execute("LOCK TABLE accounts_contact IN ACCESS EXCLUSIVE MODE")
        assert_problem(api.get("users?q=o"), 400, "search_too_broad")
