"""What a client hears while PostgreSQL does not answer."""

import pytest
from django.db import OperationalError

from backend.accounts.models import User
from backend.chat import selectors
from tests.conftest import Api


def test_it_says_that_the_database_is_away_and_when_to_come_back(
    alice: User, direct: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(alice)

    def fail(**kwargs: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(selectors, "conversation_json", fail)
    answer = api.get(f"conversations/{direct}")
    assert answer.status_code == 503
    assert answer.json()["code"] == "service_unavailable"
    assert 2 <= int(answer["Retry-After"]) <= 6
