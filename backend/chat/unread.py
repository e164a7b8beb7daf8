"""Reads: how many messages are unread after a position, counted before anything is locked.

In a long conversation that takes long, and whoever holds it makes all its writers wait. So the count is made first, and
UNREAD_NOW adds under the lock only what has changed since.
"""

from dataclasses import dataclass
from typing import Any

from backend.database import fetch


@dataclass(frozen=True)
class UnreadCount:
    """Messages of others after `seq` that were not deleted, when the conversation was at `rev` and `last_seq`."""

    user_id: int
    conversation_id: int
    seq: int
    unread: int
    rev: int
    last_seq: int

    @property
    def parameters(self) -> dict[str, Any]:
        """What UNREAD_NOW names."""
        return {
            "user": self.user_id,
            "conversation": self.conversation_id,
            "seq": self.seq,
            "counted": self.unread,
            "rev": self.rev,
            "last_seq": self.last_seq,
        }


def unread_count(*, user_id: int, conversation_id: int, seq: int) -> UnreadCount:
    """Count what is unread for this user after `seq`, which is not above `last_seq`."""
    [row] = fetch(COUNT, {"user": user_id, "conversation": conversation_id, "seq": seq})
    return UnreadCount(user_id, conversation_id, seq, *row)


# One statement, so all three numbers are of one moment.
COUNT = """
SELECT (
    SELECT count(*) FROM chat_message m
    WHERE m.conversation_id = c.id AND m.seq > %(seq)s AND m.sender_id <> %(user)s AND m.deleted_at IS NULL
), c.rev, c.last_seq
FROM chat_conversation c WHERE c.id = %(conversation)s
"""

# A message that was deleted since has a higher rev, and a tombstone never gets another one.
UNREAD_NOW = """(
    SELECT %(counted)s::bigint + (
        SELECT count(*) FROM chat_message m
        WHERE m.conversation_id = %(conversation)s AND m.seq > %(last_seq)s
            AND m.sender_id <> %(user)s AND m.deleted_at IS NULL
    ) - (
        SELECT count(*) FROM chat_message m
        WHERE m.conversation_id = %(conversation)s AND m.rev > %(rev)s AND m.seq > %(seq)s AND m.seq <= %(last_seq)s
            AND m.sender_id <> %(user)s AND m.deleted_at IS NOT NULL
    ) AS unread
) AS left_over"""
