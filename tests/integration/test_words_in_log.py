"""PostgreSQL logs the text of each statement that fails. What people write is not in it."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from psycopg.types.json import Jsonb

from backend.accounts.models import User
from backend.chat import bounds
from backend.database import fetch
from backend.database.binding import is_written_by_people
from backend.notifications.models import Burst
from tests.conftest import PASSWORD, Api
from tests.support.waiting import wait_until

WORD = "Blaubeerkuchen"
EVERYTHING = "SET log_statement = 'all'; SET log_parameter_max_length = 0"
USUAL = "RESET log_statement; RESET log_parameter_max_length; RESET lock_timeout"
Ask = Callable[[Api, int], Any]

# Whatever takes words, with the table whose lock makes the statement fail that carries them.
ASKS: dict[str, tuple[str, Ask]] = {
    "send": (
        "chat_message IN SHARE MODE",
        lambda api, at: api.post(f"conversations/{at}/messages", {"client_id": str(uuid.uuid4()), "text": WORD}),
    ),
    "edit": (
        "chat_message IN SHARE MODE",
        lambda api, at: api.patch(f"conversations/{at}/messages/1", {"text": WORD}),
    ),
    "search": ("chat_message", lambda api, at: api.get(f"search?q={WORD}")),
    "title": (
        "chat_conversation IN SHARE MODE",
        lambda api, at: api.patch(f"conversations/{at}", {"title": WORD}),
    ),
    "group": (
        "chat_conversation IN SHARE MODE",
        lambda api, at: api.post("conversations", {"kind": "group", "title": WORD, "participants": [people()[1]]}),
    ),
    "name": ("accounts_user IN SHARE MODE", lambda api, at: api.patch("me", {"name": WORD})),
    "people": ("accounts_user", lambda api, at: api.get(f"users?q={WORD}")),
    "sign-up": (
        "accounts_signup",
        lambda api, at: Api().post("auth/signup", {"email": "new@example.com", "name": WORD}),
    ),
    "token": (
        "accounts_apitoken",
        lambda api, at: Api().post("auth/tokens", {"email": "alice@example.com", "password": PASSWORD, "name": WORD}),
    ),
}


def people() -> list[int]:
    return list(User.objects.order_by("id").values_list("id", flat=True))


class Log:
    """What PostgreSQL has said since this was made."""

    def __init__(self) -> None:
        self.file = Path(os.environ["HARK_VAR"]) / "postgres.log"
        self.begin = self.file.stat().st_size

    def read(self) -> str:
        """All of it: what a connection does now is in it when this mark is."""
        mark = uuid.uuid4().hex
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE LOG '{mark}'; END $$")
        return wait_until(lambda: self._until(mark), "the log has the mark")

    def _until(self, mark: str) -> str:
        text, found, _ = self.file.read_bytes()[self.begin :].decode(errors="replace").partition(mark)
        return text if found else ""


@pytest.fixture
def log(db: None) -> Iterator[Log]:
    yield Log()
    with connection.cursor() as cursor:
        cursor.execute(USUAL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ASKS)
def test_no_statement_has_words_in_it(what: str, alice: User, group: int, log: Log) -> None:
    api = Api(alice)
    api.say(group, "hello")
    with connection.cursor() as cursor:
        cursor.execute(EVERYTHING)
    assert ASKS[what][1](api, group).status_code in (200, 201, 202)
    said = log.read()
    assert "api_bucket" in said, "every statement is logged"
    assert WORD.lower() not in said.lower()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", sorted(set(ASKS) - {"people", "token"}))
def test_a_statement_that_fails_does_not_tell_what_somebody_wrote(what: str, alice: User, group: int, log: Log) -> None:
    lock, ask = ASKS[what]
    api = Api(alice)
    api.say(group, "hello")
    connection_of_another = connection.get_connection_params() | {"context": None}
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with psycopg.connect(**connection_of_another) as other:
        other.execute(f"LOCK TABLE {lock}")
        assert ask(api, group).status_code == 503
        other.rollback()
    said = log.read()
    assert "canceling statement due to lock timeout" in said
    assert "STATEMENT: " in said and "$1" in said
    assert WORD.lower() not in said.lower()


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_does_not_tell_its_words(
    alice: User, direct: int, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SEARCH_TIME", 50)
    api = Api(alice)
    with psycopg.connect(**connection.get_connection_params() | {"context": None}) as other:
        other.execute("LOCK TABLE chat_message")
        assert ASKS["search"][1](api, direct).status_code == 400
        other.rollback()
    said = log.read()
    assert "canceling statement due to statement timeout" in said and "STATEMENT: " in said
    assert WORD.lower() not in said.lower()


@pytest.mark.parametrize(
    ("value", "is_beside"),
    [
        ("hello", True),
        ("open", False),  # a constant of ours: an index is for it
        ("", False),
        (7, False),
        (None, False),
        (uuid.uuid4(), False),
        (["open", "due"], False),
        (["open", "hello"], True),
        ([1, 2], False),
        (Jsonb({"a": 1}), True),
    ],
)
def test_what_is_bound_and_what_is_written(value: object, is_beside: bool) -> None:
    assert is_written_by_people(value) is is_beside


def test_values_come_back_as_they_went(db: None) -> None:
    values = ["it's", "%s %% %(x)s", "$1 \\ \n", "👍", "open", 7, -(2**40), 1.5, None, True, ["a'", "b"], [1, 2]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::text[], %s", values)
        assert list(cursor.fetchone()) == values
        cursor.execute("SELECT %(a)s, %(b)s, %(a)s, 100 %% 7", {"a": "twice", "b": 2})
        assert cursor.fetchone() == ("twice", 2, "twice", 2)
        cursor.executemany("SELECT %s::text", [["one"], ["two"]])
        cursor.execute("SELECT 1; SELECT 2")
    assert fetch("SELECT %(a)s::text", {"a": "three"}) == [("three",)]


def test_an_index_for_a_constant_is_still_found(alice: User, bob: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Burst.objects.filter(state=Burst.State.OPEN, due_at__lte="2030-01-01T00:00:00Z").explain()
    assert "Index Scan using burst_" in plan, "each of these indexes is for state = 'open'"
    names = User.objects.annotate(both=Concat("name", Value(" of "), "name")).values_list("both", flat=True)
    assert sorted(names) == ["Alice of Alice", "Bob of Bob"]
