"""Deliveries on a real PostgreSQL: leased by one worker, decided again, sent, settled by whoever holds the lease."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.membership import participant_remove
from backend.chat.services import message_delete, message_edit, notifications_set, read_advance
from backend.live.presence import presence_note
from backend.notifications.models import Delivery, LogEntry, NotificationSettings
from backend.notifications.services.deliveries import (
    deliveries_claim,
    deliveries_replay,
    delivery_cancel,
    delivery_dead,
    delivery_hold,
    delivery_retry,
    delivery_sent,
)
from backend.notifications.verdicts import Channel, Verdict
from tests.support.mail import Inbox, text_of
from tests.support.owed import in_thread, leases_end, say, time_passes
from worker.dispatch import POISONED, bursts_decide, deliveries_send


@pytest.fixture(autouse=True)
def mail_goes_to_the_inbox(settings: Any, inbox: Inbox) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port


def decided(sender: User, conversation_id: int, text: str = "Hello") -> Delivery:
    """A mail that is due."""
    say(sender, conversation_id, text)
    time_passes(minutes=3)
    bursts_decide()
    return Delivery.objects.get(state=Delivery.State.DUE)


def claim() -> Delivery:
    [delivery] = deliveries_claim(channel=Channel.EMAIL, most=1)
    return delivery


def send() -> None:
    deliveries_send(Channel.EMAIL)


def told_of(delivery: Delivery) -> list[tuple[str, int]]:
    """The recipient's log about it."""
    return list(LogEntry.objects.filter(delivery=delivery).order_by("id").values_list("verdict", "count"))


def test_a_mail_is_sent_once_and_noted(inbox: Inbox, alice: User, direct: int) -> None:
    delivery = decided(alice, direct, "Hello there")
    send()
    send()
    assert ["Hello there" in text_of(mail) for mail in inbox.mails] == [True]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt, delivery.lease_token) == ("sent", 1, None)
    assert delivery.finished_at is not None and told_of(delivery) == [("send", 1)]


def test_a_claimed_delivery_is_claimed_by_nobody_else_until_the_lease_is_over(alice: User, direct: int) -> None:
    decided(alice, direct)
    first = claim()
    assert deliveries_claim(channel=Channel.EMAIL, most=1) == []
    leases_end()
    again = claim()
    assert (again.id, again.attempt) == (first.id, 2)
    assert again.lease_token != first.lease_token


def test_a_claim_is_for_one_channel(alice: User, direct: int) -> None:
    decided(alice, direct)
    assert deliveries_claim(channel=Channel.PUSH, most=1) == []


def test_who_lost_the_lease_changes_nothing(alice: User, direct: int) -> None:
    decided(alice, direct)
    slow = claim()
    leases_end()
    quick = claim()
    assert not delivery_sent(delivery=slow, counts={})
    assert not delivery_retry(delivery=slow, error="451")
    assert not delivery_dead(delivery=slow, error="550")
    assert not delivery_cancel(delivery=slow, verdict=Verdict.READ)
    assert not delivery_hold(delivery=slow, verdict=Verdict.QUIET, until=timezone.now())
    assert told_of(quick) == [] and Delivery.objects.get().state == "due"
    assert delivery_sent(delivery=quick, counts={})
    assert not delivery_sent(delivery=quick, counts={})
    assert told_of(quick) == [("send", 1)]


@pytest.mark.parametrize("reason", ["read", "deleted", "muted", "left", "off"])
def test_what_is_not_wanted_any_more_is_cancelled(
    inbox: Inbox, alice: User, bob: User, carol: User, group: int, reason: str
) -> None:
    NotificationSettings.objects.create(user=carol, email=False)
    delivery = decided(alice, group)
    if reason == "read":
        read_advance(user_id=bob.id, conversation_id=group, seq=1)
    elif reason == "deleted":
        message_delete(editor_id=alice.id, conversation_id=group, seq=1)
    elif reason == "muted":
        notifications_set(user_id=bob.id, conversation_id=group, level="none", muted_until=None)
    elif reason == "left":
        participant_remove(user_id=bob.id, conversation_id=group, gone_id=bob.id)
    else:
        NotificationSettings.objects.filter(user=bob).update(email=False)
    send()
    delivery.refresh_from_db()
    assert inbox.mails == [] and delivery.state == "cancelled"
    verdict = {"deleted": "read", "left": "no_access"}.get(reason, reason)
    assert [entry for entry, _ in told_of(delivery)] == [verdict]


def test_it_tells_what_is_there_at_the_moment_of_the_send(inbox: Inbox, alice: User, bob: User, direct: int) -> None:
    say(alice, direct, "One, read before")
    decided(alice, direct, "Two, before the edit")
    say(alice, direct, "Three, which makes the next one")
    message_edit(editor_id=alice.id, conversation_id=direct, seq=2, text="Two, after the edit")
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    send()
    text = text_of(inbox.mails[0])
    assert "Two, after the edit" in text
    assert not any(other in text for other in ("One", "before the edit", "Three"))
    assert told_of(Delivery.objects.get()) == [("send", 1)]


def test_whoever_has_come_back_is_told_when_they_have_left_again(
    inbox: Inbox, alice: User, bob: User, direct: int
) -> None:
    delivery = decided(alice, direct)
    presence_note([(bob.id, "")])
    send()
    delivery.refresh_from_db()
    assert inbox.mails == [] and delivery.state == "due"
    assert timezone.now() < delivery.due_at <= timezone.now() + timedelta(seconds=60)
    assert told_of(delivery) == [("active", 1)]


def test_a_retry_comes_later_each_time_and_not_before_the_other_side_wants_it(alice: User, direct: int) -> None:
    decided(alice, direct)
    waits = []
    for _ in range(4):
        delivery_retry(delivery=claim(), error="451 later")
        waits.append((Delivery.objects.get().due_at - timezone.now()).total_seconds())
        Delivery.objects.update(due_at=timezone.now())
    assert all(0.9 * second > first for first, second in zip(waits, waits[1:], strict=False))
    assert 14 < waits[0] < 20
    delivery_retry(delivery=claim(), error="451 later", after=1000)
    assert 990 < (Delivery.objects.get().due_at - timezone.now()).total_seconds() < 1300


def test_a_retry_ends_when_the_news_is_old(alice: User, direct: int) -> None:
    delivery = decided(alice, direct)
    time_passes(days=3, hours=23)
    delivery_retry(delivery=claim(), error="451 later")
    assert Delivery.objects.get().state == "due"
    time_passes(hours=2)
    delivery_retry(delivery=claim(), error="451 later")
    assert Delivery.objects.get().state == "dead"
    assert told_of(delivery) == [("failed", 1)]


def test_a_fault_of_ours_is_tried_again_and_put_aside_when_it_stays(
    monkeypatch: pytest.MonkeyPatch, inbox: Inbox, alice: User, bob: User, carol: User, direct: int, group: int
) -> None:
    decided(alice, direct)

    def broken(*_: object) -> None:
        raise ValueError("a header that nobody can write")

    with monkeypatch.context() as patch:
        patch.setattr("worker.channels.email.letter_build", broken)
        for _ in range(POISONED):
            send()
            Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    dead = Delivery.objects.get()
    assert (dead.state, dead.error) == ("dead", "ValueError: a header that nobody can write")
    assert deliveries_replay(Delivery.objects.all()) == 1
    send()
    assert len(inbox.mails) == 1


def test_a_replay_decides_anew(inbox: Inbox, alice: User, bob: User, direct: int) -> None:
    delivery = decided(alice, direct)
    delivery_dead(delivery=claim(), error="550")
    assert deliveries_replay(Delivery.objects.all()) == 1
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    send()
    delivery.refresh_from_db()
    assert inbox.mails == [] and delivery.state == "cancelled"
    assert deliveries_replay(Delivery.objects.all()) == 0


def test_what_could_not_be_delivered_is_not_told_again_by_itself(alice: User, bob: User, direct: int) -> None:
    decided(alice, direct)
    delivery_dead(delivery=claim(), error="550")
    time_passes(days=2)
    bursts_decide()
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_mail_once(inbox: Inbox, alice: User, bob: User, carol: User, group: int) -> None:
    for _ in range(5):
        say(alice, group)
        say(bob, group)
    time_passes(minutes=3)
    bursts_decide()
    barrier = threading.Barrier(4)

    def worker() -> None:
        barrier.wait()
        deliveries_send(Channel.EMAIL)

    threads = [in_thread(worker) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert sorted(mail["To"].split("<")[1] for mail in inbox.mails) == [
        "alice@example.com>",
        "bob@example.com>",
        "carol@example.com>",
    ]
