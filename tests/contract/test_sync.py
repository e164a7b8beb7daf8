"""The poll: what comes, when, and what never does."""

from typing import Any

import pytest

from backend.accounts.models import User
from backend.chat.models import Participant
from backend.chat.typing import typing_note
from backend.live import presence
from tests.contract.clients import Api
from tests.contract.shapes import assert_c, assert_m
from tests.problems import assert_problem
from tests.support.history import add_history
from tests.support.waiting import wait_until

ANSWER = {"cursor", "conversations", "left", "messages", "after", "typing", "has_more"}


def news(api: Api, cursor: int) -> dict[str, Any]:
    answer: dict[str, Any] = api.get(f"sync?cursor={cursor}").json()
    return answer


def test_without_a_cursor_it_gives_the_newest_conversations_to_go_on_from(alice: User, direct: int, group: int) -> None:
    api = Api(alice)
    api.say(direct, "hello")
    answer = api.get("sync").json()
    assert set(answer) == ANSWER
    assert [c["id"] for c in answer["conversations"]] == [direct, group]
    for c in answer["conversations"]:
        assert_c(c)
    assert (answer["messages"], answer["left"], answer["typing"], answer["has_more"]) == ([], [], [], False)
    assert news(api, answer["cursor"])["conversations"] == []


def test_with_a_cursor_it_gives_what_changed_since(alice: User, bob: User, direct: int, group: int) -> None:
    api = Api(bob)
    cursor = api.get("sync").json()["cursor"]
    Api(alice).say(direct, "hello")
    answer = news(api, cursor)
    assert set(answer) == ANSWER
    (c,) = answer["conversations"]
    assert_c(c)
    assert (c["id"], c["unread"], c["last_message"]["text"]) == (direct, 1, "hello")
    assert answer["cursor"] > cursor
    assert news(api, answer["cursor"])["conversations"] == []


def test_with_a_conversation_it_gives_its_changed_messages(alice: User, bob: User, direct: int) -> None:
    api = Api(bob)
    Api(alice).say(direct, "before")
    first = api.get(f"sync?conversation={direct}&after=0").json()
    assert set(first) == ANSWER | {"last_seq"}
    assert [m["text"] for m in first["messages"]] == ["before"]
    assert (first["after"], first["last_seq"]) == (1, 1)
    Api(alice).say(direct, "now")
    Api(alice).patch(f"conversations/{direct}/messages/1", {"text": "before, edited"})
    url = f"sync?cursor={first['cursor']}&conversation={direct}&after={first['after']}"
    answer = api.get(url).json()
    assert [(m["seq"], m["text"]) for m in answer["messages"]] == [(2, "now"), (1, "before, edited")]
    assert (answer["after"], answer["last_seq"]) == (3, 2)
    for m in answer["messages"]:
        assert_m(m)


def test_more_than_200_messages_come_in_parts(alice: User, bob: User, direct: int) -> None:
    add_history(direct, alice, 205)
    api, seen, after, cursor = Api(bob), [], 0, 0
    for has_more in (True, False):
        response = api.get(f"sync?cursor={cursor}&conversation={direct}&after={after}")
        answer = response.json()
        seen += [m["seq"] for m in answer["messages"]]
        after, cursor = answer["after"], answer["cursor"]
        assert answer["has_more"] is has_more
        assert ("ETag" in response) is not has_more, "a part of the news is no state to come back to"
    assert seen == list(range(1, 206))


def test_more_than_50_changed_conversations_lose_nothing(alice: User, bob: User) -> None:
    sender, api = Api(alice), Api(bob)
    cursor = api.get("sync").json()["cursor"]
    body = {"kind": "group", "participants": [bob.id]}
    ids = [sender.post("conversations", body).json()["id"] for _ in range(120)]
    api.delete(f"conversations/{ids[7]}/participants/{bob.id}")
    seen: list[int] = []
    left: list[int] = []
    has_more, rounds = True, 0
    while has_more:
        if rounds == 1:
            sender.say(ids[0], "while bob turns the pages")
        answer = news(api, cursor)
        assert answer["cursor"] > cursor
        seen += [c["id"] for c in answer["conversations"]]
        left += answer["left"]
        cursor, has_more, rounds = answer["cursor"], answer["has_more"], rounds + 1
    assert rounds == 3
    assert left == [ids[7]]
    assert set(seen) == set(ids) - {ids[7]}
    assert seen[-1] == ids[0]
    assert news(api, cursor)["conversations"] == []


def test_it_says_what_one_has_left(alice: User, bob: User, group: int) -> None:
    api = Api(bob)
    cursor = api.get("sync").json()["cursor"]
    Api(alice).delete(f"conversations/{group}/participants/{bob.id}")
    answer = news(api, cursor)
    assert (answer["left"], answer["conversations"]) == ([group], [])
    Api(alice).say(group, "bob hears no more")
    assert news(api, answer["cursor"])["cursor"] == answer["cursor"]
    Api(alice).post(f"conversations/{group}/participants", {"user": bob.id})
    back = news(api, answer["cursor"])
    assert ([c["id"] for c in back["conversations"]], back["left"]) == ([group], [])


@pytest.mark.parametrize("change", ["edit", "delete", "rename", "join", "leave", "read", "notifications"])
def test_every_change_reaches_those_it_concerns(change: str, alice: User, bob: User, dave: User, group: int) -> None:
    api, reader = Api(alice), Api(bob)
    api.say(group, "hello")
    cursor, own = reader.get("sync").json()["cursor"], api.get("sync").json()["cursor"]
    url = f"conversations/{group}"
    actions = {
        "edit": lambda: api.patch(f"{url}/messages/1", {"text": "hello, you"}),
        "delete": lambda: api.delete(f"{url}/messages/1"),
        "rename": lambda: api.patch(url, {"title": "Night watch"}),
        "join": lambda: api.post(f"{url}/participants", {"user": dave.id}),
        "leave": lambda: api.delete(f"{url}/participants/{alice.id}"),
        "read": lambda: Api(bob).put(f"{url}/read", {"seq": 1}),
        "notifications": lambda: api.put(f"{url}/notifications", {"level": "none"}),
    }
    assert actions[change]().status_code < 300
    assert [c["id"] for c in news(reader, cursor)["conversations"]] == ([] if change == "notifications" else [group])
    answer = news(api, own)
    assert (answer["left"] if change == "leave" else [c["id"] for c in answer["conversations"]]) == [group]


def test_typing_shows_to_the_others_and_goes_by_a_send(alice: User, bob: User, direct: int) -> None:
    api, url = Api(bob), f"conversations/{direct}/typing"

    def typing(reader: User) -> Any:
        return Api(reader).get(f"sync?conversation={direct}&after=0").json()["typing"]

    assert typing(alice) == []
    assert api.put(url).status_code == 204
    assert api.put(url, {}).status_code == 204
    assert typing(alice) == [{"id": bob.id, "name": "Bob"}]
    assert typing(bob) == []
    assert Api(alice).get("sync").json()["typing"] == []
    api.say(direct, "done")
    assert typing(alice) == []


def test_typing_goes_by_itself(monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, direct: int) -> None:
    monkeypatch.setattr("backend.chat.typing.TYPING_LASTS", -1.0)
    typing_note(conversation_id=direct, user_id=bob.id, name="Bob")
    assert Api(alice).get(f"sync?conversation={direct}&after=0").json()["typing"] == []


def test_polling_marks_nothing_read(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "hello")
    before = list(Participant.objects.order_by("id").values())
    api = Api(bob)
    for query in ("", "?visible=1", f"?conversation={direct}&after=0&visible=1&cursor=0&wait=0"):
        assert api.get(f"sync{query}").status_code == 200
    api.get(f"conversations/{direct}/messages")
    assert list(Participant.objects.order_by("id").values()) == before


def test_only_a_visible_poll_counts_as_presence(alice: User) -> None:
    api = Api(alice)
    for query in ("sync", "sync?visible=0", "conversations"):
        api.get(query)
    assert presence.presence_seen_at(alice.id) is None
    api.get("sync?visible=1")
    wait_until(lambda: presence.presence_seen_at(alice.id), "alice is seen")


def test_a_cursor_ahead_of_the_server_is_told_so(alice: User, direct: int) -> None:
    cursor = Api(alice).get("sync").json()["cursor"]
    assert_problem(Api(alice).get(f"sync?cursor={cursor + 1}"), 409, "cursor_ahead")
