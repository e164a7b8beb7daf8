"""What a search may cost, and what it is made from."""

from contextlib import ExitStack

import psycopg
import pytest
from django.db import connection

from backend.accounts.models import User
from backend.chat import bounds, search
from tests.conftest import Api
from tests.problems import assert_problem
from tests.support.history import add_history
from tests.support.waiting import wait_until

INDEX = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'message_words'::regclass"


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, alice: User, direct: int) -> None:
    monkeypatch.setattr(bounds, "SEARCH_TIME", 100)
    api = Api(alice)
    api.say(direct, "hello")
    with psycopg.connect(**connection.get_connection_params() | {"context": None}) as other:
        other.execute("LOCK TABLE chat_message")  # nobody can read it
        assert_problem(api.get("search?q=hello"), 400, "search_too_broad")
    assert len(api.get("search?q=hello").json()["results"]) == 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("15s",), "other statements have the time they had"


def test_words_are_looked_up_in_the_index(alice: User, bob: User, direct: int) -> None:
    add_history(direct, alice, 3_000)
    with connection.cursor() as cursor:
        cursor.execute(INDEX)
        assert cursor.fetchone() == (True,)
        cursor.execute("ANALYZE")
        where = {"user": bob.id, "query": "'1234'", "places": [direct], "before": 10**9, "limit": 51}
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")  # as the statement before it does
        cursor.execute(f"EXPLAIN {search.FIND}", where)
        plan = [line for (line,) in cursor.fetchall()]
    assert any("message_words" in line for line in plan), plan
    assert not any("Seq Scan on chat_message" in line for line in plan), plan


@pytest.mark.django_db(transaction=True)
def test_one_search_of_a_person_runs_at_a_time_in_all_processes(alice: User, bob: User, direct: int) -> None:
    with psycopg.connect(**connection.get_connection_params() | {"context": None}, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [bounds.Kind.MESSAGES + alice.id])  # as another process would
        answer = Api(alice).get("search?q=hello")
        assert_problem(answer, 429, "search_running")
        assert 1 <= int(answer["Retry-After"]) <= 2
        assert Api(bob).get("search?q=hello").status_code == 200
    wait_until(lambda: Api(alice).get("search?q=hello").status_code == 200, "the lock is gone with its connection")


def test_searches_leave_threads_to_everybody_else(alice: User, direct: int) -> None:
    with ExitStack() as stack:
        for _ in range(search.AT_ONCE):
            stack.enter_context(search._place())
        assert_problem(Api(alice).get("search?q=hello"), 503, "overloaded")
    assert Api(alice).get("search?q=hello").status_code == 200


def test_a_search_that_fails_gives_its_place_back(alice: User, direct: int) -> None:
    for _ in range(2 * search.AT_ONCE):
        assert_problem(Api(alice).get(f"search?q=hello&conversation={direct + 10**6}"), 404, "not_found")
