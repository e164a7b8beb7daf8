"""Threads that use the database."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connection, connections

T = TypeVar("T")


def together(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """Run each task in a thread with a database connection of its own. Returns what they return, in order."""
    with ThreadPoolExecutor(max_workers=200) as pool:
        futures = [pool.submit(_with_own_connection, task) for task in tasks]
        return [future.result() for future in futures]


def beside(pool: ThreadPoolExecutor, task: Callable[..., T], **arguments: Any) -> Future[T]:
    """Run `task` in the pool, with a database connection of its own, while the caller goes on."""
    return pool.submit(_with_own_connection, lambda: task(**arguments))


def _with_own_connection(task: Callable[[], T]) -> T:
    try:
        return task()
    finally:
        connections.close_all()


def somebody_waits_for_me() -> bool:
    """Whether another connection waits for a lock that the caller's transaction holds."""
    with connection.cursor() as cursor:
        # pg_stat_activity would show one and the same moment for the whole transaction.
        cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(pid)) FROM pg_locks WHERE NOT granted")
        return any(is_mine for (is_mine,) in cursor.fetchall())
