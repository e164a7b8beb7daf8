"""Me, my tokens, and the people I may write to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from backend.accounts.models import ApiToken, User
from backend.accounts.services import user_create
from tests.conftest import PASSWORD, person, switch_off
from tests.contract.clients import Api
from tests.problems import assert_problem


def test_me_is_what_one_is_and_chose(alice: User) -> None:
    assert Api(alice).get("me").json() == {
        "id": alice.id,
        "email": "alice@example.com",
        "name": "Alice",
        "timezone": "UTC",
        "language": "en",
        "is_staff": False,
        "findable": False,
    }


@pytest.mark.parametrize(
    "changes",
    [{"name": "Alice L."}, {"timezone": "Europe/Berlin"}, {"language": "es"}, {"name": "A", "language": "ar"}, {}],
    ids=str,
)
def test_me_changes_what_is_given_and_nothing_else(changes: dict[str, str], alice: User, bob: User) -> None:
    api = Api(alice)
    before = api.get("me").json()
    assert api.patch("me", changes).json() == before | changes
    assert api.get("me").json() == before | changes
    assert Api(bob).get("me").json()["name"] == "Bob"


@pytest.mark.parametrize("field", ["email", "is_staff", "id", "password"])
def test_me_does_not_let_one_change_who_one_is(field: str, alice: User) -> None:
    assert_problem(Api(alice).patch("me", {field: "x"}), 400, "unknown_parameter", field)


def test_a_token_is_shown_once_and_stored_as_a_hash(alice: User) -> None:
    body = {"email": alice.email, "password": PASSWORD, "name": "a bot"}
    response = Api().post("auth/tokens", body)
    made = response.json()
    assert response.status_code == 201
    assert set(made) == {"id", "name", "token", "expires_at"}
    assert made["token"].startswith("hark_")
    assert datetime.fromisoformat(made["expires_at"]) > timezone.now() + timedelta(days=364)
    assert datetime.fromisoformat(made["expires_at"]).tzinfo == UTC
    assert made["token"] not in str(ApiToken.objects.filter(id=made["id"]).values())


def test_ones_tokens_are_listed_newest_first_and_deleted_one_by_one(alice: User, bob: User) -> None:
    api, other = Api(alice), Api(bob)
    body = {"email": alice.email, "password": PASSWORD, "name": "a bot"}
    made = api.post("auth/tokens", body).json()
    tokens = api.get("auth/tokens").json()["tokens"]
    assert [token["name"] for token in tokens] == ["a bot", "test"]
    assert all(set(token) == {"id", "name", "created_at", "expires_at", "last_used_at"} for token in tokens)
    assert_problem(other.delete(f"auth/tokens/{made['id']}"), 404, "not_found")
    assert api.delete(f"auth/tokens/{made['id']}").status_code == 204
    assert_problem(api.delete(f"auth/tokens/{made['id']}"), 404, "not_found")
    assert [token["name"] for token in api.get("auth/tokens").json()["tokens"]] == ["test"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bob", "Carol"]),
        ("?q=", ["Bob", "Carol"]),
        ("?q=aro", ["Carol"]),
        ("?q=BOB", ["Bob"]),
        ("?q=bob@EXAMPLE.com", ["Bob"]),
        ("?q=carol@example.com", []),
        ("?q=example.com", []),
        ("?q=bob@", []),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=alice", []),
    ],
)
def test_people_are_found_by_name_and_who_agreed_by_the_whole_address(
    query: str, found: list[str], alice: User, bob: User, carol: User
) -> None:
    switch_off(person("gone"))
    assert Api(bob).patch("me", {"findable": True}).status_code == 200
    people = Api(alice).get(f"users{query}").json()["users"]
    assert [someone["name"] for someone in people] == found
    assert all(set(someone) == {"id", "name"} for someone in people)


def test_no_more_than_fifty_people_are_found(alice: User) -> None:
    for number in range(51):
        user_create(email=f"p{number}@example.com", name=f"Person {number}", password=PASSWORD)
    assert len(Api(alice).get("users?q=person").json()["users"]) == 50
