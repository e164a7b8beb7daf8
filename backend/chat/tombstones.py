"""Writes: changes that the server makes in somebody's stead. Messages become tombstones; a person leaves no trace.

Each is an ordinary change of the log: it takes revs under the conversation's lock and moves the readers' feeds, so
every cursor stays good. A call is one short transaction of at most BATCH messages.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import orjson
from django.db import transaction

from backend.chat import log
from backend.database import fetch, run

BATCH = 100  # messages that change in one transaction
RANGE = 20_000  # seqs that are looked through in one statement


@dataclass(frozen=True)
class Step:
    """What one transaction did: messages changed, people told, and the seq after which to go on (None: the end)."""

    changed: int
    told: int
    next_after: int | None


@dataclass
class Changes:
    """What is to become of messages, by seq."""

    deleted: dict[int, int] = field(default_factory=dict)  # the sender
    reactions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # what is left of them


def conversations_expired(*, after: int, site_days: int | None, limit: int) -> list[tuple[int, int | None]]:
    """The next conversations by id that have a retention, each with its days if it has a message that is older."""
    where = {"after": after, "site": site_days, "limit": limit}
    return [(conversation_id, days) for conversation_id, days in fetch(LOOK, where)]


@transaction.atomic
def expired_remove(*, conversation_id: int, days: int) -> Step:
    """Make tombstones of the oldest messages that are over so many days old, and move `retained_seq` past them.

    Looks at up to BATCH messages after `retained_seq`. Raises NotFound.
    """
    log.conversation_lock(conversation_id)
    looked = fetch(EXPIRED, {"conversation": conversation_id, "days": days, "limit": BATCH})
    found = list(takewhile(lambda row: row[-1], looked))
    if not found:
        return Step(0, 0, None)
    deleted = {seq: sender_id for seq, sender_id, is_tombstone, _ in found if not is_tombstone}
    told = _apply(conversation_id, Changes(deleted=deleted))
    last = found[-1][0]
    run(RETAINED, {"conversation": conversation_id, "seq": last})
    return Step(len(deleted), told, last if len(found) == BATCH else None)


@transaction.atomic
def traces_remove(*, conversation_id: int, user_id: int, after: int) -> Step:
    """Make tombstones of a person's messages after a seq, forget the digests of what they sent, and take back their
    reactions. Looks at up to BATCH of them within RANGE seqs. Raises NotFound."""
    log.conversation_lock(conversation_id)
    end = after + RANGE
    where = {"conversation": conversation_id, "user": user_id, "path": f"$[*].users[*] ? (@ == {int(user_id)})"}
    found = fetch(TRACES, {**where, "after": after, "end": end, "limit": BATCH})
    changes = Changes()
    for seq, sender_id, reactions, is_tombstone in found:
        if is_tombstone:
            continue
        if sender_id == user_id:
            changes.deleted[seq] = sender_id
        else:
            changes.reactions[seq] = _without(orjson.loads(reactions), user_id)
    told = _apply(conversation_id, changes)
    run(FORGET, {"conversation": conversation_id, "user": user_id, "seqs": [row[0] for row in found]})
    next_after = found[-1][0] if len(found) == BATCH else end
    is_end = len(found) < BATCH and end >= _last_seq(conversation_id)
    return Step(len(changes.deleted) + len(changes.reactions), told, None if is_end else next_after)


def _without(reactions: list[dict[str, Any]], user_id: int) -> list[dict[str, Any]]:
    left = [{**entry, "users": [id_ for id_ in entry["users"] if id_ != user_id]} for entry in reactions]
    return [entry for entry in left if entry["users"]]


def _apply(conversation_id: int, changes: Changes) -> int:
    """Write the changes under new revs, in the order of their seqs, and tell the readers; how many were told."""
    seqs = sorted([*changes.deleted, *changes.reactions])
    if not seqs:
        return 0
    revs = dict(zip(seqs, log.revs_take(conversation_id, len(seqs)), strict=True))
    run(TOMBSTONES, {"conversation": conversation_id, **_numbered(changes.deleted, revs)})
    left = [orjson.dumps(changes.reactions[seq]).decode() for seq in changes.reactions]
    run(REACTIONS, {"conversation": conversation_id, **_numbered(changes.reactions, revs), "left": left})
    return len(log.readers_tell_changes(conversation_id, deleted=changes.deleted))


def _numbered(seqs: Iterable[int], revs: dict[int, int]) -> dict[str, list[int]]:
    return {"seqs": list(seqs), "revs": [revs[seq] for seq in seqs]}


def _last_seq(conversation_id: int) -> int:
    return int(fetch(LAST, {"conversation": conversation_id})[0][0])


LAST = "SELECT last_seq FROM chat_conversation WHERE id = %(conversation)s"

# One probe of an index for each conversation: its first message that retention has not dealt with.
LOOK = """
WITH looked AS (
    SELECT id, retained_seq, least(retention_days, %(site)s::int) AS days FROM chat_conversation
    WHERE id > %(after)s AND coalesce(retention_days, %(site)s::int) IS NOT NULL
    ORDER BY id LIMIT %(limit)s
)
SELECT looked.id, CASE WHEN oldest.created_at < now() - make_interval(days => looked.days) THEN looked.days END
FROM looked LEFT JOIN LATERAL (
    SELECT created_at FROM chat_message
    WHERE conversation_id = looked.id AND seq > looked.retained_seq ORDER BY seq LIMIT 1
) AS oldest ON TRUE
ORDER BY looked.id
"""

# The last column says whether a message is too old. The first one that is not ends it, also where a clock was set back
# and older ones come after it: `retained_seq` must pass none that stays.
EXPIRED = """
SELECT seq, sender_id, deleted_at IS NOT NULL, created_at < now() - make_interval(days => %(days)s::int)
FROM chat_message
WHERE conversation_id = %(conversation)s
    AND seq > (SELECT retained_seq FROM chat_conversation WHERE id = %(conversation)s)
ORDER BY seq LIMIT %(limit)s
"""

RETAINED = "UPDATE chat_conversation SET retained_seq = %(seq)s WHERE id = %(conversation)s"

TRACES = """
SELECT seq, sender_id, reactions, deleted_at IS NOT NULL FROM chat_message
WHERE conversation_id = %(conversation)s AND seq > %(after)s AND seq <= %(end)s
    AND (sender_id = %(user)s AND (deleted_at IS NULL OR sent_digest <> '') OR reactions @? %(path)s::jsonpath)
ORDER BY seq LIMIT %(limit)s
"""

TOMBSTONES = """
UPDATE chat_message AS m SET text = '', reactions = '[]', sent_digest = '', deleted_at = now(), rev = new.rev
FROM unnest(%(seqs)s::bigint[], %(revs)s::bigint[]) AS new (seq, rev)
WHERE m.conversation_id = %(conversation)s AND m.seq = new.seq
"""

REACTIONS = """
UPDATE chat_message AS m SET reactions = new.reactions::jsonb, rev = new.rev
FROM unnest(%(seqs)s::bigint[], %(revs)s::bigint[], %(left)s::text[]) AS new (seq, rev, reactions)
WHERE m.conversation_id = %(conversation)s AND m.seq = new.seq
"""

# A short text can be guessed from its digest. Tombstones from before digests were emptied still have theirs.
FORGET = """
UPDATE chat_message SET sent_digest = ''
WHERE conversation_id = %(conversation)s AND seq = ANY(%(seqs)s::bigint[]) AND sender_id = %(user)s
"""
