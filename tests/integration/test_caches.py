"""Nothing that a stranger writes is kept: every cache of the process is walked after requests with hostile keys."""

import asyncio
import functools
import gc
from collections.abc import Iterator
from typing import Any

import pytest

from backend.accounts.models import User
from tests.conftest import token_of
from tests.support.asgi import Heard

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = 60
LONG = 6_000  # bytes: what the bounds on a URI let pass; more is refused before
MARK = "hostile"
KEPT_MAX = 40  # strings with the mark: what belongs to the last requests, and bounded caches of short keys
KEPT_BYTES = 200_000


def hostile(number: int, token: str) -> list[dict[str, Any]]:
    """Scopes, each with a text of its own in another place."""
    text = f"{MARK}{number}{'x' * LONG}"
    short = f"{MARK}{number}"
    credential = ("authorization", f"Bearer {token}")
    return [
        _scope("/api/v1/sync", query=f"cursor={text}", fields=[credential]),
        _scope("/api/v1/sync", query=f"{short}=1", fields=[credential]),
        _scope("/api/v1/sync", query=f"{text}=1"),
        _scope(f"/api/{text}", fields=[credential]),
        _scope(f"/{text}"),
        _scope(f"/static/{text}"),
        _scope("/accessibility", query=text, fields=[("accept-language", text)]),
        _scope("/accessibility", fields=[("accept-language", short), ("cookie", f"x={text}")]),
        _scope("/readyz", fields=[("cookie", f"sessionid={short}")]),
        _scope("/api/v1/me", fields=[("authorization", f"Bearer {text}")]),
        _scope("/api/v1/me", fields=[("cookie", f"sessionid={text}")]),
        _scope("/api/v1/sync", query="cursor=0", fields=[credential, ("cookie", text)]),
        _scope("/api/v1/sync", query="cursor=0", fields=[credential, ("if-none-match", text)]),
        _scope("/api/v1/sync", query="cursor=0", fields=[credential, ("origin", f"https://{text}")]),
        _scope("/api/v1/sync", query="cursor=0", fields=[credential, ("x-forwarded-for", text)]),
        _scope("/api/v1/sync", query="cursor=0", fields=[credential, ("host", f"{short}.example")]),
    ]


def _scope(path: str, *, query: str = "", fields: list[tuple[str, str]] | None = None) -> dict[str, Any]:
    given = {"host": "testserver", **dict(fields or [])}
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "http_version": "1.1",
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 4711),
        "server": ("127.0.0.1", 80),
    }


def kept() -> Iterator[str | bytes]:
    """Every text with the mark that anything in this process holds: dicts, sets, lru_caches, attributes."""
    mark = MARK.encode()
    for holder in gc.get_objects():
        for found in gc.get_referents(holder):
            inner = found if isinstance(found, tuple) else (found,)
            for text in inner:
                if (isinstance(text, str) and MARK in text) or (isinstance(text, bytes) and mark in text):
                    yield text


def test_hostile_keys_leave_nothing_behind(alice: User, direct: int) -> None:
    from backend.config.asgi import application, memory
    from backend.live.polls import read_query

    token = token_of(alice)

    async def attack() -> None:
        for number in range(REQUESTS):
            for scope in hostile(number, token):
                heard = Heard()
                await application(scope, _no_body, heard.take)
                assert heard.status

    asyncio.run(attack())
    gc.collect()
    queries = read_query.cache_info().currsize
    found = {text for text in kept() if f"{MARK}{REQUESTS - 1}" not in str(text)}
    short = {text for text in found if len(text) < 200}
    assert len(found - short) <= KEPT_MAX
    assert sum(map(len, found)) < KEPT_BYTES + 400 * queries, "only what a bounded table of short queries holds"
    assert len(memory.clients) <= 2
    assert len(memory._subjects) <= 10


def test_every_cache_of_the_backend_has_a_bound_or_no_argument() -> None:
    unbounded = [
        cache
        for cache in gc.get_objects()
        if isinstance(cache, functools._lru_cache_wrapper)
        and str(getattr(cache, "__module__", "")).startswith(("backend.", "worker."))
        and cache.cache_parameters()["maxsize"] is None
        and cache.__wrapped__.__code__.co_argcount
    ]
    assert unbounded == []


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
