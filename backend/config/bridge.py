"""From ASGI to Django's WSGI application, for requests that are there in whole and answers that fit into memory.

A file is the exception: it goes out in parts, and a slow client that takes it holds no thread of Django's.

Django is called in a bounded pool of threads, which keep their database connections. A thread is woken once a request,
and wakes the event loop once: a bridge that hands over body and answer in parts costs a fifth of a small request more
(docs/decisions/0005-the-web-server.md).
"""

import asyncio
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

from a2wsgi.wsgi import Body, build_environ

from backend.config.wire import Application, Environ
from backend.live.answers import Receive, Scope, Send

Headers = list[tuple[str, str]]
PART = 256 * 1024  # bytes of a file that are in memory


class FileBody:
    """The answer is a file (PEP 3333, `wsgi.file_wrapper`; Django's FileResponse asks for it)."""

    def __init__(self, file: IO[bytes], block_size: int = PART) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(PART), b"")

    def close(self) -> None:
        self.file.close()


class Bridge:
    """An ASGI application (`http` only) around a WSGI application, which at most `threads` threads call at once."""

    def __init__(self, django: Application, *, threads: int) -> None:
        self.django = django
        self._pool = ThreadPoolExecutor(threads, "django")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The body of the request is taken to be in the first message (`intake.py`)."""
        body = io.BytesIO((await receive()).get("body", b""))
        environ = cast(Environ, build_environ(cast(Any, scope), cast(Body, body)))
        environ["wsgi.file_wrapper"] = FileBody
        loop = asyncio.get_running_loop()
        status, headers, content = await loop.run_in_executor(self._pool, self._call, environ)
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": int(status.split(" ", 1)[0]), "headers": fields})
        if isinstance(content, FileBody):
            await _send_file(content, send)
        else:
            await send({"type": "http.response.body", "body": content})

    def _call(self, environ: Environ) -> tuple[str, Headers, bytes | FileBody]:
        started: list[tuple[str, Headers]] = []
        written: list[bytes] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
            started[:] = [(status, headers)]
            return written.append

        answer = self.django(environ, start_response)
        if isinstance(answer, FileBody):
            return *started[0], answer
        try:
            content = b"".join([*written, *answer])
        finally:
            getattr(answer, "close", lambda: None)()
        [(status, headers)] = started
        return status, headers, content


async def _send_file(body: FileBody, send: Send) -> None:
    """The next part is read when the client has taken the one before."""
    try:
        while part := await asyncio.to_thread(body.file.read, PART):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await asyncio.to_thread(body.close)
