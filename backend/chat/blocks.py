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


def person_block(*, user: User, other_id: int) -> None:
    """Block somebody: their pending requests are declined, and the two are contacts no more. Again changes nothing.

    Raises NotFound (the user has never met them), TooManyBlocks.
    """
    while not _block(user, other_id):
        pass


@transaction.atomic
def _block(user: User, other_id: int) -> bool:
    """False if a request came before the feeds were locked: its conversation must be locked before them, so the caller
    begins again. Until then only the feeds have moved, which does no harm."""
    if Block.objects.filter(blocker=user, blocked_id=other_id).exists():
        return True
    other = access_person(user=user, person_id=other_id)
    pending = _requests_lock(user.id, other.id)
    feeds_bump([user.id, other.id])  # locked: no conversation becomes shared until the end
    if len(_requests(user.id, other.id)) > len(pending):
        return False
    if Block.objects.filter(blocker=user).count() >= BLOCKS_MAX:
        raise TooManyBlocks
    Block.objects.bulk_create([Block(blocker=user, blocked=other)], ignore_conflicts=True)
    contact_end(user_id=user.id, other_id=other.id)
    _shared_stamp(user.id, other.id)
    requests_hide(user_id=user.id, participants=pending)
    return True


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
    ids = [request.conversation_id for request in _requests(user_id, other_id)]
    list(Conversation.objects.filter(id__in=ids).order_by("id").select_for_update(no_key=True))
    return [request for request in _requests(user_id, other_id) if request.conversation_id in ids]


def _requests(user_id: int, other_id: int) -> list[Participant]:
    rows = Participant.objects.filter(user_id=user_id, requested_by_id=other_id, left_at=None)
    return list(rows.select_related("conversation").order_by("conversation_id"))


def _shared_stamp(user_id: int, other_id: int) -> None:
    """The conversations that the two share look different to both: each gets a rev of its own in both feeds."""
    shared = [id_ for (id_,) in fetch(SHARED, {"users": [user_id, other_id]})]
    if shared:
        feeds = feeds_bump([user_id, other_id], by=len(shared))
        revs = {"users": list(feeds.keys()), "revs": list(feeds.values())}
        run(LOCK, {"users": revs["users"], "conversations": shared})
        run(STAMP, {**revs, "conversations": shared, "count": len(shared)})


SHARED = """
SELECT conversation_id FROM chat_participant WHERE user_id = ANY(%(users)s::bigint[])
GROUP BY conversation_id HAVING count(*) = 2 ORDER BY conversation_id
"""

# A worker settles what somebody is owed (`told_up_to`) without their feed, conversation after conversation in this
# order. An UPDATE would lock the rows in the order of its plan.
LOCK = """
SELECT 1 FROM chat_participant
WHERE user_id = ANY(%(users)s::bigint[]) AND conversation_id = ANY(%(conversations)s::bigint[])
ORDER BY conversation_id, user_id FOR NO KEY UPDATE
"""

STAMP = """
UPDATE chat_participant AS p SET feed_rev = told.rev - %(count)s::bigint + shared.nth
FROM unnest(%(users)s::bigint[], %(revs)s::bigint[]) AS told (user_id, rev),
    unnest(%(conversations)s::bigint[]) WITH ORDINALITY AS shared (id, nth)
WHERE p.user_id = told.user_id AND p.conversation_id = shared.id
"""
