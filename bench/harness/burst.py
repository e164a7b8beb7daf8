"""A burst of messages to a group: from the moment when it is complete until the last member has been told of it."""

import time
from dataclasses import dataclass
from typing import Protocol

from stack.errors import Refused

from bench.harness.sinks import Sink
from bench.harness.worker import Worker

PATIENCE = 180  # seconds until the last one has been told, and until that has been recorded
LOOK_EVERY = 0.01  # seconds
AFTERWARDS = 0.5  # seconds in which one too many would come
TICK = 5.0  # seconds; as Hark's beat does


class Side(Protocol):
    """A chat with its worker. Groups are numbered."""

    @property
    def worker(self) -> Worker:
        """The one that is measured."""

    def say(self, group: int) -> None:
        """One message to the group, over HTTP."""

    def sends(self, messages: int) -> int:
        """How many mails, or pushes, so many messages have to become."""

    def tick(self) -> None:
        """What a scheduler does every TICK."""

    def is_recorded(self, group: int, messages: int) -> bool:
        """Whether it has written down that everybody was told of so many messages."""


@dataclass(frozen=True)
class Told:
    """`sent` mails or pushes in so many seconds by the clock, for so much processor time of the worker, in seconds.

    `post` is how long the `POST` of one message took, in seconds.
    """

    sent: int
    seconds: float
    cpu: float
    post: float


def burst(side: Side, sink: Sink, group: int, messages: int) -> Told:
    """Send the burst while the worker stands still, then let it work. Raises Refused if not all comes, or too much."""
    expected = side.sends(messages)
    with side.worker.stopped():
        begun = time.monotonic()
        for _ in range(messages):
            side.say(group)
        post = (time.monotonic() - begun) / messages
        sink.count = 0
        cpu = side.worker.cpu_seconds()
    begun = time.monotonic()
    _work(side, sink, begun, expected, group, messages)
    time.sleep(AFTERWARDS)
    if sink.count != expected:
        raise Refused(f"{sink.count:,} came where {expected:,} should.")
    return Told(expected, sink.last_at - begun, side.worker.cpu_seconds() - cpu, post)


def _work(side: Side, sink: Sink, begun: float, expected: int, group: int, messages: int) -> None:
    ticks = 0
    while sink.count < expected or not side.is_recorded(group, messages):
        now = time.monotonic() - begun
        if now > PATIENCE:
            raise Refused(f"{sink.count:,} of {expected:,} came in {PATIENCE} s, or it was not recorded.")
        if now >= ticks * TICK:
            ticks += 1
            side.tick()
        time.sleep(LOOK_EVERY)
