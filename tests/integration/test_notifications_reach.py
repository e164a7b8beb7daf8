"""What a sender sees of a message on its way, and that the page hears of each step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.membership import conversation_open, participant_add
from backend.chat.services import read_advance
from backend.live.models import Feed
from backend.notifications.models import Delivery, NotificationSettings
from backend.notifications.selectors import reach as selector
from backend.notifications.selectors.reach import reach_json
from backend.notifications.services.deliveries import deliveries_claim, delivery_dead, delivery_sent
from backend.notifications.verdicts import Channel
from tests.conftest import person, token_of
from tests.support.hark import Hark
from tests.support.mail import Inbox
from tests.support.owed import device_of, say, time_passes
from tests.support.poller import Poller
from worker.dispatch import bursts_decide, deliveries_send

WAIT = 25  # seconds


@pytest.fixture(autouse=True)
def mail_goes_to_the_inbox(settings: Any, inbox: Inbox) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port


def only(sender: User, conversation_id: int) -> tuple[str, str | None, datetime | None]:
    [one] = reach_json(user_id=sender.id, conversation_id=conversation_id)
    return one["state"], one["channel"], one["at"]


def seconds_to(at: datetime | None) -> float:
    assert at is not None
    return (at - timezone.now()).total_seconds()


def test_the_sender_sees_the_truth_from_the_send_to_the_reading(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    state, channel, at = only(alice, direct)
    assert (state, channel) == ("waiting", "email") and 100 < seconds_to(at) <= 120
    time_passes(seconds=30)
    bursts_decide()
    state, channel, at = only(alice, direct)
    assert (state, channel) == ("waiting", "email") and 70 < seconds_to(at) <= 90
    time_passes(seconds=91)
    bursts_decide()
    assert only(alice, direct)[:2] == ("waiting", "email")
    deliveries_send(Channel.EMAIL)
    state, channel, at = only(alice, direct)
    assert (state, channel, at) == ("told", "email", Delivery.objects.get().finished_at)
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    assert only(alice, direct)[:2] == ("read", None)


def test_what_was_decided_last_says_when(alice: User, bob: User, direct: int) -> None:
    now = datetime.now(UTC)
    minute = now.hour * 60 + now.minute
    start, end = (minute - 5) % 1440, (minute + 60) % 1440
    NotificationSettings.objects.create(user=bob, quiet_start=start, quiet_end=end)
    say(alice, direct)
    time_passes(minutes=3)
    bursts_decide()
    state, channel, at = only(alice, direct)
    assert (state, channel) == ("waiting", "email") and 3500 < seconds_to(at) <= 3600


def test_a_message_after_one_that_was_told_waits_for_the_pause(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    time_passes(minutes=3)
    bursts_decide()
    deliveries_send(Channel.EMAIL)
    say(alice, direct)
    time_passes(seconds=30)
    bursts_decide()
    state, channel, at = only(alice, direct)
    assert (state, channel) == ("waiting", "email") and 500 < seconds_to(at) <= 570


def test_after_a_push_the_sender_sees_it_and_a_dead_one_leaves_the_email(alice: User, bob: User, direct: int) -> None:
    device_of(bob)
    say(alice, direct)
    time_passes(seconds=20)
    bursts_decide()
    [push] = deliveries_claim(channel=Channel.PUSH, most=1)
    delivery_dead(delivery=push, error="413")
    state, channel, at = only(alice, direct)
    assert (state, channel) == ("waiting", "email") and 570 < seconds_to(at) <= 580
    say(alice, direct)
    time_passes(seconds=61)
    bursts_decide()
    [push] = deliveries_claim(channel=Channel.PUSH, most=1)
    delivery_sent(delivery=push, counts={})
    assert only(alice, direct)[:2] == ("told", "push")


def test_one_may_look_back_ten_thousand_messages(
    monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, direct: int
) -> None:
    monkeypatch.setattr(selector, "LOOK_BACK", 2)
    say(alice, direct)
    say(bob, direct)
    assert only(alice, direct)[0] == "waiting"
    say(bob, direct)
    assert reach_json(user_id=alice.id, conversation_id=direct) == []


@pytest.mark.parametrize("people", [1, 19])
def test_it_costs_the_same_for_two_and_for_twenty(people: int, alice: User, django_assert_num_queries: Any) -> None:
    others = [person(f"p{number}") for number in range(people)]
    ids = [other.id for other in others]
    conversation_id = conversation_open(user_id=alice.id, kind="group", others=ids, title="")[0]["id"]
    for other in others:
        device_of(other, f"https://push.example/{other.id}")
    for _ in range(2):
        say(alice, conversation_id)
        time_passes(minutes=1)
        bursts_decide()
    with django_assert_num_queries(10):
        assert len(reach_json(user_id=alice.id, conversation_id=conversation_id)) == people
    for other in others:
        read_advance(user_id=other.id, conversation_id=conversation_id, seq=2)
    with django_assert_num_queries(4):
        assert {one["state"] for one in reach_json(user_id=alice.id, conversation_id=conversation_id)} == {"read"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("became", ["sent", "dead"])
def test_a_held_poll_of_the_sender_is_answered_when_a_notification_has_ended(
    became: str, hark: Hark, alice: User, bob: User, direct: int
) -> None:
    say(alice, direct)
    time_passes(minutes=3)
    bursts_decide()
    hark.start("web")
    poller = Poller(hark.port, token_of(alice), direct)
    poller.settle()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poller.poll, visible=1, wait=WAIT)
        with pytest.raises(TimeoutError):
            answer.result(timeout=1)
        if became == "sent":
            deliveries_send(Channel.EMAIL)
        else:
            [mail] = deliveries_claim(channel=Channel.EMAIL, most=1)
            delivery_dead(delivery=mail, error="550")
        assert answer.result(timeout=WAIT - 5).status == 200
    state = only(alice, direct)[0]
    assert state == ("told" if became == "sent" else "not_told")


def test_in_a_large_conversation_nobody_is_woken(alice: User, bob: User, group: int) -> None:
    for number in range(18):
        participant_add(user_id=alice.id, conversation_id=group, new_id=person(f"p{number}").id)
    say(alice, group)
    time_passes(minutes=3)
    bursts_decide()
    feeds = dict(Feed.objects.values_list("user_id", "rev"))
    deliveries_send(Channel.EMAIL)
    assert dict(Feed.objects.values_list("user_id", "rev")) == feeds
