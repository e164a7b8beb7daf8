"""Writes: who is owed gets a burst, and what was decided about it is recorded, all under the recipient's lock.

A decision is one short transaction without any network: what is to be sent becomes a `Delivery`, and the debt is
settled when no channel has anything left to tell. So it needs no lease, and killing a worker undoes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from backend.chat.services import told_up_to
from backend.notifications.models import Burst, LogEntry
from backend.notifications.selectors.outbox import MissedMessage
from backend.notifications.verdicts import Channel, Verdict


@dataclass(frozen=True)
class Judgement:
    """What was decided about one channel and one burst."""

    channel: Channel
    verdict: Verdict
    messages: Sequence[MissedMessage]
    until: datetime | None


def bursts_open() -> int:
    """Open a burst for everybody owed a notification for the first rung's delay and without an open one; how many.

    Who waits the longest has the lowest id, so what was missed first is told first. The debt (`waiting_since`) stays
    until the burst is closed or all is read, so a crash loses nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"delay": min(settings.HARK_PUSH_DELAY, settings.HARK_EMAIL_DELAY)})
        return int(cursor.fetchone()[0])


def burst_look_again(*, burst: Burst, at: datetime) -> None:
    """It stays open; decide again then."""
    Burst.objects.filter(id=burst.id).update(due_at=at, first_seq=burst.first_seq, last_seq=burst.last_seq)


def burst_close(*, burst: Burst, participant_id: int) -> None:
    """No channel has anything left to tell of it: the debt is settled up to its last message."""
    Burst.objects.filter(id=burst.id).update(
        state=Burst.State.CLOSED, closed_at=Now(), first_seq=burst.first_seq, last_seq=burst.last_seq
    )
    told_up_to(participant_id=participant_id, seq=burst.last_seq or 0)


def bursts_wake(*, recipient_id: int) -> None:
    """Something that decides about this person has changed: look at all their open bursts now."""
    Burst.objects.filter(recipient_id=recipient_id, state=Burst.State.OPEN).update(due_at=Now())


UNTOLD = frozenset({Verdict.SEND, Verdict.TOLD, Verdict.DELAY, Verdict.PAUSE})  # sends are noted by their deliveries


def judgements_note(*, burst: Burst, judgements: Sequence[Judgement]) -> None:
    """Write into the recipient's log what they would want to know of, once: not each time it is decided again."""
    known = {
        (entry.channel, entry.verdict, entry.until)
        for entry in LogEntry.objects.filter(burst=burst, delivery=None).order_by("-id")[:20]
    }
    LogEntry.objects.bulk_create(
        LogEntry(
            recipient_id=burst.recipient_id,
            burst=burst,
            channel=judgement.channel,
            verdict=judgement.verdict,
            count=len(judgement.messages),
            until=judgement.until,
        )
        for judgement in judgements
        if judgement.verdict not in UNTOLD and (judgement.channel, judgement.verdict, judgement.until) not in known
    )


# The lock under which all is decided about a person is the row of their settings: whoever is owed has one.
OPEN = """
WITH owed AS MATERIALIZED (
    SELECT p.user_id, p.conversation_id, p.waiting_since
    FROM chat_participant p
    WHERE p.waiting_since <= now() - make_interval(secs => %(delay)s) AND NOT EXISTS (
        SELECT 1 FROM notifications_burst b
        WHERE b.recipient_id = p.user_id AND b.conversation_id = p.conversation_id AND b.state = 'open'
    )
), locks AS (
    INSERT INTO notifications_notificationsettings (user_id) SELECT DISTINCT user_id FROM owed
    ON CONFLICT DO NOTHING
), opened AS (
    INSERT INTO notifications_burst (recipient_id, conversation_id, state, due_at)
    SELECT user_id, conversation_id, 'open', now() FROM owed ORDER BY waiting_since
    ON CONFLICT (recipient_id, conversation_id) WHERE state = 'open' DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM opened
"""
