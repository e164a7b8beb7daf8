"""Who is typing. Fleeting: kept in Redis only, and gone by itself."""

import time
from dataclasses import dataclass
from typing import Any

import redis

from backend.accounts.contacts import hidden_from
from backend.live import store
from backend.live.hints import hint

TYPING_LASTS = 6.0  # seconds after the last word of it; pages say it again every 3


def typing_name(conversation_id: int) -> str:
    """What hints call it when somebody begins to type there."""
    return f"typing:{conversation_id}"


def _key(conversation_id: int | str) -> str:
    return f"hark:typing:{conversation_id}"


def typing_note(*, conversation_id: int, user_id: int, name: str) -> None:
    """This user is typing, now."""
    now = time.time()

    def note(client: redis.Redis) -> bool:
        with client.pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(_key(conversation_id), "-inf", now)
            pipe.zadd(_key(conversation_id), {f"{user_id}:{name}": now + TYPING_LASTS})
            pipe.expire(_key(conversation_id), int(TYPING_LASTS) + 1)
            return bool(pipe.execute()[1])

    if store.attempt(note, False):
        hint(names=[typing_name(conversation_id)])


def typing_stop(*, conversation_id: int, user_id: int, name: str) -> None:
    """What is being typed is about to be sent. No hint: the message brings one."""
    store.attempt(lambda client: client.zrem(_key(conversation_id), f"{user_id}:{name}"), None)


def typing_forget(user_id: int) -> None:
    """Nothing says any more that this person types, or how they are called."""

    def forget(client: redis.Redis) -> None:
        for key in client.scan_iter(match=_key("*"), count=1000):
            entries: Any = client.zrange(key, 0, -1)
            if mine := [entry for entry in entries if entry.startswith(f"{user_id}:")]:
                client.zrem(key, *mine)

    store.attempt(forget, None)


@dataclass(frozen=True)
class Typing:
    """`people` as [{"id","name"}], and for how many seconds that holds if nobody types on (None: nobody types)."""

    people: list[dict[str, Any]]
    lasts: float | None


NOBODY = Typing([], None)


def typing_now(conversation_id: int, *, besides: int) -> Typing:
    """Those typing, without the reader and without anybody whom a block keeps apart from the reader."""
    now = time.time()

    def read(client: redis.Redis) -> Any:
        return client.zrangebyscore(_key(conversation_id), now, "+inf", withscores=True)

    entries: Any = store.attempt(read, [])
    found = [(int(entry.partition(":")[0]), entry.partition(":")[2], until) for entry, until in entries]
    others = sorted(person for person in found if person[0] != besides)
    if others:  # the database is asked only while somebody types
        hidden = hidden_from(besides)
        others = [person for person in others if person[0] not in hidden]
    if not others:
        return NOBODY
    return Typing(
        [{"id": user_id, "name": name} for user_id, name, _ in others],
        max(0.0, min(until for _, _, until in others) - now),
    )
