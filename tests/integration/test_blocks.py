"""A block keeps two people apart: no messages, no invitations, no signs of each other."""

import uuid
from typing import Any

import pytest

from backend.accounts.contacts import BLOCKS_MAX, contact_make
from backend.accounts.models import Block, Contact, User
from backend.chat import typing
from backend.chat.models import Participant
from backend.notifications.models import Delivery, LogEntry
from tests.conftest import Api, person
from tests.problems import assert_problem
from tests.support.owed import time_passes
from worker.dispatch import bursts_decide

BOTH = pytest.mark.parametrize(("blocker", "blocked"), [("alice", "bob"), ("bob", "alice")])


def block(who: User, whom: User) -> None:
    assert Api(who).put(f"blocks/{whom.id}").status_code == 204


def send(api: Api, conversation_id: int) -> Any:
    return api.post(f"conversations/{conversation_id}/messages", {"client_id": str(uuid.uuid4()), "text": "x"})


@BOTH
def test_neither_changes_anything_in_a_direct_conversation(
    blocker: str, blocked: str, alice: User, bob: User, direct: int
) -> None:
    people = {"alice": alice, "bob": bob}
    for someone in people.values():
        Api(someone).say(direct, "before")
    block(people[blocker], people[blocked])
    one = f"conversations/{direct}"
    for seq, someone in enumerate(people.values(), start=1):
        api = Api(someone)
        for response in (
            send(api, direct),
            api.patch(f"{one}/messages/{seq}", {"text": "after"}),
            api.put(f"{one}/messages/1/reactions/%F0%9F%91%8D"),
            api.put(f"{one}/typing", {}),
        ):
            assert_problem(response, 403, "blocked")
        assert api.get(f"{one}/messages").json()["last_seq"] == 2, "what was said can be read"
    for seq, someone in enumerate(people.values(), start=1):
        gone = Api(someone).delete(f"{one}/messages/{seq}")
        assert gone.status_code == 200, "one's own words can be taken back"
    assert_problem(send(Api(person("dave")), direct), 404, "not_found")


@BOTH
def test_neither_reaches_the_other_in_another_way(
    blocker: str, blocked: str, alice: User, bob: User, carol: User
) -> None:
    people = {"alice": alice, "bob": bob}
    block(people[blocker], people[blocked])
    for who, whom in ((alice, bob), (bob, alice)):
        api = Api(who)
        unknown = api.post("conversations", {"kind": "direct", "participants": [999_999]})
        for body in (
            {"kind": "direct", "participants": [whom.id]},
            {"kind": "group", "participants": [whom.id, carol.id]},
        ):
            response = api.post("conversations", body)
            assert_problem(response, 400, "invalid_parameter", "participants")
            assert response.json() == unknown.json()
        group = api.post("conversations", {"kind": "group", "participants": [carol.id]}).json()["id"]
        added = api.post(f"conversations/{group}/participants", {"user": whom.id})
        assert_problem(added, 400, "invalid_parameter", "user")
        assert [someone["id"] for someone in api.get("users").json()["users"]] == [carol.id]


@BOTH
def test_neither_sees_the_other_read_type_or_look(
    blocker: str, blocked: str, alice: User, bob: User, carol: User, group: int
) -> None:
    people = {"alice": alice, "bob": bob}
    Api(carol).say(group, "hello")
    Api(alice).say(group, "hello")
    block(people[blocker], people[blocked])
    Api(bob).put(f"conversations/{group}/read", {"seq": 2})
    Api(bob).put(f"conversations/{group}/typing", {})

    def bob_as_seen_by(user: User) -> tuple[int, list[str], str]:
        api = Api(user)
        c = api.get(f"conversations/{group}").json()
        typists = api.get(f"sync?conversation={group}&after=0").json()["typing"]
        reach = {one["user"]: one["state"] for one in api.get(f"conversations/{group}/reach").json()["reach"]}
        read = {one["id"]: one["read_seq"] for one in c["participants"]}
        return read[bob.id], [one["name"] for one in typists], reach.get(bob.id, "")

    assert bob_as_seen_by(carol) == (2, ["Bob"], "read")
    assert bob_as_seen_by(alice) == (0, [], "not_told")
    assert [one["name"] for one in typing.typing_now(group, besides=alice.id).people] == []


def test_the_blocker_alone_sees_whom_they_block(alice: User, bob: User, group: int, direct: int) -> None:
    cursor = Api(alice).get("sync").json()["cursor"]
    block(alice, bob)
    assert [b["id"] for b in Api(alice).get("blocks").json()["blocks"]] == [bob.id]
    assert {c["id"]: c["blocked"] for c in Api(alice).get(f"sync?cursor={cursor}").json()["conversations"]} == {
        group: [bob.id],
        direct: [bob.id],
    }
    assert Api(bob).get("blocks").json() == {"blocks": []}
    assert Api(bob).get(f"conversations/{direct}").json()["blocked"] == []
    assert Api(alice).delete(f"blocks/{bob.id}").status_code == 204
    assert_problem(Api(alice).delete(f"blocks/{bob.id}"), 404, "not_found")
    assert Api(alice).get(f"conversations/{direct}").json()["blocked"] == []
    Api(bob).say(direct, "again")


def test_in_a_group_their_messages_come_by_the_log_and_notify_nobody_who_blocks_them(
    alice: User, bob: User, carol: User, group: int
) -> None:
    block(alice, bob)
    Api(bob).say(group, "to all")
    assert Api(alice).get(f"conversations/{group}/messages").json()["messages"][0]["text"] == "to all"
    time_passes(hours=1)
    bursts_decide()
    assert list(Delivery.objects.values_list("recipient", flat=True)) == [carol.id]
    assert LogEntry.objects.get(recipient=alice).verdict == "blocked"
    assert not Participant.objects.exclude(waiting_since=None).filter(user=alice).exists()
    Api(carol).say(group, "I agree")
    time_passes(hours=1)
    bursts_decide()
    [item] = Delivery.objects.get(recipient=alice).items.all()
    assert (item.first_seq, item.last_seq) == (2, 2)


def test_what_was_written_before_the_block_is_not_announced_after_it(alice: User, bob: User, direct: int) -> None:
    Api(bob).say(direct, "before")
    block(alice, bob)
    time_passes(hours=1)
    bursts_decide()
    assert not Delivery.objects.exists()


def test_a_block_declines_requests_and_ends_the_acquaintance(alice: User, bob: User) -> None:
    User.objects.filter(id=bob.id).update(self_registered=True)
    bob.refresh_from_db()
    contact_make(user_id=alice.id, other_id=bob.id)
    Contact.objects.filter(user=alice, other=bob).delete()
    Contact.objects.filter(user=bob, other=alice).delete()
    User.objects.filter(id=alice.id).update(findable=True)
    made = Api(bob).post("conversations", {"kind": "group", "participants": [alice.id]}).json()["id"]
    assert Api(alice).get(f"conversations/{made}").json()["request"]
    block(alice, bob)
    assert_problem(Api(alice).get(f"conversations/{made}"), 404, "not_found")
    assert not Contact.objects.exists()


def test_one_blocks_only_people_whom_one_has_met(alice: User, bob: User) -> None:
    User.objects.filter(id=bob.id).update(self_registered=True, findable=True)
    assert_problem(Api(alice).put(f"blocks/{bob.id}"), 404, "not_found")
    assert_problem(Api(alice).put(f"blocks/{alice.id}"), 404, "not_found")
    Api(alice).post("conversations", {"kind": "direct", "participants": [bob.id]})
    block(bob, alice)


def test_a_person_blocks_a_bounded_number_of_people(alice: User, bob: User) -> None:
    people = User.objects.bulk_create(User(email=f"p{n}@example.com", name="P") for n in range(BLOCKS_MAX))
    Block.objects.bulk_create(Block(blocker=alice, blocked=one) for one in people)
    assert_problem(Api(alice).put(f"blocks/{bob.id}"), 409, "too_many_blocks")
