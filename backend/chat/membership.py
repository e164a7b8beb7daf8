"""Writes: conversations, and who is in them. Somebody who must be asked first joins as pending (`chat/requests.py`)."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.contacts import strangers_among
from backend.accounts.models import User
from backend.api.errors import InvalidParameter, NotFound
from backend.chat import log
from backend.chat.access import access_member
from backend.chat.directory import people_reachable
from backend.chat.errors import ConversationFull, DirectIsFixed, NotOwner
from backend.chat.models import GROUP_MAX, Conversation, Participant
from backend.chat.requests import request_reopen, requests_hide
from backend.chat.selectors import access_participant, conversation_json
from backend.live.feeds import feeds_bump

# What changes of the row of somebody who leaves.
LEAVING = (
    "consent_needed",
    "left_at",
    "left_title",
    "left_titled_by",
    "requested_by",
    "unread",
    "waiting_since",
)


def conversation_open(*, user_id: int, kind: str, others: list[int], title: str) -> tuple[dict[str, Any], bool]:
    """Make a conversation. Returns C, and True if it is new or False for a direct one that was there.

    Those who do not know the user are asked. Raises InvalidParameter (people whom the user cannot reach, not exactly
    one other for a direct one), ConversationFull.
    """
    people = set(others) - {user_id}
    if kind == Conversation.Kind.DIRECT and (len(people) != 1 or title):
        raise InvalidParameter("participants", "A direct conversation has exactly one other person and no title.")
    if not people:
        raise InvalidParameter("participants", "Name at least one other person.")
    if len(people) >= GROUP_MAX:
        raise ConversationFull
    user = User.objects.get(id=user_id)
    key = "{}:{}".format(*sorted((user_id, *people))) if kind == Conversation.Kind.DIRECT else None
    try:
        with transaction.atomic():
            _reach(user, key, people)
            conversation = Conversation.objects.create(
                kind=kind, title=title, titled_by=user_id, owner_id=user_id, direct_key=key
            )
            _join(conversation.id, user, people)
    except IntegrityError:
        if key is None:
            raise
        return _direct_again(user, key, people), False
    return conversation_json(user_id=user_id, conversation_id=conversation.id), True


@transaction.atomic
def _direct_again(user: User, key: str, people: set[int]) -> dict[str, Any]:
    """The direct conversation that was there already, in the user's list from now on."""
    existing = Conversation.objects.get(direct_key=key)
    log.conversation_lock(existing.id)
    _reach(user, key, people)
    request_reopen(user_id=user.id, conversation_id=existing.id)
    return conversation_json(user_id=user.id, conversation_id=existing.id)


def _reach(user: User, key: str | None, people: set[int]) -> None:
    """Raises InvalidParameter unless the user may write to all these people.

    Their feeds are locked first. A block locks the feeds of its two people too, so nobody blocks anybody between this
    check and the end of the transaction.
    """
    feeds_bump({user.id, *people})
    if people_reachable(user=user, ids=people) != people and not _is_open(user, key, people):
        raise InvalidParameter("participants", "There is no such person.")


def _is_open(user: User, key: str | None, people: set[int]) -> bool:
    """Whether the user has this direct conversation in their list already, and the other one is active."""
    if key is None or not User.objects.filter(id__in=people, is_active=True).exists():
        return False
    return Participant.objects.filter(user=user, left_at=None, conversation__direct_key=key).exists()


def _join(conversation_id: int, user: User, others: set[int]) -> None:
    asked = strangers_among(user=user, ids=others)
    Participant.objects.bulk_create(
        Participant(conversation_id=conversation_id, user_id=id_, requested_by_id=user.id if id_ in asked else None)
        for id_ in sorted({user.id, *others})
    )
    log.readers_tell(conversation_id, actor_id=user.id, to_the_top=frozenset({user.id, *others}))


@transaction.atomic
def conversation_change(*, user_id: int, conversation_id: int, **changes: Any) -> dict[str, Any]:
    """Change a group's `title`, or as its owner `retention_days` (None: as the site has it). Returns C.

    Raises NotFound, DirectIsFixed, RequestPending, NotOwner, or InvalidParameter for longer than the site keeps
    messages.
    """
    conversation = _lock_group(user_id, conversation_id)
    if "title" in changes:
        changes["titled_by"] = user_id
    if "retention_days" in changes:
        _retention_check(conversation, user_id, changes["retention_days"])
    Conversation.objects.filter(id=conversation_id).update(**changes)
    log.readers_tell(conversation_id, actor_id=user_id)
    return conversation_json(user_id=user_id, conversation_id=conversation_id)


@transaction.atomic
def participant_add(*, user_id: int, conversation_id: int, new_id: int) -> tuple[dict[str, Any], bool]:
    """Let somebody in; they see the history, and have nothing unread. Returns C, and False if they were in.

    Whoever does not know the user, or has left or declined by themselves, is asked: they join as pending. Somebody who
    has declined looks pending still, and adding them again changes nothing.
    Raises NotFound, DirectIsFixed, RequestPending, InvalidParameter (no such person), ConversationFull.
    """
    conversation = _lock_group(user_id, conversation_id)
    seen = _seen_participants(conversation_id)
    if new_id in seen:
        return conversation_json(user_id=user_id, conversation_id=conversation_id), False
    if len(seen) >= GROUP_MAX:
        raise ConversationFull
    user = User.objects.get(id=user_id)
    feeds_bump([*seen, new_id])  # before the participant rows; and before the checks, which a block may change
    if not people_reachable(user=user, ids={new_id}):
        raise InvalidParameter("user", "There is no such person.")
    former = Participant.objects.filter(conversation_id=conversation_id, user_id=new_id).first()
    asked = (former is not None and former.consent_needed) or bool(strangers_among(user=user, ids={new_id}))
    Participant.objects.update_or_create(
        conversation_id=conversation_id,
        user_id=new_id,
        defaults={
            "left_at": None,
            "requested_by_id": user_id if asked else None,
            "read_seq": conversation.last_seq,
            "unread": 0,
            "waiting_since": None,
        },
    )
    log.readers_tell(conversation_id, actor_id=user_id, to_the_top=frozenset({new_id}))
    return conversation_json(user_id=user_id, conversation_id=conversation_id), True


def _seen_participants(conversation_id: int) -> list[int]:
    """User ids of those whom C names: who is in it, and who has declined."""
    rows = Participant.objects.filter(conversation_id=conversation_id)
    return [row.user_id for row in rows if row.left_at is None or row.requested_by_id is not None]


@transaction.atomic
def participant_remove(*, user_id: int, conversation_id: int, gone_id: int) -> None:
    """Leave (of a pending request: decline it), or as the owner remove somebody.

    Raises NotFound, DirectIsFixed, NotOwner, RequestPending (a pending owner removes nobody).
    """
    if gone_id == user_id and _decline(user_id, conversation_id):
        return
    conversation = _lock_group(user_id, conversation_id)
    seen = _seen_participants(conversation_id)
    if gone_id not in seen:
        raise NotFound
    if gone_id != user_id and conversation.owner_id != user_id:
        raise NotOwner
    feeds_bump(seen)  # the locks come before the participant rows
    row = Participant.objects.get(conversation_id=conversation_id, user_id=gone_id)
    row.consent_needed = row.consent_needed or gone_id == user_id
    row.left_at = row.left_at or timezone.now()
    row.left_title, row.left_titled_by = conversation.title, conversation.titled_by
    row.requested_by, row.unread, row.waiting_since = None, 0, None
    row.save(update_fields=LEAVING)
    log.readers_tell(conversation_id, actor_id=user_id, also=frozenset({gone_id}))


def _decline(user_id: int, conversation_id: int) -> bool:
    """To leave what one has never accepted is to decline it. False if the user is no pending participant."""
    log.conversation_lock(conversation_id)
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if participant.is_pending and not participant.conversation.is_direct:
        requests_hide(user_id=user_id, participants=[participant])
        return True
    return False


def _retention_check(conversation: Conversation, user_id: int, days: int | None) -> None:
    if conversation.owner_id != user_id:
        raise NotOwner("Only the owner decides how long messages are kept.")
    site_days = settings.HARK_RETENTION_DAYS
    if days is not None and site_days and days > site_days:
        raise InvalidParameter("retention_days", f"This site keeps messages for {site_days} days at most.")


def _lock_group(user_id: int, conversation_id: int) -> Conversation:
    log.conversation_lock(conversation_id)
    conversation = access_participant(user_id=user_id, conversation_id=conversation_id).conversation
    if conversation.is_direct:
        raise DirectIsFixed
    access_member(user_id=user_id, conversation_id=conversation_id)
    return conversation
