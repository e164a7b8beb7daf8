"""Reads: what a burst is about, as it is now."""

from dataclasses import dataclass
from datetime import datetime

from backend.chat.models import Message, Participant
from backend.notifications.models import Burst


@dataclass(frozen=True)
class MissedMessage:
    """What a notification may tell of a message."""

    seq: int
    sender_id: int
    sender_name: str
    text: str
    created_at: datetime
    deleted: bool


def burst_participant(burst: Burst) -> Participant:
    """The recipient's row in the conversation, with the user and the conversation, also if they left."""
    rows = Participant.objects.select_related("user", "conversation")
    return rows.get(conversation_id=burst.conversation_id, user_id=burst.recipient_id)


def burst_messages(burst: Burst) -> list[MissedMessage]:
    """All messages of the range, ascending, whoever wrote them and whatever became of them."""
    rows = (
        Message.objects.select_related("sender")
        .filter(conversation_id=burst.conversation_id, seq__range=(burst.first_seq, burst.last_seq))
        .order_by("seq")
    )
    return [
        MissedMessage(
            seq=row.seq,
            sender_id=row.sender_id,
            sender_name=row.sender.name,
            text=row.text,
            created_at=row.created_at,
            deleted=row.deleted_at is not None,
        )
        for row in rows
    ]
