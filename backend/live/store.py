"""Redis or Valkey, for what may be lost: who is looking, who is typing.

Nothing waits long for it. After a failure it is left alone for a moment, so that a dead server costs one
short timeout now and then instead of one a request.
"""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT = 0.5  # seconds to connect, and to answer
REST_AFTER_FAILURE = 2.0  # seconds

log = logging.getLogger(__name__)
T = TypeVar("T")
_rest_until = 0.0


@cache
def client() -> redis.Redis:
    """The process's client: a pool of connections, no retries."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 0),
    )


def attempt(action: Callable[[redis.Redis], T], default: T) -> T:
    """The result of `action(client)`, or `default` while the server does not answer."""
    global _rest_until
    if time.monotonic() < _rest_until:
        return default
    try:
        return action(client())
    except redis.RedisError as fault:
        _rest_until = time.monotonic() + REST_AFTER_FAILURE
        log.warning("redis does not answer, going on without: %s", fault)
        return default
