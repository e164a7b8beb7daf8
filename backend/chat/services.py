"""Writes to the log: messages and read positions."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backend.accounts.contacts import hidden_from
from backend.api.errors import InvalidParameter, NotFound
from backend.api.rates import Category
from backend.api.throttling import person_charge
from backend.chat import log
from backend.chat.errors import ClientIdReused, MessageDeleted, NotAuthor
from backend.chat.models import Message, Participant
from backend.chat.selectors import (
    M_COLUMNS,
    access_message,
    access_participant,
    message_from_row,
    message_json,
    read_receipts_travel,
)
from backend.chat.unread import UNREAD_NOW, UnreadCount, unread_count
from backend.database import fetch
from backend.live.feeds import feeds_bump

COUNTED = 10_000  # messages that are counted for one unit of `mark`


def message_send(
    *, sender_id: int, conversation_id: int, client_id: UUID, text: str, reply_to: int | None = None
) -> tuple[dict[str, Any], bool]:
    """Append a message. Returns M, and True if it is new or False if `client_id` was sent before.

    Raises NotFound (not in this conversation), RequestPending, Blocked, ClientIdReused (another text under this id),
    InvalidParameter (`reply_to` is no message here).
    """
    try:
        with transaction.atomic():
            numbers = log.counters_move(conversation_id, new_message=True)
            if reply_to is not None and reply_to >= numbers.seq:
                raise InvalidParameter("reply_to", "There is no message with this seq.")
            message = {
                "conversation": conversation_id,
                "seq": numbers.seq,
                "rev": numbers.rev,
                "sender": sender_id,
                "client_id": client_id,
                "digest": _digest(text, reply_to),
                "text": text,
                "reply_to": reply_to,
            }
            [row] = fetch(WRITE, message)
            log.readers_tell(conversation_id, actor_id=sender_id, new_seq=numbers.seq, blocked=numbers.blocked)
    except IntegrityError as fault:  # the transaction is undone, and the counters with it
        if "message_once" not in str(fault):
            raise
        return _replay(sender_id, conversation_id, client_id, _digest(text, reply_to)), False
    return message_from_row(row), True


NO_DIGEST = b""  # of a message whose term has ended or whose sender is erased (tombstones.py)


def _digest(text: str, reply_to: int | None) -> bytes:
    return hashlib.sha256(f"{reply_to or 0}\n{text}".encode()).digest()


def _replay(sender_id: int, conversation_id: int, client_id: UUID, digest: bytes) -> dict[str, Any]:
    access_participant(user_id=sender_id, conversation_id=conversation_id)
    first = Message.objects.get(conversation_id=conversation_id, sender_id=sender_id, client_id=client_id)
    if bytes(first.sent_digest) not in (digest, NO_DIGEST):
        raise ClientIdReused
    return message_json(conversation_id, first.seq)


@transaction.atomic
def message_edit(*, editor_id: int, conversation_id: int, seq: int, text: str) -> dict[str, Any]:
    """Change the text. Returns M; the same text again changes nothing.

    Raises NotFound, NotAuthor, MessageDeleted, RequestPending, Blocked.
    """
    message = _own_message(editor_id, conversation_id, seq)
    if message.deleted_at is not None:
        raise MessageDeleted
    if message.text != text:
        message.text, message.edited_at = text, timezone.now()
        numbers = log.counters_move(conversation_id, new_message=False)
        message.rev = numbers.rev
        message.save(update_fields=["text", "edited_at", "rev"])
        log.readers_tell(conversation_id, actor_id=editor_id, blocked=numbers.blocked)
    return message_json(conversation_id, seq)


@transaction.atomic
def message_delete(*, editor_id: int, conversation_id: int, seq: int) -> dict[str, Any]:
    """Leave a tombstone, also where one of the two blocks the other. Returns M; once more changes nothing.

    Raises NotFound, NotAuthor, RequestPending.
    """
    message = _own_message(editor_id, conversation_id, seq)
    if message.deleted_at is None:
        _entomb(message)
        log.readers_tell(conversation_id, actor_id=editor_id, deleted_seq=seq)
    return message_json(conversation_id, seq)


@transaction.atomic
def message_remove(*, conversation_id: int, seq: int) -> bool:
    """The operator leaves a tombstone, an ordinary change of the log. False if it is one already. Raises NotFound."""
    log.conversation_lock(conversation_id)
    message = Message.objects.filter(conversation_id=conversation_id, seq=seq).first()
    if message is None:
        raise NotFound
    if message.deleted_at is not None:
        return False
    _entomb(message)
    log.readers_tell(conversation_id, actor_id=message.sender_id, deleted_seq=seq, by_operator=True)
    return True


def _entomb(message: Message) -> None:
    message.text, message.reactions, message.deleted_at = "", [], timezone.now()
    message.rev = log.counters_move(message.conversation_id, new_message=False).rev
    message.save(update_fields=["text", "reactions", "deleted_at", "rev"])


def _own_message(user_id: int, conversation_id: int, seq: int) -> Message:
    """The message, as it stays until the end of the transaction: the conversation is locked first."""
    log.conversation_lock(conversation_id)
    message = access_message(user_id=user_id, conversation_id=conversation_id, seq=seq)
    if message.sender_id != user_id:
        raise NotAuthor
    return message


def read_advance(*, user_id: int, conversation_id: int, seq: int) -> int:
    """Move the read position forward to `seq`; going back is ignored. Returns where it stands.

    Raises NotFound, InvalidParameter for a seq that does not exist, or TooManyRequests where so much is to be counted.
    """
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if seq > participant.conversation.last_seq:
        raise InvalidParameter("seq", "There is no message with this seq.")
    if seq <= participant.read_seq:
        return participant.read_seq
    if _read(participant, _count(participant, seq)):
        return seq
    return access_participant(user_id=user_id, conversation_id=conversation_id).read_seq


@transaction.atomic
def _read(participant: Participant, counted: UnreadCount) -> bool:
    """False if it is further already. The feed is locked before what came since the count is added, so a message sent
    meanwhile is not lost."""
    log.participants_hold(counted.conversation_id)
    told = log.participant_ids(counted.conversation_id)
    if counted.user_id not in told:  # they left a moment ago
        raise NotFound
    feeds = feeds_bump(_who_sees_reads(participant, told))
    with connection.cursor() as cursor:
        cursor.execute(READ, counted.parameters)
        has_moved = bool(cursor.rowcount)
        cursor.execute(SEEN, [list(feeds.keys()), list(feeds.values()), counted.conversation_id])
    return has_moved


def _count(participant: Participant, seq: int) -> UnreadCount:
    """Outside of a transaction. Every COUNTED messages after `seq` cost a unit more."""
    if dear := (participant.conversation.last_seq - seq) // COUNTED:
        person_charge(user_id=participant.user_id, category=Category.MARK, count=dear)
    return unread_count(user_id=participant.user_id, conversation_id=participant.conversation_id, seq=seq)


def _who_sees_reads(participant: Participant, present: list[int]) -> set[int]:
    """Themselves; and of those who are in it those who may know that this person was there."""
    if participant.is_pending or not read_receipts_travel(len(present)):
        return {participant.user_id}
    return set(present) - hidden_from(participant.user_id)


def unread_mark(*, user_id: int, conversation_id: int, seq: int) -> dict[str, int]:
    """Make the message `seq` and all after it unread again: {"read_seq","unread"}. What is unread stays so.

    It is a note to oneself: others still see it as read, and nobody is told of what they had read (`seen_seq`).
    Raises NotFound, InvalidParameter for a seq that does not exist, or TooManyRequests where so much is to be counted.
    """
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if seq > participant.conversation.last_seq:
        raise InvalidParameter("seq", "There is no message with this seq.")
    if seq <= participant.read_seq:
        _unread(_count(participant, seq - 1))
        participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    return {"read_seq": participant.read_seq, "unread": participant.unread}


@transaction.atomic
def _unread(counted: UnreadCount) -> None:
    log.participants_hold(counted.conversation_id)
    if counted.user_id not in log.participant_ids(counted.conversation_id):  # they left a moment ago
        raise NotFound
    feed_rev = feeds_bump([counted.user_id])[counted.user_id]
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {**counted.parameters, "feed": feed_rev})


@transaction.atomic
def notifications_set(*, user_id: int, conversation_id: int, level: str, muted_until: datetime | None) -> None:
    """Choose what one is told about a conversation. Raises NotFound."""
    access_participant(user_id=user_id, conversation_id=conversation_id)
    feed_rev = feeds_bump([user_id])[user_id]
    Participant.objects.filter(conversation_id=conversation_id, user_id=user_id).update(
        level=level, muted_until=muted_until, feed_rev=feed_rev
    )


@transaction.atomic
def told_up_to(*, participant_id: int, seq: int) -> None:
    """Somebody was told of everything up to `seq` (or will not be): the outbox row is settled.

    If newer unread messages of others came meanwhile, they are owed since the first of them. The row is locked by
    a statement of its own: the one that looks for them must see what a send committed while it held this row.
    """
    Participant.objects.select_for_update(no_key=True).get(id=participant_id)
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"participant": participant_id, "seq": seq})


# The message and, in the same statement, its M.
WRITE = f"""
WITH m AS (
    INSERT INTO chat_message (conversation_id, seq, rev, sender_id, client_id, sent_digest, text, reply_to)
    VALUES (%(conversation)s, %(seq)s, %(rev)s, %(sender)s, %(client_id)s, %(digest)s, %(text)s, %(reply_to)s)
    RETURNING *
)
SELECT {M_COLUMNS} FROM m JOIN accounts_user s ON s.id = m.sender_id
"""  # noqa: S608  (constants only)

# What is unread is right for any position, so another request that was quicker to move it further is left alone.
READ = f"""
UPDATE chat_participant AS p SET
    read_seq = %(seq)s,
    read_at = now(),
    unread = left_over.unread,
    waiting_since = CASE WHEN left_over.unread = 0 THEN NULL ELSE p.waiting_since END
FROM {UNREAD_NOW}
WHERE p.conversation_id = %(conversation)s AND p.user_id = %(user)s AND p.read_seq < %(seq)s
"""  # noqa: S608  (constants only)

# `waiting_since` stays: owed is what they have never read.
UNREAD = f"""
UPDATE chat_participant AS p SET
    read_seq = %(seq)s,
    seen_seq = greatest(p.seen_seq, p.read_seq),
    unread = left_over.unread,
    feed_rev = %(feed)s
FROM {UNREAD_NOW}
WHERE p.conversation_id = %(conversation)s AND p.user_id = %(user)s AND p.read_seq > %(seq)s
"""  # noqa: S608  (constants only)

SEEN = """
UPDATE chat_participant AS p SET feed_rev = told.rev
FROM unnest(%s::bigint[], %s::bigint[]) AS told (user_id, rev)
WHERE p.conversation_id = %s AND p.user_id = told.user_id
"""

# `seq` order is time order within a conversation, so the first message after `seq` that they have never read is the
# oldest one owed.
SETTLE = """
UPDATE chat_participant AS p SET waiting_since = (
    SELECT m.created_at FROM chat_message m
    WHERE m.conversation_id = p.conversation_id AND m.seq > greatest(p.read_seq, p.seen_seq, %(seq)s)
        AND m.sender_id <> p.user_id AND m.deleted_at IS NULL AND p.left_at IS NULL
        AND p.requested_by_id IS NULL
    ORDER BY m.seq LIMIT 1
)
WHERE p.id = %(participant)s
"""
