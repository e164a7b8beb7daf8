"""The channels: how each of them sends."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backend.notifications.verdicts import Channel
from worker.channels import email
from worker.letter import Letter

Outcomes = Iterator[tuple[Letter, Exception | None]]


@dataclass(frozen=True)
class Sender:
    """`send` tells each letter's outcome as it becomes known; `at_once` are leased together for it."""

    send: Callable[[Sequence[Letter]], Outcomes]
    at_once: int


CHANNELS = {
    Channel.EMAIL: Sender(email.send, at_once=1),
}
