"""What people write travels beside a statement, never in it: PostgreSQL logs the text of a statement that fails.

Django's cursor writes all values into the statement. That plans well: an index for `state = 'open'` is found only by
a statement in which it says so. So numbers, times and Hark's own constants stay there, and every other text becomes
a parameter, whose value PostgreSQL does not log (`log_parameter_max_length_on_error` is 0).
"""

from typing import Any, cast

from django.apps import apps
from django.db.backends.postgresql.base import Cursor as DjangoCursor
from psycopg import Cursor
from psycopg._queries import PostgresClientQuery
from psycopg.abc import Params
from psycopg.adapt import PyFormat
from psycopg.pq import Format
from psycopg.types.json import _JsonWrapper
from psycopg.types.string import StrDumper

UNKNOWN = 0  # the type of a text, as that of a literal: PostgreSQL finds it out from the place


class WordsBesideQuery(PostgresClientQuery):
    """A statement and its values: `params` are those that are not written into `query`."""

    def dump(self, vars: Params | None) -> None:
        super().dump(None)
        self.types, self.formats = (), None
        if vars is None:
            return
        values = self.validate_and_reorder_params(self._parts, vars, self._order)
        beside = [value for value in values if is_written_by_people(value)]
        numbers = iter(range(1, len(beside) + 1))
        texts = (b"$%d" % next(numbers) if is_written_by_people(value) else self._literal(value) for value in values)
        self.query = self.template % tuple(texts)
        dumpers = [self._tx.get_dumper(value, PyFormat.TEXT) for value in beside]
        self.params = [dumper.dump(value) for dumper, value in zip(dumpers, beside, strict=True)]
        self.types = tuple(UNKNOWN if isinstance(dumper, StrDumper) else dumper.oid for dumper in dumpers)
        self.formats = [Format.TEXT] * len(beside)

    def _literal(self, value: Any) -> bytes:
        return b"NULL" if value is None else bytes(self._tx.as_literal(value))


class WordsBesideCursor(DjangoCursor):
    """Django's cursor but for that."""

    _query_cls = WordsBesideQuery

    def _execute_send(self, query: Any, **options: Any) -> None:
        # Not as the client cursor, which knows of no parameters.
        Cursor._execute_send(cast("Cursor[Any]", self), query, **options)


def is_written_by_people(value: object) -> bool:
    """Whether there may be words in it that nobody but their readers shall see."""
    match value:
        case str():
            return bool(value) and value not in _constants()
        case list() | tuple():
            return any(map(is_written_by_people, value))
    return isinstance(value, _JsonWrapper)


_known: frozenset[str] = frozenset()


def _constants() -> frozenset[str]:
    """The choices of all models."""
    global _known
    if not _known and apps.models_ready:
        fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
        _known = frozenset(str(value) for field in fields for value, _ in field.flatchoices)
    return _known
