"""What is taken of a request before Django sees it."""

import asyncio
from typing import Any

import pytest

from backend.api.parsing import MAX_BODY
from backend.config import intake
from backend.config.intake import MAX_HEADER, MAX_URI, Intake
from tests.support.asgi import Heard


def ask(
    *parts: bytes, method: str = "POST", fields: dict[str, str] | None = None, query: str = "", ends: bool = True
) -> tuple[Heard, Any]:
    """The answer, and the body that arrived behind the intake (None: nothing did). The body comes in these parts."""
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if messages and ends:
        messages[-1]["more_body"] = False
    arrived: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        return await asyncio.Event().wait()  # type: ignore[return-value]  # for ever

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if "content-length" in dict(fields or {}) or scope["method"] != "POST":
            message = await receive()
            assert not message["more_body"]
            arrived.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"arrived"})

    async def run() -> Heard:
        heard = Heard()
        headers = [(name.encode(), value.encode()) for name, value in (fields or {}).items()]
        scope = {"type": "http", "method": method, "query_string": query.encode(), "headers": headers}
        await asyncio.wait_for(Intake(app)(scope, receive, heard.take), 10)
        return heard

    heard = asyncio.run(run())
    return heard, arrived[0] if arrived else None


def test_a_body_arrives_whole() -> None:
    assert ask(b"one ", b"two", fields={"content-length": "7"})[1] == b"one two"
    assert ask(method="GET")[0].status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_has_no_body_whatever_it_announces(method: str) -> None:
    heard, arrived = ask(method=method, fields={"content-length": "1"}, ends=False)
    assert (heard.status, arrived) == (200, b"")


def test_of_a_body_that_is_too_large_only_so_much_is_read_as_shows_it() -> None:
    parts = [b"x" * 100_000] * 10
    assert len(ask(*parts, fields={"content-length": "1000000"})[1]) == MAX_BODY + 1


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BODY_TIMEOUT", 0.05)
    heard, arrived = ask(b"{", fields={"content-length": "9"}, ends=False)
    assert (heard.status, arrived, heard.fields["connection"]) == (408, None, "close")
    assert b'"code":"request_timeout"' in heard.body


@pytest.mark.parametrize(
    ("fields", "query", "status", "code"),
    [
        ({"x-large": "x" * MAX_HEADER}, "", 431, b"header_too_large"),
        ({f"x-{number:05d}": "x" * 10 for number in range(5000)}, "", 431, b"header_too_large"),
        ({}, "x" * (MAX_URI + 1), 414, b"uri_too_long"),
        ({}, "cursor=é", 400, b"invalid_request"),
    ],
    ids=["one large field", "many fields", "a long query", "a query that is no URI"],
)
def test_what_is_too_much_or_no_http_is_refused(fields: dict[str, str], query: str, status: int, code: bytes) -> None:
    heard, _ = ask(method="GET", fields=fields, query=query)
    assert (heard.status, heard.fields["content-type"]) == (status, "application/problem+json")
    assert code in heard.body
