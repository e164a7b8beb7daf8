"""Who is looking, and at what. Noted by visible polls, read by whoever decides if a person must be told.

Lost presence errs towards telling: a flushed store means a notification too many, never one too few.
"""

import time
from collections.abc import Iterable
from typing import Any

import redis
from django.conf import settings

from backend.live import store

PREFIX = "hark:seen:"
Looking = tuple[int, str]  # a user id, and what they look at: "" or the id of what is open


def presence_note(looking: Iterable[Looking]) -> None:
    """These users have the page in front of them, now. One round trip, however many they are."""
    now, lasts = time.time(), max(1, settings.HARK_AWAY_AFTER)

    def note(client: redis.Redis) -> None:
        with client.pipeline(transaction=False) as pipe:
            for user_id, where in looking:
                pipe.zadd(f"{PREFIX}{user_id}", {where: now})
                pipe.expire(f"{PREFIX}{user_id}", lasts)
            pipe.execute()

    store.attempt(note, None)


def presence_seen_at(user_id: int, where: str | None = None) -> float | None:
    """When the user last looked (`where`: at this), in seconds since the epoch.

    None if that is over HARK_AWAY_AFTER ago, or unknown.
    """

    def read(client: redis.Redis) -> Any:
        return client.zrange(f"{PREFIX}{user_id}", 0, -1, withscores=True)

    looked: Any = store.attempt(read, [])
    seen_at: float = max((score for at, score in looked if where in (None, at)), default=0.0)
    return seen_at if _is_now(seen_at) else None


def presence_looking(user_ids: Iterable[int], where: str) -> set[int]:
    """Who of these looks at this now: within HARK_AWAY_AFTER. One round trip, however many they are."""
    ids = list(user_ids)

    def read(client: redis.Redis) -> Any:
        with client.pipeline(transaction=False) as pipe:
            for user_id in ids:
                pipe.zscore(f"{PREFIX}{user_id}", where)
            return pipe.execute()

    looked: Any = store.attempt(read, [None] * len(ids))
    return {user_id for user_id, seen_at in zip(ids, looked, strict=True) if _is_now(seen_at or 0.0)}


def presence_forget(user_id: int) -> None:
    """Nothing says any more where this person looked."""
    store.attempt(lambda client: client.delete(f"{PREFIX}{user_id}"), None)


def _is_now(seen_at: float) -> bool:
    return bool(time.time() - seen_at <= max(1, settings.HARK_AWAY_AFTER))
