"""Hints: who must look again, told at once and without a guarantee. The guarantee is the sweep (`feeds.py`).

A hint is a message on a channel of Redis: {"feeds": {"<user id>": rev}, "names": ["typing:7"]}. The gate of the same
process hears of feeds directly, so that it knows even while Redis does not answer.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Callable, Iterable, Mapping

import redis.asyncio
from django.conf import settings
from redis import RedisError

from backend.live import store
from backend.live.memory import Topic

CHANNEL = "hark:hints"
SILENCE = 5.0  # seconds without a word before asking whether Redis is still there, and again before giving it up
RETRY = (0.5, 1.5)  # seconds between attempts to come back, from .. to

log = logging.getLogger(__name__)
Hear = Callable[[Topic, int | None], None]
HearHere = Callable[[Mapping[int, int]], object]
_hear_here: HearHere | None = None


def hint(*, feeds: Mapping[int, int] | None = None, names: Iterable[str] = ()) -> None:
    """Tell every process that these feeds are at these revs, and that what has these names has changed."""
    feeds = feeds or {}
    if _hear_here is not None and feeds:
        _hear_here(feeds)
    message = json.dumps({"feeds": feeds, "names": list(names)})
    store.attempt(lambda client: client.publish(CHANNEL, message), None)


def listen_here(hear: HearHere | None) -> None:
    """The gate of this process, which hears of feeds from whatever thread has moved them; None: it is gone."""
    global _hear_here
    _hear_here = hear


async def listen(hear: Hear, connected: Callable[[], None]) -> None:
    """Pass on hints for ever. `connected` is called each time that hints begin to come: some may have been missed.

    One connection a process. A dead one is noticed by its silence, whatever TCP believes.
    """
    while True:
        try:
            await _listen_once(hear, connected)
        except (RedisError, OSError, TimeoutError) as fault:
            log.warning("no hints from redis, news takes up to 2 seconds: %s", fault or type(fault).__name__)
        await asyncio.sleep(random.uniform(*RETRY))  # noqa: S311


async def _listen_once(hear: Hear, connected: Callable[[], None]) -> None:
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=store.TIMEOUT)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(client.aclose)
        pubsub = await stack.enter_async_context(client.pubsub())
        async with asyncio.timeout(SILENCE):
            await pubsub.subscribe(CHANNEL)
        silent = False
        while True:
            message = await pubsub.get_message(timeout=SILENCE)
            if message is None:
                if silent:
                    raise TimeoutError("it is silent")
                silent = True
                async with asyncio.timeout(SILENCE):
                    await pubsub.ping()
                continue
            silent = False
            if message["type"] == "subscribe":
                connected()
            elif message["type"] == "message":
                _pass_on(message["data"], hear)


def _pass_on(data: bytes, hear: Hear) -> None:
    """A hint that makes no sense is none: the channel is not ours alone."""
    try:
        given = json.loads(data)
        feeds = {int(user_id): int(rev) for user_id, rev in given["feeds"].items()}
        names = [str(name) for name in given["names"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        log.warning("a hint that cannot be read: %.100r", data)
        return
    for user_id, rev in feeds.items():
        hear(user_id, rev)
    for name in names:
        hear(name, None)
