"""The least of what the gate asks of a server: an idle poll, a held one, a view behind a2wsgi, an orderly end."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import FrameType
from typing import Any

from a2wsgi import WSGIMiddleware

FIELDS = [(b"etag", b'"12-5-7-"'), (b"cache-control", b"private, no-cache"), (b"x-poll-interval", b"2.03")]
VIEW_SECONDS = 0.001
HELD_SECONDS = 25

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_held: set["asyncio.Future[None]"] = set()


def view(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that takes a millisecond."""
    time.sleep(VIEW_SECONDS)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]


_wsgi: Any = WSGIMiddleware(view, workers=10)  # type: ignore[arg-type]  # PEP 3333's stubs


async def application(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """ASGI: /idle, /held, /count (of held ones), and a view at all other paths."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["path"] == "/idle":
        await _answer(send, 304, b"")
    elif scope["path"] == "/held":
        released: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        _held.add(released)
        await asyncio.wait([released], timeout=HELD_SECONDS)
        _held.discard(released)
        await _answer(send, 304, b"")
    elif scope["path"] == "/count":
        await _answer(send, 200, b"%d" % len(_held))
    else:
        await _wsgi(scope, receive, send)


async def _answer(send: Send, status: int, body: bytes) -> None:
    fields = [*FIELDS, (b"content-length", b"%d" % len(body))] if body else FIELDS
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    """As Hark's keepers do: the first to hear of SIGTERM, if the server lets it, answers all who wait."""
    await receive()
    loop, former = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(_release)
        if callable(former):
            former(number, frame)

    signal.signal(signal.SIGTERM, stop)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    _release()
    await send({"type": "lifespan.shutdown.complete"})


def _release() -> None:
    for released in _held:
        if not released.done():
            released.set_result(None)
