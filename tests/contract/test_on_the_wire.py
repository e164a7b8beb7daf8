"""HTTP that is unusual and right (RFC 9110, 9112)."""

import uuid

import pytest

from backend.accounts.models import User
from backend.accounts.services import token_create
from backend.chat.models import Message
from tests.contract.clients import Api, ask
from tests.contract.raw import CHUNKED, JSON, chunks, length, message
from tests.support.wire import Wire, answer_of

HEALTHZ = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def bearer(alice: User) -> bytes:
    """The field that says this is alice."""
    return f"Authorization: Bearer {token_create(user=alice, name='raw')[1]}".encode()


def hello() -> bytes:
    return b'{"client_id": "%s", "text": "hello"}' % str(uuid.uuid4()).encode()


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/me", "/api/v1/sync", "/api/v1/nothing", "/api/docs"])
def test_head_has_the_header_of_get_and_no_content(path: str, wire: Wire, bearer: bytes) -> None:
    get, head = (
        wire.exchange(message(b"%s %s HTTP/1.1" % (method, path.encode()), bearer)) for method in (b"GET", b"HEAD")
    )
    assert head.endswith(b"\r\n\r\n") and head.count(b"\r\n\r\n") == 1
    full, bare = answer_of(get), answer_of(head, "HEAD")
    assert (bare.status_code, bare["Content-Type"]) == (full.status_code, full["Content-Type"])
    assert bare["Content-Length"] == full["Content-Length"] == str(len(full.content))


def test_answers_without_content_have_no_length(wire: Wire, bearer: bytes, alice: User, direct: int) -> None:
    first = Api(alice).get("sync")
    poll = b"GET /api/v1/sync?cursor=%d HTTP/1.1" % first.json()["cursor"]
    idle = message(poll, bearer, b"If-None-Match: " + first["ETag"].encode())
    typing = message(b"PUT /api/v1/conversations/%d/typing HTTP/1.1" % direct, bearer)
    for request, status in [(idle, 304), (typing, 204)]:
        received = wire.exchange(request)
        answer = answer_of(received)
        assert answer.status_code == status
        assert received.endswith(b"\r\n\r\n")
        assert "Content-Length" not in answer and "Transfer-Encoding" not in answer


def test_a_body_may_come_in_chunks(wire: Wire, bearer: bytes, direct: int) -> None:
    body = hello()
    line = b"POST /api/v1/conversations/%d/messages HTTP/1.1" % direct
    for status in (201, 200):
        received = wire.exchange(message(line, bearer, JSON, CHUNKED, content=chunks(body[:7], body[7:8], body[8:])))
        assert answer_of(received).status_code == status
    assert Message.objects.get().text == "hello"


def test_it_tells_who_asks_first_to_go_on(wire: Wire, bearer: bytes, direct: int) -> None:
    body = hello()
    line = b"POST /api/v1/conversations/%d/messages HTTP/1.1" % direct
    received = wire.exchange(message(line, bearer, JSON, length(body), b"Expect: 100-continue", content=body))
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert answer_of(received).status_code == 201


def test_the_target_may_be_a_whole_url(wire: Wire, bearer: bytes, bob: User) -> None:
    received = wire.exchange(message(b"GET http://127.0.0.1/api/v1/users?q=bob HTTP/1.1", bearer))
    assert answer_of(received).json() == {"users": [{"id": bob.id, "name": "Bob"}]}


@pytest.mark.parametrize("query", [b"%ff", b"%zz", b"%C3%28"])
def test_a_query_that_is_no_utf8_finds_nobody(query: bytes, wire: Wire, bearer: bytes) -> None:
    received = wire.exchange(message(b"GET /api/v1/users?q=%s HTTP/1.1" % query, bearer))
    assert answer_of(received).json() == {"users": []}


def test_the_body_of_a_get_is_not_looked_at(wire: Wire, bearer: bytes, alice: User) -> None:
    received = wire.exchange(message(b"GET /api/v1/me HTTP/1.1", bearer, length(HEALTHZ), content=HEALTHZ))
    assert received.count(b"HTTP/1.1") == 1
    assert answer_of(received).json()["id"] == alice.id


def test_a_field_may_come_in_two_lines(wire: Wire, bearer: bytes, alice: User) -> None:
    first = Api(alice).get("sync")
    poll = b"GET /api/v1/sync?cursor=%d HTTP/1.1" % first.json()["cursor"]
    tags = (b'If-None-Match: "other"', b"If-None-Match: " + first["ETag"].encode())
    assert answer_of(wire.exchange(message(poll, bearer, *tags))).status_code == 304


def test_a_refused_body_is_not_taken_for_the_next_request(wire: Wire, bearer: bytes, direct: int) -> None:
    line = b"POST /api/v1/conversations/%d/messages HTTP/1.1" % direct
    body = HEALTHZ * 8_000
    first = b"\r\n".join([line, b"Host: 127.0.0.1", bearer, JSON, length(body), b"", body])
    received = wire.exchange(first + message(b"GET /healthz HTTP/1.1"))
    assert received.startswith(b"HTTP/1.1 413 ")
    assert received.count(b"\r\n\r\nok\n") <= 1


def test_requests_may_come_before_the_answers(wire: Wire, db: None) -> None:
    assert wire.exchange(HEALTHZ * 3 + message(b"GET /healthz HTTP/1.1")).count(b"\r\n\r\nok\n") == 4


def test_http_1_0_is_understood(wire: Wire, bearer: bytes, alice: User) -> None:
    assert answer_of(wire.exchange(message(b"GET /api/v1/me HTTP/1.0", bearer))).json()["id"] == alice.id


def test_options_lists_the_methods(wire: Wire, alice: User) -> None:
    answer = Api(alice).request("OPTIONS", "me")
    assert answer.status_code == 200
    assert {name.strip() for name in answer["Allow"].split(",")} == {"GET", "PATCH", "HEAD", "OPTIONS"}


def test_a_connection_stays_open_for_the_next_request(wire: Wire, db: None) -> None:
    answers = [ask("GET", "/healthz") for _ in range(3)]
    assert [answer.content for answer in answers] == [b"ok\n"] * 3
    assert all(answer.headers.get("Connection", "keep-alive").lower() == "keep-alive" for answer in answers)
