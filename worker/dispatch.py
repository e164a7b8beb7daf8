"""Decide what is due, then send what was decided: in short transactions, with the network in between.

`bursts_decide` turns debts into deliveries; `deliveries_send` leases these, decides once more, sends and records.
"""

import logging
import time
from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from backend.notifications.models import Burst, Delivery
from backend.notifications.selectors.outbox import (
    burst_range,
    bursts_due,
    participant_of,
    recipients_due,
    settings_lock,
)
from backend.notifications.selectors.preferences import settings_of
from backend.notifications.services.bursts import (
    Judgement,
    burst_close,
    burst_look_again,
    bursts_open,
    judgements_note,
)
from backend.notifications.services.deliveries import (
    Item,
    deliveries_claim,
    delivery_cancel,
    delivery_dead,
    delivery_gone,
    delivery_hold,
    delivery_make,
    delivery_retry,
    delivery_sent,
)
from backend.notifications.verdicts import Channel, Verdict
from worker.channels import CHANNELS
from worker.channels.outcome import Gone, PermanentFailure, TransientFailure
from worker.letter import Letter, Part
from worker.policy import Decision, decide, look_again
from worker.situation import Reader, missed_of, reader_load, seen_at_of, situation_to_decide, situation_to_send

BUDGET = 20.0  # seconds in which new work is begun: with one send after it, below the task's soft limit
RECIPIENTS_AT_ONCE = 100
POISONED = 5  # attempts after which a fault of ours is no accident

log = logging.getLogger(__name__)


def bursts_decide(*, budget: float = BUDGET) -> int:
    """Decide about everybody for whom something is due, until nothing is or `budget` seconds are over; how many."""
    bursts_open()
    end, decided = time.monotonic() + budget, 0
    while recipients := recipients_due(most=RECIPIENTS_AT_ONCE):
        before = decided
        for recipient_id in recipients:
            if time.monotonic() > end:
                return decided
            decided += _recipient_decide(recipient_id, seen_at_of(recipient_id))
        if decided == before:  # other workers are at it
            break
    return decided


@transaction.atomic
def _recipient_decide(recipient_id: int, seen_at: datetime | None) -> bool:
    """False if another worker does. What is due by email in several conversations becomes one mail."""
    chosen = settings_lock(recipient_id)
    if chosen is None:
        return False
    reader = reader_load(chosen.user, chosen, seen_at)
    ways = reader.ways
    told: dict[Channel, list[Item]] = defaultdict(list)
    over: list[tuple[Burst, int]] = []  # with the participant's id
    for burst in bursts_due(recipient_id):
        participant = participant_of(burst)
        burst.first_seq, burst.last_seq = burst_range(burst, participant)
        missed = missed_of(participant, burst.first_seq, burst.last_seq)
        decisions = {way.channel: decide(situation_to_decide(reader, participant, missed, way)) for way in ways}
        for channel, decision in decisions.items():
            if decision.verdict == Verdict.SEND:
                told[channel].append(_item(burst, decision))
        judgements_note(burst=burst, judgements=[_judgement(*decided) for decided in decisions.items()])
        if again := look_again(decisions.values(), now=timezone.now()):
            burst_look_again(burst=burst, at=again)
        else:
            over.append((burst, participant.id))
    _deliveries_make(reader, told)
    for burst, participant_id in sorted(over, key=lambda pair: pair[0].conversation_id):
        burst_close(burst=burst, participant_id=participant_id)  # locks the participant: in the order of a block
    return True


def _item(burst: Burst, decision: Decision) -> Item:
    seqs = [message.seq for message in decision.messages]
    return Item(burst, seqs[0], seqs[-1], len(seqs))


def _judgement(channel: Channel, decision: Decision) -> Judgement:
    return Judgement(channel, decision.verdict, decision.messages, decision.until)


def _deliveries_make(reader: Reader, told: dict[Channel, list[Item]]) -> None:
    for item in told[Channel.PUSH]:
        for subscription in reader.subscriptions:
            delivery_make(recipient=reader.user, channel=Channel.PUSH, items=[item], subscription=subscription)
    if told[Channel.EMAIL]:
        delivery_make(recipient=reader.user, channel=Channel.EMAIL, items=told[Channel.EMAIL])


def deliveries_send(channel: Channel, *, budget: float = BUDGET) -> int:
    """Send what is due by this channel until nothing is, or `budget` seconds are over. Returns how many were tried."""
    end, tried = time.monotonic() + budget, 0
    while time.monotonic() < end:
        claimed = deliveries_claim(channel=channel, most=CHANNELS[channel].at_once)
        if not claimed:
            break
        letters = [letter for delivery in claimed if (letter := _letter(delivery)) is not None]
        for letter, failure in CHANNELS[channel].send(letters):
            try:
                _record(letter, failure)
            except Exception:  # the lease ends, and it is tried again
                log.exception("delivery %s: not recorded", letter.delivery.id)
            tried += 1
    return tried


def _letter(delivery: Delivery) -> Letter | None:
    """The delivery's contents, decided anew; None if nothing of it is wanted (now), which is recorded.

    One without contents is a test that its recipient asked for.
    """
    try:
        return _decided_again(delivery)
    except Exception as fault:
        log.exception("delivery %s: a fault of ours", delivery.id)
        _fault(delivery, fault)
        return None


def _decided_again(delivery: Delivery) -> Letter | None:
    user, channel = delivery.recipient, Channel(delivery.channel)
    reader = reader_load(user, settings_of(user.id), seen_at_of(user.id))
    parts, others = [], []
    for item in delivery.items.select_related("burst__conversation").order_by("id"):
        decision = decide(situation_to_send(reader, item, channel))
        if decision.verdict == Verdict.SEND:
            parts.append(Part(item.burst, item.burst.conversation, decision.messages))
        else:
            others.append(decision)
    holds = [decision for decision in others if decision.until is not None]
    if holds:  # presence and quiet hours are the person's: what holds one part holds all
        latest = max(holds, key=lambda decision: decision.until or timezone.now())
        delivery_hold(delivery=delivery, verdict=latest.verdict, until=latest.until or timezone.now())
        return None
    if not parts and others:
        delivery_cancel(delivery=delivery, verdict=others[0].verdict)
        return None
    return Letter(delivery, user, reader.settings.hide_content, tuple(parts))


def _record(letter: Letter, failure: Exception | None) -> None:
    delivery = letter.delivery
    if failure is None:
        delivery_sent(delivery=delivery, counts=letter.counts)
        return
    log.warning("delivery %s: %s: %s", delivery.id, type(failure).__name__, failure)
    if isinstance(failure, Gone):
        delivery_gone(delivery=delivery)
    elif isinstance(failure, TransientFailure):
        delivery_retry(delivery=delivery, error=str(failure), after=failure.after)
    elif isinstance(failure, PermanentFailure):
        delivery_dead(delivery=delivery, error=str(failure))
    else:
        _fault(delivery, failure)


def _fault(delivery: Delivery, fault: Exception) -> None:
    """It is tried again, for it may be mended; a poisoned one is put aside, so that it takes nobody's time."""
    settle = delivery_dead if delivery.attempt >= POISONED else delivery_retry
    settle(delivery=delivery, error=f"{type(fault).__name__}: {fault}")
