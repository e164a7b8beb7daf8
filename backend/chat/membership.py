"""Writes: conversations, and who is in them."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.selectors import users_active_count
from backend.api.errors import InvalidParameter, NotFound
from backend.chat import log
from backend.chat.errors import ConversationFull, DirectIsFixed, NotOwner
from backend.chat.models import GROUP_MAX, Conversation, Participant
from backend.chat.selectors import access_participant, conversation_json
from backend.live.feeds import feeds_bump


def conversation_open(*, user_id: int, kind: str, others: list[int], title: str) -> tuple[dict[str, Any], bool]:
    """Make a conversation. Returns C, and True if it is new or False for a direct one that was there.

    Raises InvalidParameter (unknown people, not exactly one other for a direct one), ConversationFull.
    """
    people = set(others) - {user_id}
    if kind == Conversation.Kind.DIRECT and (len(people) != 1 or title):
        raise InvalidParameter("participants", "A direct conversation has exactly one other person and no title.")
    if not people:
        raise InvalidParameter("participants", "Name at least one other person.")
    if len(people) >= GROUP_MAX:
        raise ConversationFull
    if users_active_count(people) != len(people):
        raise InvalidParameter("participants", "There is no such person.")
    key = "{}:{}".format(*sorted((user_id, *people))) if kind == Conversation.Kind.DIRECT else None
    try:
        with transaction.atomic():
            conversation = Conversation.objects.create(
                kind=kind, title=title, titled_by=user_id, owner_id=user_id, direct_key=key
            )
            _join(conversation.id, {user_id, *people})
    except IntegrityError:
        if key is None:
            raise
        existing = Conversation.objects.get(direct_key=key)
        return conversation_json(user_id=user_id, conversation_id=existing.id), False
    return conversation_json(user_id=user_id, conversation_id=conversation.id), True


def _join(conversation_id: int, user_ids: set[int], *, read_seq: int = 0) -> None:
    Participant.objects.bulk_create(
        Participant(conversation_id=conversation_id, user_id=user_id, read_seq=read_seq) for user_id in sorted(user_ids)
    )
    log.readers_tell(conversation_id, actor_id=min(user_ids), to_the_top=frozenset(user_ids))


@transaction.atomic
def conversation_rename(*, user_id: int, conversation_id: int, title: str) -> dict[str, Any]:
    """Change a group's title. Returns C. Raises NotFound, DirectIsFixed."""
    _lock_group(user_id, conversation_id)
    Conversation.objects.filter(id=conversation_id).update(title=title, titled_by=user_id)
    log.readers_tell(conversation_id, actor_id=user_id)
    return conversation_json(user_id=user_id, conversation_id=conversation_id)


@transaction.atomic
def participant_add(*, user_id: int, conversation_id: int, new_id: int) -> tuple[dict[str, Any], bool]:
    """Let somebody in; they see the history, and have nothing unread. Returns C, and False if they were in.

    Raises NotFound, DirectIsFixed, InvalidParameter (no such person), ConversationFull.
    """
    conversation = _lock_group(user_id, conversation_id)
    present = log.participant_ids(conversation_id)
    if new_id in present:
        return conversation_json(user_id=user_id, conversation_id=conversation_id), False
    if len(present) >= GROUP_MAX:
        raise ConversationFull
    if not users_active_count({new_id}):
        raise InvalidParameter("user", "There is no such person.")
    feeds_bump([*present, new_id])  # the locks come before the participant rows
    Participant.objects.update_or_create(
        conversation_id=conversation_id,
        user_id=new_id,
        defaults={"left_at": None, "read_seq": conversation.last_seq, "unread": 0, "waiting_since": None},
    )
    log.readers_tell(conversation_id, actor_id=user_id, to_the_top=frozenset({new_id}))
    return conversation_json(user_id=user_id, conversation_id=conversation_id), True


@transaction.atomic
def participant_remove(*, user_id: int, conversation_id: int, gone_id: int) -> None:
    """Leave, or as the owner remove somebody. Raises NotFound, DirectIsFixed, NotOwner."""
    conversation = _lock_group(user_id, conversation_id)
    present = log.participant_ids(conversation_id)
    if gone_id not in present:
        raise NotFound
    if gone_id != user_id and conversation.owner_id != user_id:
        raise NotOwner
    feeds_bump(present)  # the locks come before the participant rows
    Participant.objects.filter(conversation_id=conversation_id, user_id=gone_id).update(
        left_at=timezone.now(),
        left_title=conversation.title,
        left_titled_by=conversation.titled_by,
        unread=0,
        waiting_since=None,
    )
    log.readers_tell(conversation_id, actor_id=user_id, also=frozenset({gone_id}))


def _lock_group(user_id: int, conversation_id: int) -> Conversation:
    log.conversation_lock(conversation_id)
    conversation = access_participant(user_id=user_id, conversation_id=conversation_id).conversation
    if conversation.is_direct:
        raise DirectIsFixed
    return conversation
