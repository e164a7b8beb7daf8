"""What a search may cost, and what it is made from."""

import psycopg
import pytest
from django.db import connection

from backend.accounts.models import User
from backend.chat import search
from tests.conftest import Api
from tests.problems import assert_problem
from tests.support.history import add_history

INDEX = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'message_words'::regclass"


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, alice: User, direct: int) -> None:
    monkeypatch.setattr(search, "SEARCH_TIME", 100)
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
