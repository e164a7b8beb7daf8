"""Many clients at once, each with a poll that waits, over raw connections."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

PAUSE = 1.0  # seconds, when told to come later


@dataclass
class Client:
    """Polls again and again, and waits, until it is brought something or the server goes away.

    `unanswered_since` is when it sent a request that was never answered, on the clock of `time.monotonic`.
    """

    token: str
    statuses: list[int] = field(default_factory=list)
    body: bytes = b""
    unanswered_since: float | None = None

    async def run(self, port: int, target: str, etag: str, first: asyncio.Semaphore) -> None:
        """`first`: so many at once make their first poll, which does not wait and enters Django."""
        async with first:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            is_open = await self._poll(reader, writer, target, etag)
        try:
            while is_open and self.statuses[-1] != 200:
                if self.statuses[-1] != 304:
                    await asyncio.sleep(PAUSE)
                is_open = await self._poll(reader, writer, f"{target}&wait=25", etag)
        except (asyncio.IncompleteReadError, ConnectionError) as broken:
            assert not getattr(broken, "partial", b""), "half an answer"
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _poll(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str, etag: str) -> bool:
        """One request and its answer; whether the connection stays open."""
        fields = f"Host: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\nIf-None-Match: {etag}\r\n"
        self.unanswered_since = time.monotonic()
        writer.write(f"GET {target} HTTP/1.1\r\n{fields}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        self.statuses.append(int(head.split()[1]))
        self.body = await reader.readexactly(length_of_body(head))
        self.unanswered_since = None
        return b"connection: close" not in head


def length_of_body(head: bytes) -> int:
    found = [line for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
    return int(found[0].split(b":")[1]) if found else 0
