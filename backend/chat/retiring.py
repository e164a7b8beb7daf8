"""Writes: what an erased person leaves behind in a conversation besides messages (`tombstones.py`)."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backend.chat import log
from backend.chat.models import Conversation, Participant
from backend.live.feeds import feeds_bump


def conversation_after(*, user_id: int, after: int) -> int | None:
    """The id of the next conversation that the person is or was in; None if there is none."""
    rows = Participant.objects.filter(user_id=user_id, conversation_id__gt=after).order_by("conversation_id")
    return rows.values_list("conversation_id", flat=True).first()


@transaction.atomic
def participant_retire(*, user_id: int, conversation_id: int) -> None:
    """Clear the titles that the person wrote, and let them leave a group, whose owner becomes who is in it the longest.

    They stay in a direct conversation, which has two people. All others synchronise. Raises NotFound.
    """
    log.conversation_lock(conversation_id)
    conversation = Conversation.objects.get(id=conversation_id)
    present = log.participant_ids(conversation_id)
    feeds_bump(present)  # the locks come before the participant rows
    _titles_clear(conversation, user_id)
    mine = Participant.objects.filter(conversation_id=conversation_id, user_id=user_id)
    mine.update(read_at=None, level=Participant.Level.ALL, muted_until=None, unread=0, waiting_since=None)
    mine.update(requested_by=None, consent_needed=False)
    if not conversation.is_direct:
        mine.filter(left_at=None).update(left_at=timezone.now())
        _owner_replace(conversation, user_id)
    log.readers_tell_changes(conversation_id, deleted={})


def _titles_clear(conversation: Conversation, user_id: int) -> None:
    """Titles from before it was noted who wrote them count as the owner's."""
    wrote = Q(titled_by=user_id) | Q(titled_by=None, owner_id=user_id)
    Conversation.objects.filter(wrote, id=conversation.id).update(title="", titled_by=None)
    unknown = Q(left_titled_by=None) if conversation.owner_id == user_id else Q(pk__in=[])
    rows = Participant.objects.filter(Q(left_titled_by=user_id) | unknown, conversation=conversation)
    rows.exclude(left_title="").update(left_title="", left_titled_by=None)


def _owner_replace(conversation: Conversation, user_id: int) -> None:
    if conversation.owner_id != user_id:
        return
    others = Participant.objects.filter(conversation=conversation, left_at=None, requested_by=None).exclude(
        user_id=user_id
    )
    heir = others.filter(user__is_active=True).order_by("joined_at", "id").first()
    if heir is not None:
        Conversation.objects.filter(id=conversation.id).update(owner_id=heir.user_id)
