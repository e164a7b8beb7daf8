"""Writes: blocking a person. docs/decisions/0016-requests-and-blocks.md says what a block stops."""

from django.db import transaction

from backend.accounts.contacts import BLOCKS_MAX, contact_end
from backend.accounts.models import Block, User
from backend.api.errors import NotFound
from backend.chat.directory import access_person
from backend.chat.errors import TooManyBlocks
from backend.chat.models import Conversation, Participant
from backend.chat.requests import requests_hide
from backend.database import fetch, run
from backend.live.feeds import feeds_bump


@transaction.atomic
def person_block(*, user: User, other_id: int) -> None:
    """Block somebody: their pending requests are declined, and the two are contacts no more. Again changes nothing.

    Raises NotFound (the user has never met them), TooManyBlocks.
    """
    if Block.objects.filter(blocker=user, blocked_id=other_id).exists():
        return
    other = access_person(user=user, person_id=other_id)
    if Block.objects.filter(blocker=user).count() >= BLOCKS_MAX:
        raise TooManyBlocks
    pending = _requests_lock(user.id, other.id)
    feeds_bump([user.id, other.id])  # locked: no conversation becomes shared until the end
    Block.objects.bulk_create([Block(blocker=user, blocked=other)], ignore_conflicts=True)
    contact_end(user_id=user.id, other_id=other.id)
    _shared_stamp(user.id, other.id)
    requests_hide(user_id=user.id, participants=pending)


@transaction.atomic
def person_unblock(*, user: User, other_id: int) -> None:
    """End a block. Raises NotFound if there is none."""
    if User.objects.filter(id=other_id).exists():
        feeds_bump([user.id, other_id])
    if not Block.objects.filter(blocker=user, blocked_id=other_id).delete()[0]:
        raise NotFound  # and the feeds have not moved
    _shared_stamp(user.id, other_id)


def _requests_lock(user_id: int, other_id: int) -> list[Participant]:
    """The user's pending requests made by the other one. Their conversations are locked, in the order of their ids."""
    asked = Participant.objects.filter(user_id=user_id, requested_by_id=other_id, left_at=None)
    ids = list(asked.values_list("conversation_id", flat=True))
    list(Conversation.objects.filter(id__in=ids).order_by("id").select_for_update(no_key=True))
    return list(asked.select_related("conversation"))


def _shared_stamp(user_id: int, other_id: int) -> None:
    """The conversations that the two share look different to both: each gets a rev of its own in both feeds."""
    shared = [id_ for (id_,) in fetch(SHARED, {"users": [user_id, other_id]})]
    if shared:
        feeds = feeds_bump([user_id, other_id], by=len(shared))
        revs = {"users": list(feeds.keys()), "revs": list(feeds.values())}
        run(STAMP, {**revs, "conversations": shared, "count": len(shared)})


SHARED = """
SELECT conversation_id FROM chat_participant WHERE user_id = ANY(%(users)s::bigint[])
GROUP BY conversation_id HAVING count(*) = 2 ORDER BY conversation_id
"""

STAMP = """
UPDATE chat_participant AS p SET feed_rev = told.rev - %(count)s::bigint + shared.nth
FROM unnest(%(users)s::bigint[], %(revs)s::bigint[]) AS told (user_id, rev),
    unnest(%(conversations)s::bigint[]) WITH ORDINALITY AS shared (id, nth)
WHERE p.user_id = told.user_id AND p.conversation_id = shared.id
"""
