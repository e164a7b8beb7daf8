"""Waiting for something that happens elsewhere, with an end."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_EVERY = 0.05  # seconds


def wait_until(look: Callable[[], T], what: str, *, seconds: float = 30) -> T:
    """The first true result of `look`. Fails with `what` when it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not (result := look()):
        assert time.monotonic() < deadline, f"Not within {seconds} s: {what}"
        time.sleep(LOOK_EVERY)
    return result
