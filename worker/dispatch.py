"""Claim, decide, send, record: one burst after another, in short transactions with the network in between."""

import logging
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from backend.chat.models import Participant
from backend.live.presence import presence_seen_at
from backend.notifications.models import Burst
from backend.notifications.selectors import MissedMessage, burst_messages, burst_participant
from backend.notifications.services import (
    burst_claim,
    burst_close,
    burst_defer,
    burst_fail,
    burst_retry,
    burst_sent,
    bursts_open,
    delivery_begin,
)
from backend.notifications.verdicts import Verdict
from worker.channels.email.notice import Notice, notice_build
from worker.channels.email.transport import PermanentFailure, TransientFailure, send
from worker.policy import Situation, decide

BUDGET = 20.0  # seconds in which new claims are made: with one send after it, below the task's soft limit

log = logging.getLogger(__name__)


def bursts_dispatch(*, budget: float = BUDGET) -> int:
    """Settle what is due until nothing is, or `budget` seconds are over. Returns how many were looked at."""
    bursts_open()
    end, settled = time.monotonic() + budget, 0
    while time.monotonic() < end and (burst := burst_claim()) is not None:
        try:
            burst_settle(burst)
        except Exception:
            log.exception("burst %s: a fault of ours, will be tried again", burst.id)
            burst_retry(burst=burst, delivery=None, error="")
        settled += 1
    return settled


def burst_settle(burst: Burst) -> None:
    """Decide about a claimed burst now, and act on it."""
    participant = burst_participant(burst)
    decision = decide(_situation(burst, participant))
    if decision.verdict == Verdict.SEND:
        _tell(burst, participant, decision.told)
    elif decision.until is not None:
        burst_defer(burst=burst, until=decision.until)
    else:
        burst_close(burst=burst, verdict=decision.verdict)


def _situation(burst: Burst, participant: Participant) -> Situation:
    seen_at = presence_seen_at(participant.user_id)
    return Situation(
        now=timezone.now(),
        recipient_id=participant.user_id,
        recipient_name=participant.user.name,
        account_active=participant.user.is_active,
        in_conversation=participant.left_at is None,
        level=participant.level,
        muted_until=participant.muted_until,
        read_seq=participant.read_seq,
        seen_at=None if seen_at is None else datetime.fromtimestamp(seen_at, UTC),
        away_after=timedelta(seconds=settings.HARK_AWAY_AFTER),
        messages=burst_messages(burst),
    )


def _tell(burst: Burst, participant: Participant, told: tuple[MissedMessage, ...]) -> None:
    notice = Notice(burst=burst, recipient=participant.user, conversation=participant.conversation, told=told)
    mail = notice_build(notice)
    delivery = delivery_begin(
        burst=burst,
        channel="email",
        address=participant.user.email,
        message_id=mail.extra_headers["Message-ID"],
    )
    try:
        send(mail)
    except PermanentFailure as failure:
        log.warning("burst %s: refused for good: %s", burst.id, failure)
        burst_fail(burst=burst, delivery=delivery, error=str(failure))
    except TransientFailure as failure:
        log.warning("burst %s: will be tried again: %s", burst.id, failure)
        burst_retry(burst=burst, delivery=delivery, error=str(failure))
    else:
        burst_sent(burst=burst, delivery=delivery)
