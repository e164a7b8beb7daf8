"""HTTP/1.1 to a running server: what a test sends is what the server gets."""

import http.client
import io
import json
import select
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.cookies import SimpleCookie
from typing import Any

TIMEOUT = 20  # seconds


class Answer:
    """What came back, with the names that Django's test client gives it."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status_code = response.status
        self.headers = response.headers
        self.content = response.read()

    def json(self) -> Any:
        return json.loads(self.content)

    def __getitem__(self, name: str) -> str:
        values = self.headers.get_all(name)
        if values is None:
            raise KeyError(name)
        return ", ".join(values)

    def __contains__(self, name: str) -> bool:
        return name in self.headers

    @property
    def cookies(self) -> SimpleCookie:
        """The cookies it sets."""
        found = SimpleCookie()
        for line in self.headers.get_all("Set-Cookie", []):
            found.load(line)
        return found


def answer_of(received: bytes, method: str = "GET") -> Answer:
    """The final answer in what came back; an interim one before it (100 Continue) is passed over."""
    response = http.client.HTTPResponse(_Received(received), method=method)  # type: ignore[arg-type]
    response.begin()
    return Answer(response)


class _Received(bytes):
    """A socket as far as HTTPResponse needs one."""

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self)


class Wire:
    """Connections to the server at this port: one for each thread, kept alive until `close`."""

    def __init__(self, port: int, timeout: float = TIMEOUT) -> None:
        self.port, self.timeout = port, timeout
        self._mine = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def request(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer. Raises OSError or http.client.HTTPException when none comes."""
        connection = self._connection()
        try:
            connection.request(method, target, body, dict(headers or {}))
            return Answer(connection.getresponse())
        except (OSError, http.client.HTTPException):
            connection.close()  # the next request begins with a new one
            raise

    def exchange(self, data: bytes) -> bytes:
        """All that comes back for exactly these bytes, on a connection of its own, until the server closes it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout) as connection:
            received = b""
            with suppress(ConnectionError):  # a server need not read what it refuses
                connection.sendall(data)
            with suppress(ConnectionError):
                while part := connection.recv(65536):
                    received += part
            return received

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self._all.append(self._mine.connection)
        connection: http.client.HTTPConnection = self._mine.connection
        if connection.sock and select.select([connection.sock], [], [], 0)[0]:
            connection.close()  # nothing is due, so the server has ended it; the next request begins with a new one
        return connection
