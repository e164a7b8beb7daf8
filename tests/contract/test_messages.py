"""Sending, changing and listing messages; reading and typing."""

import uuid
from typing import Any

import pytest

from backend.accounts.models import User
from backend.chat.models import Message
from tests.conftest import person
from tests.contract.clients import Api
from tests.contract.shapes import assert_m

PAGE = {"messages", "cursor", "last_seq", "has_more"}


def texts(page: dict[str, Any]) -> list[str]:
    return [message["text"] for message in page["messages"]]


def test_a_sent_message_is_numbered_and_answered(alice: User, direct: int) -> None:
    client_id = str(uuid.uuid4())
    first = Api(alice).say(direct, "Hello, Bob", client_id=client_id)
    assert_m(first)
    assert first["sender"] == {"id": alice.id, "name": "Alice"}
    assert (first["seq"], first["rev"], first["text"], first["client_id"]) == (1, 1, "Hello, Bob", client_id)
    assert (first["edited_at"], first["deleted"], first["reply_to"]) == (None, False, None)
    assert Api(alice).say(direct, "Again", reply_to=1)["reply_to"] == 1


def test_it_answers_a_replayed_send_with_the_first_message(alice: User, bob: User, direct: int) -> None:
    api, url = Api(alice), f"conversations/{direct}/messages"
    body = {"client_id": str(uuid.uuid4()), "text": "once"}
    first = api.post(url, body)
    again = api.post(url, {**body, "client_id": body["client_id"].upper()})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == 1
    assert Api(bob).post(url, body).status_code == 201, "another sender's client_id is another"


def test_a_replay_is_answered_after_an_edit_and_after_a_delete(alice: User, direct: int) -> None:
    api, url = Api(alice), f"conversations/{direct}/messages"
    body = {"client_id": str(uuid.uuid4()), "text": "once"}
    api.post(url, body)
    edited = api.patch(f"{url}/1", {"text": "twice"}).json()
    replay = api.post(url, body)
    assert (replay.status_code, replay.json()) == (200, edited)
    assert api.post(url, {**body, "text": "twice"}).json()["code"] == "client_id_reused"
    deleted = api.delete(f"{url}/1").json()
    replay = api.post(url, body)
    assert (replay.status_code, replay.json()) == (200, deleted)
    assert api.post(url, {**body, "text": "twice"}).json()["code"] == "client_id_reused"


def test_an_edit_moves_the_rev_and_keeps_the_seq(alice: User, bob: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "hello")
    api.say(direct, "another")
    edited = api.patch(f"conversations/{direct}/messages/1", {"text": "hello, Bob"})
    assert edited.status_code == 200
    assert_m(edited.json())
    m = edited.json()
    assert (m["seq"], m["rev"], m["text"], m["deleted"]) == (1, 3, "hello, Bob", False)
    assert Api(alice).patch(f"conversations/{direct}/messages/1", {"text": "hello, Bob"}).json()["rev"] == 3
    assert m["edited_at"] is not None
    assert texts(Api(bob).get(f"conversations/{direct}/messages").json()) == ["hello, Bob", "another"]


def test_a_deleted_message_stays_without_its_text(alice: User, bob: User, direct: int) -> None:
    api, url = Api(alice), f"conversations/{direct}/messages/1"
    api.say(direct, "oops")
    deleted = api.delete(url)
    assert deleted.status_code == 200
    assert_m(deleted.json())
    assert (deleted.json()["text"], deleted.json()["deleted"], deleted.json()["rev"]) == ("", True, 2)
    assert api.delete(url).json() == deleted.json()  # once more changes nothing, and wakes nobody
    c = Api(bob).get(f"conversations/{direct}").json()
    assert (c["unread"], c["last_seq"], c["last_message"]["deleted"]) == (0, 1, True)
    assert "oops" not in str(Message.objects.values())


def test_pages_are_ascending_and_meet_without_a_hole(alice: User, direct: int) -> None:
    api, url = Api(alice), f"conversations/{direct}/messages"
    for number in range(1, 6):
        api.say(direct, str(number))
    newest = api.get(f"{url}?limit=2").json()
    assert set(newest) == PAGE
    assert (texts(newest), newest["cursor"], newest["last_seq"], newest["has_more"]) == (["4", "5"], 5, 5, True)
    older = api.get(f"{url}?limit=2&before=4").json()
    assert (texts(older), older["has_more"]) == (["2", "3"], True)
    oldest = api.get(f"{url}?limit=2&before=2").json()
    assert (texts(oldest), oldest["has_more"]) == (["1"], False)
    for message in newest["messages"]:
        assert_m(message)


def test_a_page_may_begin_at_a_message(alice: User, direct: int) -> None:
    api, url = Api(alice), f"conversations/{direct}/messages"
    for number in range(1, 6):
        api.say(direct, str(number))
    api.delete(f"{url}/3")
    page = api.get(f"{url}?from=2&limit=2").json()
    assert set(page) == PAGE
    assert (texts(page), page["cursor"], page["last_seq"], page["has_more"]) == (["2", ""], 6, 5, True)
    for message in page["messages"]:
        assert_m(message)
    page = api.get(f"{url}?from=4&limit=2").json()
    assert (texts(page), page["has_more"]) == (["4", "5"], False)
    assert texts(api.get(f"{url}?from=1").json()) == ["1", "2", "", "4", "5"]
    page = api.get(f"{url}?from=6").json()
    assert page == {"messages": [], "cursor": 6, "last_seq": 5, "has_more": False}


def test_an_empty_conversation_has_an_empty_page(alice: User, direct: int) -> None:
    page = Api(alice).get(f"conversations/{direct}/messages").json()
    assert page == {"messages": [], "cursor": 0, "last_seq": 0, "has_more": False}


def test_the_incremental_list_holds_each_change_once(alice: User, direct: int) -> None:
    api, url = Api(alice), f"conversations/{direct}/messages"
    for number in range(1, 4):
        api.say(direct, str(number))
    api.patch(f"{url}/1", {"text": "1, edited"})
    api.delete(f"{url}/2")
    seen, after, has_more = [], 0, True
    while has_more:
        page = api.get(f"{url}?after={after}&limit=2").json()
        assert set(page) == PAGE
        seen += page["messages"]
        after, has_more = page["cursor"], page["has_more"]
    assert [(message["seq"], message["rev"]) for message in seen] == [(3, 3), (1, 4), (2, 5)]
    assert [message["text"] for message in seen] == ["3", "1, edited", ""]
    assert (after, page["last_seq"]) == (5, 3)
    assert api.get(f"{url}?after=5").json()["messages"] == []


def test_reading_moves_forward_only(alice: User, bob: User, direct: int) -> None:
    for number in range(3):
        Api(alice).say(direct, str(number))
    api = Api(bob)
    for seq, stands, unread in [(2, 2, 1), (1, 2, 1), (0, 2, 1), (3, 3, 0)]:
        answer = api.put(f"conversations/{direct}/read", {"seq": seq})
        assert (answer.status_code, answer.json()) == (200, {"read_seq": stands})
        assert api.get(f"conversations/{direct}").json()["unread"] == unread


def test_reading_again_wakes_nobody(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "hello")
    api, url = Api(bob), f"conversations/{direct}/read"
    api.put(url, {"seq": 1})
    cursors = [Api(someone).get("sync").json()["cursor"] for someone in (alice, bob)]
    for seq in (0, 1):
        api.put(url, {"seq": seq})
    assert [Api(someone).get("sync").json()["cursor"] for someone in (alice, bob)] == cursors


def test_sending_marks_nothing_of_others_as_read(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "hello")
    api = Api(bob)
    api.say(direct, "I have not looked yet")
    c = api.get(f"conversations/{direct}").json()
    assert (c["unread"], c["read_seq"]) == (1, 0)
    own = Api(alice).get(f"conversations/{direct}").json()
    assert (own["unread"], own["read_seq"]) == (1, 1)


@pytest.mark.parametrize(("size", "shown"), [(20, True), (21, False)])
def test_read_positions_of_others_travel_in_conversations_of_up_to_20(size: int, shown: bool, alice: User) -> None:
    others = [person(f"p{number}") for number in range(size - 1)]
    api = Api(alice)
    body = {"kind": "group", "participants": [other.id for other in others]}
    made = api.post("conversations", body).json()["id"]
    api.say(made, "hello")
    cursor = api.get("sync").json()["cursor"]
    Api(others[0]).put(f"conversations/{made}/read", {"seq": 1})
    positions = {p["id"]: p["read_seq"] for p in api.get(f"conversations/{made}").json()["participants"]}
    assert positions[alice.id] == 1
    assert positions[others[0].id] == (1 if shown else None)
    assert len(api.get(f"sync?cursor={cursor}").json()["conversations"]) == int(shown)
