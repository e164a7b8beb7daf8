"""Asks what is to be used whether it answers."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

import psycopg
import redis

from stack.errors import Refused

READY_TIMEOUT = 60  # seconds from the start of the processes
CONNECT_TIMEOUT = 5  # seconds


def check_database(url: str) -> None:
    """Raise Refused, in one line, if the PostgreSQL of DATABASE_URL does not answer."""
    try:
        psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT).close()
    except psycopg.Error as error:
        raise Refused(f"DATABASE_URL: {_first_line(error)}") from None


def check_redis(url: str) -> None:
    """Raise Refused, in one line, if the Redis or Valkey of REDIS_URL does not answer."""
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=CONNECT_TIMEOUT
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise Refused(f"REDIS_URL: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def wait_until_ready(port: int, meanwhile: Callable[[], None]) -> None:
    """Wait for /readyz to be green. `meanwhile` is called between two looks and may raise.

    When it takes too long, what /readyz says is printed if chat goes on, and else raised as Refused.
    """
    deadline = time.monotonic() + READY_TIMEOUT
    answer: dict[str, Any] = {}
    while answer.get("status") != "ready":
        if time.monotonic() > deadline:
            words = f"Not ready after {READY_TIMEOUT} s: {answer.get('checks', 'no answer')}"
            if answer.get("status") != "degraded":
                raise Refused(words)
            print(words, flush=True)
            return
        meanwhile()
        time.sleep(0.1)
        answer = _readyz(port)


def _readyz(port: int) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=CONNECT_TIMEOUT)
    try:
        connection.request("GET", "/readyz")
        answer = json.load(connection.getresponse())
        return answer if isinstance(answer, dict) else {}
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
