"""What WSGI servers leave to the application and Django does not do; the same under each of them."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from backend.api.parsing import MAX_BODY
from backend.config.peers import is_trusted, peer

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
WITHOUT_LENGTH = ("204", "304")  # of a 204 there is none; that of a 304 would be the full answer's (RFC 9110, 8.6)


def on_the_wire(django: Application) -> Application:
    """Give Django the body and the peer it would not find, and take from its answers what must not be sent."""

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        _measure_chunked_body(environ)
        _ask_proxies(environ)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if status.startswith(WITHOUT_LENGTH):
                headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
            return start_response(status, headers, *rest)

        answer = django(environ, start)
        return _nothing_of(answer) if environ["REQUEST_METHOD"] == "HEAD" else answer

    return application


def _ask_proxies(environ: Environ) -> None:
    """Who asks, and by which scheme, as trusted proxies tell it."""
    connected = environ.get("REMOTE_ADDR", "")
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "")
    if scheme in ("http", "https") and is_trusted(connected):
        environ["wsgi.url_scheme"] = scheme
    environ["REMOTE_ADDR"] = peer(connected, environ.get("HTTP_X_FORWARDED_FOR", ""))


def _nothing_of(answer: Iterable[bytes]) -> Iterable[bytes]:
    """An answer to HEAD has the header of the one to GET, and no content (RFC 9110, 9.3.2)."""
    getattr(answer, "close", lambda: None)()
    return []


def _measure_chunked_body(environ: Environ) -> None:
    """Django takes a body without Content-Length for none. Not more is read of it than is ever parsed."""
    if environ.get("HTTP_TRANSFER_ENCODING") and not environ.get("CONTENT_LENGTH"):
        body = _read(environ["wsgi.input"], MAX_BODY + 1)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))


def _read(stream: Any, size: int) -> bytes:
    """`size` bytes, fewer only at the end; a stream may give them in parts."""
    body = b""
    while len(body) < size and (part := stream.read(size - len(body))):
        body += part
    return body
