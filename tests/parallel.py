"""The same thing at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def in_parallel(count: int, action: Callable[[int], T]) -> list[T]:
    """The results of `action(0)` .. `action(count - 1)`, started together, each with a connection of its own."""
    start = threading.Barrier(count)

    def run(number: int) -> T:
        try:
            start.wait(timeout=20)
            return action(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
