"""Reads: somebody's whole history, in pages, so that memory does not grow with it."""

from collections.abc import Iterator
from typing import Any

from backend.chat.models import Participant
from backend.chat.selectors import M_COLUMNS, message_from_row, messages_from
from backend.database import fetch

PAGE = 200  # messages, or conversations, of one statement


def conversations_of(user_id: int) -> Iterator[dict[str, Any]]:
    """The conversations that the person is or was in, by id. Of one that they left: the title when they left, and
    nobody else."""
    after = 0
    rows = Participant.objects.filter(user_id=user_id).select_related("conversation").order_by("conversation_id")
    while page := list(rows.filter(conversation_id__gt=after)[:PAGE]):
        people = _people([row.conversation_id for row in page if row.left_at is None])
        yield from (_conversation(row, people.get(row.conversation_id, [])) for row in page)
        after = page[-1].conversation_id


def _conversation(row: Participant, people: list[dict[str, Any]]) -> dict[str, Any]:
    conversation = row.conversation
    return {
        "id": conversation.id,
        "kind": conversation.kind,
        "title": conversation.title if row.left_at is None else row.left_title,
        "owner": conversation.owner_id == row.user_id,
        "participants": people,
        "joined_at": row.joined_at,
        "left_at": row.left_at,
        "read_seq": row.read_seq,
        "notifications": {"level": row.level, "muted_until": row.muted_until},
    }


def _people(conversation_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    rows = Participant.objects.filter(conversation_id__in=conversation_ids, left_at=None).order_by("id")
    for conversation_id, user_id, name in rows.values_list("conversation_id", "user_id", "user__name").iterator():
        found.setdefault(conversation_id, []).append({"id": user_id, "name": name})
    return found


def messages_seen(user_id: int, conversation_id: int) -> Iterator[dict[str, Any]]:
    """M of all messages that the person may see there, ascending. Raises NotFound, also in the middle if they leave."""
    first, has_more = 1, True
    while has_more:
        page = messages_from(user_id=user_id, conversation_id=conversation_id, first=first, limit=PAGE)
        yield from page["messages"]
        has_more = page["has_more"]
        first = page["messages"][-1]["seq"] + 1 if page["messages"] else first


def messages_own(user_id: int, conversation_id: int) -> Iterator[dict[str, Any]]:
    """M of the person's own messages there, ascending, also after they left."""
    where = {"user": user_id, "conversation": conversation_id, "limit": PAGE}
    after = 0
    while page := [message_from_row(row) for row in fetch(OWN, {**where, "after": after})]:
        # How others reacted since is not for somebody who left.
        yield from ({**message, "reactions": []} for message in page)
        after = page[-1]["seq"]


OWN = f"""
SELECT {M_COLUMNS} FROM chat_message m JOIN accounts_user s ON s.id = m.sender_id
WHERE m.conversation_id = %(conversation)s AND m.sender_id = %(user)s AND m.seq > %(after)s
ORDER BY m.seq LIMIT %(limit)s
"""  # noqa: S608  (constants only)
