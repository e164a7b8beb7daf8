"""Many rows at once: without triggers, and above a size without indexes, which are made anew afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

WITHOUT_INDEXES_FROM = 300_000  # rows; below it making the indexes anew costs more than it saves

CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('u', 'c') ORDER BY conname
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s
    AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)
"""


@contextmanager
def loading(table: str, rows: int) -> Iterator[Any]:
    """A cursor to insert with. Afterwards the table is vacuumed and analyzed, as it would be in the long run."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
        cursor.execute("SET session_replication_role = replica")  # no look-up of the foreign keys of each row
        if rows < WITHOUT_INDEXES_FROM:
            yield cursor
        else:
            cursor.execute(CONSTRAINTS, [table])
            constraints = cursor.fetchall()
            cursor.execute(INDEXES, [table, table])
            indexes = cursor.fetchall()
            for name, _ in constraints:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for name, _ in indexes:
                cursor.execute(f'DROP INDEX "{name}"')
            yield cursor
            for name, definition in constraints:
                cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
            for _, definition in indexes:
                cursor.execute(definition)
        if not connection.in_atomic_block:
            cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET session_replication_role; RESET statement_timeout; RESET maintenance_work_mem")
