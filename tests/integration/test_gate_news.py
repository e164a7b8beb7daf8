"""News reaches whoever waits for it, whichever of hints, Redis and PostgreSQL is away for a while."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from stack.environment import manage, process_environment
from stack.postgres import Postgres
from stack.valkey import Valkey

from backend.accounts.models import User
from tests.conftest import PASSWORD, Api, token_of
from tests.support.hark import Hark
from tests.support.http import Answer, request
from tests.support.poller import Poller
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = 25  # seconds
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of this test's own, which it may mistreat. What the test itself sends leaves no hint there."""
    with Valkey(tmp_path) as valkey:
        yield valkey


@contextmanager
def held(poller: Poller) -> Iterator["Future[Answer]"]:
    """Inside, a poll is waiting for news; its answer."""
    poller.settle()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poller.poll, visible=1, wait=WAIT)
        with pytest.raises(TimeoutError):
            answer.result(timeout=1)
        yield answer


def listens(valkey: Valkey) -> bool:
    """Whether a web process listens for hints."""
    with redis.Redis.from_url(valkey.url) as client:
        return bool(dict(client.pubsub_numsub("hark:hints"))[b"hark:hints"])


def test_two_processes_tell_each_other(hark: Hark, other: Hark, alice: User, bob: User, direct: int) -> None:
    hark.start("web")
    other.start("web")
    poller = Poller(other.port, token_of(bob), direct)
    with held(poller) as answer:
        say(hark.port, alice, direct, "from one to the other")
        assert (answer.result().status, poller.texts) == (200, ["from one to the other"])


def say(port: int, sender: User, conversation: int, text: str) -> None:
    """Send through a web process."""
    body = {"client_id": "6e1b5a3e-6f0a-4f4b-8f8e-0f2f6a6f0c11", "text": text}
    path = f"/api/v1/conversations/{conversation}/messages"
    assert request(port, "POST", path, token=token_of(sender), body=body).status == 201


def test_news_whose_hint_was_lost_arrives(hark: Hark, valkey: Valkey, alice: User, bob: User, direct: int) -> None:
    hark.start("web", REDIS_URL=valkey.url)
    wait_until(lambda: listens(valkey), "web listens for hints")
    poller = Poller(hark.port, token_of(bob), direct)
    with held(poller) as answer:
        Api(alice).say(direct, "without a hint")
        assert (answer.result().status, poller.texts) == (200, ["without a hint"])


@pytest.mark.parametrize("through", ["this process", "another"])
def test_without_redis_news_arrives(hark: Hark, alice: User, bob: User, direct: int, through: str) -> None:
    hark.start("web", REDIS_URL=NOBODY)
    poller = Poller(hark.port, token_of(bob), direct)
    with held(poller) as answer:
        if through == "another":
            Api(alice).say(direct, "chat goes on")
        else:
            say(hark.port, alice, direct, "chat goes on")
        assert (answer.result().status, poller.texts) == (200, ["chat goes on"])


@pytest.mark.parametrize("how", ["dies", "says nothing any more"])
def test_redis_may_go_and_come_back_during_a_held_poll(
    hark: Hark, valkey: Valkey, alice: User, bob: User, direct: int, how: str
) -> None:
    hark.start("web", REDIS_URL=valkey.url)
    wait_until(lambda: listens(valkey), "web listens for hints")
    poller = Poller(hark.port, token_of(bob), direct)
    assert valkey.process
    with held(poller) as answer:
        if how == "dies":
            valkey.kill()
        else:
            os.kill(valkey.process.pid, signal.SIGSTOP)
        say(hark.port, alice, direct, "chat goes on")
        assert (answer.result().status, poller.texts) == (200, ["chat goes on"])
    if how == "dies":
        valkey.start()
    else:
        os.kill(valkey.process.pid, signal.SIGCONT)
    wait_until(lambda: listens(valkey), "web listens for hints again")


def test_a_hint_that_makes_no_sense_does_no_harm(
    hark: Hark, valkey: Valkey, alice: User, bob: User, direct: int
) -> None:
    hark.start("web", REDIS_URL=valkey.url)
    wait_until(lambda: listens(valkey), "web listens for hints")
    poller = Poller(hark.port, token_of(bob), direct)
    with held(poller) as answer, redis.Redis.from_url(valkey.url) as client:
        for nonsense in (
            b"\xff",
            b"7",
            b"[]",
            b"{}",
            b'{"feeds": 7, "names": []}',
            b'{"feeds": {"x": 1}, "names": []}',
        ):
            client.publish("hark:hints", nonsense)
        Api(alice).say(direct, "heard all the same")
        assert (answer.result().status, poller.texts) == (200, ["heard all the same"])
    assert listens(valkey)


def test_postgresql_may_be_restarted_during_a_held_poll(tmp_path: Path, hark: Hark) -> None:
    with Postgres(tmp_path, temporary=True) as postgres:
        manage_py(postgres, "migrate")
        hark.start("web", DATABASE_URL=postgres.url)
        alice, bob = (add_user(postgres, name) for name in ("alice", "bob"))
        opened = {"kind": "direct", "participants": [bob["id"]]}
        conversation = request(hark.port, "POST", "/api/v1/conversations", token=alice["token"], body=opened).json()
        poller = Poller(hark.port, bob["token"], conversation["id"])
        with held(poller) as answer:
            postgres.stop()
            time.sleep(3)  # a sweep meets nobody
            assert not answer.done(), "nothing can be new while nothing can be written"
            postgres.start()
            wait_until(lambda: sent(hark.port, alice["token"], conversation["id"]), "a message is taken")
            assert (answer.result().status, poller.texts) == (200, ["after the restart"])


def manage_py(postgres: Postgres, *words: str) -> str:
    environment = process_environment({"DATABASE_URL": postgres.url})
    done = subprocess.run(manage(*words), env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def add_user(postgres: Postgres, name: str) -> dict[str, Any]:
    address = f"{name}@example.com"
    added: dict[str, Any] = json.loads(
        manage_py(postgres, "adduser", address, "--name", name, "--password", PASSWORD, "--token")
    )
    return added


def sent(port: int, token: str, conversation: int) -> bool:
    """Whether the message was taken: the first requests after a restart may be told to come again."""
    body = {"client_id": "0d8c2f5e-2f3b-4f0e-9a55-3a4b8f0b7c22", "text": "after the restart"}
    path = f"/api/v1/conversations/{conversation}/messages"
    answer = request(port, "POST", path, token=token, body=body)
    assert answer.status in (200, 201, 503), answer.body
    return answer.status < 300
