"""Bounds on connections, for servers that strangers reach without a proxy in front: uvicorn has none of these.

A connection that has sent no whole request header for HEADER_TIMEOUT seconds is closed, however slowly bytes drip in.
Headers are bounded while they are read. One address has so many connections; a proxy of ours (FORWARDED_ALLOW_IPS) is
many people, and has no bound.
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

connections: Counter[str] = Counter()  # of this process, by peer


class BoundedProtocol(HttpToolsProtocol):
    """For uvicorn's `--http`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._peer: str | None = None
        self._timer: TimerHandle | None = None
        self._unread = 0

    def connection_made(self, transport: BaseTransport) -> None:
        """asyncio.Protocol's."""
        super().connection_made(cast(Transport, transport))
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

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio.Protocol's."""
        super().connection_lost(exc)
        self._end_wait()
        if self._peer is not None:
            connections[self._peer] -= 1
            if not connections[self._peer]:
                del connections[self._peer]
            self._peer = None

    def _wait_for_header(self) -> None:
        self._timer = self.loop.call_later(HEADER_TIMEOUT, self.transport.close)

    def _end_wait(self) -> None:
        self._unread = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
