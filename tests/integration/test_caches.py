"""Nothing that a stranger writes is kept: every cache of the process is walked after requests with hostile keys."""

import asyncio
import functools
import gc
import importlib
import inspect
import pkgutil
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

import backend
from backend.accounts.models import User
from tests.conftest import token_of
from tests.support.asgi import Heard

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "hostile"
THREADS = 10
# Unbounded, and called with classes or settings only.
OF_OURSELVES = {
    "_adapters",
    "_serializer",
    "_loaded",
    "pattern_parse",
    "_columns",
    "_known",
    "rates_parse",
    "_statement",
}
DOSE = 25  # rounds
LONG = 6_000  # bytes: what the bounds on a URI let pass; more is refused before
GROWTH = 30  # long texts: of the requests that each thread saw last


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


def _is(thing: object, kind: type) -> bool:
    """As `isinstance`, which would ask a lazy object of Django's for its class, and so make what it stands for."""
    return issubclass(type(thing), kind)


def kept() -> Iterator[str | bytes]:
    """Every text with the mark that anything in this process holds: dicts, sets, lru_caches, attributes."""
    mark = MARK.encode()
    for holder in gc.get_objects():
        for found in gc.get_referents(holder):
            inner = found if _is(found, tuple) else (found,)
            for text in inner:
                if (_is(text, str) and MARK in text) or (_is(text, bytes) and mark in text):
                    yield text


def test_hostile_keys_leave_nothing_behind(alice: User, direct: int) -> None:
    from backend.config.asgi import admission, application, memory
    from backend.live.polls import QUERIES_MAX, read_query

    token = token_of(alice)

    async def dose(first: int) -> int:
        for number in range(first, first + DOSE):
            for scope in hostile(number, token):
                heard = Heard()
                await application(scope, _no_body, heard.take)
                assert heard.status
        urllib.parse.urlsplit.cache_clear()  # 128 addresses, Python's own; Django takes an Origin apart by it
        gc.collect()
        return len({text for text in kept() if len(text) > LONG})

    async def attack() -> None:
        try:
            before, after = await dose(0), await dose(DOSE)
        finally:
            await asyncio.get_running_loop().run_in_executor(None, _close, admission.django)
        assert before <= GROWTH
        assert after <= GROWTH, "what is kept does not grow with what comes"
        assert len(memory.clients) <= 2
        assert len(memory._subjects) <= 10
        assert len(admission._of_peer) == 0
        assert read_query.cache_info().maxsize == QUERIES_MAX

    asyncio.run(attack())


def _close(bridge: Any) -> None:
    """The threads of this test's Django end, and their connections with them."""
    barrier = threading.Barrier(THREADS)

    def close() -> None:
        barrier.wait()
        connections.close_all()

    for done in [bridge._pool.submit(close) for _ in range(THREADS)]:
        done.result()
    bridge._pool.shutdown()


def test_every_cache_of_ours_that_has_a_key_has_a_bound() -> None:
    """Whatever is called with something of a request could be called with anything."""
    modules = [
        module for module in pkgutil.walk_packages(backend.__path__, "backend.") if ".migrations" not in module.name
    ]
    for module in modules:
        if not module.name.endswith(("asgi", "providers", "demo.urls")):
            importlib.import_module(module.name)
    unbounded = [
        cache.__qualname__
        for cache in gc.get_objects()
        if _is(cache, functools._lru_cache_wrapper)
        and str(cache.__module__).startswith("backend.")
        and cache.cache_parameters()["maxsize"] is None
        and inspect.signature(cache.__wrapped__).parameters
    ]
    assert set(unbounded) <= OF_OURSELVES, unbounded


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
