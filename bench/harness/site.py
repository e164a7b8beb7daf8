"""A chat behind a wire, with one person at its page and another who writes."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse

from stack.errors import Refused

from bench.harness.server import Server
from bench.harness.tab import Tab
from bench.harness.wire import Wire

ANSWER_TIMEOUT = 30  # seconds
REST = 1.2  # seconds; within one second of a poll Hark's page would not ask again on return
REST_TIMEOUT = 60  # seconds
LOOK_EVERY = 50  # milliseconds

Serve = Callable[[], AbstractContextManager[Server]]


@dataclass
class Site:
    """Its web process can be stopped and started, and has another port then; the page does not notice that."""

    serve: Serve
    send: Callable[[str], bytes]  # the other person's request with this text
    wire: Wire
    tab: Tab
    elsewhere: str  # the path of another page
    is_up: Callable[[], bool]  # whether the page waits for news, as it does when nothing happens
    _process: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        self.wire.target = self._process.enter_context(self.serve()).port

    def stop(self) -> None:
        self._process.close()

    def write(self, texts: list[str]) -> None:
        """As the other person, and not over the wire. Raises Refused unless they are taken."""
        for text in texts:
            status, said = _ask(self.wire.target, self.send(text))
            if status != 201:
                raise Refused(f"A message was answered {status}: {said[:200]!r}")

    def rest(self) -> None:
        """Return when its page has been up for a while. Raises Refused if it does not come to that."""
        deadline = time.monotonic() + REST_TIMEOUT
        since = time.monotonic()
        while time.monotonic() - since < REST:
            if time.monotonic() > deadline:
                raise Refused(f"The page at {self.tab.page.url} does not wait for news after {REST_TIMEOUT} s.")
            self.tab.page.wait_for_timeout(LOOK_EVERY)
            if not self.is_up():
                since = time.monotonic()


@contextmanager
def behind_a_wire(serve: Serve) -> Iterator[tuple[Wire, ExitStack]]:
    """Started; the stack holds the process."""
    with ExitStack() as process:
        server = process.enter_context(serve())
        with Wire(server.port) as wire:
            yield wire, process


def _ask(port: int, request: bytes) -> tuple[int, bytes]:
    """Status and body. (No asyncio: it refuses to run beside Playwright's.)"""
    with socket.create_connection(("127.0.0.1", port), ANSWER_TIMEOUT) as connection:
        connection.sendall(request)
        answer = HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read()
