"""A wire between a browser and a server on this machine: it counts what goes over it, and can be cut."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from enum import Enum
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")


class State(Enum):
    """What becomes of connections."""

    CARRIES = "carries"
    STALLED = "stalled"  # nothing comes through and nobody is told, as on a machine that sleeps
    CUT = "cut"  # there are none


class Wire:
    """A context manager: inside, what connects to `port` is connected to `target`, the port of the server.

    It has a thread of its own, so that it also carries while a browser is waited for.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.bytes = 0  # both ways, so far
        self.state = State.CARRIES
        self.ends: set[asyncio.Transport] = set()  # those of the clients
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Wire":
        self._thread.start()
        self._server = self._do(self._listen)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._end)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def stall(self) -> None:
        """From now on nothing comes through; who is connected does not notice."""
        self._do(lambda: self._set(State.STALLED))

    def cut(self) -> None:
        """All connections end, and no other is made."""
        self._do(lambda: self._set(State.CUT))

    def mend(self) -> None:
        """New connections are carried; those of before have ended."""
        self._do(lambda: self._set(State.CARRIES))

    def _do(self, action: Callable[[], Awaitable[T]]) -> T:
        """In the thread of the wire."""

        async def done() -> T:
            return await action()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: _ClientEnd(self), "127.0.0.1", 0)

    async def _set(self, state: State) -> None:
        self.state = state
        if state is not State.STALLED:
            for end in list(self.ends):
                end.abort()

    async def _end(self) -> None:
        self._server.close()
        await self._set(State.CUT)
        while self.ends:
            await asyncio.sleep(0)


class _End(asyncio.Protocol):
    """One end of a connection that is carried on at the other."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.wire.state is not State.STALLED:
            self.wire.bytes += len(data)
            self.pass_on(data)

    def pass_on(self, data: bytes) -> None:
        if self.other and self.other.transport:
            self.other.transport.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self.other and self.other.transport and self.wire.state is not State.STALLED:
            self.other.transport.close()


class _ClientEnd(_End):
    """What it says before the server is reached is kept until then."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._kept: list[bytes] = []
        self._reaching: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport
        self.wire.ends.add(self.transport)
        if self.wire.state is State.CUT:
            self.transport.abort()
        else:
            self._reaching = asyncio.create_task(self._reach(self.transport))

    async def _reach(self, transport: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, other = await loop.create_connection(lambda: _End(self.wire), "127.0.0.1", self.wire.target)
        except OSError:
            transport.abort()
            return
        other.other, self.other = self, other
        for data in self._kept:
            self.pass_on(data)
        if transport.is_closing() and other.transport:
            other.transport.close()

    def pass_on(self, data: bytes) -> None:
        if self.other:
            super().pass_on(data)
        else:
            self._kept.append(data)

    def connection_lost(self, error: Exception | None) -> None:
        assert self.transport
        self.wire.ends.discard(self.transport)
        if self.other and self.other.transport:
            self.other.transport.close()
