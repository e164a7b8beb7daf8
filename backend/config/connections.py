"""Bounds on connections, for servers that strangers reach without a proxy in front: uvicorn has none of these.

A connection is closed that has sent no whole request header for HEADER_TIMEOUT seconds, however slowly bytes drip in,
or that leaves what it was sent unread. Headers are bounded while they are read, and so are the requests that a client
sends ahead of the answers. One address has so many connections; a proxy of ours (FORWARDED_ALLOW_IPS) is many people,
and has no bound.
"""

from asyncio import BaseTransport, TimerHandle, Transport
from collections import Counter
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.api.addresses import address_block
from backend.config.intake import MAX_HEADER
from backend.config.peers import is_trusted

HEADER_TIMEOUT = 15.0  # seconds for the header of a request, from its first byte (or from connecting) to its end
MAX_UNREAD = MAX_HEADER + 16 * 1024  # bytes of an unfinished header with its request line; past it nobody answers
PEER_CONNECTIONS = 256  # of one address: some 40 browsers behind one router, each with up to 6
PIPELINE_MAX = 8  # requests that wait for the answer before them; browsers send none ahead
WRITE_TIMEOUT = 60.0  # seconds for an answer to be taken, and longer for a large one:
SLOWEST = 16 * 1024  # bytes a second: a bad mobile connection

connections: Counter[str] = Counter()  # of this process, by peer


class BoundedProtocol(HttpToolsProtocol):
    """For uvicorn's `--http`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._peer: str | None = None
        self._timer: TimerHandle | None = None
        self._write_timer: TimerHandle | None = None
        self._next: tuple[Any, Any] | None = None  # a request that waits until the client has read the last answer
        self._unread = 0

    def connection_made(self, transport: BaseTransport) -> None:
        """asyncio.Protocol's."""
        super().connection_made(cast(Transport, transport))
        self.transport.set_write_buffer_limits(high=0)  # writing is paused while anything has not been taken
        address = self.client[0] if self.client else ""
        if address and not is_trusted(address):
            self._peer = address_block(address)
            connections[self._peer] += 1
            if connections[self._peer] > PEER_CONNECTIONS:
                self.transport.close()
                return
        self._wait_for_header()

    def data_received(self, data: bytes) -> None:
        """asyncio.Protocol's. A request that is there in whole costs three comparisons here."""
        super().data_received(data)
        cycle = self.cycle
        is_in_header = cycle is None or cycle.scope is not self.scope  # a request has begun that is no cycle yet
        if not is_in_header and not cycle.response_complete:
            if self._timer is not None:
                self._end_wait()
            return
        if is_in_header:
            self._unread += len(data)
        if self._unread > MAX_UNREAD:
            self.transport.close()
        elif self._timer is None:
            self._wait_for_header()

    def on_headers_complete(self) -> None:
        """The parser's. Reading is paused only when all of what came at once is parsed: that may be 3,000 requests."""
        if len(self.pipeline) >= PIPELINE_MAX:
            self.transport.close()
        if not self.transport.is_closing():
            super().on_headers_complete()

    def pause_writing(self) -> None:
        """asyncio.Protocol's. The timer also ends a connection that is closing: closing waits for what was sent."""
        super().pause_writing()
        size = self.transport.get_write_buffer_size()
        self._write_timer = self.loop.call_later(WRITE_TIMEOUT + size / SLOWEST, self.transport.abort)

    def resume_writing(self) -> None:
        """asyncio.Protocol's."""
        super().resume_writing()
        self._end_write_wait()
        if self._next is not None and not self.transport.is_closing():
            waited, self._next = self._next, None
            super()._start_asgi_task(*waited)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio.Protocol's."""
        super().connection_lost(exc)
        self._next = None
        self._end_wait()
        self._end_write_wait()
        if self._peer is not None:
            connections[self._peer] -= 1
            if not connections[self._peer]:
                del connections[self._peer]
            self._peer = None

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """No answer is made, and kept in memory, while the client leaves the one before unread."""
        if self.flow.write_paused:
            self._next = (cycle, app)
        else:
            super()._start_asgi_task(cycle, app)

    def _wait_for_header(self) -> None:
        self._timer = self.loop.call_later(HEADER_TIMEOUT, self.transport.close)

    def _end_wait(self) -> None:
        self._unread = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_write_wait(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
