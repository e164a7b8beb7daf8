"""Writes: bursts are opened, claimed, and settled by whoever holds the lease.

Nothing here talks to a network. A claim is committed before the send and every other write names the lease,
so a worker that lost it (it was too slow, or taken for dead) changes nothing.
"""

import random
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from backend.chat.services import told_up_to
from backend.notifications.models import Burst, Delivery
from backend.notifications.selectors import burst_participant
from backend.notifications.verdicts import Verdict

LEASE = 60  # seconds; a task is killed before (worker/celery.py), so two workers never hold one burst
RANGE_MAX = 10_000  # messages in one burst; what is beyond stays owed and makes the next one
RETRY_FIRST = 15  # seconds; doubled with each attempt
RETRY_MOST = 3600  # seconds
RETRY_JITTER = 0.25  # share of the wait, so that what failed together is not tried together
ATTEMPTS = 100  # with the waits above, about four days, as long as mail servers try
ERROR_MAX = 500  # characters kept of what the other side said


def bursts_open() -> int:
    """Open a burst for everybody owed a notification for HARK_EMAIL_DELAY and without an open one; how many.

    The debt (`waiting_since`) stays until the burst is closed or all is read, so a crash loses nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"delay": settings.HARK_EMAIL_DELAY})
        return int(cursor.rowcount)


def burst_claim() -> Burst | None:
    """Lease the burst that is due the longest, with its range of messages; None if nothing is due."""
    params = {"token": uuid4(), "lease": LEASE, "delay": settings.HARK_EMAIL_DELAY, "most": RANGE_MAX}
    return next(iter(Burst.objects.raw(CLAIM, params)), None)


def delivery_begin(*, burst: Burst, channel: str, address: str, message_id: str) -> Delivery:
    """Note that a send is about to be tried; a later attempt finds the same row."""
    delivery, _ = Delivery.objects.update_or_create(
        burst=burst,
        channel=channel,
        address=address,
        defaults={"state": Delivery.State.SENDING, "message_id": message_id},
    )
    return delivery


@transaction.atomic
def burst_close(*, burst: Burst, verdict: Verdict) -> bool:
    """Close the burst and settle the debt up to its last message. False if the lease was lost."""
    changes = {"state": Burst.State.CLOSED, "verdict": verdict, "closed_at": Now()}
    if not _release(burst, **changes):
        return False
    told_up_to(participant_id=burst_participant(burst).id, seq=burst.last_seq or 0)
    return True


@transaction.atomic
def burst_sent(*, burst: Burst, delivery: Delivery) -> bool:
    """The channel took it. False if the lease was lost."""
    closed = burst_close(burst=burst, verdict=Verdict.SEND)
    if closed:
        _delivery_end(delivery, Delivery.State.SENT)
    return closed


@transaction.atomic
def burst_fail(*, burst: Burst, delivery: Delivery | None, error: str) -> bool:
    """The channel refused it for good. False if the lease was lost."""
    closed = burst_close(burst=burst, verdict=Verdict.FAILED)
    if closed and delivery is not None:
        _delivery_end(delivery, Delivery.State.FAILED, error)
    return closed


@transaction.atomic
def burst_retry(*, burst: Burst, delivery: Delivery | None, error: str) -> bool:
    """Try again later, at most ATTEMPTS times; without a delivery if it did not come to a send.

    False if the lease was lost.
    """
    if burst.attempt >= ATTEMPTS:
        return burst_fail(burst=burst, delivery=delivery, error=error)
    wait = min(RETRY_FIRST * 2 ** (burst.attempt - 1), RETRY_MOST)
    wait *= random.uniform(1 - RETRY_JITTER, 1 + RETRY_JITTER)  # noqa: S311
    released = _release(burst, verdict=Verdict.SEND, due_at=timezone.now() + timedelta(seconds=wait))
    if released and delivery is not None:
        _delivery_end(delivery, Delivery.State.RETRY, error)
    return released


def burst_defer(*, burst: Burst, until: datetime) -> bool:
    """Look again at `until`. What comes until then is part of it, unless a send was tried already.

    False if the lease was lost.
    """
    tried = burst.deliveries.exists()
    range_ = {} if tried else {"first_seq": None, "last_seq": None}
    return _release(burst, verdict=Verdict.ACTIVE, due_at=until, attempt=0, **range_)


def _release(burst: Burst, **changes: object) -> bool:
    held: QuerySet[Burst] = Burst.objects.filter(id=burst.id, lease_token=burst.lease_token)
    return bool(held.update(lease_until=None, lease_token=None, **changes))


def _delivery_end(delivery: Delivery, state: Delivery.State, error: str = "") -> None:
    delivery.state, delivery.error, delivery.finished_at = state, error[:ERROR_MAX], timezone.now()
    delivery.save(update_fields=["state", "error", "finished_at"])


OPEN = """
INSERT INTO notifications_burst (recipient_id, conversation_id, state, verdict, due_at, attempt)
SELECT p.user_id, p.conversation_id, 'open', '', now(), 0
FROM chat_participant p
WHERE p.waiting_since <= now() - make_interval(secs => %(delay)s) AND NOT EXISTS (
    SELECT 1 FROM notifications_burst b
    WHERE b.recipient_id = p.user_id AND b.conversation_id = p.conversation_id AND b.state = 'open'
)
ON CONFLICT (recipient_id, conversation_id) WHERE state = 'open' DO NOTHING
"""

# A burst whose debt was paid by reading and made anew since then rests until the new debt is due itself.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT b.id, p.read_seq, c.last_seq AS end_seq
    FROM notifications_burst b
    JOIN chat_participant p ON p.conversation_id = b.conversation_id AND p.user_id = b.recipient_id
    JOIN chat_conversation c ON c.id = b.conversation_id
    WHERE b.state = 'open' AND b.due_at <= now() AND (b.lease_until IS NULL OR b.lease_until < now())
        AND (p.waiting_since IS NULL OR p.waiting_since <= now() - make_interval(secs => %(delay)s))
    ORDER BY b.due_at, b.id LIMIT 1
    FOR UPDATE OF b SKIP LOCKED
), missed AS MATERIALIZED (
    SELECT due.id, due.end_seq, 1 + greatest(due.read_seq, (
        SELECT max(earlier.last_seq) FROM notifications_burst earlier, notifications_burst b
        WHERE b.id = due.id AND earlier.recipient_id = b.recipient_id
            AND earlier.conversation_id = b.conversation_id AND earlier.state = 'closed'
    )) AS start_seq
    FROM due
)
UPDATE notifications_burst AS b SET
    lease_until = now() + make_interval(secs => %(lease)s),
    lease_token = %(token)s,
    attempt = b.attempt + 1,
    first_seq = coalesce(b.first_seq, missed.start_seq),
    last_seq = coalesce(b.last_seq, least(missed.end_seq, missed.start_seq + %(most)s - 1))
FROM missed
WHERE b.id = missed.id
RETURNING b.*
"""
