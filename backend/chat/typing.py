"""Who is typing. Fleeting: kept in Redis only, and gone by itself."""

import time
from typing import Any

import redis

from backend.live import store

TYPING_LASTS = 6.0  # seconds after the last word of it; pages say it again every 3


def _key(conversation_id: int) -> str:
    return f"hark:typing:{conversation_id}"


def typing_note(*, conversation_id: int, user_id: int, name: str) -> None:
    """This user is typing, now."""

    def note(client: redis.Redis) -> None:
        with client.pipeline(transaction=False) as pipe:
            pipe.zadd(_key(conversation_id), {f"{user_id}:{name}": time.time() + TYPING_LASTS})
            pipe.expire(_key(conversation_id), int(TYPING_LASTS) + 1)
            pipe.execute()

    store.attempt(note, None)


def typing_stop(*, conversation_id: int, user_id: int, name: str) -> None:
    """What was being typed has been sent."""
    store.attempt(lambda client: client.zrem(_key(conversation_id), f"{user_id}:{name}"), None)


def typing_people(conversation_id: int, *, besides: int) -> list[dict[str, Any]]:
    """[{"id","name"}] of those typing, without the reader."""

    def read(client: redis.Redis) -> Any:
        return client.zrangebyscore(_key(conversation_id), time.time(), "+inf")

    entries: Any = store.attempt(read, [])
    people = [(int(user_id), name) for user_id, _, name in (entry.partition(":") for entry in entries)]
    return [{"id": user_id, "name": name} for user_id, name in sorted(people) if user_id != besides]
