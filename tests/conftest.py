"""The cast: alice and bob talk, carol joins them in groups, dave is a stranger who must see nothing."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from backend.accounts.models import User
from backend.accounts.services import token_create, user_create
from backend.chat.membership import conversation_open
from backend.live import store
from tests.support.database import deletes
from tests.support.hark import Hark
from tests.support.mail import Inbox, smtp_server
from tests.support.static_files import scan_once

scan_once()

PASSWORD = "correct horse battery"


def token_of(user: User) -> str:
    """A new bearer token of theirs."""
    return token_create(user=user, name="test")[1]


class Api:
    """JSON in, JSON out, as one user with a bearer token, or as nobody."""

    def __init__(self, user: User | None = None) -> None:
        self.user = user
        self._client = Client()
        self._headers = {"Authorization": f"Bearer {token_of(user)}"} if user else {}

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response; its `.json()` works for problem+json too."""
        content = {"data": body, "content_type": "application/json"} if body is not None else {}
        request = getattr(self._client, method.lower())
        return request(f"/api/v1/{path}", headers={**self._headers, **headers}, **content)

    def get(self, path: str, **headers: str) -> Any:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self.request("POST", path, body)

    def put(self, path: str, body: Any = None) -> Any:
        return self.request("PUT", path, body)

    def patch(self, path: str, body: Any = None) -> Any:
        return self.request("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self.request("DELETE", path)

    def say(self, conversation_id: int, text: str, **fields: Any) -> dict[str, Any]:
        """Send a message; M."""
        body = {"client_id": str(uuid.uuid4()), "text": text, **fields}
        response = self.post(f"conversations/{conversation_id}/messages", body)
        assert response.status_code == 201, response.content
        answer: dict[str, Any] = response.json()
        return answer


def person(key: str) -> User:
    return user_create(email=f"{key}@example.com", name=key.title(), password=PASSWORD)


def switch_off(user: User) -> None:
    """What the admin does with the account of somebody who may not sign in any more."""
    user.is_active = False
    user.save()


def make_staff(user: User, *, superuser: bool = False) -> None:
    """From now on they may use the admin, or everything in it."""
    user.is_staff, user.is_superuser = True, superuser
    user.save()


@pytest.fixture
def alice(db: None) -> User:
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


@pytest.fixture
def carol(db: None) -> User:
    return person("carol")


@pytest.fixture
def dave(db: None) -> User:
    return person("dave")


@pytest.fixture
def direct(alice: User, bob: User) -> int:
    """The id of alice's conversation with bob."""
    return int(conversation_open(user_id=alice.id, kind="direct", others=[bob.id], title="")[0]["id"])


@pytest.fixture
def group(alice: User, bob: User, carol: User) -> int:
    """The id of a group that alice owns."""
    others = [bob.id, carol.id]
    return int(conversation_open(user_id=alice.id, kind="group", others=others, title="Harbour light")[0]["id"])


@pytest.fixture(autouse=True)
def empty_store() -> Iterator[None]:
    """Nobody is looking, nobody is typing."""
    store.attempt(lambda client: client.flushdb(), None)
    yield


@pytest.fixture(autouse=True, scope="session")
def flush_deletes() -> None:
    """What a test has committed is deleted and not truncated: the audit log refuses TRUNCATE, roles stay."""
    DatabaseOperations.sql_flush = lambda self, style, tables, **_: deletes(tables)  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """One round instead of a million: the hash stays one that every process can check."""
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)


@pytest.fixture
def hark(transactional_db: None, tmp_path: Path) -> Iterator[Hark]:
    """Hark's processes on the test database, none started yet."""
    hark = Hark(tmp_path)
    yield hark
    hark.stop()


@pytest.fixture
def other(transactional_db: None, tmp_path: Path) -> Iterator[Hark]:
    """As `hark`: a second host on the same database."""
    folder = tmp_path / "other"
    folder.mkdir()
    other = Hark(folder)
    yield other
    other.stop()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """What an SMTP server was given."""
    with smtp_server() as inbox:
        yield inbox
