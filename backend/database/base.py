"""Django's PostgreSQL backend, cheaper where a request spends its time (docs/decisions/0004-the-cheap-200.md)."""

import select
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, Cursor
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Dumper, Loader, PyFormat
from psycopg.types.numeric import Int8Dumper, IntNumericDumper

from backend.database.binding import WordsBesideCursor

PREPARING = "preparing"  # names the other kind of cursor; not what PostgreSQL calls a named cursor
NEVER = 2**31  # runs before psycopg prepares a statement by itself


class DatabaseWrapper(base.DatabaseWrapper):
    """Can prepare, reads times fast, and asks for a sign of life only if something came unasked."""

    health_check_done: bool

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        return params | {
            "context": _adapters(params["context"]),
            "cursor_factory": WordsBesideCursor,
            "prepare_threshold": NEVER,
        }

    def preparing_cursor(self) -> CursorWrapper:
        """A cursor that has each of its statements prepared, with its parameters beside it."""
        cursor: CursorWrapper = self._cursor(PREPARING)  # type: ignore[attr-defined]  # as chunked_cursor does
        return cursor

    def create_cursor(self, name: str | None = None) -> Any:
        return PreparingCursor(self.connection) if name == PREPARING else super().create_cursor(name)

    def close_if_health_check_failed(self) -> None:
        """Between two requests the server says nothing, unless it ends the connection: only then ask `SELECT 1`.

        A restart, a crash or an ended backend can be read from the socket. A server that vanished without a word
        is found by neither way: both wait for TCP.
        """
        if self.connection is not None and not self.health_check_done and _is_silent(self.connection):
            self.health_check_done = True
        super().close_if_health_check_failed()


class PreparingCursor(Cursor[tuple[Any, ...]]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, **options, prepare=True)


class UtcLoader(Loader):
    """A timestamptz in a session that is in UTC, "2026-11-24 23:01:46.44+00", several times faster than Django's."""

    timezone = UTC  # Django takes its own loader for a connection in another time zone

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())


class BigintDumper(Int8Dumper):
    """By their size, numbers would be of three types, each with a plan. One that is no bigint is equal to none."""

    def get_key(self, obj: int, format: PyFormat) -> Any:
        return super().get_key(obj, format) if _is_bigint(obj) else IntNumericDumper

    def upgrade(self, obj: int, format: PyFormat) -> Dumper:
        return self if _is_bigint(obj) else IntNumericDumper(int)


def _is_bigint(number: int) -> bool:
    return -(2**63) <= number < 2**63


@cache
def _adapters(template: AdaptersMap) -> AdaptersMap:
    adapters = AdaptersMap(template)
    adapters.register_loader("timestamptz", UtcLoader)
    adapters.register_dumper(int, BigintDumper)
    return adapters


def _is_silent(connection: Connection[Any]) -> bool:
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)
