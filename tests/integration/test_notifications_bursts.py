"""Bursts on a real PostgreSQL: opened once, claimed by one, settled by whoever holds the lease."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.membership import participant_add, participant_remove
from backend.chat.models import Participant
from backend.chat.services import message_send, read_advance, told_up_to
from backend.notifications import services
from backend.notifications.models import Burst, Delivery
from backend.notifications.services import (
    burst_claim,
    burst_close,
    burst_defer,
    burst_retry,
    burst_sent,
    bursts_open,
    delivery_begin,
)
from backend.notifications.verdicts import Verdict


@pytest.fixture(autouse=True)
def no_delay(settings: Any) -> None:
    settings.HARK_EMAIL_DELAY = 0


def say(sender: User, conversation_id: int, text: str = "Hello") -> int:
    message, _ = message_send(sender_id=sender.id, conversation_id=conversation_id, client_id=uuid.uuid4(), text=text)
    return int(message["seq"])


def claim() -> Burst:
    # A test runs in one transaction, in which the database's clock stands still.
    Participant.objects.exclude(waiting_since=None).update(waiting_since=timezone.now() - timedelta(hours=1))
    bursts_open()
    burst = burst_claim()
    assert burst is not None
    return burst


def expire_lease(burst: Burst) -> None:
    Burst.objects.filter(id=burst.id).update(lease_until=timezone.now() - timedelta(seconds=1))


def begin(burst: Burst) -> Delivery:
    return delivery_begin(burst=burst, channel="email", address="bob@example.com", message_id="<1@x>")


def waiting_since(user: User) -> Any:
    return Participant.objects.get(user=user).waiting_since


def in_thread(action: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            action()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_many_messages_make_one_burst(alice: User, bob: User, direct: int) -> None:
    for _ in range(3):
        say(alice, direct)
    assert (bursts_open(), bursts_open()) == (1, 0)
    burst = claim()
    assert (burst.recipient_id, burst.first_seq, burst.last_seq, burst.attempt) == (bob.id, 1, 3, 1)


def test_nothing_is_opened_before_the_delay_is_over(settings: Any, alice: User, direct: int) -> None:
    settings.HARK_EMAIL_DELAY = 60
    say(alice, direct)
    assert bursts_open() == 0
    Participant.objects.exclude(waiting_since=None).update(waiting_since=timezone.now() - timedelta(hours=1))
    assert bursts_open() == 1


def test_a_claimed_burst_is_claimed_by_nobody_else_until_the_lease_is_over(alice: User, direct: int) -> None:
    say(alice, direct)
    burst = claim()
    assert burst_claim() is None
    expire_lease(burst)
    again = burst_claim()
    assert again is not None
    assert (again.id, again.attempt) == (burst.id, 2)
    assert again.lease_token != burst.lease_token


def test_who_lost_the_lease_changes_nothing(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    slow = claim()
    delivery = begin(slow)
    expire_lease(slow)
    quick = burst_claim()
    assert quick is not None
    assert not burst_sent(burst=slow, delivery=delivery)
    assert not burst_retry(burst=slow, delivery=delivery, error="451")
    assert not burst_defer(burst=slow, until=timezone.now())
    assert not burst_close(burst=slow, verdict=Verdict.READ)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENDING
    assert waiting_since(bob) is not None
    assert burst_sent(burst=quick, delivery=delivery)
    assert not burst_sent(burst=quick, delivery=delivery)
    assert waiting_since(bob) is None


def test_the_range_of_a_begun_send_stays_and_the_next_burst_goes_on_after_it(
    alice: User, bob: User, direct: int
) -> None:
    say(alice, direct)
    burst = claim()
    delivery = begin(burst)
    burst_retry(burst=burst, delivery=delivery, error="451 later")
    say(alice, direct)
    Burst.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    again = claim()
    assert (again.id, again.first_seq, again.last_seq) == (burst.id, 1, 1)
    burst_sent(burst=again, delivery=delivery)
    assert waiting_since(bob) is not None
    following = claim()
    assert (following.first_seq, following.last_seq) == (2, 2)


def test_a_deferred_burst_takes_in_what_comes_meanwhile(alice: User, direct: int) -> None:
    say(alice, direct)
    burst_defer(burst=claim(), until=timezone.now() - timedelta(seconds=1))
    say(alice, direct)
    again = claim()
    assert (again.first_seq, again.last_seq, again.attempt) == (1, 2, 1)


def test_a_burst_begins_after_what_was_read(alice: User, bob: User, direct: int) -> None:
    for _ in range(3):
        say(alice, direct)
    read_advance(user_id=bob.id, conversation_id=direct, seq=2)
    burst = claim()
    assert (burst.first_seq, burst.last_seq) == (3, 3)


def test_a_new_debt_waits_for_its_own_delay(settings: Any, alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    bursts_open()
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    say(alice, direct)
    settings.HARK_EMAIL_DELAY = 60
    assert burst_claim() is None


def test_a_burst_is_bounded_and_the_rest_stays_owed(monkeypatch: pytest.MonkeyPatch, alice: User, direct: int) -> None:
    monkeypatch.setattr(services, "RANGE_MAX", 2)
    for _ in range(3):
        say(alice, direct)
    burst = claim()
    assert (burst.first_seq, burst.last_seq) == (1, 2)
    burst_close(burst=burst, verdict=Verdict.SEND)
    rest = claim()
    assert (rest.first_seq, rest.last_seq) == (3, 3)


def test_retries_come_later_and_later_and_end(alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    burst = claim()
    delivery = begin(burst)
    waits = []
    for attempt in (1, 5, 50):
        Burst.objects.update(lease_token=burst.lease_token)
        burst.attempt = attempt
        burst_retry(burst=burst, delivery=delivery, error="451")
        waits.append((Burst.objects.get().due_at - timezone.now()).total_seconds())
    assert 10 < waits[0] < 20 < 170 < waits[1] < 310 < 2600 < waits[2] <= 4500
    Burst.objects.update(lease_token=burst.lease_token)
    burst.attempt = services.ATTEMPTS
    burst_retry(burst=burst, delivery=delivery, error="451")
    assert Burst.objects.get().verdict == Verdict.FAILED
    assert waiting_since(bob) is None


def test_whoever_left_is_owed_nothing_more(alice: User, bob: User, carol: User, group: int) -> None:
    say(alice, group)
    bursts_open()
    participant_remove(user_id=carol.id, conversation_id=group, gone_id=carol.id)
    say(alice, group)
    while (burst := burst_claim()) is not None:
        burst_close(burst=burst, verdict=Verdict.NO_ACCESS)
    assert waiting_since(carol) is None
    participant_add(user_id=alice.id, conversation_id=group, new_id=carol.id)
    say(alice, group)
    assert waiting_since(carol) is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_the_same(alice: User, bob: User, carol: User, group: int) -> None:
    for _ in range(10):
        say(alice, group)
    bursts_open()
    claimed: list[Burst] = []
    barrier = threading.Barrier(6)

    def worker() -> None:
        barrier.wait()
        while (burst := burst_claim()) is not None:
            claimed.append(burst)

    threads = [in_thread(worker) for _ in range(6)]
    for thread in threads:
        thread.join()
    assert sorted(burst.recipient_id for burst in claimed) == sorted([bob.id, carol.id])


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_is_not_committed_yet_holds_up_nobody(alice: User, bob: User, carol: User, group: int) -> None:
    say(alice, group)
    bursts_open()
    claimed: list[Burst | None] = []
    with transaction.atomic():
        claimed.append(burst_claim())
        other = in_thread(lambda: claimed.append(burst_claim()))
        other.join()
    assert {burst.recipient_id for burst in claimed if burst} == {bob.id, carol.id}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_open_one_burst(alice: User, direct: int) -> None:
    say(alice, direct)
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


def test_an_operator_sees_what_became_of_a_burst(alice: User, direct: int) -> None:
    User.objects.filter(id=alice.id).update(is_staff=True, is_superuser=True)
    say(alice, direct)
    burst = claim()
    burst_retry(burst=burst, delivery=begin(burst), error="451 Try again later")
    client = Client()
    client.force_login(alice)
    found = client.get("/admin/notifications/burst/?q=bob@example.com&state__exact=open&verdict__exact=send")
    assert f"/admin/notifications/burst/{burst.id}/change/" in found.content.decode()
    page = client.get(f"/admin/notifications/burst/{burst.id}/change/")
    assert b"451 Try again later" in page.content and b'name="_save"' not in page.content
