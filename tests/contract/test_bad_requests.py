"""What is no HTTP, or too much of it: refused cleanly, and the others are answered as before."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from backend.accounts.models import User
from tests.contract.clients import Api, ask
from tests.contract.raw import CHUNKED, CLOSE, HOST, JSON, chunks, length, message
from tests.problems import assert_problem
from tests.support.hark import Hark
from tests.support.wire import Wire, answer_of

ME = b"GET /api/v1/me HTTP/1.1"
TOKENS = b"POST /api/v1/auth/tokens HTTP/1.1"
LARGE = b'{"email": "' + b"x" * 300_000 + b'"}'
HUGE = 5_000_000  # bytes
# What a web server turns down by itself, in words of its own.
REFUSED = {
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 40 + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": message(b"GET /api/v1/me HTTP/9.9"),
    "a method in lower case": message(b"get /api/v1/me HTTP/1.1"),
    "a line feed as the end of line": message(ME).replace(b"\r\n", b"\n"),
    "bytes above 0x7f in the path": message(b"GET /api/v1/\xc3\xa9 HTTP/1.1"),
    "bytes above 0x7f in the query": message(b"GET /api/v1/users?q=\xc3\xa9 HTTP/1.1"),
    "bytes in the query that are no UTF-8": message(b"GET /api/v1/users?q=\xff HTTP/1.1"),
    "a path of 100 KB": message(b"GET /api/v1/" + b"x" * 100_000 + b" HTTP/1.1"),
    "a query of 100 KB": message(b"GET /api/v1/users?q=" + b"x" * 100_000 + b" HTTP/1.1"),
    "a field without a colon": message(ME, b"nonsense"),
    "a blank in a field's name": message(ME, b"X y: z"),
    "a folded field": message(ME, b"X-Y: z\r\n more"),
    "NUL in a field": message(ME, b"X-Y: a\0b"),
    "NUL in a cookie": message(ME, b"Cookie: sessionid=a\0b"),
    "two hosts": message(ME, HOST),
    "two types": message(TOKENS, JSON, JSON, length(b"{}"), content=b"{}"),
    "a negative length": message(TOKENS, JSON, b"Content-Length: -1", content=b"{}"),
    "a length that is no number": message(TOKENS, JSON, b"Content-Length: many", content=b"{}"),
    "two lengths": message(TOKENS, JSON, b"Content-Length: 2", b"Content-Length: 3", content=b"{}"),
    "a length, and chunks": message(TOKENS, JSON, b"Content-Length: 2", CHUNKED, content=chunks(b"{}")),
    "another transfer encoding": message(TOKENS, JSON, b"Transfer-Encoding: gzip", content=b"{}"),
    "chunks that are none": message(TOKENS, JSON, CHUNKED, content=b"zz\r\n{}\r\n"),
}
# What reaches Hark, and the code of the answer.
ANSWERED = {
    "a path that is no UTF-8": (message(b"GET /api/v1/%ff HTTP/1.1"), 404, "not_found"),
    "NUL in the path": (message(b"GET /api/v1/%00 HTTP/1.1"), 404, "not_found"),
    "a path with dots": (message(b"GET /api/v1/../v1/me HTTP/1.1"), 404, "not_found"),
    "another host": (b"\r\n".join([ME, b"Host: evil.example", CLOSE, b"", b""]), 400, "invalid_request"),
    "TRACE": (message(b"TRACE /api/v1/me HTTP/1.1"), 401, "not_authenticated"),
    "two tokens": (message(ME, b"Authorization: Bearer a", b"Authorization: Bearer b"), 401, "token_invalid"),
    "a token that is not ASCII": (message(ME, b"Authorization: Bearer \xe9\xff"), 401, "token_invalid"),
    "a session that is not ASCII": (message(ME, b"Cookie: sessionid=\xff\xfe"), 401, "not_authenticated"),
    "a session with NUL": (message(ME, b'Cookie: sessionid="a\\000b"'), 401, "not_authenticated"),
    "chunks that are no JSON": (message(TOKENS, JSON, CHUNKED, content=chunks(b"hel", b"lo")), 400, "invalid_json"),
    "too many chunks": (message(TOKENS, JSON, CHUNKED, content=chunks(*[LARGE[:999]] * 300)), 413, "body_too_large"),
    "a large chunk": (message(TOKENS, JSON, CHUNKED, content=chunks(LARGE)), 413, "body_too_large"),
    "a large body": (message(TOKENS, JSON, length(LARGE), content=LARGE), 413, "body_too_large"),
    "a huge body": (
        message(TOKENS, JSON, b"Content-Length: %d" % HUGE, content=b"x" * HUGE),
        413,
        "body_too_large",
    ),
    "a huge body that nobody asked for": (
        message(b"POST /api/v1/conversations HTTP/1.1", JSON, b"Content-Length: %d" % HUGE, content=b"x" * HUGE),
        401,
        "not_authenticated",
    ),
}
MEGABYTE = {
    "in one field": [b"X-Big: " + b"x" * 1_000_000],
    "in 10,000 fields": [b"X-%d: %s" % (number, b"x" * 100) for number in range(10_000)],
}


@pytest.fixture(autouse=True)
def quiet(server: Hark) -> Iterator[None]:
    """A server may say in a line what it refuses. A traceback would be a fault of ours."""
    before = len(server.logs)
    yield
    assert "Traceback" not in server.logs[before:]


@pytest.mark.parametrize("request_", REFUSED.values(), ids=REFUSED)
def test_it_refuses(request_: bytes, wire: Wire, db: None) -> None:
    assert 400 <= answer_of(wire.exchange(request_)).status_code < 500
    assert ask("GET", "/healthz").status_code == 200


@pytest.mark.parametrize(("request_", "status", "code"), ANSWERED.values(), ids=ANSWERED)
def test_a_problem_says_what_is_wrong_with(request_: bytes, status: int, code: str, wire: Wire, db: None) -> None:
    assert_problem(answer_of(wire.exchange(request_)), status, code)
    assert ask("GET", "/healthz").status_code == 200


@pytest.mark.parametrize("fields", MEGABYTE.values(), ids=MEGABYTE)
def test_a_megabyte_of_header_is_refused(fields: list[bytes], server: Hark, wire: Wire, alice: User) -> None:
    received = wire.exchange(message(ME, *fields))
    assert not received or answer_of(received).status_code in (400, 431)
    assert Api(alice).get("me").status_code == 200


@pytest.mark.parametrize("request_", [message(ME)[:40], message(TOKENS, JSON, b"Content-Length: 9", content=b"{")])
def test_a_request_that_breaks_off_harms_nobody(request_: bytes, wire: Wire, alice: User) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", wire.port)) as connection:
            connection.sendall(request_)
    assert Api(alice).get("me").status_code == 200


@pytest.mark.parametrize("server", ["web"], indirect=True)  # a plain WSGI server needs a proxy that waits for it
def test_bodies_that_do_not_come_hold_up_nobody(server: Hark, db: None) -> None:
    patient = Wire(server.port, timeout=5)
    with ExitStack() as stack:
        stack.callback(patient.close)
        for _ in range(20):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(message(TOKENS, JSON, b"Content-Length: 9"))
        assert patient.request("GET", "/healthz").status_code == 200
