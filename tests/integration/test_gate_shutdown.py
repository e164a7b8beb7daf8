"""A web process that is told to end, with many polls held: all are answered, and none lost its news."""

import asyncio
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from backend.accounts.models import ApiToken, User
from backend.accounts.services import token_digest
from tests.conftest import Api, make_staff, token_of
from tests.support.gauges import gauges
from tests.support.hark import Hark
from tests.support.http import request
from tests.support.threads import together
from tests.support.waiting import wait_until
from tests.support.waiting_polls import Client

pytestmark = pytest.mark.django_db(transaction=True)

HELD = 2000
NEARLY_ALL = HELD * 0.95  # some are always between two polls
AT_ONCE = 20  # connections being opened: each first poll enters Django
AT_REST = 1.0  # seconds in which those that are held are surely held
GRACE = 5  # seconds that uvicorn gives to requests under way before it cuts them off
PATIENCE = 240  # seconds until all are there
NEWS = "at the last moment"


@pytest.fixture
def waiting(alice: User, bob: User, direct: int) -> list[Client]:
    """So many devices of bob's."""
    tokens = [f"hark_{number:043d}" for number in range(HELD)]
    expires_at = timezone.now() + timedelta(days=1)
    ApiToken.objects.bulk_create(
        ApiToken(user=bob, name="device", digest=token_digest(token), expires_at=expires_at) for token in tokens
    )
    return [Client(token) for token in tokens]


def test_2000_held_polls_are_answered_and_none_lost_its_news(
    hark: Hark, waiting: list[Client], alice: User, direct: int
) -> None:
    hark.start("web", HARK_LIMITS="off")  # all of them are one person's
    make_staff(alice)
    staff, sender = token_of(alice), Api(alice)
    first = request(hark.port, "GET", f"/api/v1/sync?conversation={direct}&after=0", token=waiting[0].token)
    target = f"/api/v1/sync?cursor={first.json()['cursor']}&conversation={direct}&after=0"

    def end_it() -> tuple[float, float]:
        wait_until(lambda: all(client.statuses for client in waiting), "all are there", seconds=PATIENCE)
        wait_until(lambda: gauges(hark.port, staff)["hark_gate_held"] > NEARLY_ALL, "all wait", seconds=PATIENCE)
        time.sleep(AT_REST)
        sender.say(direct, NEWS)
        return time.monotonic(), hark.terminate("web")

    async def wait_for_news() -> tuple[float, float]:
        started = asyncio.Semaphore(AT_ONCE)
        polls = [client.run(hark.port, target, first.headers["ETag"], started) for client in waiting]
        [ended], *_ = await asyncio.gather(asyncio.to_thread(together, [end_it]), *polls)
        return ended

    told_to_end, seconds = asyncio.run(wait_for_news())
    assert seconds < GRACE, "nothing had to be cut off"
    # A request may cross with the end of its connection; one that was there before is answered.
    unanswered = [client.unanswered_since for client in waiting if client.unanswered_since is not None]
    assert [since for since in unanswered if since < told_to_end - AT_REST] == []
    # One that comes again to this process, before it has let go of the connection, may be turned away.
    assert {client.statuses[-1] for client in waiting} <= {200, 304, 503}
    told = [client for client in waiting if client.statuses[-1] == 200]
    assert all(NEWS.encode() in client.body for client in told)

    hark.start("web")
    for client in [client for client in waiting if client not in told][:50]:
        assert NEWS in request(hark.port, "GET", target, token=client.token).body.decode()
