"""Who must look again: one counter a user, moved in the transaction of the change.

Lock order of the whole project: conversation row, feeds in user-id order, participant rows of these users.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction

from backend.database import fetch
from backend.live.hints import hint

# The rows are locked in the order of the SELECT. A user's first change makes the row.
BUMP = """
INSERT INTO live_feed AS feed (user_id, rev)
SELECT user_id, %(by)s::bigint FROM unnest(%(users)s::bigint[]) AS user_id ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE SET rev = feed.rev + %(by)s::bigint
RETURNING user_id, rev
"""

MOVED = """
SELECT feed.user_id, feed.rev
FROM unnest(%(users)s::bigint[], %(revs)s::bigint[]) AS known (user_id, rev)
JOIN live_feed AS feed ON feed.user_id = known.user_id AND feed.rev > known.rev
"""


def feeds_bump(user_ids: Iterable[int], *, by: int = 1) -> dict[int, int]:
    """Lock and move the feeds of these users; their new `rev` by user id. Call it inside the transaction.

    Whoever stamps several conversations of one user takes as many revs (`by`) and gives each its own: a reader turns
    pages by them, and would lose what shares a rev with the last one of a page.
    """
    feeds = dict(fetch(BUMP, {"users": list(set(user_ids)), "by": by}))
    transaction.on_commit(lambda: hint(feeds=feeds), robust=True)
    return feeds


def feeds_moved(known: Mapping[int, int]) -> dict[int, int]:
    """Which of these feeds are past the rev that is known, and where they are: the sweep.

    It compares numbers that move under a lock in the transaction of the change, so it cannot overlook one that commits
    late, and needs no clock.
    """
    return dict(fetch(MOVED, {"users": list(known.keys()), "revs": list(known.values())}))
