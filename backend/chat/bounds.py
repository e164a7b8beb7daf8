"""Reads that may take long: each person has one at a time, and PostgreSQL gives it up after SEARCH_TIME."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from backend.chat.errors import SearchRunning, SearchTooBroad

SEARCH_TIME = 1_500  # milliseconds: a reader waits no longer, and others need the database too


class Kind(IntEnum):
    """Plus a user id: the advisory lock of their search, apart from whatever else is locked."""

    MESSAGES = 0x5EA_0000_0000_0000
    PEOPLE = 0x5EB_0000_0000_0000


@contextmanager
def search_bounded(*, user_id: int, kind: Kind) -> Iterator[None]:
    """A transaction for the statements of one search. Raises SearchRunning, SearchTooBroad."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(BEGIN, {"lock": kind + user_id, "time": str(SEARCH_TIME)})
                is_alone = cursor.fetchone()[0]
            if not is_alone:
                raise SearchRunning
            yield
    except OperationalError as fault:
        if isinstance(fault.__cause__, QueryCanceled):
            raise SearchTooBroad from fault
        raise


# Both hold until the end of the transaction.
BEGIN = "SELECT pg_try_advisory_xact_lock(%(lock)s), set_config('statement_timeout', %(time)s, true)"
