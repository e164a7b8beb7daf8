"""Staff read the messages of a conversation, or remove one: for a stated reason, and the audit log tells its people."""

from typing import Any

from django.db import transaction

from backend.accounts.audit import Event, audit_note
from backend.accounts.models import User
from backend.chat.models import Message, Participant
from backend.chat.services import message_remove

PAGE = 100  # messages that are read at once
REASON_MIN, REASON_MAX = 10, 300  # characters


@transaction.atomic
def messages_read(*, staff: User, conversation_id: int, reason: str, before: int | None) -> list[Message]:
    """Up to PAGE messages before a seq, ascending. All who are or were in the conversation see who read, and why."""
    detail = {"conversation": conversation_id, "reason": reason}
    _note(Event.MESSAGES_READ, staff, conversation_id, detail)
    rows = Message.objects.filter(conversation_id=conversation_id).select_related("sender").order_by("-seq")
    return list(rows.filter(seq__lt=before)[:PAGE] if before else rows[:PAGE])[::-1]


@transaction.atomic
def message_remove_by_staff(*, staff: User, conversation_id: int, seq: int, reason: str) -> bool:
    """Make a tombstone of a message; False if it is one. Its conversation's people see who did, and why.

    Raises NotFound.
    """
    is_removed = message_remove(conversation_id=conversation_id, seq=seq)
    if is_removed:
        detail = {"conversation": conversation_id, "seq": seq, "reason": reason}
        _note(Event.MESSAGE_REMOVED, staff, conversation_id, detail)
    return is_removed


def _note(event: Event, staff: User, conversation_id: int, detail: dict[str, Any]) -> None:
    concerned = Participant.objects.filter(conversation_id=conversation_id).values_list("user_id", flat=True)
    audit_note(event, actor=staff, subject=list(concerned), detail=detail)
