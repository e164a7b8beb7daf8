"""Reads: where a push goes, and which of its recipient's conversations still have something unread."""

from collections.abc import Iterable

from backend.database import fetch
from backend.notifications.models import PushSubscription

UNREAD = """
SELECT u.id, ARRAY(
    SELECT p.conversation_id FROM chat_participant p
    WHERE p.user_id = u.id AND p.left_at IS NULL AND p.requested_by_id IS NULL AND p.unread > 0
    ORDER BY p.activity DESC LIMIT %(most)s
)
FROM unnest(%(users)s::bigint[]) AS u(id)
"""


def subscriptions_by_id(ids: Iterable[int]) -> dict[int, PushSubscription]:
    """Those of them that there are still."""
    return PushSubscription.objects.in_bulk(list(ids))


def unread_conversations(user_ids: Iterable[int], *, most: int) -> dict[int, list[int]]:
    """By user, the ids of `most` conversations at most with unread messages, the newest activity first."""
    return dict(fetch(UNREAD, {"users": list(user_ids), "most": most}))
