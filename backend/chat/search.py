"""Reads: messages found by their words, with PostgreSQL's full text search."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from backend.api.errors import NotFound, Overloaded
from backend.api.serializers import BIGINT_MAX
from backend.chat.bounds import Kind, search_bounded
from backend.chat.selectors import M_COLUMNS, message_from_row

AT_ONCE = 2  # searches in one process: the other threads of Django, and the cores of PostgreSQL, are for everybody else
PREFIX_MIN = 2  # characters of a word before all that begin with it are looked for


def messages_search(
    *, user_id: int, words: str, conversation_id: int | None, before: int | None, limit: int
) -> dict[str, Any]:
    """{"results":[{"conversation","message"}],"next"} of the conversations the user is in, newest first.

    `words` as people type them: all must be there, "in this order", -without, this or that; the last one may be
    unfinished. `next` is the `before` of the next page, or null. Raises NotFound (not in this conversation),
    SearchTooBroad, SearchRunning (another search of theirs), Overloaded (AT_ONCE others in this process).
    """
    with _place(), search_bounded(user_id=user_id, kind=Kind.MESSAGES):
        asked, mine = _asked(user_id, words)
        if conversation_id is not None and conversation_id not in mine:
            raise NotFound
        places = mine if conversation_id is None else [conversation_id]
        found = _find(user_id, asked, places, BIGINT_MAX if before is None else before, limit + 1)
    page = found[:limit]
    return {
        "results": [{"conversation": row[1], "message": message_from_row(row[2:])} for row in page],
        "next": page[-1][0] if len(found) > limit else None,
    }


_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def _place() -> Iterator[None]:
    """One of AT_ONCE. Whoever finds none is told so at once: a thread that waits is a thread less for others."""
    if not _places.acquire(blocking=False):
        raise Overloaded
    try:
        yield
    finally:
        _places.release()


def _asked(user_id: int, words: str) -> tuple[str, list[int]]:
    """The query as a tsquery's text (empty: there is no word in it), and the user's conversations."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, {"words": words, "user": user_id})
        _, asked, mine = cursor.fetchone()
    if asked.endswith("'") and _is_unfinished(words):
        asked += ":*"
    return asked, mine


def _is_unfinished(words: str) -> bool:
    """Whether somebody may be typing on at the last word."""
    last = words.split()[-1]
    return words.endswith(last) and last[-1].isalnum() and len(last) >= PREFIX_MIN and not last.startswith("-")


def _find(user_id: int, asked: str, places: list[int], before: int, limit: int) -> list[tuple[Any, ...]]:
    if not asked or not places:
        return []
    where: dict[str, Any] = {"user": user_id, "query": asked, "places": places, "before": before, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(FIND, where)
        return list(cursor.fetchall())


# Until the end of the transaction FIND is planned for its words.
ASKED = """
SELECT set_config('plan_cache_mode', 'force_custom_plan', true), websearch_to_tsquery('simple', %(words)s)::text, array(
    SELECT conversation_id FROM chat_participant WHERE user_id = %(user)s AND left_at IS NULL ORDER BY conversation_id
)
"""

# Not prepared: what plan is good depends on how many messages have these words and stand in these conversations, and
# PostgreSQL knows about that. It takes the index `message_words`, or reads the newest messages, or those of the
# conversations, until there are enough. Who left a moment ago is caught by the outer join.
FIND = f"""
SELECT m.id, m.conversation_id, {M_COLUMNS}
FROM (
    SELECT * FROM chat_message
    WHERE to_tsvector('simple', text) @@ %(query)s::tsquery
        AND conversation_id = ANY(%(places)s) AND deleted_at IS NULL AND id < %(before)s
    ORDER BY id DESC LIMIT %(limit)s
) AS m
JOIN chat_participant p ON p.conversation_id = m.conversation_id AND p.user_id = %(user)s AND p.left_at IS NULL
JOIN accounts_user s ON s.id = m.sender_id
ORDER BY m.id DESC
"""  # noqa: S608  (constants only)
