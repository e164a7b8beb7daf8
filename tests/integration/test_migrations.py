"""The data of the release before goes on, and its processes too, while the database becomes that of this one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser
from psycopg.sql import SQL, Identifier

from backend.accounts.models import Signup, User
from backend.accounts.names import skeleton
from backend.accounts.services import signup_token, token_digest
from backend.accounts.sessions import FORMER_BACKEND, SessionStore
from tests.conftest import PASSWORD
from tests.support import former
from tests.support.hark import Hark
from tests.support.http import request
from tests.support.scratch import connect, migrate_to_former, migrate_watched, scratch_database

NEW_COLUMNS = {
    "accounts_user": {"credential_epoch": 0, "findable": False, "self_registered": False},
    "accounts_apitoken": {"credential_epoch": 0, "last_used_at": None},
    "accounts_session": {"device": ""},
    "chat_conversation": {"retained_seq": 0, "retention_days": None, "titled_by": None},
    "chat_participant": {"consent_needed": False, "requested_by_id": None, "left_titled_by": None},
}
# Columns that traffic moves, and the password of a sign-up, which is chosen at its link now.
MOVED = {"rev", "last_seq", "updated_at", "feed_rev", "unread", "waiting_since", "read_seq", "read_at"}
LOST = {"accounts_signup": {"password"}}
ALL = SQL("SELECT to_jsonb(t) FROM {} t ORDER BY 1")
REFUSED = {
    "ALTER TABLE chat_conversation ADD a int; ALTER TABLE chat_participant ADD a int": "one transaction locks",
    "ALTER TABLE chat_participant ADD a int; CREATE TABLE a (b bigint REFERENCES chat_conversation)": "locks",
    "ALTER TABLE chat_message ADD CONSTRAINT a CHECK (seq > 0)": "read under a lock",
    "CREATE INDEX a ON chat_message (text)": "read under a lock",
    "ALTER TABLE chat_message ALTER seq TYPE int": "is rewritten",
    "ALTER TABLE accounts_user ADD a uuid DEFAULT gen_random_uuid()": "is rewritten",
}
KEPT_APART = {"django_migrations", "django_content_type", "auth_permission"}  # Django's own, which grow

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Past:
    """What the release before left: ids of its people and conversations."""

    alice: int
    bob: int
    direct: int
    group: int
    signup: int


Kind = Callable[[psycopg.Connection, Past], Callable[[], None]]


def fill(connection: psycopg.Connection) -> Past:
    """Rows of every kind, as the release before wrote them."""
    password = make_password(PASSWORD)
    alice = former.user_insert(connection, "Alice", password, staff=True)
    bob = former.user_insert(connection, "Bob", password)
    carol = former.user_insert(connection, "Carol", password, active=False)
    direct = former.conversation_insert(connection, "direct", f"{alice}:{bob}", [alice, bob])
    group = former.conversation_insert(connection, "group", None, [alice, bob, carol])
    for text in ("Ahoy", "Deleted soon"):
        former.send(connection, group, alice, [alice, bob, carol], text)
    connection.execute(former.DELETE, [group])
    connection.execute(former.TOKEN, [bob, token_digest(former.SECRET), former.LATER])
    connection.execute(former.SESSION_ROW, [former.SESSION, session_data(bob, password), former.LATER, bob])
    former.notified(connection, bob, group)
    signup = former.one(connection, former.SIGNUP, ["erin@example.com", former.ASKED_AT])
    return Past(alice, bob, direct, group, signup)


def session_data(user_id: int, password: str) -> str:
    """Signed in by Django's own backend, with Django's own proof of the password."""
    proof = AbstractBaseUser.get_session_auth_hash(User(id=user_id, password=password))
    return SessionStore().encode(
        {"_auth_user_id": str(user_id), "_auth_user_backend": FORMER_BACKEND, "_auth_user_hash": proof}
    )


def rows(connection: psycopg.Connection) -> Rows:
    """All there are, but for what traffic moves."""
    names = connection.execute("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'").fetchall()
    found: Rows = {}
    for (name,) in names:
        if name not in KEPT_APART and not name.startswith(("live_", "api_")):
            every = connection.execute(ALL.format(Identifier(name))).fetchall()
            hidden = MOVED if name in ("chat_conversation", "chat_participant") else LOST.get(name, set())
            found[name] = [{key: value for key, value in row.items() if key not in hidden} for (row,) in every]
    return found


def assert_kept(before: Rows, after: Rows) -> None:
    """Every row of before is there, and what it has besides is what a row of before shall have."""
    for table, past in before.items():
        for row in past:
            matches = [now for now in after[table] if row.items() <= now.items()]
            assert len(matches) == 1, (table, row)
            assert NEW_COLUMNS.get(table, {}).items() <= matches[0].items()


def send(connection: psycopg.Connection, past: Past) -> Callable[[], None]:
    return partial(former.send, connection, past.group, past.bob, [past.alice, past.bob], "Under way")


def read(connection: psycopg.Connection, past: Past) -> Callable[[], None]:
    def once() -> None:
        assert former.one(connection, former.WHO_BY_TOKEN, [token_digest(former.SECRET)])
        assert former.one(connection, former.WHO_BY_SESSION, [former.SESSION])
        assert former.one(connection, former.PAGE, [past.group, past.bob]) >= 2
        connection.execute(former.READ, {"conversation": past.group, "user": past.bob})

    return once


def sign_up(connection: psycopg.Connection, past: Past) -> Callable[[], None]:
    number = count()

    def once() -> None:
        former.signup_confirm(connection, f"frank{next(number)}@example.com")

    return once


@contextmanager
def traffic(url: str, past: Past) -> Iterator[None]:
    """Old processes at work all the while, at least once before and once after what is done inside. No error passes."""
    kinds = (send, read, sign_up)
    end, errors = threading.Event(), list[Exception]()
    begun = [threading.Event() for _ in kinds]

    def work(kind: Kind, has_begun: threading.Event) -> None:
        try:
            with connect(url) as connection:
                once = kind(connection, past)
                while not end.is_set():
                    once()
                    has_begun.set()
                    end.wait(0.01)  # the migrations get their share of the machine
                once()
        except (psycopg.Error, AssertionError) as error:
            errors.append(error)
        finally:
            has_begun.set()

    threads = [threading.Thread(target=work, args=pair) for pair in zip(kinds, begun, strict=True)]
    for thread in threads:
        thread.start()
    try:
        for started in begun:
            started.wait()
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join()
    assert not errors, errors


@pytest.fixture(scope="module")
def migrated() -> Iterator[tuple[str, Past]]:
    """The URL of a database that came from the release before, under its traffic."""
    with scratch_database() as url:
        migrate_to_former(url)
        with connect(url) as connection:
            past = fill(connection)
            before = rows(connection)
            with traffic(url, past):
                migrate_watched(url)
            assert_kept(before, rows(connection))
        yield url, past


@pytest.fixture(scope="module")
def web(migrated: tuple[str, Past], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hark]:
    hark = Hark(tmp_path_factory.mktemp("migrated"))
    try:
        hark.start("wsgi", DATABASE_URL=migrated[0])
        yield hark
    finally:
        hark.stop()


def test_rows_stay_and_the_code_of_before_goes_on(migrated: tuple[str, Past]) -> None:
    with connect(migrated[0]) as connection:
        texts = connection.execute("SELECT text, deleted_at IS NULL FROM chat_message ORDER BY seq LIMIT 2").fetchall()
        under_way = former.one(connection, "SELECT count(*) FROM chat_message WHERE text = %s", ["Under way"])
        last_seq = former.one(connection, "SELECT last_seq FROM chat_conversation WHERE id = %s", [migrated[1].group])
    assert texts == [("Ahoy", True), ("", False)]
    assert last_seq == 2 + under_way >= 4


@pytest.mark.parametrize("statements", REFUSED)
def test_the_watch_refuses_what_would_stop_others(migrated: tuple[str, Past], statements: str) -> None:
    with connect(migrated[0]) as connection, pytest.raises(psycopg.errors.RaiseException, match=REFUSED[statements]):
        connection.execute(statements.encode())


def test_names_have_what_they_look_like(migrated: tuple[str, Past]) -> None:
    with connect(migrated[0]) as connection:
        people = connection.execute("SELECT name, name_skeleton FROM accounts_user WHERE name <> 'Frank'").fetchall()
    assert sorted(people) == [(name, skeleton(name)) for name in ("Alice", "Bob", "Carol")]


def test_staff_of_before_stay_superusers_and_the_roles_are_there(migrated: tuple[str, Past]) -> None:
    with connect(migrated[0]) as connection:
        staff = connection.execute("SELECT id FROM accounts_user WHERE is_staff AND is_superuser").fetchall()
        roles = connection.execute("SELECT name FROM auth_group ORDER BY name").fetchall()
    assert staff == [(migrated[1].alice,)]
    assert roles == [("Auditors",), ("Moderators",), ("People managers",)]


def test_a_token_of_before_opens(web: Hark, migrated: tuple[str, Past]) -> None:
    answer = request(web.port, "GET", "/api/v1/me", token=former.SECRET)
    assert (answer.status, answer.json()["id"]) == (200, migrated[1].bob)


def test_a_session_of_before_goes_on(web: Hark, migrated: tuple[str, Past]) -> None:
    answer = request(web.port, "GET", "/api/v1/me", Cookie=f"sessionid={former.SESSION}")
    assert (answer.status, answer.json()["id"]) == (200, migrated[1].bob)


def test_the_password_of_before_signs_in(web: Hark) -> None:
    body = {"email": "alice@example.com", "password": PASSWORD, "name": "after"}
    assert request(web.port, "POST", "/api/v1/auth/tokens", body=body).status == 201


def test_the_link_of_a_sign_up_of_before_leads_to_the_page_that_asks_for_a_password(
    web: Hark, migrated: tuple[str, Past]
) -> None:
    token = signup_token(Signup(id=migrated[1].signup, created_at=former.ASKED_AT))
    answer = request(web.port, "GET", f"/signup/confirm/{token}")
    assert answer.status == 200
    assert b'name="password"' in answer.body


def test_what_was_said_before_is_read_after(web: Hark, migrated: tuple[str, Past]) -> None:
    answer = request(web.port, "GET", f"/api/v1/conversations/{migrated[1].group}/messages", token=former.SECRET)
    assert answer.status == 200
    assert "Under way" in {message["text"] for message in answer.json()["messages"]}
