"""A mail server and a push service that take everything at once and look at nothing: they only count."""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MAIL_REPLIES = {b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}
OK = b"250 OK\r\n"
END_OF_LINE, END_OF_TEXT = b"\r\n", b"\r\n.\r\n"  # RFC 5321, 2.3.8 and 4.1.1.4
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
BACKLOG = 1_000  # connections that wait to be taken
TAKEN = b"HTTP/1.1 201 Created\r\nLocation: /taken\r\nContent-Length: 0\r\n\r\n"  # RFC 8030, 5


@dataclass
class Sink:
    """`count` mails or pushes were taken, the last of them at `last_at` (time.monotonic)."""

    port: int = 0
    count: int = 0
    last_at: float = 0
    connections: set[asyncio.Transport] = field(default_factory=set)

    def take(self) -> None:
        self.count += 1
        self.last_at = time.monotonic()


class Taker(asyncio.Protocol):
    """A connection of a sink."""

    greeting = b""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sink.connections.add(transport)
        transport.write(self.greeting)

    def connection_lost(self, exc: Exception | None) -> None:
        self._sink.connections.discard(self._transport)


class MailServer(Taker):
    """As much of RFC 5321 as smtplib speaks."""

    greeting = b"220 sink\r\n"
    _in_text = False

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (end := END_OF_TEXT if self._in_text else END_OF_LINE) in self._rest:
            before, _, self._rest = self._rest.partition(end)
            self._transport.write(self._reply(before))

    def _reply(self, before: bytes) -> bytes:
        if self._in_text:
            self._in_text = False
            self._sink.take()
            return OK
        command = before[:4].upper()
        self._in_text = command == b"DATA"
        return MAIL_REPLIES.get(command, OK)


class PushService(Taker):
    """201 to every POST of RFC 8030, on connections that stay open."""

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while END_OF_HEAD in self._rest:
            head, _, body = self._rest.partition(END_OF_HEAD)
            found = LENGTH.search(head)
            length = int(found[1]) if found else 0
            if len(body) < length:
                return
            self._rest = body[length:]
            self._sink.take()
            self._transport.write(TAKEN)


@contextmanager
def listening(speak: Callable[[Sink], Taker]) -> Iterator[Sink]:
    """Inside, a sink answers at its port of 127.0.0.1, from a thread of this process."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    sink = Sink()
    starting = loop.create_server(lambda: speak(sink), "127.0.0.1", 0, backlog=BACKLOG)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, sink), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server, sink: Sink) -> None:
    server.close()
    for transport in list(sink.connections):
        transport.abort()
    while sink.connections:  # each is told in a step of the loop of its own
        await asyncio.sleep(0)
