"""Reads: messages found by their words, with PostgreSQL's full text search."""

from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from backend.api.errors import NotFound
from backend.api.serializers import BIGINT_MAX
from backend.chat.errors import SearchTooBroad
from backend.chat.selectors import M_COLUMNS, message_from_row

SEARCH_TIME = 3_000  # milliseconds: a reader waits no longer, and others need the database too
PREFIX_MIN = 2  # characters of a word before all that begin with it are looked for


def messages_search(
    *, user_id: int, words: str, conversation_id: int | None, before: int | None, limit: int
) -> dict[str, Any]:
    """{"results":[{"conversation","message"}],"next"} of the conversations the user is in, newest first.

    `words` as people type them: all must be there, "in this order", -without, this or that; the last one may be
    unfinished. `next` is the `before` of the next page, or null. Raises NotFound (not in this conversation),
    SearchTooBroad.
    """
    try:
        with transaction.atomic():
            asked, mine = _asked(user_id, words)
            if conversation_id is not None and conversation_id not in mine:
                raise NotFound
            places = mine if conversation_id is None else [conversation_id]
            found = _find(user_id, asked, places, BIGINT_MAX if before is None else before, limit + 1)
    except OperationalError as fault:
        if isinstance(fault.__cause__, QueryCanceled):
            raise SearchTooBroad from fault
        raise
    page = found[:limit]
    return {
        "results": [{"conversation": row[1], "message": message_from_row(row[2:])} for row in page],
        "next": page[-1][0] if len(found) > limit else None,
    }


def _asked(user_id: int, words: str) -> tuple[str, list[int]]:
    """The query as a tsquery's text (empty: there is no word in it), and the user's conversations."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, {"time": str(SEARCH_TIME), "words": words, "user": user_id})
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
    anywhere = " | ".join(f"'in {place}'" for place in places)
    query = f"({asked}) & ({anywhere})"
    where: dict[str, Any] = {"user": user_id, "query": query, "places": places, "before": before, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(FIND, where)
        return list(cursor.fetchall())


# The timeout holds until the end of the transaction.
ASKED = """
SELECT set_config('statement_timeout', %(time)s, true), websearch_to_tsquery('simple', %(words)s)::text, array(
    SELECT conversation_id FROM chat_participant WHERE user_id = %(user)s AND left_at IS NULL ORDER BY conversation_id
)
"""

# Not prepared: what plan is good depends on how many messages have these words, and PostgreSQL knows that. It takes
# the index `message_words`, whose entry "in 5" stands for conversation 5 (no word has a blank in it), or reads
# the newest messages one by one until there are enough. Who left a moment ago is caught by the outer join.
FIND = f"""
SELECT m.id, m.conversation_id, {M_COLUMNS}
FROM (
    SELECT * FROM chat_message
    WHERE (to_tsvector('simple', text) || array_to_tsvector(ARRAY['in ' || conversation_id::text]))
            @@ %(query)s::tsquery
        AND conversation_id = ANY(%(places)s) AND deleted_at IS NULL AND id < %(before)s
    ORDER BY id DESC LIMIT %(limit)s
) AS m
JOIN chat_participant p ON p.conversation_id = m.conversation_id AND p.user_id = %(user)s AND p.left_at IS NULL
JOIN accounts_user s ON s.id = m.sender_id
ORDER BY m.id DESC
"""  # noqa: S608  (constants only)
