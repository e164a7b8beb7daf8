"""Who must look again: one counter a user, moved in the transaction of the change.

Lock order of the whole project: conversation row, feeds in user-id order, participant rows of these users.
"""

from collections.abc import Iterable

from django.db import connection

# The rows are locked in the order of the SELECT. A user's first change makes the row.
BUMP = """
INSERT INTO live_feed AS feed (user_id, rev)
SELECT user_id, 1 FROM unnest(%s::bigint[]) AS user_id ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE SET rev = feed.rev + 1
RETURNING user_id, rev
"""


def feeds_bump(user_ids: Iterable[int]) -> dict[int, int]:
    """Lock and move the feeds of these users; their new `rev` by user id. Call it inside the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(BUMP, [list(set(user_ids))])
        return dict(cursor.fetchall())
