"""Pushes that are sent together: some at a time to each push service, within a time that is bounded for all of them.

Threads do the sending. They touch no database: what they need was read before, and what they learn is recorded after.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType

import requests
from pywebpush import WebPusher

from backend.notifications.models import PushSubscription
from backend.notifications.push.hosts import Endpoint
from worker.channels.outcome import TransientFailure
from worker.channels.webpush.answers import KEY_REFUSED, TOO_LARGE
from worker.channels.webpush.headers import push_headers
from worker.channels.webpush.line import Answer, Line
from worker.letter import Letter

AT_ONCE = 4  # pushes to one service
# Seconds. Together they are the most that a batch takes: less than what a task has after its budget (worker/celery.py:
# 45 less 20), and far less than the lease.
BEGIN_WITHIN = 8.0
PUSH_TIME = 8.0
GRACE = 2.0  # for threads that look a name up, which nothing can end
ENCODING = "aes128gcm"  # RFC 8188
NOT_BEGUN = "there was no time for it: the push service is slow"
NO_ANSWER = "no answer came in time"


@dataclass(frozen=True)
class Push:
    """A letter and where it goes. The payloads are made before: they are in the recipient's language."""

    letter: Letter
    subscription: PushSubscription
    endpoint: Endpoint
    payload: bytes
    bare: bytes

    @cached_property
    def headers(self) -> dict[str, str]:
        return push_headers(self.letter, self.endpoint)

    def encrypted(self, payload: bytes) -> bytes:
        """RFC 8291."""
        keys = {"p256dh": self.subscription.p256dh, "auth": self.subscription.auth}
        pusher = WebPusher({"endpoint": self.endpoint.url, "keys": keys})
        return bytes(pusher.encode(payload, ENCODING)["body"])


class Service:
    """A push service during a batch."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._host = endpoint.host
        self._is_local = endpoint.is_local
        self._has_refused_our_key = False
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push")
        self._mine = threading.local()
        self._lines: list[Line] = []

    def submit(self, push: Push, *, begin_until: float) -> Future[Answer]:
        return self._pool.submit(self._send, push, begin_until)

    def _send(self, push: Push, begin_until: float) -> Answer:
        """Raises TransientFailure if no answer came."""
        if self._has_refused_our_key:
            raise TransientFailure(f"{self._host} refuses our key")
        if time.monotonic() > begin_until:
            raise TransientFailure(NOT_BEGUN)
        until = time.monotonic() + PUSH_TIME
        answer = self._post(push, push.payload, until)
        if answer.status == TOO_LARGE:
            answer = self._post(push, push.bare, until)
        if answer.status in KEY_REFUSED:
            self._has_refused_our_key = True
        return answer

    def _post(self, push: Push, payload: bytes, until: float) -> Answer:
        headers = {**push.headers, "Content-Encoding": ENCODING}
        body = push.encrypted(payload)
        try:
            return self._line().push(push.endpoint.url, body, headers, until=until)
        except (requests.RequestException, OSError) as fault:  # its words hold the address, which is a secret
            raise TransientFailure(f"{self._host}: {type(fault).__name__}") from fault

    def _line(self) -> Line:
        """Of this thread."""
        if not hasattr(self._mine, "line"):
            self._mine.line = Line(loopback=self._is_local)
            self._lines.append(self._mine.line)
        line: Line = self._mine.line
        return line

    def close(self) -> None:
        """Begin nothing more, and end what goes on."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for line in list(self._lines):
            line.close()


class Batch:
    """Use it in a `with`: `add` all, then take the outcomes."""

    def __init__(self) -> None:
        self._begin_until = time.monotonic() + BEGIN_WITHIN
        self._services: dict[str, Service] = {}
        self._pushes: dict[Future[Answer], Push] = {}

    def __enter__(self) -> "Batch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for service in self._services.values():
            service.close()

    def add(self, push: Push) -> None:
        """Begin it as soon as its service has a place."""
        origin = push.endpoint.origin
        if origin not in self._services:
            self._services[origin] = Service(push.endpoint)
        self._pushes[self._services[origin].submit(push, begin_until=self._begin_until)] = push

    def outcomes(self) -> Iterator[tuple[Push, Answer | BaseException]]:
        """Each push with the answer to it, or with what was raised, as it becomes known."""
        waiting = dict(self._pushes)
        seconds = self._begin_until + PUSH_TIME + GRACE - time.monotonic()
        with suppress(TimeoutError):
            for future in as_completed(self._pushes, timeout=max(0.0, seconds)):
                yield waiting.pop(future), future.exception() or future.result()
        for push in waiting.values():
            yield push, TransientFailure(NO_ANSWER)
