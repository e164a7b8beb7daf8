"""One answer for one poll: what changed for a reader since the cursor they hold."""

from dataclasses import dataclass
from typing import Any

from backend.api.errors import NotFound
from backend.chat.errors import CursorAhead
from backend.chat.selectors import (
    M_COLUMNS,
    PAGE,
    Head,
    changes,
    conversations_changed,
    conversations_page,
    message_from_row,
)
from backend.chat.typing import NOBODY, Typing, typing_now
from backend.database import fetch

MESSAGES = 200  # messages of the open conversation in one answer

# One statement, one snapshot: the feed, and the open conversation with its news if the reader is in it. The sender is
# looked up message by message (LIMIT 1 says so): a plan for all parameters might read the whole table of users instead.
STATE = f"""
SELECT coalesce((SELECT rev FROM live_feed WHERE user_id = %(user)s), 0), c.rev, c.last_seq, {M_COLUMNS}
FROM (SELECT 1) AS one
LEFT JOIN chat_participant p ON p.conversation_id = %(conversation)s AND p.user_id = %(user)s AND p.left_at IS NULL
LEFT JOIN chat_conversation c ON c.id = p.conversation_id
LEFT JOIN LATERAL (
    SELECT * FROM chat_message WHERE conversation_id = c.id AND rev > %(after)s ORDER BY rev LIMIT %(limit)s
) AS m ON TRUE
LEFT JOIN LATERAL (SELECT name FROM accounts_user WHERE id = m.sender_id LIMIT 1) AS s ON TRUE
ORDER BY m.rev
"""  # noqa: S608  (constants only)


@dataclass(frozen=True)
class Position:
    """What a reader holds: the feed's `cursor` (None: nothing yet), and the open conversation's `after`."""

    cursor: int | None
    conversation: int | None
    after: int


@dataclass(frozen=True)
class State:
    """What there is now."""

    user_id: int
    feed: int
    conversation: int | None
    head: Head | None
    changed: list[dict[str, Any]]  # messages of the open conversation after the reader's position
    typing: Typing

    @property
    def etag(self) -> str:
        """Names this state: the reader, their feed, the open conversation and who types in it (RFC 9110, 8.8.3)."""
        typing = ".".join(str(person["id"]) for person in self.typing.people)
        return f'"{self.user_id}-{self.feed}-{self.conversation or 0}-{typing}"'

    def holds_nothing_new(self, position: Position) -> bool:
        return position.cursor == self.feed and (self.head is None or position.after == self.head.rev)


def sync_state(*, user_id: int, position: Position, limit: int = MESSAGES, with_typing: bool = True) -> State:
    """Look, in one statement; `changed` has one message more than the limit if there are more.

    Raises NotFound for a conversation the reader is not in, CursorAhead.
    """
    open_at = {"conversation": position.conversation, "after": position.after, "limit": limit + 1}
    found = fetch(STATE, {"user": user_id, **open_at})
    feed, rev, last_seq = found[0][:3]
    if position.conversation is not None and rev is None:
        raise NotFound
    if (position.cursor or 0) > feed or position.after > (rev or 0):
        raise CursorAhead
    head = None if rev is None else Head(rev, last_seq)
    changed = [message_from_row(row[3:]) for row in found if row[3] is not None]
    typing = NOBODY
    if position.conversation is not None and with_typing:
        typing = typing_now(position.conversation, besides=user_id)
    return State(user_id, feed, position.conversation, head, changed, typing)


def sync_answer(state: State, position: Position) -> dict[str, Any]:
    """{"cursor","conversations","left","messages","after","last_seq","typing","has_more"}.

    The cursor given back is one that was read before the rows, so nothing can hide behind it; what changed since
    may be in the answer already and comes again.
    """
    answer: dict[str, Any] = {**_feed_part(state, position), "messages": [], "after": position.after}
    answer["typing"] = state.typing.people
    if state.head is not None:
        news = changes(state.head, state.changed, MESSAGES)
        answer |= {"messages": news["messages"], "after": news["cursor"], "last_seq": news["last_seq"]}
        answer["has_more"] |= news["has_more"]
    return answer


def _feed_part(state: State, position: Position) -> dict[str, Any]:
    if position.cursor is None:
        newest = conversations_page(user_id=state.user_id, limit=PAGE, before=None)["conversations"]
        return {"cursor": state.feed, "conversations": newest, "left": [], "has_more": False}
    if position.cursor == state.feed:
        return {"cursor": state.feed, "conversations": [], "left": [], "has_more": False}
    found = conversations_changed(user_id=state.user_id, after=position.cursor, limit=PAGE + 1)
    has_more = len(found) > PAGE
    page = found[:PAGE]
    return {
        "cursor": page[-1].feed_rev if has_more else state.feed,
        "conversations": [seen.json for seen in page if not seen.left],
        "left": [seen.json["id"] for seen in page if seen.left],
        "has_more": has_more,
    }
