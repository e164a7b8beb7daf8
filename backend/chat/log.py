"""The core: how a change of a conversation is numbered and handed to its readers.

A change happens in one transaction, in this order, which is also the order of the locks:

1. `counters_move` locks the conversation row and takes the next `rev` (and `seq` for a new message).
2. The caller writes the message row under these numbers.
3. `readers_tell` moves the feed of every participant and stamps their rows with it.

So numbers become visible in their own order, and a reader who asks for what came after a number misses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from backend.api.errors import NotFound
from backend.chat.errors import Blocked, RequestPending
from backend.database import fetch, run
from backend.live.feeds import feeds_bump


@dataclass(frozen=True)
class Numbers:
    """What `counters_move` took."""

    rev: int
    seq: int
    blocked: bool  # it is a direct conversation, and one of the two blocks the other one


def counters_move(conversation_id: int, *, new_message: bool) -> Numbers:
    """Lock the conversation until the end of the transaction and take its next numbers. Raises NotFound."""
    moved = fetch(MOVE_FOR_NEW_MESSAGE if new_message else MOVE, {"conversation": conversation_id})
    if not moved:
        raise NotFound
    return Numbers(*moved[0])


def revs_take(conversation_id: int, count: int) -> list[int]:
    """Lock the conversation until the end of the transaction and take its next `count` revs. Raises NotFound."""
    moved = fetch(MOVE_BY, {"conversation": conversation_id, "count": count})
    if not moved:
        raise NotFound
    [(last,)] = moved
    return list(range(last - count + 1, last + 1))


def conversation_lock(conversation_id: int) -> None:
    """Lock the conversation for a change of who is in it, or of its title. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM chat_conversation WHERE id = %s FOR NO KEY UPDATE", [conversation_id])
        if cursor.fetchone() is None:
            raise NotFound


def participants_hold(conversation_id: int) -> None:
    """Until the end of the transaction nobody joins or leaves; others may hold it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM chat_conversation WHERE id = %s FOR SHARE", [conversation_id])


def participant_ids(conversation_id: int) -> list[int]:
    """User ids of those who are in the conversation now, pending ones too."""
    return list(_participants(conversation_id))


def _participants(conversation_id: int) -> dict[int, bool]:
    """Who is in the conversation now, by user id: whether they are pending."""
    return dict(fetch(PARTICIPANTS, {"conversation": conversation_id}))


def readers_tell(
    conversation_id: int,
    *,
    actor_id: int,
    new_seq: int | None = None,
    deleted_seq: int | None = None,
    also: frozenset[int] = frozenset(),
    to_the_top: frozenset[int] = frozenset(),
    blocked: bool = False,
    by_operator: bool = False,
) -> list[int]:
    """Move the feeds of all participants (and of `also`, who just left) and stamp their rows.

    `new_seq`: everybody but the actor has one unread message more, and the members among them are owed a
    notification; an actor who had read all before stays at the end. `deleted_seq`: those who had not read it have one
    unread message less. `to_the_top`: for these people, who just joined, the conversation moves to the top of the list.
    Under the lock, this is the check that counts. It raises NotFound if the actor is not in the conversation,
    RequestPending if they have not accepted it, Blocked if `blocked`. `by_operator`: the change is not the actor's own.
    Returns the ids of the people told.
    """
    present = _participants(conversation_id)
    if not by_operator:
        _refuse(actor_id, present, also, blocked)
    feeds = feeds_bump({*present, *also})
    run(
        STAMP,
        {
            "conversation": conversation_id,
            "actor": actor_id,
            "users": list(feeds.keys()),
            "revs": list(feeds.values()),
            "new_seq": new_seq,
            "deleted_seq": deleted_seq,
            "to_the_top": list(to_the_top),
        },
    )
    return list(feeds)


def readers_tell_changes(conversation_id: int, *, deleted: Mapping[int, int]) -> list[int]:
    """As `readers_tell`, for changes that the server itself makes.

    `deleted`: the sender by seq of messages that became tombstones; whoever had not read them has fewer unread, and is
    owed nothing if none is left. Returns the ids of the people told.
    """
    feeds = feeds_bump(participant_ids(conversation_id))
    run(
        STAMP_DELETED,
        {
            "conversation": conversation_id,
            "users": list(feeds.keys()),
            "revs": list(feeds.values()),
            "seqs": list(deleted.keys()),
            "senders": list(deleted.values()),
        },
    )
    return list(feeds)


def _refuse(actor_id: int, present: dict[int, bool], also: frozenset[int], blocked: bool) -> None:
    if actor_id not in present and actor_id not in also:
        raise NotFound
    if present.get(actor_id):
        raise RequestPending
    if blocked:
        raise Blocked


# Looked up with the row of a direct conversation that is being changed; a group has no key, so nothing is looked up.
BLOCKED = """
CASE WHEN direct_key IS NULL THEN FALSE ELSE EXISTS (
    SELECT 1 FROM accounts_block
    WHERE blocker_id = ANY(string_to_array(direct_key, ':')::bigint[])
        AND blocked_id = ANY(string_to_array(direct_key, ':')::bigint[])
) END
"""

MOVE_FOR_NEW_MESSAGE = f"""
UPDATE chat_conversation SET rev = rev + 1, last_seq = last_seq + 1, updated_at = now()
WHERE id = %(conversation)s RETURNING rev, last_seq, {BLOCKED}
"""  # noqa: S608  (constants only)

MOVE_BY = "UPDATE chat_conversation SET rev = rev + %(count)s WHERE id = %(conversation)s RETURNING rev"

MOVE = f"""
UPDATE chat_conversation SET rev = rev + 1 WHERE id = %(conversation)s RETURNING rev, last_seq, {BLOCKED}
"""  # noqa: S608  (constants only)

PARTICIPANTS = """
SELECT user_id, requested_by_id IS NOT NULL FROM chat_participant
WHERE conversation_id = %(conversation)s AND left_at IS NULL
"""

STAMP = """
UPDATE chat_participant AS p SET
    feed_rev = told.rev,
    activity = CASE
        WHEN told.new_seq IS NOT NULL OR p.user_id = ANY(%(to_the_top)s::bigint[]) THEN told.rev
        ELSE p.activity END,
    read_seq = CASE
        WHEN told.is_actor AND p.read_seq = told.new_seq - 1 THEN told.new_seq
        ELSE p.read_seq END,
    unread = CASE
        WHEN told.is_actor THEN p.unread
        WHEN told.new_seq IS NOT NULL THEN p.unread + 1
        WHEN told.deleted_seq > p.read_seq THEN p.unread - 1
        ELSE p.unread END,
    waiting_since = CASE
        WHEN told.is_actor THEN p.waiting_since
        WHEN told.new_seq IS NOT NULL AND p.requested_by_id IS NULL THEN coalesce(p.waiting_since, now())
        WHEN told.deleted_seq > p.read_seq AND p.unread = 1 THEN NULL
        ELSE p.waiting_since END
FROM (
    SELECT user_id, rev, user_id = %(actor)s::bigint AS is_actor,
        %(new_seq)s::bigint AS new_seq, %(deleted_seq)s::bigint AS deleted_seq
    FROM unnest(%(users)s::bigint[], %(revs)s::bigint[]) AS feed (user_id, rev)
) AS told
WHERE p.conversation_id = %(conversation)s AND p.user_id = told.user_id
"""

_GONE = """(
    SELECT count(*) FROM unnest(%(seqs)s::bigint[], %(senders)s::bigint[]) AS deleted (seq, sender)
    WHERE deleted.seq > p.read_seq AND deleted.sender <> p.user_id
)"""

STAMP_DELETED = f"""
UPDATE chat_participant AS p SET
    feed_rev = told.rev,
    unread = greatest(0, p.unread - {_GONE}),
    waiting_since = CASE WHEN p.unread > {_GONE} THEN p.waiting_since END
FROM unnest(%(users)s::bigint[], %(revs)s::bigint[]) AS told (user_id, rev)
WHERE p.conversation_id = %(conversation)s AND p.user_id = told.user_id
"""  # noqa: S608  (constants only)
