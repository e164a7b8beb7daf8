"""The least that an ASGI application can do: 304, with the header fields given in HARK_BENCH_FIELDS, to everything."""

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

_given = json.loads(os.environ.get("HARK_BENCH_FIELDS", "{}"))
_fields = [(name.encode(), value.encode()) for name, value in _given.items()]


async def application(
    scope: Mapping[str, Any],
    receive: Callable[[], Awaitable[Mapping[str, Any]]],
    send: Callable[[Mapping[str, Any]], Awaitable[None]],
) -> None:
    """ASGI: 304 to everything."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 304, "headers": _fields})
        await send({"type": "http.response.body", "body": b""})
