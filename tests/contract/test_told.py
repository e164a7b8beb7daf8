"""What one was told and why, and what became of what one wrote."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.membership import conversation_change, conversation_open, participant_add, participant_remove
from backend.chat.models import Participant
from backend.chat.services import message_delete, notifications_set, read_advance
from backend.live.presence import presence_note
from backend.notifications.models import Burst, Delivery, DeliveryItem, LogEntry, NotificationSettings, Suppression
from tests.conftest import person, switch_off
from tests.contract.clients import Api
from tests.problems import assert_problem
from tests.support.owed import device_of, say

ENTRY = {"id", "at", "channel", "verdict", "conversation", "count", "until", "detail", "text"}


def burst_of(recipient: User, conversation_id: int, **fields: Any) -> Burst:
    return Burst.objects.create(
        recipient=recipient, conversation_id=conversation_id, due_at=timezone.now(), state="closed", **fields
    )


def note(recipient: User, burst: Burst | None, **fields: Any) -> LogEntry:
    about = {"channel": "email", "verdict": "read", "count": 1, **fields}
    return LogEntry.objects.create(recipient=recipient, burst=burst, **about)


def log(user: User, query: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = Api(user).get(f"notifications/log{query}").json()
    return answer


# --- the log -------------------------------------------------------------------------------------------------


def test_the_log_says_in_plain_words_what_became_of_it(alice: User, bob: User, group: int) -> None:
    User.objects.filter(id=bob.id).update(timezone="Asia/Kolkata")
    until = timezone.now() + timedelta(days=2)
    note(bob, burst_of(bob, group), verdict="quiet", until=until, count=2)
    note(bob, burst_of(bob, group), verdict="send", count=3, detail="bob@example.com")
    note(bob, None, channel="push", verdict="send", count=0, detail="Firefox on Linux")
    assert log(alice) == {"entries": [], "next": None}
    answer = log(bob)
    assert set(answer) == {"entries", "next"} and answer["next"] is None
    test, sent, held = answer["entries"]
    assert set(test) == set(sent) == set(held) == ENTRY
    assert (test["text"], test["conversation"]) == ("Test push to Firefox on Linux sent", None)
    assert sent["text"] == "Email sent to bob@example.com: 3 messages"
    assert sent["conversation"] == {"id": group, "title": "Harbour light"}
    assert (sent["channel"], sent["verdict"], sent["count"], sent["until"]) == ("email", "send", 3, None)
    local = (until + timedelta(hours=5, minutes=30)).strftime("%a %-d %b, %H:%M")
    assert held["text"] == f"Email held: quiet hours until {local}"
    assert held["until"].endswith("Z") and held["at"].endswith("Z")


def test_the_log_is_paged_by_id_newest_first(bob: User, carol: User, direct: int) -> None:
    burst = burst_of(bob, direct)
    ids = []
    for _ in range(5):
        ids.append(note(bob, burst).id)
        note(carol, burst)
    seen, before = [], ""
    while True:
        page = log(bob, f"?limit=2{before}")
        seen += [entry["id"] for entry in page["entries"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == ids[::-1]


@pytest.mark.parametrize("how", ["left", "removed"])
def test_what_became_of_a_conversation_after_one_left_stays_hidden(
    how: str, alice: User, bob: User, group: int
) -> None:
    note(bob, burst_of(bob, group))
    remover = bob if how == "left" else alice
    participant_remove(user_id=remover.id, conversation_id=group, gone_id=bob.id)
    conversation_change(user_id=alice.id, conversation_id=group, title="Without Bob")
    assert log(bob)["entries"][0]["conversation"] == {"id": group, "title": "Harbour light"}
    participant_add(user_id=alice.id, conversation_id=group, new_id=bob.id)
    assert log(bob)["entries"][0]["conversation"] == {"id": group, "title": "Without Bob"}


# --- reach ---------------------------------------------------------------------------------------------------


def reach(user: User, conversation_id: int) -> dict[int, tuple[str, str | None, str | None]]:
    """(state, channel, at) by user id."""
    answer = Api(user).get(f"conversations/{conversation_id}/reach").json()
    assert set(answer) == {"reach"}
    assert all(set(one) == {"user", "state", "channel", "at"} for one in answer["reach"])
    return {one["user"]: (one["state"], one["channel"], one["at"]) for one in answer["reach"]}


def seconds_to(at: str | None) -> float:
    assert at is not None and at.endswith("Z")
    return (timezone.datetime.fromisoformat(at) - timezone.now()).total_seconds()


def told(recipient: User, conversation_id: int, seq: int, *, channel: str, state: str, **fields: Any) -> Delivery:
    burst = burst_of(recipient, conversation_id, first_seq=1, last_seq=seq)
    key = f"{channel}.{burst.id}"
    now = timezone.now()
    delivery = Delivery.objects.create(
        recipient=recipient, channel=channel, key=key, address="", state=state, **{"due_at": now, **fields}
    )
    DeliveryItem.objects.create(delivery=delivery, burst=burst, first_seq=1, last_seq=seq)
    return delivery


def settle(user: User) -> None:
    Participant.objects.filter(user=user).update(waiting_since=None)


def test_a_message_waits_first_for_the_channel_that_comes_first(
    alice: User, bob: User, carol: User, group: int
) -> None:
    device_of(bob)
    say(alice, group)
    found = reach(alice, group)
    assert set(found) == {bob.id, carol.id}
    assert found[bob.id][:2] == ("waiting", "push") and 0 < seconds_to(found[bob.id][2]) <= 20
    assert found[carol.id][:2] == ("waiting", "email") and 90 < seconds_to(found[carol.id][2]) <= 120


def test_ones_own_delays_count(alice: User, bob: User, direct: int) -> None:
    device_of(bob)
    NotificationSettings.objects.create(user=bob, push_delay=7200, email_delay=3600)
    say(alice, direct)
    [(state, channel, at)] = reach(alice, direct).values()
    assert (state, channel) == ("waiting", "email") and 3500 < seconds_to(at) <= 3600


def test_a_read_message_is_read_and_when(alice: User, bob: User, carol: User, group: int) -> None:
    say(alice, group)
    assert say(bob, group) == 2
    read_advance(user_id=bob.id, conversation_id=group, seq=1)
    state, channel, at = reach(alice, group)[bob.id]
    assert (state, channel) == ("read", None) and -60 < seconds_to(at) <= 0
    read_at = Participant.objects.get(user=bob, conversation_id=group).read_at
    say(bob, group, "An answer is no reading")
    read_advance(user_id=bob.id, conversation_id=group, seq=1)
    assert Participant.objects.get(user=bob, conversation_id=group).read_at == read_at


def test_one_who_came_later_has_read_it_at_no_known_time(alice: User, dave: User, group: int) -> None:
    say(alice, group)
    participant_add(user_id=alice.id, conversation_id=group, new_id=dave.id)
    assert reach(alice, group)[dave.id] == ("read", None, None)


def test_one_who_is_looking_is_not_waited_for(alice: User, bob: User, carol: User, group: int, direct: int) -> None:
    say(alice, group)
    presence_note([(bob.id, str(group)), (carol.id, str(direct))])
    found = reach(alice, group)
    assert found[bob.id] == ("looking", None, None)
    assert found[carol.id][0] == "waiting"


def test_the_last_that_told_of_it_counts(alice: User, bob: User, direct: int) -> None:
    seq = say(alice, direct)
    then = timezone.now()
    told(bob, direct, seq, channel="push", state="sent", finished_at=then - timedelta(minutes=9))
    told(bob, direct, seq, channel="email", state="sent", finished_at=then)
    assert reach(alice, direct)[bob.id] == ("told", "email", then.isoformat().replace("+00:00", "Z"))
    say(alice, direct, "Another, of which nobody has told")
    assert reach(alice, direct)[bob.id][0] == "waiting"


def test_a_delivery_that_is_tried_again_is_waited_for(alice: User, bob: User, direct: int) -> None:
    seq = say(alice, direct)
    settle(bob)
    due = timezone.now() + timedelta(minutes=4)
    told(bob, direct, seq, channel="email", state="due", due_at=due, error="451 later")
    state, channel, at = reach(alice, direct)[bob.id]
    assert (state, channel) == ("waiting", "email") and 200 < seconds_to(at) <= 240


def test_what_holds_a_burst_is_told_as_a_time_only(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    burst = burst_of(bob, direct)
    Burst.objects.update(state="open")
    morning = timezone.now() + timedelta(hours=8)
    note(bob, burst, verdict="quiet", until=morning)
    answer = Api(alice).get(f"conversations/{direct}/reach")
    [one] = answer.json()["reach"]
    assert (one["state"], one["channel"], one["at"]) == ("waiting", "email", morning.isoformat().replace("+00:00", "Z"))
    assert b"quiet" not in answer.content


@pytest.mark.parametrize("reason", ["none", "mentions", "until", "off", "suppressed", "inactive", "dead", "cancelled"])
def test_why_somebody_is_not_told_is_theirs_alone(reason: str, alice: User, bob: User, direct: int) -> None:
    if reason in {"none", "mentions"}:
        notifications_set(user_id=bob.id, conversation_id=direct, level=reason, muted_until=None)
    seq = say(alice, direct)
    if reason == "until":
        until = timezone.now() + timedelta(hours=1)
        notifications_set(user_id=bob.id, conversation_id=direct, level="all", muted_until=until)
    elif reason == "off":
        NotificationSettings.objects.create(user=bob, email=False)
    elif reason == "suppressed":
        Suppression.objects.create(email=bob.email, reason="550")
    elif reason == "inactive":
        switch_off(bob)
    elif reason in {"dead", "cancelled"}:
        settle(bob)
        told(bob, direct, seq, channel="email", state=reason, finished_at=timezone.now())
    assert reach(alice, direct)[bob.id] == ("not_told", None, None)


def test_whoever_is_named_is_told_at_the_level_of_mentions(alice: User, bob: User, direct: int) -> None:
    notifications_set(user_id=bob.id, conversation_id=direct, level="mentions", muted_until=None)
    say(alice, direct, "@Bob, look")
    assert reach(alice, direct)[bob.id][0] == "waiting"


def test_it_is_about_the_newest_message_that_still_stands(alice: User, bob: User, direct: int) -> None:
    assert reach(alice, direct) == {}
    assert say(bob, direct) == 1
    assert reach(alice, direct) == {}
    say(alice, direct)
    read_advance(user_id=bob.id, conversation_id=direct, seq=2)
    seq = say(alice, direct, "Too early")
    assert reach(alice, direct)[bob.id][0] == "waiting"
    message_delete(editor_id=alice.id, conversation_id=direct, seq=seq)
    assert reach(alice, direct)[bob.id][0] == "read"


def test_it_is_not_told_where_read_positions_do_not_travel(alice: User) -> None:
    others = [person(f"p{number}") for number in range(20)]
    ids = [other.id for other in others]
    small, large = (
        conversation_open(user_id=alice.id, kind="group", others=ids[:count], title="")[0]["id"] for count in (19, 20)
    )
    for conversation_id in (small, large):
        say(alice, conversation_id)
    assert len(reach(alice, small)) == 19
    assert reach(alice, large) == {}


def test_it_is_for_those_who_are_in_the_conversation(alice: User, bob: User, dave: User, group: int) -> None:
    say(alice, group)
    say(bob, group)
    participant_remove(user_id=bob.id, conversation_id=group, gone_id=bob.id)
    for outsider in (bob, dave):
        assert_problem(Api(outsider).get(f"conversations/{group}/reach"), 404, "not_found")
    assert bob.id not in reach(alice, group)
