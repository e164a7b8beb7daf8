"""The channels: how each of them sends."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backend.notifications.verdicts import Channel
from worker.channels import email, webpush
from worker.letter import Letter

Outcomes = Iterator[tuple[Letter, Exception | None]]


@dataclass(frozen=True)
class Sender:
    """`send` tells each letter's outcome as it becomes known; `at_once` are leased together for it."""

    send: Callable[[Sequence[Letter]], Outcomes]
    at_once: int


PUSHES_AT_ONCE = 50  # with a quick service a batch of a second or two, with a slow one few are put back

CHANNELS = {
    Channel.PUSH: Sender(webpush.send, at_once=PUSHES_AT_ONCE),
    Channel.EMAIL: Sender(email.send, at_once=1),
}
