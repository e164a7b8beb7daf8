"""A web process that is told to end, with many polls held: all are answered, and none lost its news."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from backend.accounts.models import ApiToken, User
from backend.accounts.services import token_digest
from tests.conftest import Api, token_of
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
    hark.start("web")
    User.objects.filter(id=alice.id).update(is_staff=True)
    staff, sender = token_of(alice), Api(alice)
    first = request(hark.port, "GET", f"/api/v1/sync?conversation={direct}&after=0", token=waiting[0].token)
    target = f"/api/v1/sync?cursor={first.json()['cursor']}&conversation={direct}&after=0"

    def end_it() -> float:
        wait_until(lambda: gauges(hark.port, staff)["hark_gate_held"] > NEARLY_ALL, "all wait", seconds=PATIENCE)
        sender.say(direct, NEWS)
        return hark.terminate("web")

    async def wait_for_news() -> float:
        started = asyncio.Semaphore(AT_ONCE)
        polls = [client.run(hark.port, target, first.headers["ETag"], started) for client in waiting]
        (seconds,), *_ = await asyncio.gather(asyncio.to_thread(together, [end_it]), *polls)
        return seconds

    seconds = asyncio.run(wait_for_news())
    assert seconds < GRACE, "nothing had to be cut off"
    assert [client.token for client in waiting if client.statuses[-1] not in (200, 304)] == []
    told = [client for client in waiting if client.statuses[-1] == 200]
    assert all(NEWS.encode() in client.body for client in told)

    hark.start("web")
    for client in [client for client in waiting if client not in told][:50]:
        assert NEWS in request(hark.port, "GET", target, token=client.token).body.decode()
