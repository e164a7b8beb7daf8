"""Reads of the log, as the shapes C and M of docs/protocol.md."""

from dataclasses import dataclass
from typing import Any

import orjson

from backend.api.errors import NotFound
from backend.api.serializers import BIGINT_MAX
from backend.chat.models import Conversation, Message, Participant
from backend.database import fetch

RECEIPTS_MAX = 20  # people; in larger conversations read positions would be most of the traffic
PAGE = 50  # conversations in one answer
MUTED_MAX = 200  # conversations in one list of those that are muted


def read_receipts_travel(participants: int) -> bool:
    """Whether people in a conversation of this size see how far the others have read."""
    return participants <= RECEIPTS_MAX


def direct_exists(user_id: int, others: set[int]) -> bool:
    """Whether there is a direct conversation of these two; False for any other number of people."""
    if len(others) != 1:
        return False
    key = "{}:{}".format(*sorted((user_id, *others)))
    return Conversation.objects.filter(direct_key=key).exists()


def access_participant(*, user_id: int, conversation_id: int) -> Participant:
    """The user's row in a conversation, with the conversation. Raises NotFound unless they are in it."""
    found = (
        Participant.objects.select_related("conversation")
        .filter(conversation_id=conversation_id, user_id=user_id, left_at=None)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def access_message(*, user_id: int, conversation_id: int, seq: int) -> Message:
    """A message of a conversation that the user is in. Raises NotFound."""
    access_participant(user_id=user_id, conversation_id=conversation_id)
    found = Message.objects.filter(conversation_id=conversation_id, seq=seq).first()
    if found is None:
        raise NotFound
    return found


# --- messages: M ---------------------------------------------------------------------------------------------

# M of a row `m` of chat_message and its sender `s`.
M_COLUMNS = """
    m.seq, m.rev, m.client_id::text, m.sender_id, s.name, m.text, m.created_at, m.edited_at,
    m.deleted_at IS NOT NULL, m.reply_to, m.reactions
"""

MESSAGE = f"""
SELECT {M_COLUMNS} FROM chat_message m JOIN accounts_user s ON s.id = m.sender_id
WHERE m.conversation_id = %(conversation)s AND m.seq = %(seq)s
"""  # noqa: S608  (constants only)


def _page_statement(chosen: str) -> str:
    """One statement and so one snapshot. No row: the reader is not in the conversation. One row without a message:
    there are none."""
    return f"""
SELECT c.rev, c.last_seq, {M_COLUMNS}
FROM chat_participant p
JOIN chat_conversation c ON c.id = p.conversation_id
LEFT JOIN LATERAL (
    SELECT * FROM chat_message WHERE conversation_id = c.id AND {chosen} LIMIT %(limit)s
) AS m ON TRUE
LEFT JOIN LATERAL (SELECT name FROM accounts_user WHERE id = m.sender_id LIMIT 1) AS s ON TRUE
WHERE p.conversation_id = %(conversation)s AND p.user_id = %(user)s AND p.left_at IS NULL
ORDER BY m.seq
"""  # noqa: S608  (constants only)


PAGE_BEFORE = _page_statement("seq < %(before)s ORDER BY seq DESC")
PAGE_FROM = _page_statement("seq >= %(first)s ORDER BY seq")


def message_from_row(row: tuple[Any, ...]) -> dict[str, Any]:
    """M of M_COLUMNS."""
    seq, rev, client_id, sender_id, sender_name, text, created_at, edited_at, deleted, reply_to, reactions = row
    return {
        "seq": seq,
        "rev": rev,
        "client_id": client_id,
        "sender": {"id": sender_id, "name": sender_name},
        "text": text,
        "created_at": created_at,
        "edited_at": edited_at,
        "deleted": deleted,
        "reply_to": reply_to,
        "attachments": [],
        "reactions": orjson.loads(reactions),  # Django leaves jsonb to its fields
    }


def message_json(conversation_id: int, seq: int) -> dict[str, Any]:
    """M. Raises NotFound."""
    found = fetch(MESSAGE, {"conversation": conversation_id, "seq": seq})
    if not found:
        raise NotFound
    return message_from_row(found[0])


@dataclass(frozen=True)
class Head:
    """Where a conversation stood when it was looked at."""

    rev: int
    last_seq: int


def messages_before(*, user_id: int, conversation_id: int, before: int | None, limit: int) -> dict[str, Any]:
    """The newest page, or the one before a seq: {"messages" ascending,"cursor","last_seq","has_more"}.

    `has_more` says that there are older ones. Raises NotFound.
    """
    last = BIGINT_MAX if before is None else before
    where = {"user": user_id, "conversation": conversation_id}
    head, page = _page(fetch(PAGE_BEFORE, {**where, "before": last, "limit": limit}))
    has_more = bool(page) and page[0]["seq"] > 1
    return {"messages": page, "cursor": head.rev, "last_seq": head.last_seq, "has_more": has_more}


def messages_from(*, user_id: int, conversation_id: int, first: int, limit: int) -> dict[str, Any]:
    """The page that begins at a seq, in the shape of `messages_before`.

    `has_more` says that there are newer ones. Raises NotFound.
    """
    where = {"user": user_id, "conversation": conversation_id}
    head, page = _page(fetch(PAGE_FROM, {**where, "first": first, "limit": limit}))
    has_more = bool(page) and page[-1]["seq"] < head.last_seq
    return {"messages": page, "cursor": head.rev, "last_seq": head.last_seq, "has_more": has_more}


def _page(found: list[tuple[Any, ...]]) -> tuple[Head, list[dict[str, Any]]]:
    if not found:
        raise NotFound
    return Head(*found[0][:2]), [message_from_row(row[2:]) for row in found if row[2] is not None]


def changes(head: Head, changed: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """The incremental list, of up to `limit` + 1 messages that were read in one snapshot with `head`.

    A row stands at its last change only, and revs become visible in order: whatever is at or below the cursor given
    back is either in the list or was before.
    """
    has_more = len(changed) > limit
    page = changed[:limit]
    return {
        "messages": page,
        "cursor": page[-1]["rev"] if has_more else head.rev,
        "last_seq": head.last_seq,
        "has_more": has_more,
    }


# --- conversations: C ----------------------------------------------------------------------------------------

# One statement a page, however many conversations and people. Of larger conversations the positions of others
# are not shown; what others have marked as unread they have read. Who has not accepted (or has declined, which looks
# the same) and whom a block keeps apart from the reader has read nothing. Blocks are looked up once a statement.
C_SELECT = f"""
SELECT p.feed_rev, p.activity, p.left_at IS NOT NULL,
    c.id, c.kind, c.title, CASE c.kind WHEN 'group' THEN c.owner_id END, c.rev, c.last_seq, p.unread, p.read_seq,
    people.list, p.level, p.muted_until, c.updated_at, c.retention_days,
    (SELECT json_build_object('id', u.id, 'name', u.name) FROM accounts_user u WHERE u.id = p.requested_by_id),
    (
        SELECT json_agg(r.user_id ORDER BY r.user_id) FROM chat_participant r
        WHERE r.conversation_id = c.id AND r.user_id = ANY(block.mine)
    ),
    m.id, {M_COLUMNS}
FROM chat_participant p
CROSS JOIN (
    SELECT ARRAY(SELECT blocked_id FROM accounts_block WHERE blocker_id = %(user)s) AS mine,
        ARRAY(
            SELECT blocked_id FROM accounts_block WHERE blocker_id = %(user)s
            UNION ALL SELECT blocker_id FROM accounts_block WHERE blocked_id = %(user)s
        ) AS apart
) AS block
JOIN chat_conversation c ON c.id = p.conversation_id
LEFT JOIN chat_message m ON m.conversation_id = c.id AND m.seq = c.last_seq
LEFT JOIN accounts_user s ON s.id = m.sender_id
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object(
        'id', q.user_id, 'name', q.name, 'is_staff', q.is_staff, 'look_alike', q.look_alike, 'read_seq', q.read_seq
    )) AS list FROM (
        SELECT r.user_id, u.name, u.is_staff,
            u.name_skeleton <> '' AND count(*) OVER (PARTITION BY u.name_skeleton) > 1 AS look_alike,
            CASE
                WHEN r.user_id = p.user_id THEN r.read_seq
                WHEN count(*) OVER () > {RECEIPTS_MAX} THEN NULL
                WHEN r.requested_by_id IS NOT NULL OR r.user_id = ANY(block.apart) THEN 0
                ELSE greatest(r.read_seq, r.seen_seq)
            END AS read_seq
        FROM chat_participant r JOIN accounts_user u ON u.id = r.user_id
        WHERE r.conversation_id = c.id AND (r.left_at IS NULL OR r.requested_by_id IS NOT NULL) ORDER BY r.id
    ) q
) AS people
WHERE p.user_id = %(user)s
"""  # noqa: S608  (constants only)


@dataclass(frozen=True)
class Seen:
    """A conversation as one participant sees it."""

    feed_rev: int
    activity: int
    left: bool
    json: dict[str, Any]


def _seen(row: tuple[Any, ...]) -> Seen:
    (
        feed_rev,
        activity,
        left,
        id_,
        kind,
        title,
        owner,
        rev,
        last_seq,
        unread,
        read_seq,
        people,
        level,
        muted,
        updated,
        retention_days,
        asked_by,
        blocked,
    ) = row[:18]
    has_message = row[18] is not None
    c = {
        "id": id_,
        "kind": kind,
        "title": title,
        "owner": owner,
        "rev": rev,
        "last_seq": last_seq,
        "unread": unread,
        "read_seq": read_seq,
        "participants": people or [],
        "last_message": message_from_row(row[19:]) if has_message else None,
        "notifications": {"level": level, "muted_until": muted},
        "updated_at": updated,
        "retention_days": retention_days,
        "request": None if asked_by is None else {"by": asked_by},
        "blocked": blocked or [],
    }
    return Seen(feed_rev, activity, left, c)


C_ONE = f"{C_SELECT} AND p.conversation_id = %(conversation)s AND p.left_at IS NULL"
C_NEWEST = f"{C_SELECT} AND p.left_at IS NULL AND p.activity < %(before)s ORDER BY p.activity DESC LIMIT %(limit)s"
C_CHANGED = f"{C_SELECT} AND p.feed_rev > %(after)s ORDER BY p.feed_rev LIMIT %(limit)s"


C_MUTED = f"""
{C_SELECT} AND p.left_at IS NULL AND (p.level <> 'all' OR p.muted_until > now())
ORDER BY p.activity DESC LIMIT %(limit)s
"""


def _conversations(statement: str, **parameters: int) -> list[Seen]:
    return [_seen(row) for row in fetch(statement, parameters)]


def conversation_json(*, user_id: int, conversation_id: int) -> dict[str, Any]:
    """C. Raises NotFound."""
    found = _conversations(C_ONE, user=user_id, conversation=conversation_id)
    if not found:
        raise NotFound
    return found[0].json


def conversations_page(*, user_id: int, limit: int, before: int | None) -> dict[str, Any]:
    """{"conversations","next"}, newest activity first; `next` is the `before` of the next page, or null."""
    found = _conversations(C_NEWEST, user=user_id, before=BIGINT_MAX if before is None else before, limit=limit + 1)
    page = found[:limit]
    return {
        "conversations": [seen.json for seen in page],
        "next": page[-1].activity if len(found) > limit else None,
    }


def conversations_muted(*, user_id: int) -> list[dict[str, Any]]:
    """C of those that the user wants to hear less of, now: newest activity first, MUTED_MAX at most."""
    return [seen.json for seen in _conversations(C_MUTED, user=user_id, limit=MUTED_MAX)]


def conversations_changed(*, user_id: int, after: int, limit: int) -> list[Seen]:
    """What changed for a user after a rev of their feed, in the order of the changes."""
    return _conversations(C_CHANGED, user=user_id, after=after, limit=limit)
