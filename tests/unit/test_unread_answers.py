"""A client that leaves its answers unread, on a real socket."""

import asyncio
import socket
from math import inf
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from backend.config import connections
from backend.config.connections import BoundedProtocol
from tests.unit.test_gate import in_a_loop

LARGE = b"x" * 8_000_000  # bytes: more than the system's buffers take
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n%s\r\n"


class Site:
    """A server whose only answer is large."""

    def __init__(self) -> None:
        self.asked = 0
        self.state = ServerState()
        config = Config(self._app, interface="asgi3", lifespan="off", log_level="warning")
        config.load()
        self._make = lambda: BoundedProtocol(config, self.state, {})

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        headers = [(b"content-length", b"%d" % len(LARGE))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": LARGE})

    async def connect(self) -> socket.socket:
        """A connection of somebody who asks, and reads only what a test takes."""
        theirs, ours = socket.socketpair()
        await asyncio.get_running_loop().connect_accepted_socket(self._make, ours)
        theirs.setblocking(False)
        return theirs

    async def until(self, count: int) -> None:
        while len(self.state.connections) != count:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("field", [b"", b"Connection: close\r\n"], ids=["kept alive", "being closed"])
@in_a_loop
async def test_its_connection_ends(field: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "WRITE_TIMEOUT", 0.2)
    monkeypatch.setattr(connections, "SLOWEST", inf)
    site = Site()
    with await site.connect() as client:
        client.send(REQUEST % field)
        await site.until(1)
        await site.until(0)
        assert site.asked == 1


@in_a_loop
async def test_no_further_answer_is_made_until_it_is_read() -> None:
    site = Site()
    loop = asyncio.get_running_loop()
    with await site.connect() as client:
        client.send(REQUEST % b"" * 3)
        await site.until(1)
        await asyncio.sleep(0.2)
        assert site.asked == 1
        read = 0
        while read < 3 * len(LARGE):
            read += len(await loop.sock_recv(client, 1 << 20))
        assert site.asked == 3
