"""Marking as unread: a note to oneself."""

from typing import Any

from backend.accounts.models import User
from backend.chat.models import Participant
from tests.contract.clients import Api


def state(user: User, conversation_id: int) -> tuple[int, int]:
    c: dict[str, Any] = Api(user).get(f"conversations/{conversation_id}").json()
    return c["read_seq"], c["unread"]


def talk(alice: User, bob: User, conversation_id: int, messages: int) -> None:
    """Alice says so many things, and Bob has read them."""
    for number in range(messages):
        Api(alice).say(conversation_id, str(number))
    Api(bob).put(f"conversations/{conversation_id}/read", {"seq": messages})


def test_a_message_and_all_after_it_are_unread_again(alice: User, bob: User, direct: int) -> None:
    talk(alice, bob, direct, 4)
    api, url = Api(bob), f"conversations/{direct}/unread"
    for seq, read_seq, unread in [(3, 2, 2), (4, 2, 2), (2, 1, 3), (1, 0, 4)]:
        answer = api.put(url, {"seq": seq})
        assert (answer.status_code, answer.json()) == (200, {"read_seq": read_seq, "unread": unread})
        assert state(bob, direct) == (read_seq, unread)
    assert api.put(f"conversations/{direct}/read", {"seq": 3}).json() == {"read_seq": 3}
    assert state(bob, direct) == (3, 1)


def test_own_and_deleted_messages_do_not_count(alice: User, bob: User, direct: int) -> None:
    talk(alice, bob, direct, 2)
    Api(bob).say(direct, "mine")
    Api(alice).delete(f"conversations/{direct}/messages/2")
    assert Api(bob).put(f"conversations/{direct}/unread", {"seq": 1}).json() == {"read_seq": 0, "unread": 1}
    assert Api(bob).put(f"conversations/{direct}/read", {"seq": 3}).json() == {"read_seq": 3}
    assert Api(bob).put(f"conversations/{direct}/unread", {"seq": 2}).json() == {"read_seq": 1, "unread": 0}


def test_what_comes_after_is_unread_too(alice: User, bob: User, direct: int) -> None:
    talk(alice, bob, direct, 3)
    Api(bob).put(f"conversations/{direct}/unread", {"seq": 3})
    Api(alice).say(direct, "and this")
    assert state(bob, direct) == (2, 2)


def test_ones_own_devices_hear_of_it_and_nobody_else(alice: User, bob: User, direct: int) -> None:
    talk(alice, bob, direct, 3)
    cursors = {user.id: Api(user).get("sync").json()["cursor"] for user in (alice, bob)}
    Api(bob).put(f"conversations/{direct}/unread", {"seq": 2})
    [c] = Api(bob).get(f"sync?cursor={cursors[bob.id]}").json()["conversations"]
    assert (c["read_seq"], c["unread"]) == (1, 2)
    assert {person["id"]: person["read_seq"] for person in c["participants"]}[bob.id] == 1
    assert Api(alice).get("sync").json()["cursor"] == cursors[alice.id]
    seen = Api(alice).get(f"conversations/{direct}").json()["participants"]
    assert {person["id"]: person["read_seq"] for person in seen}[bob.id] == 3, "Bob has read it, and that stays true"
    [reach] = Api(alice).get(f"conversations/{direct}/reach").json()["reach"]
    assert reach["state"] == "read"


def test_what_is_unread_stays_so_and_wakes_nobody(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "hello")
    cursor = Api(bob).get("sync").json()["cursor"]
    answer = Api(bob).put(f"conversations/{direct}/unread", {"seq": 1})
    assert (answer.status_code, answer.json()) == (200, {"read_seq": 0, "unread": 1})
    assert Api(bob).get("sync").json()["cursor"] == cursor


def test_what_was_read_is_owed_to_nobody(alice: User, bob: User, direct: int) -> None:
    talk(alice, bob, direct, 2)
    Api(bob).put(f"conversations/{direct}/unread", {"seq": 1})
    assert Participant.objects.get(user=bob).waiting_since is None
    Api(alice).say(direct, "new")
    since = Participant.objects.get(user=bob).waiting_since
    assert since is not None
    Api(bob).put(f"conversations/{direct}/unread", {"seq": 1})
    assert Participant.objects.get(user=bob).waiting_since == since
