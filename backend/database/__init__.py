"""PostgreSQL as Hark talks to it: Django's ENGINE, and statements that are planned once.

Planning a statement takes longer than running it, so each connection plans those of the hot paths once. Their plan must
be good for all parameters: no `OR` that a parameter switches off, no partial index that only a value can choose.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper


def fetch(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement of a hot path."""
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def run(sql: str, parameters: Mapping[str, Any]) -> None:
    """A statement of a hot path that gives no rows."""
    with _cursor() as cursor:
        cursor.execute(sql, parameters)


def _cursor() -> CursorWrapper:
    from backend.database.base import DatabaseWrapper  # it needs Django's settings

    return cast(DatabaseWrapper, connection).preparing_cursor()
