"""The test database, as other processes see it."""

from collections.abc import Iterable
from urllib.parse import quote

from django.db import connection, transaction

# What the migrations made, not the tests.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
PURGE = "SET LOCAL hark.audit_purge = 'on'"  # else the audit log refuses


def database_url() -> str:
    """DATABASE_URL for a process that shall use it."""
    settings = connection.settings_dict
    user, password = quote(settings["USER"], safe=""), quote(settings["PASSWORD"], safe="")
    host = f"{settings['HOST']}:{settings['PORT'] or 5432}"
    return f"postgresql://{user}:{password}@{host}/{settings['NAME']}"


def empty_database() -> None:
    """Delete every row that is committed. Ids go on from where they were: no process may know one from before.

    For the few rows of a test this takes 3 ms, TRUNCATE 20 to 70, and Django's flush 100. One transaction, because
    foreign keys are looked at when it ends.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(deletes(connection.introspection.table_names())))


def deletes(tables: Iterable[str]) -> list[str]:
    """The statements that do it; also what Django's own flush runs in tests (tests/conftest.py)."""
    names = (connection.ops.quote_name(table) for table in sorted(set(tables) - KEPT))
    return [PURGE, *(f"DELETE FROM {name}" for name in names)]  # noqa: S608
