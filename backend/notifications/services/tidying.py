"""Writes: what is long over is thrown away, but nothing that keeps somebody from being told twice."""

import time
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from backend.notifications.ladder import PAUSES
from backend.notifications.models import Burst, Delivery, LogEntry

KEPT_FOR = timedelta(days=30)
DEAD_KEPT_FOR = timedelta(days=90)  # somebody may still want to replay them
BATCH = 500  # rows deleted in one transaction
BUDGET = 20.0  # seconds in which a new batch is begun: below the task's soft limit. The next hour goes on.
STEPS = max(len(pauses) for pauses in PAUSES.values())  # announcements after which the pause grows no more


def notifications_purge(*, budget: float = BUDGET) -> None:
    """Delete log entries, deliveries and bursts that are over for KEPT_FOR, and dead letters for DEAD_KEPT_FOR.

    Of what somebody has not read, it stays known up to where it was covered and how often it was announced. What is
    open, due or owed is not touched.
    """
    end, now = time.monotonic() + budget, timezone.now()
    over = {"over": now - KEPT_FOR, "dead_over": now - DEAD_KEPT_FOR, "steps": STEPS, "batch": BATCH}
    for model, found in ((LogEntry, ENTRIES), (Delivery, DELIVERIES), (Burst, BURSTS)):
        _delete(model, found, over, end)


def _delete(model: type[models.Model], found: str, over: dict[str, Any], end: float) -> None:
    """Batch by batch in the order of ids, so that what stays is looked at once."""
    after, more = 0, True
    while more and time.monotonic() < end:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(found, {**over, "after": after})
                ids = [id_ for (id_,) in cursor.fetchall()]
            model._default_manager.filter(pk__in=ids).delete()
        after, more = max(ids, default=after), len(ids) == BATCH


# Rows are locked, so that a dead letter that is just being replayed stays.
ENTRIES = """
SELECT id FROM notifications_logentry WHERE id > %(after)s AND created_at < %(over)s
ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
"""

# What a channel has told of unread messages counts for the next decision (`outbox.announced`): its newest
# announcements stay, as many as the ladder has steps.
DELIVERIES = """
SELECT d.id FROM notifications_delivery d
WHERE d.id > %(after)s
    AND d.finished_at < CASE WHEN d.state = 'dead' THEN %(dead_over)s ELSE %(over)s END AND d.state <> 'due'
    AND (d.state = 'gone' OR NOT EXISTS (
        SELECT 1 FROM notifications_deliveryitem i
        JOIN notifications_burst b ON b.id = i.burst_id
        JOIN chat_participant p ON p.conversation_id = b.conversation_id AND p.user_id = b.recipient_id
        WHERE i.delivery_id = d.id AND p.left_at IS NULL AND i.last_seq > greatest(p.read_seq, p.seen_seq) AND (
            SELECT count(DISTINCT j.first_seq) FROM notifications_burst c
            JOIN notifications_deliveryitem j ON j.burst_id = c.id
            JOIN notifications_delivery e ON e.id = j.delivery_id
            WHERE c.recipient_id = b.recipient_id AND c.conversation_id = b.conversation_id
                AND e.channel = d.channel AND e.state <> 'gone'
                AND (j.last_seq, j.first_seq) > (i.last_seq, i.first_seq)
        ) < %(steps)s
    ))
ORDER BY d.id LIMIT %(batch)s FOR UPDATE OF d SKIP LOCKED
"""

# The next burst begins after the newest closed one (`outbox.burst_range`), so that one stays while it covers something
# unread; and so does one that a delivery or the log still speaks of.
BURSTS = """
SELECT b.id FROM notifications_burst b
WHERE b.id > %(after)s AND b.state = 'closed' AND b.closed_at < %(over)s
    AND NOT EXISTS (SELECT 1 FROM notifications_deliveryitem i WHERE i.burst_id = b.id)
    AND NOT EXISTS (SELECT 1 FROM notifications_logentry l WHERE l.burst_id = b.id)
    AND NOT EXISTS (
        SELECT 1 FROM chat_participant p
        WHERE p.conversation_id = b.conversation_id AND p.user_id = b.recipient_id AND p.left_at IS NULL
            AND b.last_seq > greatest(p.read_seq, p.seen_seq) AND NOT EXISTS (
                SELECT 1 FROM notifications_burst c
                WHERE c.recipient_id = b.recipient_id AND c.conversation_id = b.conversation_id
                    AND c.state = 'closed' AND (c.last_seq, c.id) > (b.last_seq, b.id)
            )
    )
ORDER BY b.id LIMIT %(batch)s FOR UPDATE OF b SKIP LOCKED
"""
