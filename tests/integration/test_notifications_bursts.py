"""What is decided on a real PostgreSQL: each debt once, by one worker, and settled when every channel is done."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.membership import participant_add, participant_remove
from backend.chat.models import Participant
from backend.chat.services import notifications_set, read_advance, told_up_to
from backend.live.presence import presence_note
from backend.notifications.models import Burst, Delivery, DeliveryItem, LogEntry, NotificationSettings, Suppression
from backend.notifications.selectors import outbox
from backend.notifications.selectors.outbox import settings_lock
from backend.notifications.services.bursts import bursts_open, bursts_wake
from backend.notifications.services.deliveries import deliveries_claim, delivery_gone
from backend.notifications.verdicts import Channel, Verdict
from tests.support.owed import device_of, in_thread, say, time_passes, waiting_since
from worker.dispatch import bursts_decide


def ranges(channel: Channel = Channel.EMAIL) -> list[tuple[int, int]]:
    """What this channel was given to tell, in its order."""
    items = DeliveryItem.objects.filter(delivery__channel=channel).order_by("delivery_id", "id")
    return list(items.values_list("first_seq", "last_seq"))


def verdicts(channel: Channel = Channel.EMAIL) -> list[str]:
    """What the recipients' logs say of this channel, in its order."""
    return list(LogEntry.objects.filter(channel=channel).order_by("id").values_list("verdict", flat=True))


def wants(user: User, **chosen: Any) -> None:
    NotificationSettings.objects.update_or_create(user=user, defaults=chosen)


def test_many_messages_make_one_mail_after_the_delay(alice: User, bob: User, direct: int) -> None:
    for _ in range(3):
        say(alice, direct)
    time_passes(seconds=119)
    bursts_decide()
    assert ranges() == [] and waiting_since(bob) is not None
    time_passes(seconds=2)
    bursts_decide()
    bursts_decide()
    assert ranges() == [(1, 3)]
    assert (Burst.objects.get().state, waiting_since(bob)) == ("closed", None)


def test_nothing_is_looked_at_before_the_first_rung(alice: User, direct: int) -> None:
    say(alice, direct)
    time_passes(seconds=19)
    assert (bursts_decide(), bursts_open()) == (0, 0)
    time_passes(seconds=1)
    assert bursts_decide() == 1


def test_a_push_goes_first_and_the_mail_later_than_without_a_device(alice: User, bob: User, direct: int) -> None:
    device_of(bob)
    say(alice, direct)
    time_passes(seconds=20)
    bursts_decide()
    assert (ranges(Channel.PUSH), ranges()) == ([(1, 1)], [])
    time_passes(minutes=9, seconds=39)
    bursts_decide()
    assert ranges() == []
    time_passes(seconds=2)
    bursts_decide()
    assert (ranges(Channel.PUSH), ranges()) == ([(1, 1)], [(1, 1)])
    assert waiting_since(bob) is None


def test_a_push_goes_to_every_browser(alice: User, bob: User, direct: int) -> None:
    one, two = device_of(bob, "https://push.example/1"), device_of(bob, "https://push.example/2")
    say(alice, direct)
    time_passes(seconds=20)
    bursts_decide()
    assert set(Delivery.objects.values_list("subscription_id", flat=True)) == {one.id, two.id}


def test_what_comes_between_the_push_and_the_mail_is_pushed_too_and_in_the_mail(
    alice: User, bob: User, direct: int
) -> None:
    device_of(bob)
    say(alice, direct)
    time_passes(seconds=20)
    bursts_decide()
    say(alice, direct)
    time_passes(seconds=61)
    bursts_decide()
    time_passes(minutes=10)
    bursts_decide()
    assert (ranges(Channel.PUSH), ranges()) == ([(1, 1), (2, 2)], [(1, 2)])


def test_mails_come_rarer_until_the_person_comes_back(alice: User, bob: User, direct: int) -> None:
    told_after = []
    for _ in range(3):
        say(alice, direct)
        minutes = 0
        before = len(ranges())
        while len(ranges()) == before:
            time_passes(minutes=1)
            minutes += 1
            bursts_decide()
        told_after.append(minutes)
    assert told_after == [2, 10, 60]
    read_advance(user_id=bob.id, conversation_id=direct, seq=3)
    say(alice, direct)
    time_passes(minutes=2)
    bursts_decide()
    assert ranges()[-1] == (4, 4)


def test_several_conversations_that_are_due_together_are_one_digest(
    alice: User, bob: User, carol: User, direct: int, group: int
) -> None:
    say(alice, direct)
    say(carol, group)
    time_passes(minutes=2)
    bursts_decide()
    mail = Delivery.objects.get(recipient=bob)
    assert sorted(mail.items.values_list("burst__conversation_id", flat=True)) == sorted([direct, group])
    assert Delivery.objects.get(recipient=alice).items.count() == 1


def test_quiet_hours_hold_everything_and_end_in_one_digest(
    alice: User, bob: User, carol: User, direct: int, group: int
) -> None:
    now = timezone.now()
    minute = now.hour * 60 + now.minute
    wants(bob, quiet_start=(minute - 5) % 1440, quiet_end=(minute + 60) % 1440)
    say(alice, direct)
    time_passes(minutes=2)
    bursts_decide()
    say(carol, group)
    time_passes(minutes=2)
    bursts_decide()
    assert not Delivery.objects.filter(recipient=bob).exists()
    assert LogEntry.objects.filter(recipient=bob, channel="email", verdict="quiet", until__gt=now).count() == 2
    wants(bob, quiet_start=None, quiet_end=None)
    bursts_wake(recipient_id=bob.id)
    bursts_decide()
    assert Delivery.objects.get(recipient=bob).items.count() == 2


def test_whoever_looks_is_told_later_and_the_log_says_why(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    time_passes(minutes=3)
    presence_note([(bob.id, "")])
    bursts_decide()
    bursts_decide()
    assert (ranges(), verdicts()) == ([], ["active"])
    assert Burst.objects.get().due_at <= timezone.now() + timedelta(seconds=60)


@pytest.mark.parametrize("level", ["none", "mentions"])
def test_who_muted_a_conversation_is_owed_nothing(alice: User, bob: User, direct: int, level: str) -> None:
    notifications_set(user_id=bob.id, conversation_id=direct, level=level, muted_until=None)
    say(alice, direct)
    time_passes(minutes=2)
    bursts_decide()
    assert (ranges(), verdicts(), waiting_since(bob)) == ([], ["muted"], None)


def test_a_mention_is_told_at_the_level_of_mentions(alice: User, bob: User, direct: int) -> None:
    notifications_set(user_id=bob.id, conversation_id=direct, level="mentions", muted_until=None)
    for text in ("Hello", "@Bob, look", "Hello"):
        say(alice, direct, text)
    time_passes(minutes=2)
    bursts_decide()
    assert ranges() == [(2, 2)]


def test_a_channel_that_is_switched_off_or_an_address_that_bounces_gets_nothing(
    alice: User, bob: User, carol: User, group: int
) -> None:
    wants(bob, email=False)
    Suppression.objects.create(email=carol.email, reason="550 No such user")
    say(alice, group)
    time_passes(minutes=2)
    bursts_decide()
    assert ranges() == [] and sorted(verdicts()) == ["off", "suppressed"]
    assert not Participant.objects.exclude(waiting_since=None).exists()


def test_own_delays_are_kept(alice: User, bob: User, direct: int) -> None:
    wants(bob, email_delay=3600)
    say(alice, direct)
    time_passes(minutes=59)
    bursts_decide()
    assert ranges() == []
    time_passes(minutes=1)
    bursts_decide()
    assert ranges() == [(1, 1)]


def test_nobody_gets_more_than_twenty_mails_a_day(alice: User, bob: User, direct: int) -> None:
    for _ in range(21):
        seq = say(alice, direct)
        time_passes(minutes=2)
        bursts_decide()
        read_advance(user_id=bob.id, conversation_id=direct, seq=seq)
    assert len(ranges()) == 20
    say(alice, direct)
    time_passes(minutes=2)
    bursts_decide()
    assert verdicts()[-1] == "capped"
    time_passes(hours=23, minutes=20)
    bursts_decide()
    assert ranges()[-1] == (22, 22)


def test_a_browser_that_has_gone_counts_as_never_told(alice: User, bob: User, direct: int) -> None:
    device_of(bob)
    say(alice, direct)
    time_passes(minutes=3)
    bursts_decide()
    [push] = deliveries_claim(channel=Channel.PUSH, most=1)
    delivery_gone(delivery=push)
    bursts_decide()
    assert ranges() == [(1, 1)]
    assert verdicts(Channel.PUSH) == ["gone"]


def test_what_was_read_before_the_decision_is_not_told(alice: User, bob: User, direct: int) -> None:
    for _ in range(3):
        say(alice, direct)
    read_advance(user_id=bob.id, conversation_id=direct, seq=2)
    time_passes(minutes=2)
    bursts_decide()
    assert ranges() == [(3, 3)]
    say(alice, direct)
    time_passes(seconds=30)
    bursts_decide()
    read_advance(user_id=bob.id, conversation_id=direct, seq=4)
    time_passes(minutes=10)
    bursts_decide()
    assert ranges() == [(3, 3)] and verdicts()[-1] == "read"


def test_a_burst_is_bounded_and_the_rest_stays_owed(monkeypatch: pytest.MonkeyPatch, alice: User, direct: int) -> None:
    monkeypatch.setattr(outbox, "RANGE_MAX", 2)
    for _ in range(3):
        say(alice, direct)
    time_passes(minutes=2)
    bursts_decide()
    time_passes(minutes=10)
    bursts_decide()
    assert ranges() == [(1, 2), (3, 3)]


def test_whoever_was_removed_is_owed_nothing_more(alice: User, bob: User, carol: User, group: int) -> None:
    say(alice, group)
    bursts_open()
    participant_remove(user_id=alice.id, conversation_id=group, gone_id=carol.id)
    say(alice, group)
    time_passes(minutes=2)
    bursts_decide()
    assert waiting_since(carol) is None and not Delivery.objects.filter(recipient=carol).exists()
    participant_add(user_id=alice.id, conversation_id=group, new_id=carol.id)
    say(alice, group)
    assert waiting_since(carol) is not None


def test_the_log_does_not_repeat_itself(alice: User, bob: User, direct: int) -> None:
    wants(bob, email=False)
    device_of(bob)
    say(alice, direct)
    time_passes(seconds=20)
    for _ in range(3):
        bursts_decide()
    assert verdicts() == [Verdict.OFF]


@pytest.mark.django_db(transaction=True)
def test_many_workers_decide_each_debt_once(alice: User, bob: User, carol: User, group: int, direct: int) -> None:
    for _ in range(10):
        say(alice, group)
        say(alice, direct)
    time_passes(minutes=2)
    barrier = threading.Barrier(6)

    def worker() -> None:
        barrier.wait()
        bursts_decide()

    threads = [in_thread(worker) for _ in range(6)]
    for thread in threads:
        thread.join()
    assert sorted(Delivery.objects.values_list("recipient_id", flat=True)) == sorted([bob.id, carol.id])
    assert DeliveryItem.objects.filter(delivery__recipient=bob).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_is_not_committed_yet_holds_up_nobody(alice: User, bob: User, carol: User, group: int) -> None:
    say(alice, group)
    time_passes(minutes=2)
    bursts_open()
    with transaction.atomic():
        assert settings_lock(bob.id) is not None
        in_thread(bursts_decide).join()
    assert list(Delivery.objects.values_list("recipient_id", flat=True)) == [carol.id]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_open_one_burst(alice: User, direct: int) -> None:
    say(alice, direct)
    time_passes(minutes=2)
    barrier = threading.Barrier(4)

    def sweep() -> None:
        barrier.wait()
        bursts_open()

    threads = [in_thread(sweep) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert Burst.objects.count() == 1


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees one state for ever
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_message_committed_while_a_debt_is_settled_stays_owed(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    participant = Participant.objects.get(user=bob)
    with transaction.atomic():
        say(alice, direct)
        settling = in_thread(lambda: told_up_to(participant_id=participant.id, seq=1))
        while not somebody_waits_for_a_lock():
            time.sleep(0.01)
    settling.join()
    assert waiting_since(bob) is not None
