"""What ASGI servers leave to the application: how much of a request is taken, and that nobody waits for its rest.

A request enters Django, and takes a thread of it, when all of it is there.
"""

import asyncio
from collections.abc import Awaitable
from itertools import chain

from backend.api.errors import HeaderTooLarge, InvalidRequest, RequestTimeout, UriTooLong
from backend.api.parsing import MAX_BODY
from backend.live.answers import READ_ONLY, Asgi, Message, Receive, Scope, Send, no_body, send_problem

MAX_HEADER = 64 * 1024  # bytes of all fields; uvicorn knows no bound of its own, gunicorn takes less
MAX_URI = 8 * 1024  # bytes of path and query (RFC 9110, 4.1 asks for 8,000); gunicorn's bound, too
BODY_TIMEOUT = 60.0  # seconds for all of a body: MAX_BODY over a slow telephone


class Intake:
    """An ASGI application in front of another one, for `http`."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answers 400, 408, 414 (RFC 9110, 15.5) or 431 (RFC 6585, 5) itself, and closes the connection."""
        if sum(map(len, chain.from_iterable(scope["headers"]))) > MAX_HEADER:
            return send_problem(send, HeaderTooLarge(), close=True)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_URI:
            return send_problem(send, UriTooLong(), close=True)
        if not scope["query_string"].isascii():  # no URI (RFC 3986, 2), and more than WSGI can carry
            return send_problem(send, InvalidRequest(), close=True)
        if scope["method"] in READ_ONLY:  # where a body means nothing (RFC 9110, 9.3.1), and may never come
            return self.app(scope, no_body, send)
        return self._with_body(scope, receive, send)

    async def _with_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(BODY_TIMEOUT):
                body = await _read(receive)
        except TimeoutError:
            await send_problem(send, RequestTimeout(), close=True)
            return
        if body is not None:
            await self.app(scope, _after(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """A body, not more of it than shows that it is too large. None if the client went away."""
    body = b""
    while len(body) <= MAX_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body[: MAX_BODY + 1]


def _after(body: bytes, receive: Receive) -> Receive:
    """ASGI's `receive` for a body that was read before."""
    given = False

    async def receive_after() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_after
