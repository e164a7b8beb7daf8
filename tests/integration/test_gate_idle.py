"""An idle poll costs nothing: counted where it would be paid."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.live.presence import presence_seen_at
from tests.conftest import PASSWORD, token_of
from tests.support.gauges import gauges
from tests.support.hark import Hark
from tests.support.http import request
from tests.support.poller import Poller
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

POLLS = 40  # fewer than would count as a tight loop
LOOPS = 8  # at once: tighter than any one loop
OF_THE_PROCESS = {"info", "ping", "auth", "hello", "client|setinfo", "select", "subscribe"}
SWEEP = "%live_feed AS feed ON feed.user_id = known.user_id%"

# When each connection of the web process last began a statement; that of the sweep is left out.
STATEMENTS = """
SELECT pid, query_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE %s
"""


@pytest.fixture
def web(hark: Hark, alice: User, bob: User, direct: int) -> Hark:
    hark.start("web")
    return hark


@pytest.fixture
def operator(web: Hark) -> str:
    """A staff member's token."""
    user = user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_staff=True)
    return token_of(user)


def statements() -> dict[int, Any]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS, [SWEEP])
        return dict(cursor.fetchall())


def commands() -> dict[str, int]:
    """How often each Redis command ran, besides those that a process makes for itself."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        stats: Any = client.info("commandstats")
    counts = {name.removeprefix("cmdstat_"): int(stat["calls"]) for name, stat in stats.items()}
    return {name: calls for name, calls in counts.items() if name not in OF_THE_PROCESS}


def test_it_runs_no_statement_no_redis_command_and_not_django(
    web: Hark, operator: str, alice: User, direct: int
) -> None:
    poller = Poller(web.port, token_of(alice), direct)
    poller.settle()
    asked = gauges(web.port, operator)
    before = statements(), commands()

    answers = [poller.poll() for _ in range(POLLS)]

    after = statements(), commands()
    assert {answer.status for answer in answers} == {304}
    assert after == before
    now = gauges(web.port, operator)
    assert now["hark_gate_asked_total"] - asked["hark_gate_asked_total"] == 1, "the question for the metrics itself"
    assert now["hark_gate_unchanged_total"] - asked["hark_gate_unchanged_total"] == POLLS


def test_presence_of_many_polls_is_written_down_at_once(web: Hark, alice: User, direct: int) -> None:
    poller = Poller(web.port, token_of(alice), direct)
    poller.settle()
    before = commands().get("zadd", 0)
    for _ in range(POLLS):
        assert poller.poll(visible=1).status == 304
    wait_until(lambda: presence_seen_at(alice.id, str(direct)), "alice's presence is written down")
    assert presence_seen_at(alice.id, "999") is None
    assert commands()["zadd"] - before < POLLS / 2, "one for each second, not for each poll"


def test_a_held_poll_counts_as_presence_for_as_long_as_it_is_held(hark: Hark, alice: User, direct: int) -> None:
    hark.start("web", HARK_AWAY_AFTER="2")
    poller = Poller(hark.port, token_of(alice), direct)
    poller.settle()
    assert poller.poll(visible=1, wait=8).status == 304
    assert presence_seen_at(alice.id) is not None, "noted again while it was held"
    wait_until(lambda: presence_seen_at(alice.id) is None, "alice counts as away")


def test_a_tight_loop_is_slowed_and_runs_no_statement(web: Hark, alice: User, direct: int) -> None:
    poller = Poller(web.port, token_of(alice), direct)
    poller.settle()
    with ThreadPoolExecutor(LOOPS) as pool:
        assert 429 in {answer.status for answer in pool.map(lambda _: poller.poll(), range(20 * LOOPS * LOOPS))}
        poller.etag = '"always wrong"'
        before = statements()
        answers = list(pool.map(lambda _: poller.poll(), range(10 * LOOPS)))
    slowed = [answer for answer in answers if answer.status == 429]
    assert len(slowed) > LOOPS
    assert {answer.json()["code"] for answer in slowed} == {"too_many_requests"}
    assert all(2 <= int(answer.headers["Retry-After"]) <= 6 for answer in slowed)
    if len(slowed) == len(answers):
        assert statements() == before


def test_the_incremental_list_is_answered_from_memory_too(web: Hark, operator: str, alice: User, direct: int) -> None:
    token = token_of(alice)
    path = f"/api/v1/conversations/{direct}/messages?after=0&limit=10"
    first = request(web.port, "GET", path, token=token)
    assert (first.status, first.json()["messages"]) == (200, [])
    before = gauges(web.port, operator)["hark_gate_asked_total"]
    answers = [request(web.port, "GET", path, token=token, etag=first.headers["ETag"]) for _ in range(5)]
    assert {answer.status for answer in answers} == {304}
    assert gauges(web.port, operator)["hark_gate_asked_total"] == before + 1
    refused = request(web.port, "GET", f"{path}&wait=5", token=token, etag=first.headers["ETag"])
    assert (refused.status, refused.json()["code"]) == (400, "unknown_parameter")
