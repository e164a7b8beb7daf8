"""What is long over goes; what keeps somebody from being told twice stays, and so does every debt."""

import os
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.chat.membership import participant_remove
from backend.chat.models import Participant
from backend.chat.services import read_advance
from backend.notifications.models import Burst, Delivery, DeliveryItem, LogEntry, NotificationSettings
from backend.notifications.selectors.outbox import announced, burst_range
from backend.notifications.services import tidying
from backend.notifications.services.deliveries import delivery_test
from backend.notifications.services.tidying import STEPS, notifications_purge
from backend.notifications.verdicts import Channel
from tests.support.history import add_history
from tests.support.mail import Inbox
from tests.support.owed import say, time_passes
from worker.dispatch import bursts_decide, deliveries_send
from worker.policy import PAUSES
from worker.tasks import tidy

NEWEST = 12  # seq of the last message


@pytest.fixture
def server(settings: Any, inbox: Inbox) -> Inbox:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port
    return inbox


def days_pass(days: float) -> None:
    """As if so many days had gone by, for all that tidying looks at too."""
    by = timedelta(days=days)
    time_passes(days=days)
    Burst.objects.exclude(closed_at=None).update(closed_at=F("closed_at") - by)
    Delivery.objects.exclude(finished_at=None).update(finished_at=F("finished_at") - by)
    LogEntry.objects.update(created_at=F("created_at") - by)


def counts() -> tuple[int, int, int, int]:
    return (Burst.objects.count(), Delivery.objects.count(), DeliveryItem.objects.count(), LogEntry.objects.count())


def told(sender: User, conversation_id: int) -> None:
    say(sender, conversation_id)
    time_passes(minutes=3)
    bursts_decide()
    deliveries_send(Channel.EMAIL)


def test_what_was_read_is_gone_after_a_month(server: Inbox, alice: User, bob: User, direct: int) -> None:
    told(alice, direct)
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    days_pass(29.9)
    tidy()
    assert counts() == (1, 1, 1, 1)
    days_pass(0.2)
    tidy()
    assert counts() == (0, 0, 0, 0)


def test_what_was_told_and_not_read_is_not_told_again(server: Inbox, alice: User, bob: User, direct: int) -> None:
    told(alice, direct)
    days_pass(400)
    tidy()
    assert counts() == (1, 1, 1, 0)
    told(alice, direct)
    bursts = DeliveryItem.objects.order_by("id").values_list("first_seq", "last_seq")
    assert list(bursts) == [(1, 1), (2, 2)]
    assert len(server.mails) == 2


def test_whoever_left_leaves_nothing_behind(server: Inbox, alice: User, bob: User, group: int) -> None:
    told(alice, group)
    participant_remove(user_id=bob.id, conversation_id=group, gone_id=bob.id)
    days_pass(31)
    tidy()
    assert not Delivery.objects.filter(recipient=bob).exists()
    assert not Burst.objects.filter(recipient=bob).exists()


def test_dead_letters_can_be_replayed_for_ninety_days(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    time_passes(minutes=3)
    bursts_decide()
    Delivery.objects.update(state="dead", finished_at=timezone.now())
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    days_pass(89)
    tidy()
    assert counts()[:3] == (1, 1, 1)
    days_pass(2)
    tidy()
    assert counts() == (0, 0, 0, 0)


def test_what_is_open_due_or_owed_is_not_touched(alice: User, bob: User, carol: User, direct: int, group: int) -> None:
    NotificationSettings.objects.create(user=carol, email_delay=86_400)
    say(alice, direct)
    say(alice, group)
    time_passes(minutes=3)
    bursts_decide()
    delivery_test(recipient=alice, channel=Channel.EMAIL)
    for model, name in ((Burst, "created_at"), (Delivery, "created_at"), (Burst, "due_at"), (Delivery, "due_at")):
        model._default_manager.update(**{name: timezone.now() - timedelta(days=400)})
    owed = list(Participant.objects.order_by("id").values_list("waiting_since", flat=True))
    before = counts()
    assert Burst.objects.filter(state="open").count() == 1 and Delivery.objects.filter(state="due").count() == 2
    tidy()
    assert counts() == before
    assert list(Participant.objects.order_by("id").values_list("waiting_since", flat=True)) == owed


def test_it_goes_on_in_batches_until_its_time_is_over(monkeypatch: pytest.MonkeyPatch, alice: User) -> None:
    monkeypatch.setattr(tidying, "BATCH", 2)
    for _ in range(7):
        delivery_test(recipient=alice, channel=Channel.EMAIL)
    Delivery.objects.update(state="sent", finished_at=timezone.now() - timedelta(days=31))
    stays = delivery_test(recipient=alice, channel=Channel.EMAIL)
    notifications_purge(budget=0)
    assert Delivery.objects.count() == 8
    notifications_purge()
    assert list(Delivery.objects.values_list("id", flat=True)) == [stays.id]


def test_the_log_goes_by_its_own_age(alice: User, direct: int) -> None:
    burst = Burst.objects.create(recipient=alice, conversation_id=direct, due_at=timezone.now())
    old, new = (
        LogEntry.objects.create(recipient=alice, burst=about, channel="email", verdict="read", count=1)
        for about in (burst, None)
    )
    LogEntry.objects.filter(id=old.id).update(created_at=timezone.now() - timedelta(days=31))
    tidy()
    assert list(LogEntry.objects.values_list("id", flat=True)) == [new.id]


def test_as_many_announcements_stay_as_the_ladder_has_steps() -> None:
    assert max(len(pauses) for pauses in PAUSES.values()) == STEPS == 4


# --- whatever has been told, the next decision is the same after a purge ---------------------------------------

ages = st.sampled_from([1, 29, 31, 89, 91, 400])  # days
tellings = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(Channel.values),
        "state": st.sampled_from(Delivery.State.values),
        "first": st.integers(1, NEWEST),
        "length": st.integers(0, 3),
        "age": ages,
    }
)
bursts = st.fixed_dictionaries(
    {"last": st.none() | st.integers(1, NEWEST), "age": ages, "tellings": st.lists(tellings, max_size=3)}
)


def past(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def end_of(telling: dict[str, Any]) -> int:
    return min(int(telling["first"]) + int(telling["length"]), NEWEST)


def tell(burst: Burst, *, channel: str, state: str, first: int, length: int, age: int) -> None:
    delivery = Delivery.objects.create(
        recipient_id=burst.recipient_id,
        channel=channel,
        key=uuid.uuid4().hex,
        address="",
        state=state,
        due_at=past(age),
        finished_at=None if state == "due" else past(age),
    )
    Delivery.objects.filter(id=delivery.id).update(created_at=past(age))
    last = min(first + length, NEWEST)
    DeliveryItem.objects.create(delivery=delivery, burst=burst, first_seq=first, last_seq=last)


def known(bob: User, direct: int) -> dict[str, Any]:
    """All that decides what bob is told next, as far as it is kept in what tidying deletes."""
    participant = Participant.objects.select_related("conversation").get(user=bob, conversation_id=direct)
    told = {channel: announced(participant, channel) for channel in Channel}
    return {
        "range": burst_range(Burst(recipient=bob, conversation_id=direct), participant),
        "up to": {channel: told[channel].seq for channel in Channel},
        "times": {channel: min(told[channel].times, STEPS) for channel in Channel},
        "at": {channel: told[channel].at for channel in Channel if told[channel].at and told[channel].at > past(30)},
        "owed": participant.waiting_since,
    }


@settings(
    max_examples=100,
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    read_seq=st.integers(0, NEWEST),
    unread=st.integers(0, NEWEST),
    closed=st.lists(bursts, max_size=4),
    batch=st.integers(1, 5),
)
def test_no_purge_makes_anything_be_told_twice(
    alice: User, bob: User, direct: int, read_seq: int, unread: int, closed: list[dict[str, Any]], batch: int
) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidying, "BATCH", batch)
        add_history(direct, alice, NEWEST)
        Participant.objects.filter(user=bob).update(
            read_seq=max(0, read_seq - unread), seen_seq=read_seq, waiting_since=past(1)
        )
        for one in closed:
            ends = [end_of(telling) for telling in one["tellings"]]  # a burst covers whatever was told of it
            burst = Burst.objects.create(
                recipient=bob,
                conversation_id=direct,
                first_seq=1,
                last_seq=max([one["last"] or 0, *ends]) or None,
                state="closed",
                due_at=past(one["age"]),
                closed_at=past(one["age"]),
            )
            for telling in one["tellings"]:
                tell(burst, **telling)
        before = known(bob, direct)
        notifications_purge()
        assert known(bob, direct) == before
        stays = counts()
        notifications_purge()
        assert counts() == stays, "once is enough"
        assert read_seq < NEWEST or not Delivery.objects.filter(state="sent", finished_at__lt=past(30)).exists()
        transaction.set_rollback(True)
