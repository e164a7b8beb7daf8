"""Writes: messages that are too old become tombstones, conversation after conversation, in runs.

A run is a pass over all conversations. It goes on a little with each tick, so that readers get the changes in small
portions; what it has done stands in its row and in the conversations, so a killed worker costs nothing.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from backend import database
from backend.accounts.audit import Event, audit_note, audit_purge
from backend.chat.tombstones import conversations_expired, expired_remove
from backend.privacy.lease import job_release, job_renew, job_work
from backend.privacy.models import RetentionRun

PAUSE = timedelta(hours=1)  # between two runs
KEPT_FOR = timedelta(days=30)  # of the row of a run; the audit log says more
MESSAGES_A_TICK = 1_000  # tombstones
FEEDS_A_TICK = 5_000  # people who are told of a change
LOOKED_AT = 200  # conversations of one statement
OPEN_REPORT_DAYS = 30  # to handle a report, however short its conversation keeps messages

# A report has a copy of the message, so it is kept as long as its conversation keeps messages. `least` ignores NULL.
REPORTS = """
DELETE FROM chat_report AS r USING chat_conversation AS c
WHERE c.id = r.conversation_id
    AND r.created_at < now() - make_interval(days => least(c.retention_days, %(site)s::int))
    AND (r.state = 'done' OR r.created_at < now() - make_interval(days => %(open_days)s::int))
"""


def retention_begin() -> None:
    """Begin a run if the last one ended PAUSE ago."""
    runs = RetentionRun.objects.all()
    is_recent = runs.filter(finished_at__gt=timezone.now() - PAUSE).exists()
    if is_recent or runs.filter(state=RetentionRun.State.WAITING).exists():
        return
    try:
        with transaction.atomic():
            RetentionRun.objects.create()
    except IntegrityError:  # another worker was quicker
        return


def retention_go_on(*, budget: float) -> bool:
    """Go on with the run, for about `budget` seconds and at most so much a tick; False if there is none."""
    return job_work(RetentionRun.objects.all(), lambda run: _go_on(run, time.monotonic() + budget))


@dataclass
class Portion:
    """How much of a run one tick does."""

    end: float  # of time.monotonic
    messages: int = 0
    feeds: int = 0

    @property
    def is_over(self) -> bool:
        return self.messages >= MESSAGES_A_TICK or self.feeds >= FEEDS_A_TICK or time.monotonic() > self.end


def _go_on(run: RetentionRun, end: float) -> None:
    portion = Portion(end)
    while found := conversations_expired(after=run.conversation_after, site_days=site_days(), limit=LOOKED_AT):
        for conversation_id, days in found:
            if days is not None:
                _conversation(run, conversation_id, days, portion)
            if portion.is_over:  # this conversation is looked at again: it may not be done
                job_release(run, attempt=0, error="")
                return
        job_renew(run, conversation_after=found[-1][0])
    _finish(run)


def _conversation(run: RetentionRun, conversation_id: int, days: int, portion: Portion) -> None:
    """Batch after batch, each in a transaction with the count of the run."""
    is_done = False
    while not is_done and not portion.is_over:
        with transaction.atomic():
            step = expired_remove(conversation_id=conversation_id, days=days)
            job_renew(run, conversation_after=conversation_id - 1, messages=run.messages + step.changed)
        portion.messages += step.changed
        portion.feeds += step.told
        is_done = step.next_after is None


def _finish(run: RetentionRun) -> None:
    """Only a run that changed something is worth an entry."""
    with transaction.atomic():
        is_mine = job_release(run, state=RetentionRun.State.DONE, finished_at=Now(), error="")
        if is_mine and run.messages:
            detail = {"messages": run.messages, "site_days": site_days()}
            audit_note(Event.RETENTION_RUN, actor=None, subject=None, detail=detail)


def site_days() -> int | None:
    """HARK_RETENTION_DAYS; None keeps messages for ever."""
    return settings.HARK_RETENTION_DAYS or None


def retention_purge() -> None:
    """Delete rows of old runs, reports that hold a text for too long, and old audit entries."""
    database.run(REPORTS, {"site": site_days(), "open_days": OPEN_REPORT_DAYS})
    RetentionRun.objects.filter(finished_at__lt=timezone.now() - KEPT_FOR).delete()
    if settings.HARK_AUDIT_DAYS:
        audit_purge(older_than=timedelta(days=settings.HARK_AUDIT_DAYS))
