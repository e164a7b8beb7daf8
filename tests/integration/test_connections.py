"""What a client may do with a connection when no proxy stands in front: raw sockets on loopback."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from backend.accounts.models import User
from backend.config import connections
from tests.conftest import PASSWORD, Api, token_of
from tests.support.hark import Hark
from tests.support.http import request

pytestmark = pytest.mark.django_db(transaction=True)

STRANGERS = {"FORWARDED_ALLOW_IPS": "192.0.2.1"}  # loopback is no proxy of ours
SPARE = 5  # seconds
HALF = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def sockets() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(hark: Hark, stack: ExitStack) -> socket.socket:
    return stack.enter_context(socket.create_connection(("127.0.0.1", hark.port), timeout=60))


def ended(connection: socket.socket) -> bool:
    """Wait until the server closes it."""
    with suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


def test_half_sent_headers_do_not_stay_however_they_drip(hark: Hark, sockets: ExitStack) -> None:
    hark.start("web", **STRANGERS)
    begun = time.monotonic()
    silent, half, dripping, second = (opened(hark, sockets) for _ in range(4))
    half.sendall(HALF)
    dripping.sendall(HALF)
    second.sendall(HALF + b"\r\n")
    assert second.recv(65536).startswith(b"HTTP/1.1 200")
    second.sendall(HALF)
    with suppress(ConnectionError):
        while time.monotonic() - begun < connections.HEADER_TIMEOUT + SPARE:
            time.sleep(0.5)
            dripping.sendall(b"X: y\r\n")
    assert all(ended(connection) for connection in (silent, half, dripping, second))
    assert time.monotonic() - begun >= connections.HEADER_TIMEOUT - 1
    assert request(hark.port, "GET", "/healthz").status == 200


def test_a_body_that_never_comes_holds_no_place(hark: Hark, alice: User, sockets: ExitStack) -> None:
    hark.start("web", **STRANGERS)
    for path in ("/admin/login/", "/api/v1/me", "/readyz"):
        for method in ("GET", "HEAD"):
            for _ in range(5):
                line = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid=junk\r\n"
                opened(hark, sockets).sendall(line.encode() + b"Content-Length: 1\r\n\r\n")
    login = {"email": alice.email, "password": PASSWORD}
    assert request(hark.port, "POST", "/api/v1/auth/tokens", body=login | {"name": "script"}).status == 201
    assert request(hark.port, "GET", "/readyz").status == 200


def test_a_client_that_reads_nothing_holds_no_place(hark: Hark, alice: User, direct: int, sockets: ExitStack) -> None:
    hark.start("web", **STRANGERS)
    api = Api(alice)
    for _ in range(20):
        api.say(direct, "x" * 10_000)
    token = token_of(alice)
    line = f"GET /api/v1/conversations/{direct}/messages HTTP/1.1"
    asked = f"{line}\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    assert request(hark.port, "GET", "/api/v1/me", token=token).status == 200
    for _ in range(8):
        unread = sockets.enter_context(socket.socket())
        unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        unread.connect(("127.0.0.1", hark.port))
        unread.sendall(asked.encode() * 8)
    for _ in range(3):
        assert request(hark.port, "GET", "/api/v1/me", token=token).status == 200


def test_requests_that_are_sent_far_ahead_end_the_connection(hark: Hark, sockets: ExitStack) -> None:
    hark.start("web", **STRANGERS)
    few, many = opened(hark, sockets), opened(hark, sockets)
    few.sendall((HALF + b"\r\n") * connections.PIPELINE_MAX)
    answered = b""
    while answered.count(b"HTTP/1.1 200") < connections.PIPELINE_MAX:
        answered += few.recv(65536)
    many.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 1000)
    assert ended(many)
    assert request(hark.port, "GET", "/healthz").status == 200


def test_a_header_without_an_end_is_not_read_for_long(hark: Hark, sockets: ExitStack) -> None:
    hark.start("web", **STRANGERS)
    endless = opened(hark, sockets)
    endless.sendall(HALF)
    sent = 0
    with suppress(ConnectionError):
        while sent < 20_000_000:
            sent += endless.send(b"x-field: " + b"x" * 60_000 + b"\r\n")
    assert sent < 20_000_000, "what the system's buffers take, and not more"


def test_an_address_has_so_many_connections_and_a_proxy_any_number(hark: Hark, other: Hark, sockets: ExitStack) -> None:
    hark.start("web", **STRANGERS)
    other.start("web")
    for server, bound in ((hark, connections.PEER_CONNECTIONS), (other, connections.PEER_CONNECTIONS + 30)):
        open_ones = [opened(server, sockets) for _ in range(connections.PEER_CONNECTIONS + 30)]
        answered = 0
        for connection in open_ones:
            with suppress(ConnectionError):
                connection.sendall(HALF + b"\r\n")
                answered += connection.recv(65536).startswith(b"HTTP/1.1 200")
        assert answered == bound
        for connection in open_ones:
            connection.close()
    assert request(hark.port, "GET", "/healthz").status == 200, "places are given back"
