"""Reactions: each is a change of its message, and nobody's unread message."""

from typing import Any
from urllib.parse import quote

import pytest

from backend.accounts.models import User
from tests.contract.clients import Api
from tests.contract.shapes import assert_m
from tests.parallel import in_parallel
from tests.problems import assert_problem

THUMB, HEART, PIRATES = "👍", "❤\ufe0f", "🏴\u200d☠\ufe0f"
TWENTY = [
    "😀",
    "😁",
    "😂",
    "😃",
    "😄",
    "😅",
    "😆",
    "😇",
    "😈",
    "😉",
    "😊",
    "😋",
    "😌",
    "😍",
    "😎",
    "😏",
    "😐",
    "😑",
    "😒",
    "😓",
]


def url(conversation_id: int, emoji: str, seq: int = 1) -> str:
    return f"conversations/{conversation_id}/messages/{seq}/reactions/{quote(emoji, safe='')}"


def reactions(m: dict[str, Any]) -> list[tuple[str, list[int]]]:
    return [(reaction["emoji"], reaction["users"]) for reaction in m["reactions"]]


def test_a_reaction_stands_on_its_message_for_everybody(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "Dinner?")
    answer = Api(bob).put(url(direct, THUMB))
    assert answer.status_code == 200
    assert_m(answer.json())
    assert answer.json()["reactions"] == [{"emoji": THUMB, "users": [bob.id]}]
    assert Api(alice).get(f"conversations/{direct}/messages").json()["messages"] == [answer.json()]
    assert Api(alice).get(f"conversations/{direct}").json()["last_message"] == answer.json()


def test_emojis_stand_in_the_order_of_their_first_use_and_people_in_theirs(
    alice: User, bob: User, carol: User, group: int
) -> None:
    Api(alice).say(group, "Dinner?")
    for user, emoji in [(carol, PIRATES), (bob, THUMB), (alice, PIRATES), (alice, THUMB), (bob, HEART)]:
        m = Api(user).put(url(group, emoji)).json()
    people = [(PIRATES, [carol.id, alice.id]), (THUMB, [bob.id, alice.id]), (HEART, [bob.id])]
    assert reactions(m) == people
    m = Api(carol).delete(url(group, PIRATES)).json()
    assert reactions(m) == [(PIRATES, [alice.id]), *people[1:]]
    m = Api(alice).delete(url(group, PIRATES)).json()
    assert reactions(m) == people[1:]
    assert reactions(Api(carol).put(url(group, PIRATES)).json()) == [*people[1:], (PIRATES, [carol.id])]


def test_a_reaction_is_a_change_and_no_message(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "Dinner?")
    Api(alice).say(direct, "At eight?")
    Api(bob).put(f"conversations/{direct}/read", {"seq": 2})
    before = {user.id: Api(user).get(f"conversations/{direct}").json() for user in (alice, bob)}
    cursor = Api(alice).get("sync").json()["cursor"]
    m = Api(bob).put(url(direct, THUMB)).json()
    assert (m["seq"], m["rev"], m["edited_at"]) == (1, 3, None)
    for user in (alice, bob):
        assert Api(user).get(f"conversations/{direct}").json() == {**before[user.id], "rev": 3}
    news = Api(alice).get(f"sync?cursor={cursor}&conversation={direct}&after=2").json()
    assert (news["messages"], news["after"], news["last_seq"]) == ([m], 3, 2)
    assert [c["id"] for c in news["conversations"]] == [direct]


def test_the_same_again_changes_nothing_and_wakes_nobody(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "Dinner?")
    first = Api(bob).put(url(direct, HEART)).json()
    cursor = Api(alice).get("sync").json()["cursor"]
    for answer in (Api(bob).put(url(direct, HEART)), Api(bob).delete(url(direct, THUMB))):
        assert (answer.status_code, answer.json()) == (200, first)
    assert Api(alice).delete(url(direct, HEART)).json() == first, "that is Bob's"
    assert Api(alice).get("sync").json()["cursor"] == cursor
    gone = Api(bob).delete(url(direct, HEART)).json()
    assert (gone["reactions"], gone["rev"]) == ([], first["rev"] + 1)
    assert Api(bob).delete(url(direct, HEART)).json() == gone


@pytest.mark.parametrize("spelled", ["❤", "❤\ufe0f"])
@pytest.mark.parametrize("again", ["❤", "❤\ufe0f"])
def test_an_emoji_has_one_spelling(spelled: str, again: str, alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "Dinner?")
    Api(bob).put(url(direct, spelled))
    m = Api(alice).put(url(direct, again)).json()
    assert reactions(m) == [(HEART, [bob.id, alice.id])]
    Api(alice).delete(url(direct, spelled))
    assert Api(bob).delete(url(direct, again)).json()["reactions"] == []


@pytest.mark.parametrize(
    "emoji", [THUMB, "👍🏽", "#\ufe0f\u20e3", "🇺🇳", "👩\u200d👩\u200d👧", PIRATES, "👍\ufe0f"], ids=ascii
)
def test_it_takes_every_emoji(emoji: str, alice: User, direct: int) -> None:
    Api(alice).say(direct, "Dinner?")
    [(taken, users)] = reactions(Api(alice).put(url(direct, emoji)).json())
    assert (taken.replace("\ufe0f", ""), users) == (emoji.replace("\ufe0f", ""), [alice.id])


@pytest.mark.parametrize(
    "text",
    ["a", "1", ":+1:", "👍👍", "👍 ", " 👍", "👍a", "🏽", "\ufe0f", "\u200d", "<b>", "x" * 1000, "👍\0", "❤\ufe0e"],
    ids=ascii,
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_it_refuses_what_is_not_one_emoji(method: str, text: str, alice: User, direct: int) -> None:
    Api(alice).say(direct, "Dinner?")
    assert_problem(Api(alice).request(method, url(direct, text)), 400, "invalid_parameter", "emoji")
    assert Api(alice).get(f"conversations/{direct}").json()["rev"] == 1


def test_a_message_holds_20_different_ones(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "Dinner?")
    for emoji in TWENTY:
        assert Api(bob).put(url(direct, emoji)).status_code == 200
    assert_problem(Api(alice).put(url(direct, THUMB)), 409, "too_many_reactions")
    assert Api(alice).put(url(direct, TWENTY[0])).status_code == 200
    assert Api(bob).delete(url(direct, TWENTY[1])).status_code == 200
    assert Api(alice).put(url(direct, THUMB)).status_code == 200


def test_a_deleted_message_has_none_and_takes_none(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "oops")
    Api(bob).put(url(direct, THUMB))
    deleted = Api(alice).delete(f"conversations/{direct}/messages/1").json()
    assert (deleted["reactions"], deleted["deleted"]) == ([], True)
    for method in ("PUT", "DELETE"):
        assert_problem(Api(bob).request(method, url(direct, THUMB)), 409, "message_deleted")
    assert Api(bob).get(f"conversations/{direct}/messages").json()["messages"] == [deleted]


def test_an_edit_keeps_them_and_so_does_who_leaves(alice: User, bob: User, group: int) -> None:
    Api(alice).say(group, "Dinner?")
    Api(bob).put(url(group, THUMB))
    edited = Api(alice).patch(f"conversations/{group}/messages/1", {"text": "Lunch?"}).json()
    assert reactions(edited) == [(THUMB, [bob.id])]
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")
    assert Api(alice).get(f"conversations/{group}/messages").json()["messages"] == [edited]


@pytest.mark.parametrize("seq", [0, 2, 2**63, 10**30])
def test_there_is_no_reacting_to_what_is_not_there(seq: int, alice: User, direct: int) -> None:
    Api(alice).say(direct, "the only one")
    for method in ("PUT", "DELETE"):
        assert_problem(Api(alice).request(method, url(direct, THUMB, seq)), 404, "not_found")


def test_reactions_at_the_same_time_are_all_there(alice: User, bob: User, carol: User, group: int) -> None:
    Api(alice).say(group, "Dinner?")
    apis = [Api(user) for user in (alice, bob, carol)]
    wanted = [(api, emoji) for emoji in TWENTY[:4] for api in apis]
    in_parallel(len(wanted), lambda number: wanted[number][0].put(url(group, wanted[number][1])).status_code)
    page = Api(alice).get(f"conversations/{group}/messages?after=0").json()
    found = {emoji: sorted(users) for emoji, users in reactions(page["messages"][0])}
    assert found == {emoji: sorted([alice.id, bob.id, carol.id]) for emoji in TWENTY[:4]}
    assert page["cursor"] == 1 + len(wanted)
