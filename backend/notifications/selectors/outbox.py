"""Reads: what is due, and all that a decision about it needs, as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from backend.chat.models import Message, Participant
from backend.notifications.models import Burst, Delivery, DeliveryItem, NotificationSettings
from backend.notifications.verdicts import Channel

RANGE_MAX = 10_000  # messages looked at in one burst; what is beyond stays owed and makes the next one
# One whose browser is gone told nothing; one that was cancelled was not wanted any more, and is not told later either.
TOLD = (Delivery.State.DUE, Delivery.State.SENT, Delivery.State.DEAD, Delivery.State.CANCELLED)


@dataclass(frozen=True)
class MissedMessage:
    """What a notification may tell of a message."""

    seq: int
    sender_id: int
    sender_name: str
    text: str
    created_at: datetime
    deleted: bool


@dataclass(frozen=True)
class Announced:
    """What a channel has told of a conversation: up to `seq`, at last `at`, and how often past the read position."""

    seq: int
    at: datetime | None
    times: int


def recipients_due(*, most: int) -> list[int]:
    """User ids with a burst that is due, the one that waits the longest first."""
    due = Burst.objects.filter(state=Burst.State.OPEN, due_at__lte=timezone.now())
    return list(dict.fromkeys(due.order_by("due_at").values_list("recipient_id", flat=True)[:most]))


def settings_lock(user_id: int) -> NotificationSettings | None:
    """The settings, locked until the end of the transaction; None if another worker decides about this person."""
    rows = NotificationSettings.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    return rows.filter(user_id=user_id).first()


def bursts_due(recipient_id: int) -> list[Burst]:
    """The recipient's due bursts, the oldest first."""
    due = Burst.objects.filter(recipient_id=recipient_id, state=Burst.State.OPEN, due_at__lte=timezone.now())
    return list(due.select_related("conversation").order_by("id"))


def participant_of(burst: Burst) -> Participant:
    """The recipient's row in the conversation, with the user and the conversation, also if they left."""
    rows = Participant.objects.select_related("user", "conversation")
    return rows.get(conversation_id=burst.conversation_id, user_id=burst.recipient_id)


def burst_range(burst: Burst, participant: Participant) -> tuple[int, int]:
    """From the first message neither read nor covered by an earlier burst to the last one, RANGE_MAX at most."""
    earlier = Burst.objects.filter(
        recipient_id=burst.recipient_id, conversation_id=burst.conversation_id, state=Burst.State.CLOSED
    )
    covered = earlier.aggregate(seq=Max("last_seq"))["seq"] or 0
    first = max(participant.known_seq, covered) + 1
    return first, min(participant.conversation.last_seq, first + RANGE_MAX - 1)


def messages_between(conversation_id: int, first_seq: int, last_seq: int) -> list[MissedMessage]:
    """All messages of the range, ascending, whoever wrote them and whatever became of them."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__range=(first_seq, last_seq)).order_by("seq")
    return [
        MissedMessage(
            seq=row["seq"],
            sender_id=row["sender_id"],
            sender_name=row["sender__name"],
            text=row["text"],
            created_at=row["created_at"],
            deleted=row["deleted_at"] is not None,
        )
        for row in rows.values("seq", "sender_id", "sender__name", "text", "created_at", "deleted_at")
    ]


def announced(participant: Participant, channel: Channel) -> Announced:
    """What the channel has told the participant of the conversation since they last read there."""
    items = DeliveryItem.objects.filter(
        burst__recipient_id=participant.user_id,
        burst__conversation_id=participant.conversation_id,
        burst__last_seq__gt=participant.known_seq,  # which an index knows, so that what is long over costs nothing
        last_seq__gt=participant.known_seq,
        delivery__channel=channel,
        delivery__state__in=TOLD,
    )
    # One announcement is one range, however many browsers it went to.
    found = items.aggregate(
        seq=Max("last_seq"), at=Max("delivery__created_at"), times=Count("first_seq", distinct=True)
    )
    return Announced(found["seq"] or 0, found["at"], found["times"])


def cap_free_at(user_id: int, channel: Channel, *, most: int, window: timedelta) -> datetime | None:
    """When one more of `most` in `window` may be told; None at once. Pushes of one range count once."""
    recent = (
        Delivery.objects.filter(recipient_id=user_id, channel=channel, created_at__gt=timezone.now() - window)
        .filter(Q(state__in=TOLD))
        .order_by("-created_at")
        .values_list("created_at", flat=True)
        .distinct()[:most]
    )
    told: Sequence[datetime] = list(recent)
    return told[-1] + window if len(told) >= most else None
