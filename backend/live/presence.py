"""Who is looking. Noted by visible polls, read by whoever decides if a person must be told.

Lost presence errs towards telling: a flushed store means a notification too many, never one too few.
"""

import time

import redis
from django.conf import settings

from backend.live import store

PREFIX = "hark:seen:"


def presence_note(user_id: int) -> None:
    """This user has the page in front of them, now."""

    def note(client: redis.Redis) -> None:
        client.set(f"{PREFIX}{user_id}", time.time(), ex=max(1, settings.HARK_AWAY_AFTER))

    store.attempt(note, None)


def presence_seen_at(user_id: int) -> float | None:
    """When the user last looked, in seconds since the epoch; None if over HARK_AWAY_AFTER ago, or unknown."""
    value = store.attempt(lambda client: client.get(f"{PREFIX}{user_id}"), None)
    return float(str(value)) if value is not None else None
