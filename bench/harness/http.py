"""HTTP/1.1 on one connection, for what wrk cannot do: keep many polls waiting and look at answers."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANSWER_TIMEOUT = 60  # seconds; a held poll takes 25


@dataclass(frozen=True)
class Answer:
    """`size` is that of header and body in bytes; field names are in lower case."""

    status: int
    fields: dict[str, str]
    body: bytes
    size: int

    def json(self) -> Any:
        return json.loads(self.body)


def raw(method: str, path: str, fields: Mapping[str, str] | None = None, body: bytes | None = None) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in (fields or {}).items())]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


class Connection:
    """Open it with `connect`; one request at a time."""

    def __init__(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._port = port
        self._reader = reader
        self._writer = writer

    async def ask_again(self, request: bytes) -> Answer:
        """As `ask`, for what may be repeated: a server may end a connection that rests (RFC 9110, 9.2.2)."""
        try:
            return await self.ask(request)
        except (EOFError, ConnectionError):
            await self.close()
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            return await self.ask(request)

    async def ask(self, request: bytes) -> Answer:
        """Send and wait for the answer. Raises OSError, EOFError or TimeoutError."""
        self._writer.write(request)
        async with asyncio.timeout(ANSWER_TIMEOUT):
            head = await self._reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")[:-2]
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            status = int(first.split()[1])
            if fields.get("transfer-encoding") == "chunked":
                body = await self._chunks()
            else:
                length = 0 if status in (204, 304) else int(fields.get("content-length", 0))
                body = await self._reader.readexactly(length) if length else b""
        return Answer(status, fields, body, len(head) + len(body))

    async def _chunks(self) -> bytes:
        """RFC 9112, 7.1, without trailers."""
        chunks: list[bytes] = []
        while not chunks or chunks[-1]:
            length = int(await self._reader.readuntil(b"\r\n"), 16)
            chunks.append((await self._reader.readexactly(length + 2))[:-2])
        return b"".join(chunks)

    async def close(self) -> None:
        self._writer.close()


async def connect(port: int) -> Connection:
    return Connection(port, *await asyncio.open_connection("127.0.0.1", port))
