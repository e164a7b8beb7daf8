"""Keeps the connection to the mail server open between mails: one in each process, for it sends one mail at a time."""

import threading
import time

from worker.channels.email.smtp import Connection, Server

IDLE_MAX = 30.0  # seconds without a mail; servers hang up after five minutes (RFC 5321, 4.5.3.2.7) or much earlier
MAILS_MAX = 100  # mails on one connection: many servers refuse more


class Pool:
    """At most one connection, which one thread at a time uses. It is closed when it was idle for IDLE_MAX."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._timer: threading.Timer | None = None

    def send(self, server: Server, sender: str, recipient: str, content: bytes) -> None:
        """Hand over one mail. Raises SendFailure. A connection found dead beforehand is opened anew, once; from MAIL
        FROM on nothing is repeated."""
        with self._lock:
            connection = self._ready(server)
            try:
                connection.deliver(sender, recipient, content)
            finally:
                if connection.is_broken or connection.mails >= MAILS_MAX:
                    self._drop()
                else:
                    self._watch(IDLE_MAX)

    def close(self) -> None:
        """Say goodbye."""
        with self._lock:
            self._drop()

    def _ready(self, server: Server) -> Connection:
        kept = self._connection
        if kept is not None and kept.server == server and _idle(kept) < IDLE_MAX and kept.is_good():
            return kept
        self._drop()
        self._connection = Connection(server)
        return self._connection

    def _drop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _watch(self, wait: float) -> None:
        if self._timer is None:
            self._timer = threading.Timer(wait, self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        with self._lock:
            self._timer = None
            if self._connection is None:
                return
            left = IDLE_MAX - _idle(self._connection)
            if left > 0:
                self._watch(left)
            else:
                self._drop()


def _idle(connection: Connection) -> float:
    return time.monotonic() - connection.used_at


POOL = Pool()
