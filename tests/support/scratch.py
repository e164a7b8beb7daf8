"""A database of its own, at the migrations of the release before, that watches the locks of those that follow."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from stack.environment import ROOT, manage

from tests.support.database import database_url

TIMEOUT = 300  # seconds for a process that migrates
FORMER = {"accounts": "0003", "api": "0001", "chat": "0004", "live": "0001", "notifications": "0002"}
NEW_APPS = {"privacy"}
MIGRATE_TO_FORMER = f"""
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
former = {FORMER!r}
for app in sorted(MigrationLoader(connection).migrated_apps - {NEW_APPS!r}):
    call_command("migrate", app, *filter(None, [former.get(app)]), verbosity=0)
"""
# How the processes of the release before were connected.
OPTIONS = "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=15s"

# After each statement that changes a table: which tables of before does its transaction keep others from writing?
# Two are a deadlock with whoever takes them in the other order. A read under the lock takes as long as the table is.
# accounts_user may be locked for writes besides, for a foreign key: nobody who writes a user has locked such a table.
# accounts_signup is as small as the sign-ups of two days.
WATCH = """
CREATE SCHEMA watch;
CREATE TABLE watch.tables AS
    SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace;
CREATE FUNCTION watch.locks() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    held text[];
    looked_at text[];
BEGIN
    SELECT array_agg(DISTINCT t.relname::text),
        array_agg(DISTINCT t.relname::text) FILTER (WHERE pg_stat_get_xact_tuples_returned(t.oid) > 0)
    INTO held, looked_at
    FROM pg_locks l JOIN watch.tables t ON t.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND l.granted AND (
        l.mode = 'AccessExclusiveLock' OR (
            l.mode IN ('ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock') AND t.relname <> 'accounts_user'));
    IF cardinality(held) > 1 THEN
        RAISE EXCEPTION 'one transaction locks %', held;
    ELSIF looked_at <> '{accounts_signup}' THEN
        RAISE EXCEPTION 'the rows of % are read under a lock', looked_at;
    END IF;
END $$;
CREATE FUNCTION watch.rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_event_trigger_table_rewrite_oid() IN (SELECT oid FROM watch.tables) THEN
        RAISE EXCEPTION '% is rewritten', pg_event_trigger_table_rewrite_oid()::regclass;
    END IF;
END $$;
CREATE EVENT TRIGGER watch_locks ON ddl_command_end EXECUTE FUNCTION watch.locks();
CREATE EVENT TRIGGER watch_rewrite ON table_rewrite EXECUTE FUNCTION watch.rewrite();
"""


@contextmanager
def scratch_database() -> Iterator[str]:
    """The URL of a new database beside the tests' own, without rows. It is gone afterwards."""
    name = f"scratch_{uuid4().hex[:12]}"
    server = urlsplit(database_url())
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield server._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def connect(url: str) -> psycopg.Connection:
    """As a process of the release before."""
    return psycopg.connect(url, autocommit=True, options=OPTIONS)


def migrate_to_former(url: str) -> None:
    _run(url, sys.executable, "-c", MIGRATE_TO_FORMER)


def migrate_watched(url: str) -> None:
    """To the newest. A long lock, two at once, or a rewritten table is an error."""
    with connect(url) as connection:
        connection.execute(WATCH)
    _run(url, *map(str, manage("migrate", "--noinput")))


def _run(url: str, *command: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    done = subprocess.run(  # noqa: S603  (our own commands)
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
