"""Which core serves and which ones load it. Linux only; elsewhere nothing is pinned, and the report says so."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def allowed() -> list[int]:
    """The cores this process may use; empty where that can not be asked."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


ALL = allowed()
SERVER = set(ALL[:1])
OTHERS = set(ALL[1:])


def is_split() -> bool:
    return bool(OTHERS)


@contextmanager
def on(cores: set[int]) -> Iterator[None]:
    """Inside, this process and what it starts stay on these cores; what it starts stays there for good."""
    if not is_split():
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
