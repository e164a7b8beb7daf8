"""Static files in front of Django, so that they need no thread of it and no place before it.

WhiteNoise finds them and makes the header; Django's SecurityMiddleware adds what it adds to every answer. What is
large, is not there, or is asked for in an unusual way goes on to Django, where WhiteNoise stands, too.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from backend.config.peers import scope_is_secure
from backend.live.answers import READ_ONLY, Asgi, Receive, Scope, Send

LARGE = 256 * 1024  # bytes: so much is read from the system's cache in some 0.1 ms; the page's files are smaller
# What WhiteNoise looks at, by the names that it knows them by. A Range is for Django.
FIELDS = {
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"range": "HTTP_RANGE",
}


class StaticAnswers:
    """An ASGI application (`http` only) in front of `app`."""

    def __init__(self, app: Asgi) -> None:
        self.app = app
        self._files: dict[str, Any] = WhiteNoiseMiddleware(lambda request: HttpResponse()).files
        self._secured = _security_fields()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`."""
        answer = self._answer(scope)
        if answer is None:
            await self.app(scope, receive, send)
            return
        status, fields, body = answer
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        await send({"type": "http.response.start", "status": status, "headers": headers + self._secured})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope) -> tuple[int, Iterable[tuple[str, str]], bytes] | None:
        file = self._files.get(scope["path"])
        if not isinstance(file, StaticFile) or scope["method"] not in READ_ONLY:
            return None
        if settings.SECURE_SSL_REDIRECT and not scope_is_secure(scope):
            return None
        asked = {FIELDS[name]: value.decode("latin-1") for name, value in scope["headers"] if name in FIELDS}
        if "HTTP_RANGE" in asked or _size(file, asked) > LARGE:
            return None
        response = file.get_response(scope["method"], asked)
        if response.file is None:
            return response.status, response.headers, b""
        with response.file as opened:
            return response.status, response.headers, opened.read()


def _size(file: Any, asked: dict[str, str]) -> int:
    """Of what would be answered, in bytes."""
    _, headers = file.get_path_and_headers(asked)
    return int(dict(headers).get("Content-Length", 0))


def _security_fields() -> list[tuple[bytes, bytes]]:
    """What SecurityMiddleware adds to an answer to a request that came as it should."""
    request, response = HttpRequest(), HttpResponse()
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    request._get_scheme = lambda: scheme  # type: ignore[attr-defined]
    before = set(response.headers)
    answered = SecurityMiddleware(lambda request: response).process_response(request, response)
    return [(n.lower().encode(), v.encode()) for n, v in answered.headers.items() if n not in before]
