"""Writes: reactions. Each is a change of its message, so it takes a `rev`; nobody is owed a notification for it."""

from typing import Any

from django.db import transaction

from backend.chat import log
from backend.chat.emojis import emoji_spelled
from backend.chat.errors import MessageDeleted, TooManyReactions
from backend.chat.models import Message
from backend.chat.selectors import access_message, message_json

REACTIONS_MAX = 20  # different emojis on one message
Reactions = list[dict[str, Any]]  # [{"emoji","users"}], both in the order in which they came


@transaction.atomic
def reaction_add(*, user_id: int, conversation_id: int, seq: int, emoji: str) -> dict[str, Any]:
    """React to a message. Returns M; the same reaction again changes nothing.

    Raises NotFound, InvalidParameter (no emoji), MessageDeleted, TooManyReactions, RequestPending, Blocked.
    """
    emoji = emoji_spelled(emoji)
    message = _message_lock(user_id, conversation_id, seq)
    known: Reactions = message.reactions
    users: list[int] = next((reaction["users"] for reaction in known if reaction["emoji"] == emoji), [])
    if user_id in users:
        return message_json(conversation_id, seq)
    if not users:
        if len(known) == REACTIONS_MAX:
            raise TooManyReactions
        known.append({"emoji": emoji, "users": users})
    users.append(user_id)
    return _changed(message, user_id)


@transaction.atomic
def reaction_remove(*, user_id: int, conversation_id: int, seq: int, emoji: str) -> dict[str, Any]:
    """Take one's reaction back. Returns M; where there is none nothing changes.

    Raises NotFound, InvalidParameter (no emoji), MessageDeleted, RequestPending, Blocked.
    """
    emoji = emoji_spelled(emoji)
    message = _message_lock(user_id, conversation_id, seq)
    known: Reactions = message.reactions
    found = next((reaction for reaction in known if reaction["emoji"] == emoji), None)
    if found is None or user_id not in found["users"]:
        return message_json(conversation_id, seq)
    found["users"].remove(user_id)
    if not found["users"]:
        known.remove(found)
    return _changed(message, user_id)


def _message_lock(user_id: int, conversation_id: int, seq: int) -> Message:
    """The message, as it stays until the end of the transaction: the conversation is locked."""
    log.conversation_lock(conversation_id)
    message = access_message(user_id=user_id, conversation_id=conversation_id, seq=seq)
    if message.deleted_at is not None:
        raise MessageDeleted
    return message


def _changed(message: Message, actor_id: int) -> dict[str, Any]:
    numbers = log.counters_move(message.conversation_id, new_message=False)
    message.rev = numbers.rev
    message.save(update_fields=["reactions", "rev"])
    log.readers_tell(message.conversation_id, actor_id=actor_id, blocked=numbers.blocked)
    return message_json(message.conversation_id, message.seq)
