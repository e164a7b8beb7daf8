"""Opening conversations, and who is in them."""

from typing import Any

import pytest

from backend.accounts.models import User
from backend.chat.models import Conversation
from tests.conftest import switch_off
from tests.contract.clients import Api
from tests.contract.shapes import assert_c
from tests.parallel import in_parallel
from tests.problems import assert_problem


def people(c: dict[str, Any]) -> list[str]:
    return [someone["name"] for someone in c["participants"]]


def test_opening_a_direct_conversation_twice_gives_the_same_one(alice: User, bob: User) -> None:
    made = Api(alice).post("conversations", {"kind": "direct", "participants": [bob.id]})
    again = Api(alice).post("conversations", {"kind": "direct", "participants": [bob.id, alice.id]})
    by_bob = Api(bob).post("conversations", {"kind": "direct", "participants": [alice.id]})
    assert [made.status_code, again.status_code, by_bob.status_code] == [201, 200, 200]
    assert made.json()["id"] == again.json()["id"] == by_bob.json()["id"]
    assert_c(made.json())
    assert (made.json()["kind"], made.json()["title"], made.json()["owner"]) == ("direct", "", None)
    assert people(made.json()) == ["Alice", "Bob"]


def test_opened_at_the_same_time_by_both_it_is_one(alice: User, bob: User) -> None:
    sides = [(Api(alice), bob.id), (Api(bob), alice.id)]

    def open_it(number: int) -> tuple[int, int]:
        api, other = sides[number % 2]
        response = api.post("conversations", {"kind": "direct", "participants": [other]})
        return response.status_code, response.json()["id"]

    answers = in_parallel(8, open_it)
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({id_ for _, id_ in answers}) == Conversation.objects.count() == 1


def test_a_group_has_a_title_and_everybody_named(alice: User, bob: User, carol: User) -> None:
    body = {"kind": "group", "participants": [bob.id, carol.id, bob.id], "title": "Harbour light"}
    first, second = (Api(alice).post("conversations", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    c = first.json()
    assert_c(c)
    assert (c["title"], c["owner"], people(c), c["last_seq"], c["unread"], c["read_seq"]) == (
        "Harbour light",
        alice.id,
        ["Alice", "Bob", "Carol"],
        0,
        0,
        0,
    )
    assert c["last_message"] is None
    assert c["notifications"] == {"level": "all", "muted_until": None}
    assert Api(carol).get(f"conversations/{c['id']}").json() == c


def test_anybody_in_a_group_renames_it_for_all(alice: User, bob: User, group: int) -> None:
    response = Api(bob).patch(f"conversations/{group}", {"title": "Night watch"})
    assert (response.status_code, response.json()["title"]) == (200, "Night watch")
    assert Api(alice).get(f"conversations/{group}").json()["title"] == "Night watch"
    assert Api(bob).patch(f"conversations/{group}", {"title": ""}).json()["title"] == ""


def test_a_new_participant_sees_the_history_and_has_nothing_unread(alice: User, dave: User, group: int) -> None:
    api = Api(alice)
    api.say(group, "before you came")
    response = api.post(f"conversations/{group}/participants", {"user": dave.id})
    assert response.status_code == 201
    assert people(response.json()) == ["Alice", "Bob", "Carol", "Dave"]
    c = Api(dave).get(f"conversations/{group}").json()
    assert (c["unread"], c["read_seq"], c["last_message"]["text"]) == (0, 1, "before you came")
    assert api.post(f"conversations/{group}/participants", {"user": dave.id}).status_code == 200


def test_one_may_leave_and_come_back(alice: User, bob: User, group: int) -> None:
    api = Api(alice)
    assert Api(bob).delete(f"conversations/{group}/participants/{bob.id}").status_code == 204
    assert people(api.get(f"conversations/{group}").json()) == ["Alice", "Carol"]
    api.say(group, "while bob was away")
    assert api.post(f"conversations/{group}/participants", {"user": bob.id}).status_code == 201
    assert Api(bob).get(f"conversations/{group}").json()["unread"] == 0
    assert_problem(api.delete(f"conversations/{group}/participants/999999"), 404, "not_found")


def test_only_the_owner_removes_others(alice: User, bob: User, carol: User, group: int) -> None:
    url = f"conversations/{group}/participants/{carol.id}"
    assert_problem(Api(bob).delete(url), 403, "not_owner")
    assert Api(alice).delete(url).status_code == 204
    assert_problem(Api(alice).delete(url), 404, "not_found")
    assert_problem(Api(carol).get(f"conversations/{group}"), 404, "not_found")


def test_a_direct_conversation_is_fixed(alice: User, bob: User, carol: User, direct: int) -> None:
    api = Api(alice)
    assert_problem(api.patch(f"conversations/{direct}", {"title": "x"}), 409, "direct_is_fixed")
    added = api.post(f"conversations/{direct}/participants", {"user": carol.id})
    assert_problem(added, 409, "direct_is_fixed")
    for someone in (alice, bob):
        gone = api.delete(f"conversations/{direct}/participants/{someone.id}")
        assert_problem(gone, 409, "direct_is_fixed")


def test_a_group_is_full_at_its_limit(alice: User) -> None:
    api = Api(alice)
    people = User.objects.bulk_create(User(email=f"p{number}@example.com", name="P") for number in range(500))
    more = [someone.id for someone in people]
    full = api.post("conversations", {"kind": "group", "participants": more})
    assert_problem(full, 409, "conversation_full")
    made = api.post("conversations", {"kind": "group", "participants": more[:499]}).json()["id"]
    assert_problem(api.post(f"conversations/{made}/participants", {"user": more[499]}), 409, "conversation_full")


def test_an_inactive_person_cannot_be_written_to(alice: User, bob: User) -> None:
    switch_off(bob)
    response = Api(alice).post("conversations", {"kind": "direct", "participants": [bob.id]})
    assert_problem(response, 400, "invalid_parameter", "participants")


def test_conversations_are_paged_by_newest_activity(alice: User, bob: User) -> None:
    api = Api(alice)
    body = {"kind": "group", "participants": [bob.id]}
    ids = [api.post("conversations", body).json()["id"] for _ in range(5)]
    api.say(ids[1], "wakes it")
    expected = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    seen, before = [], ""
    while True:
        page = api.get(f"conversations?limit=2{before}").json()
        assert set(page) == {"conversations", "next"}
        seen += [c["id"] for c in page["conversations"]]
        for c in page["conversations"]:
            assert_c(c)
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == expected


@pytest.mark.parametrize("muted_until", [None, "2030-01-02T03:04:05Z"])
def test_what_one_is_told_is_ones_own_choice(muted_until: str | None, alice: User, bob: User, direct: int) -> None:
    chosen = {"level": "mentions", "muted_until": muted_until}
    response = Api(alice).put(f"conversations/{direct}/notifications", chosen)
    assert_c(response.json())
    assert response.json()["notifications"] == chosen
    assert Api(bob).get(f"conversations/{direct}").json()["notifications"]["level"] == "all"
