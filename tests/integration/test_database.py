"""How Hark talks to PostgreSQL: connections that end, statements that are planned once, times."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.accounts.selectors import session_by_key, token_by_digest
from backend.chat import selectors
from backend.chat.membership import conversation_open
from backend.chat.services import message_send
from backend.chat.sync import Position, sync_answer, sync_state
from backend.database import fetch
from tests.support.history import add_history

HISTORY = 3_000  # messages: enough that no good plan reads them all
PID = "SELECT pg_backend_pid()"


@pytest.fixture
def other() -> Iterator[psycopg.Connection[Any]]:
    """A connection beside the tested one."""
    with psycopg.connect(**connection.get_connection_params() | {"context": None}, autocommit=True) as other:
        yield other


def pid() -> int:
    return int(fetch(PID, {})[0][0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_replaced_before_the_next_request(other: Any) -> None:
    ended = pid()
    other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
    close_old_connections()  # as Django does when a request begins
    assert pid() != ended


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_ends_within_a_request_costs_that_request_alone(other: Any) -> None:
    ended = pid()
    other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
    with pytest.raises(OperationalError):
        pid()
    close_old_connections()
    assert pid() != ended


@pytest.mark.django_db(transaction=True)
def test_a_silent_connection_is_used_without_asking_whether_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = pid()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("it was asked"))
    close_old_connections()
    assert pid() == mine


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.django_db
def test_times_come_back_as_they_went_and_in_utc(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, NULL::timestamptz", [moment])
        assert cursor.fetchone() == (moment, None)
    assert fetch("SELECT %(moment)s::timestamptz", {"moment": moment})[0][0].tzinfo is UTC


@pytest.mark.django_db
def test_the_statements_of_the_hot_paths_are_planned_once_and_walk_their_index(alice: User, bob: User) -> None:
    opened = int(conversation_open(user_id=alice.id, kind="direct", others=[bob.id], title="")[0]["id"])
    add_history(opened, alice, HISTORY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DEALLOCATE ALL")
    for back in range(3):
        take_all_hot_paths(alice, opened, back)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement, generic_plans, custom_plans FROM pg_prepared_statements")
        prepared = cursor.fetchall()
        for part in HOT:
            plans = [(generic, custom) for _, sql, generic, custom in prepared if part in sql]
            assert plans, f"never prepared: {part}"
            assert all(generic >= 3 and custom == 0 for generic, custom in plans), part
        for part in INDEXED:
            [name] = [name for name, sql, *_ in prepared if f"AND {part}" in sql]
            cursor.execute(f"EXPLAIN EXECUTE {name} (NULL, NULL, NULL, NULL)")
            plan = [line for (line,) in cursor.fetchall()]
            assert any("Index Cond" in line and part in line for line in plan), plan
            assert not any("Seq Scan on chat_message" in line for line in plan), plan


# What would take longer in a longer history if it were not looked up by index.
INDEXED = ["seq < $", "seq >= $", "rev > $"]
HOT = [
    *INDEXED,
    "FROM accounts_session",
    "FROM accounts_apitoken",
    "p.feed_rev > $",
    "p.activity < $",
    "INSERT INTO chat_message",
    "INSERT INTO live_feed",
    "UPDATE chat_participant",
    "UPDATE chat_conversation",
]


def take_all_hot_paths(user: User, conversation_id: int, back: int) -> None:
    session_by_key("nobody's")
    token_by_digest("nobody's")
    message_send(sender_id=user.id, conversation_id=conversation_id, client_id=uuid.uuid4(), text="hello")
    for before in (None, HISTORY - back):
        selectors.messages_before(user_id=user.id, conversation_id=conversation_id, before=before, limit=100)
    selectors.messages_from(user_id=user.id, conversation_id=conversation_id, first=HISTORY - back, limit=100)
    for cursor in (None, 0):
        position = Position(cursor, conversation_id, HISTORY - back)
        sync_answer(sync_state(user_id=user.id, position=position), position)
