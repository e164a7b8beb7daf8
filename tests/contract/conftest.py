"""The contract holds on two servers: `web` of the Procfile, and a plain WSGI server. Each runs once for all tests."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.contract import clients
from tests.support.database import empty_database
from tests.support.hark import Hark
from tests.support.wire import Wire


@pytest.fixture(scope="session", params=["web", "wsgi"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Hark]:
    """A server of this kind on the test database."""
    hark = Hark(tmp_path_factory.mktemp(request.param))
    try:
        # One person may fill a group of 500 with one token, which has half of the rate.
        hark.start(
            request.param,
            DJANGO_SETTINGS_MODULE="tests.support.settings",
            HARK_LIMIT_RATES="invite=2000/86400,create=400/60",
        )
        yield hark
    finally:
        hark.stop()


@pytest.fixture(autouse=True)
def wire(server: Hark) -> Iterator[Wire]:
    """What Api and Browser talk over."""
    wire = Wire(server.port)
    clients.use(wire)
    yield wire
    clients.use(None)
    wire.close()


@pytest.fixture(autouse=True)
def quiet(server: Hark) -> Iterator[None]:
    """The server has nothing to say: no warning, no traceback."""
    before = len(server.logs)
    yield
    assert server.logs[before:] == ""


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's: rows are committed, so that the server sees them, and deleted after the test."""
    with django_db_blocker.unblock():
        yield
        empty_database()
