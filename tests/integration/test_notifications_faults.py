"""Real workers, a real beat, a real mail server, and what goes wrong with them."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.models import Participant
from backend.chat.services import read_advance
from backend.live import store
from backend.notifications.models import Burst, Delivery
from tests.integration.smtp import MailServer, mail_server, text_of
from tests.support.owed import leases_end, say, time_passes

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds; a machine may be slow
TWO_SWEEPS = 11  # seconds


class Stack:
    """Celery processes that use the test's database and mail server."""

    def __init__(self, mail: MailServer, var: Path) -> None:
        self._running: list[subprocess.Popen[bytes]] = []
        database = connection.settings_dict
        name, password = quote(database["USER"]), quote(database["PASSWORD"])
        address = f"{name}:{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        self._environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{address}",
            "REDIS_URL": settings.REDIS_URL,
            "EMAIL_URL": mail.url,
            "SECRET_KEY": settings.SECRET_KEY,
            "PUBLIC_URL": settings.PUBLIC_URL,
            "ALLOWED_HOSTS": ",".join(settings.ALLOWED_HOSTS),
            "HARK_EMAIL_DELAY": "1",
            "HARK_AWAY_AFTER": "1",
            "HARK_VAR": str(var),
        }

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "worker.celery", *arguments, "--loglevel", "WARNING"]
        process = subprocess.Popen(command, cwd=ROOT, env=self._environment, start_new_session=True)
        self._running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--hostname", f"{uuid.uuid4()}@test")

    def beat(self) -> subprocess.Popen[bytes]:
        return self.start("beat", "-S", "celery.beat.Scheduler")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL the process with its children: nothing is cleaned up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._running.remove(process)

    def stop(self) -> None:
        for process in list(self._running):
            self.kill(process)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def stack(transactional_db: None, mail: MailServer, tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(mail, tmp_path)
    yield stack
    stack.stop()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)


def all_told(conversation_id: int) -> bool:
    """Whether nothing is owed, open or due any more. Pauses between mails are waited for by moving the past."""
    owed = Participant.objects.filter(conversation_id=conversation_id).exclude(waiting_since=None)
    open_ = Burst.objects.filter(state=Burst.State.OPEN)
    if open_.filter(due_at__gt=timezone.now() + timedelta(seconds=30)).exists():
        time_passes(minutes=10)
    due = Delivery.objects.filter(state=Delivery.State.DUE)
    return not (owed.exists() or open_.exists() or due.exists())


def test_two_workers_and_two_beats_send_one_mail_and_none_about_what_was_read(
    stack: Stack, mail: MailServer, alice: User, bob: User, direct: int
) -> None:
    for number in range(3):
        say(alice, direct, f"Message {number}")
    for start in (stack.worker, stack.worker, stack.beat, stack.beat):
        start()
    wait_for(lambda: mail.mails)
    say(alice, direct, "read at once")
    read_advance(user_id=bob.id, conversation_id=direct, seq=4)
    time.sleep(TWO_SWEEPS)
    assert [message["Subject"] for message in mail.mails] == ["Alice: 3 new messages"]
    wait_for(lambda: all_told(direct))
    assert len(mail.mails) == 1


@pytest.mark.parametrize(("step", "copies"), [("RCPT", 1), ("DATA", 2)])
def test_a_worker_killed_while_it_sends_costs_at_most_the_same_mail_again(
    stack: Stack, mail: MailServer, alice: User, direct: int, step: str, copies: int
) -> None:
    say(alice, direct, "Hello")
    mail.silent_at = step
    stack.beat()
    worker = stack.worker()
    wait_for(mail.reached.is_set)
    stack.kill(worker)
    mail.silent_at = ""
    delivery = Delivery.objects.get()
    assert delivery.lease_until is not None and delivery.state == Delivery.State.DUE
    say(alice, direct, "Still there?")
    leases_end()
    stack.worker()
    wait_for(lambda: all_told(direct))
    first, *others = [message for message in mail.mails if "Hello" in text_of(message)]
    assert len(others) == copies - 1
    assert all(message["Message-ID"] == first["Message-ID"] for message in others)
    assert "Still there?" in text_of(mail.mails[-1]) and "Still there?" not in text_of(first)
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}


def test_a_flushed_broker_loses_nothing_and_doubles_nothing(
    stack: Stack, mail: MailServer, alice: User, direct: int
) -> None:
    stack.worker()
    stack.beat()
    for number in range(20):
        say(alice, direct, f"Message {number}")
        store.client().flushall()
        time.sleep(0.3)
    wait_for(lambda: all_told(direct))
    told = sum(int(message["Subject"].split()[1]) for message in mail.mails)
    assert told == 20
    assert len({message["Message-ID"] for message in mail.mails}) == len(mail.mails)
