"""Writes: deliveries are made by a decision, leased by a worker, and settled by whoever holds the lease.

Nothing here talks to a network. A claim is committed before the send and every later write names the lease, so a worker
that lost it (it was too slow, or taken for dead) changes nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.selectors import read_receipts_travel
from backend.live.feeds import feeds_bump
from backend.notifications.models import ERROR_MAX, Burst, Delivery, DeliveryItem, LogEntry, PushSubscription
from backend.notifications.services.bursts import bursts_wake
from backend.notifications.verdicts import Channel, Verdict

LEASE = 60  # seconds; a task is killed before (worker/celery.py), so two workers never hold one delivery
RETRY_FIRST = {Channel.PUSH: 30, Channel.EMAIL: 15}  # seconds; doubled with each attempt
RETRY_MOST = 3600  # seconds
RETRY_JITTER = 0.25  # share of the wait, so that what failed together is not tried together
GIVE_UP = {  # from the decision; later, the news is old. Mail servers try for four to five days (RFC 5321, 4.5.4.1)
    Channel.PUSH: timedelta(hours=24),
    Channel.EMAIL: timedelta(days=4),
}


@dataclass(frozen=True)
class Item:
    """What is told of one burst."""

    burst: Burst
    first_seq: int
    last_seq: int
    count: int


def delivery_make(
    *, recipient: User, channel: Channel, items: Sequence[Item], subscription: PushSubscription | None = None
) -> Delivery:
    """A delivery that is due at once. Call it in the transaction of the decision."""
    name = "n" if len(items) == 1 else "d"
    key = f"{name}.{items[0].burst.id}.{items[0].first_seq}" + (f".p{subscription.id}" if subscription else "")
    delivery = Delivery.objects.create(
        recipient=recipient,
        channel=channel,
        key=key,
        subscription=subscription,
        address=recipient.email if subscription is None else subscription.name,
        due_at=Now(),
    )
    DeliveryItem.objects.bulk_create(
        DeliveryItem(delivery=delivery, burst=item.burst, first_seq=item.first_seq, last_seq=item.last_seq)
        for item in items
    )
    return delivery


def deliveries_claim(*, channel: Channel, most: int) -> list[Delivery]:
    """Lease what is due the longest, `most` at a time; none if nothing is due."""
    params = {"token": uuid4(), "lease": LEASE, "channel": channel, "most": most}
    return list(Delivery.objects.raw(CLAIM, params))


def delivery_sent(*, delivery: Delivery, counts: dict[int, int]) -> bool:
    """The other side took it; `counts` are messages told by burst id. False if the lease was lost."""
    with transaction.atomic():
        if not _release(delivery, state=Delivery.State.SENT, finished_at=Now(), error=""):
            return False
        _note(delivery, Verdict.SEND, counts)
        _tell_senders(delivery)
    return True


def delivery_hold(*, delivery: Delivery, verdict: Verdict, until: datetime) -> bool:
    """Not now. False if the lease was lost."""
    with transaction.atomic():
        held = _release(delivery, due_at=until)
        if held:
            _note(delivery, verdict, {}, until=until)
    return held


def delivery_cancel(*, delivery: Delivery, verdict: Verdict) -> bool:
    """Not wanted any more, and why. False if the lease was lost."""
    with transaction.atomic():
        cancelled = _release(delivery, state=Delivery.State.CANCELLED, finished_at=Now())
        if cancelled:
            _note(delivery, verdict, {})
            _tell_senders(delivery)
    return cancelled


def delivery_gone(*, delivery: Delivery) -> bool:
    """The browser has unsubscribed: its subscription goes, and other channels are asked at once."""
    with transaction.atomic():
        gone = _release(delivery, state=Delivery.State.GONE, finished_at=Now())
        if gone:
            _note(delivery, Verdict.GONE, {})
            bursts_wake(recipient_id=delivery.recipient_id)  # bursts before subscriptions, as a decision locks them
        PushSubscription.objects.filter(id=delivery.subscription_id or 0).delete()
    return gone


def delivery_retry(*, delivery: Delivery, error: str, after: float | None = None) -> bool:
    """Try again later (`after`: in so many seconds at least), until GIVE_UP. False if the lease was lost."""
    channel = Channel(delivery.channel)
    if timezone.now() - delivery.created_at >= GIVE_UP[channel]:
        return delivery_dead(delivery=delivery, error=error)
    wait = min(RETRY_FIRST[channel] * 2 ** min(delivery.attempt - 1, 20), RETRY_MOST)
    wait = max(wait, min(after or 0, RETRY_MOST)) * random.uniform(1, 1 + RETRY_JITTER)  # noqa: S311
    return _release(delivery, due_at=timezone.now() + timedelta(seconds=wait), error=error[:ERROR_MAX])


def delivery_dead(*, delivery: Delivery, error: str) -> bool:
    """Given up, until somebody replays it. False if the lease was lost."""
    with transaction.atomic():
        dead = _release(delivery, state=Delivery.State.DEAD, finished_at=Now(), error=error[:ERROR_MAX])
        if dead:
            _note(delivery, Verdict.FAILED, {}, detail=error)
            _tell_senders(delivery)
    return dead


def deliveries_replay(deliveries: QuerySet[Delivery]) -> int:
    """Make the dead letters of these due again, with their time anew; how many. Whether they are wanted still is
    decided before the send."""
    return deliveries.filter(state=Delivery.State.DEAD).update(
        state=Delivery.State.DUE, due_at=Now(), created_at=Now(), attempt=0, finished_at=None
    )


def _release(delivery: Delivery, **changes: object) -> bool:
    held = Delivery.objects.filter(id=delivery.id, lease_token=delivery.lease_token, state=Delivery.State.DUE)
    return bool(held.update(lease_until=None, lease_token=None, **changes))


def _note(
    delivery: Delivery, verdict: Verdict, counts: dict[int, int], *, until: datetime | None = None, detail: str = ""
) -> None:
    """Into the recipient's log, once for each conversation. A test is about none."""
    told = f"{delivery.address}: {detail}" if detail else delivery.address
    about: dict[int | None, int] = {
        item.burst_id: counts.get(item.burst_id, item.last_seq - item.first_seq + 1) for item in _items(delivery)
    }
    LogEntry.objects.bulk_create(
        LogEntry(
            recipient_id=delivery.recipient_id,
            burst_id=burst_id,
            delivery=delivery,
            channel=delivery.channel,
            verdict=verdict,
            count=count,
            until=until,
            detail=told[:ERROR_MAX],
        )
        for burst_id, count in (about or {None: 0}).items()
    )


def _items(delivery: Delivery) -> QuerySet[DeliveryItem]:
    return DeliveryItem.objects.filter(delivery=delivery)


def _tell_senders(delivery: Delivery) -> None:
    """The pages of the others show what became of it, in conversations where read positions travel."""
    readers: set[int] = set()
    for burst in Burst.objects.filter(items__delivery=delivery).select_related("conversation"):
        present = burst.conversation.participants.filter(left_at=None).values_list("user_id", flat=True)
        if read_receipts_travel(len(present)):
            readers.update(present)
    if readers - {delivery.recipient_id}:
        feeds_bump(readers)


CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM notifications_delivery
    WHERE state = 'due' AND channel = %(channel)s AND due_at <= statement_timestamp()
        AND (lease_until IS NULL OR lease_until < statement_timestamp())
    ORDER BY due_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
UPDATE notifications_delivery AS d SET
    lease_until = statement_timestamp() + make_interval(secs => %(lease)s),
    lease_token = %(token)s,
    attempt = d.attempt + 1
FROM due
WHERE d.id = due.id
RETURNING d.*
"""


def delivery_test(*, recipient: User, channel: Channel, subscription: PushSubscription | None = None) -> Delivery:
    """A delivery that tells of nothing, for its recipient to see that it comes. Due at once."""
    return Delivery.objects.create(
        recipient=recipient,
        channel=channel,
        key=f"t.{uuid4().hex}",
        subscription=subscription,
        address=recipient.email if subscription is None else subscription.name,
        due_at=Now(),
    )
