"""Django's answer goes over the bridge in whole."""

import asyncio
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from backend.config.bridge import PART, Bridge
from tests.support.asgi import Heard

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/café",
    "query_string": b"a=1",
    "http_version": "1.1",
    "headers": [(b"content-length", b"4"), (b"x-one", b"1")],
    "client": ("192.0.2.7", 4711),
    "server": ("127.0.0.1", 8000),
}
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def ask(app: Wsgi) -> Heard:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"body", "more_body": False}

    async def run() -> Heard:
        heard = Heard()
        await Bridge(app, threads=1)(dict(SCOPE), receive, heard.take)
        return heard

    return asyncio.run(run())


def test_a_request_arrives_and_its_answer_goes_back() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("201 Created", [("X-Two", "ü")])
        return [b"one ", b"two"]

    heard = ask(app)
    assert (heard.status, heard.raw["x-two"], heard.body) == (201, "ü".encode("latin-1"), b"one two")
    wanted = {"REQUEST_METHOD": "POST", "QUERY_STRING": "a=1", "CONTENT_LENGTH": "4", "HTTP_X_ONE": "1"}
    assert wanted.items() <= seen.items()
    assert (seen["PATH_INFO"].encode("latin-1").decode(), seen["body"]) == ("/café", b"body")
    assert (seen["REMOTE_ADDR"], seen["asgi.scope"]["path"]) == ("192.0.2.7", "/café")


def test_what_is_written_the_old_way_comes_first_and_the_last_start_counts() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        write = start_response("500 Internal Server Error", [], (ValueError, ValueError(), None))
        write(b"first ")
        return [b"second"]

    heard = ask(app)
    assert (heard.status, heard.body) == (500, b"first second")


@pytest.mark.parametrize("fails", [False, True])
def test_an_answer_is_closed_whatever_happens(fails: bool) -> None:
    class Answer:
        closed = False

        def __iter__(self) -> Iterator[bytes]:
            yield b"part"
            if fails:
                raise ValueError("in the middle")

        def close(self) -> None:
            self.closed = True

    answer = Answer()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        start_response("200 OK", [])
        return answer

    if fails:
        with pytest.raises(ValueError, match="in the middle"):
            ask(app)
    else:
        assert ask(app).body == b"part"
    assert answer.closed


class Watched(io.BytesIO):
    """A file that says how much of it was read at once."""

    parts: list[int]

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        self.parts.append(len(part))
        return part


def test_a_file_goes_out_in_parts_and_is_closed() -> None:
    content = bytes(range(256)) * 4096
    file = Watched(content)
    file.parts = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(len(content)))])
        answer: Iterable[bytes] = environ["wsgi.file_wrapper"](file, 4096)
        return answer

    heard = ask(app)
    assert heard.body == content
    assert max(file.parts) == PART and len(file.parts) == len(content) // PART + 1
    assert file.closed
