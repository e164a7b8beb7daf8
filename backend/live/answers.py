"""Answers as ASGI messages: Django's, as they pass or are kept, and the gate's own."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

import orjson

from backend.api.errors import ApiError
from backend.api.problems import PROBLEM_TYPE, problem
from backend.live.memory import Fields
from backend.live.watch import SLOT, Watch

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

READ_ONLY = ("GET", "HEAD")
INTERVAL = b"x-poll-interval"
CLOSE = (b"connection", b"close")
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    "<title>%(title)s</title><h1>%(title)s</h1><p>%(detail)s</p></html>"
)
PAGE_FIELDS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
# What a 304 repeats of the 200 (RFC 9110, 15.4.5), and what CORS wants on every answer.
REPEATED = (b"etag", b"cache-control", b"vary", b"access-control-")


class Answer:
    """Django's answer to one request. One that comes without a Watch is passed on as it comes; a poll's is kept."""

    def __init__(self, scope: Scope, send: Send, begun: int) -> None:
        self.begun = begun  # a tick of the memory's, before Django looked
        self.scope: Scope = {**scope, SLOT: None}
        self.watch: Watch | None = None
        self._send = send
        self._start: Message = {}
        self._body: list[bytes] = []

    @property
    def has_begun(self) -> bool:
        return bool(self._start)

    @property
    def is_nothing_new(self) -> bool:
        return self.watch is not None and self.watch.nothing_new

    async def take(self, message: Message) -> None:
        """ASGI's `send` for Django."""
        if message["type"] == "http.response.start":
            self.watch = self.scope[SLOT]
            self._start = message
        if self.watch is None:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body.append(message.get("body", b""))

    def repeated(self) -> Fields:
        return tuple((name, value) for name, value in self._start["headers"] if name.startswith(REPEATED))

    async def give(self, interval: float, *, close: bool = False) -> None:
        """Pass on what was kept; `close`: and the connection is of no further use."""
        fields = [field for field in self._start["headers"] if field[0] != INTERVAL]
        last = [CLOSE] if close else []
        await self._send({**self._start, "headers": [*fields, (INTERVAL, b"%.2f" % interval), *last]})
        await self._send({"type": "http.response.body", "body": b"".join(self._body)})


NO_BODY: Message = {"type": "http.response.body", "body": b""}


def unchanged_start(fields: Fields, interval: float, *, close: bool = False) -> Message:
    """The start of a 304, without Django; NO_BODY is the rest."""
    headers = [*fields, (INTERVAL, b"%.2f" % interval)]
    if close:
        headers.append(CLOSE)
    return {"type": "http.response.start", "status": 304, "headers": headers}


async def no_body() -> Message:
    """ASGI's `receive` for a request without a body."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def send_page(send: Send, error: ApiError) -> None:
    """The same for people: a page without a template, a script or a word of theirs."""
    title = HTTPStatus(error.status).phrase
    body = (PAGE % {"title": title, "detail": error.detail}).encode()
    fields = {**PAGE_FIELDS, "content-length": str(len(body)), **error.headers}
    headers = [(name.lower().encode(), value.encode()) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_problem(send: Send, error: ApiError, *, close: bool = False) -> None:
    """A problem (RFC 9457), without Django; `close`: and the connection is of no further use."""
    body = orjson.dumps(problem(error))
    fields = {
        "Content-Type": PROBLEM_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **error.headers,
    }
    headers = [(name.lower().encode(), value.encode()) for name, value in fields.items()]
    if close:
        headers.append(CLOSE)
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
