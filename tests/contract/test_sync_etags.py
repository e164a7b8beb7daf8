"""The idle poll: 304 while nothing is new, and never else."""

from typing import Any

import pytest

from backend.accounts.models import User
from tests.contract.clients import Api, Browser


def poll(api: Api, conversation: int | None = None, etag: str = "", **position: int) -> Any:
    where = f"&conversation={conversation}" if conversation is not None else ""
    query = "&".join(f"{name}={value}" for name, value in position.items())
    return api.get(f"sync?{query}{where}", **({"If-None-Match": etag} if etag else {}))


def settle(api: Api, conversation: int | None = None) -> tuple[dict[str, int], str]:
    """The position a reader has come to, and the ETag there."""
    first = poll(api, conversation, **({"after": 0} if conversation is not None else {}))
    answer = first.json()
    position = {"cursor": answer["cursor"]} | ({"after": answer["after"]} if conversation is not None else {})
    return position, first["ETag"]


@pytest.mark.parametrize("open_one", [True, False], ids=["in a conversation", "in the list"])
def test_an_idle_poll_is_304_without_a_body(open_one: bool, alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "hello")
    where = direct if open_one else None
    position, etag = settle(api, where)
    for tag in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = poll(api, where, tag, **position)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    for tag in ('"other"', etag.strip('"'), f"{etag[:-1]}0{etag[-1]}", "nonsense, ,", ""):
        assert poll(api, where, tag, **position).status_code == 200


@pytest.mark.parametrize("visible", [0, 1])
def test_every_poll_says_how_it_may_be_kept_and_when_to_come_again(visible: int, alice: User, direct: int) -> None:
    api = Api(alice)
    fresh = api.get(f"sync?visible={visible}")
    idle = api.get(f"sync?visible={visible}&cursor={fresh.json()['cursor']}", **{"If-None-Match": fresh["ETag"]})
    assert (fresh.status_code, idle.status_code) == (200, 304)
    for response in (fresh, idle):
        assert response["ETag"].startswith('"') and response["ETag"].endswith('"')
        assert response["Cache-Control"] == "private, no-cache"
        assert {name.strip() for name in response["Vary"].split(",")} >= {"Cookie", "Authorization"}
        assert (1 < float(response["X-Poll-Interval"]) < 3) if visible else (float(response["X-Poll-Interval"]) > 20)


def test_the_pace_has_jitter(alice: User) -> None:
    api = Api(alice)
    assert len({api.get("sync?visible=1")["X-Poll-Interval"] for _ in range(20)}) > 3


def test_the_etag_holds_when_the_reader_moves_up_to_its_state(alice: User, bob: User, direct: int) -> None:
    api = Api(bob)
    position, etag = settle(api, direct)
    Api(alice).say(direct, "hello")
    changed = poll(api, direct, etag, **position)
    assert changed.status_code == 200
    moved = {"cursor": changed.json()["cursor"], "after": changed.json()["after"]}
    assert poll(api, direct, changed["ETag"], **moved).status_code == 304


@pytest.mark.parametrize("change", ["send", "edit", "delete", "read", "rename", "typing", "mine"])
def test_no_change_hides_behind_a_304(change: str, alice: User, bob: User, group: int) -> None:
    api, other = Api(alice), Api(bob)
    api.say(group, "hello")
    other.say(group, "hello, Alice")
    position, etag = settle(api, group)
    assert poll(api, group, etag, **position).status_code == 304
    url = f"conversations/{group}"
    actions = {
        "send": lambda: other.say(group, "news"),
        "edit": lambda: other.patch(f"{url}/messages/2", {"text": "hello"}),
        "delete": lambda: other.delete(f"{url}/messages/2"),
        "read": lambda: other.put(f"{url}/read", {"seq": 1}),
        "rename": lambda: other.patch(url, {"title": "Night watch"}),
        "typing": lambda: other.put(f"{url}/typing"),
        "mine": lambda: api.say(group, "from another device"),
    }
    actions[change]()
    response = poll(api, group, etag, **position)
    assert response.status_code == 200
    assert response["ETag"] != etag


def test_an_old_position_is_never_answered_304(alice: User, bob: User, direct: int) -> None:
    api = Api(bob)
    position, _ = settle(api, direct)
    Api(alice).say(direct, "hello")
    newest, etag = settle(api, direct)
    for behind in ({**newest, "cursor": position["cursor"]}, {**newest, "after": 0}, position):
        response = poll(api, direct, etag, **behind)
        assert response.status_code == 200
        assert response.json()["conversations"] or response.json()["messages"]
    assert poll(api, etag=etag).status_code == 200, "who has no cursor wants the list"


def test_the_etag_of_another_user_or_conversation_is_worth_nothing(
    alice: User, bob: User, direct: int, group: int
) -> None:
    api, other = Api(alice), Api(bob)
    for conversation in (direct, group):
        api.say(conversation, "hello")
        other.say(conversation, "hello, Alice")
    places: list[int | None] = [direct, group, None]
    settled = {(someone, place): settle(someone, place) for someone in (api, other) for place in places}
    assert len({etag for _, etag in settled.values()}) == len(settled)
    for (someone, place), (position, own) in settled.items():
        for tag in {etag for _, etag in settled.values()}:
            assert poll(someone, place, tag, **position).status_code == (304 if tag == own else 200)


def test_one_who_lost_access_gets_no_304(alice: User, bob: User, group: int) -> None:
    api = Api(bob)
    position, etag = settle(api, group)
    Api(alice).delete(f"conversations/{group}/participants/{bob.id}")
    assert poll(api, group, etag, **position).status_code == 404
    assert poll(Api(), group, etag, **position).status_code == 401


def test_a_browser_is_answered_as_a_token_is(alice: User, direct: int) -> None:
    browser = Browser(alice)
    first = browser.get("/api/v1/sync")
    url = f"/api/v1/sync?cursor={first.json()['cursor']}"
    assert browser.get(url, **{"If-None-Match": first["ETag"]}).status_code == 304
