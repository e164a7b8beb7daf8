"""Real workers, a real beat, a real mail server, and what goes wrong with them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.accounts.models import User
from backend.chat.services import read_advance
from backend.live import store
from backend.notifications.models import Delivery
from tests.integration.smtp import MailServer, mail_server, text_of
from tests.support.crew import Crew, all_told
from tests.support.owed import leases_end, say
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds; a machine may be slow
TWO_SWEEPS = 11  # seconds


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def crew(transactional_db: None, mail: MailServer, tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(mail.url, tmp_path)
    yield crew
    crew.stop()


def test_two_workers_and_two_beats_send_one_mail_and_none_about_what_was_read(
    crew: Crew, mail: MailServer, alice: User, bob: User, direct: int
) -> None:
    for number in range(3):
        say(alice, direct, f"Message {number}")
    for start in (crew.worker, crew.worker, crew.beat, crew.beat):
        start()
    wait_until(lambda: mail.mails, "the mail", seconds=PATIENCE)
    say(alice, direct, "read at once")
    read_advance(user_id=bob.id, conversation_id=direct, seq=4)
    time.sleep(TWO_SWEEPS)
    assert [message["Subject"] for message in mail.mails] == ["Alice: 3 new messages"]
    wait_until(all_told, "all are told", seconds=PATIENCE)
    assert len(mail.mails) == 1


@pytest.mark.parametrize(("step", "copies"), [("RCPT", 1), ("DATA", 2)])
def test_a_worker_killed_while_it_sends_costs_at_most_the_same_mail_again(
    crew: Crew, mail: MailServer, alice: User, direct: int, step: str, copies: int
) -> None:
    say(alice, direct, "Hello")
    mail.silent_at = step
    crew.beat()
    worker = crew.worker()
    wait_until(mail.reached.is_set, "the send", seconds=PATIENCE)
    crew.kill(worker)
    mail.silent_at = ""
    delivery = Delivery.objects.get()
    assert delivery.lease_until is not None and delivery.state == Delivery.State.DUE
    say(alice, direct, "Still there?")
    leases_end()
    crew.worker()
    wait_until(all_told, "all are told", seconds=PATIENCE)
    first, *others = [message for message in mail.mails if "Hello" in text_of(message)]
    assert len(others) == copies - 1
    assert all(message["Message-ID"] == first["Message-ID"] for message in others)
    assert "Still there?" in text_of(mail.mails[-1]) and "Still there?" not in text_of(first)
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}


def test_a_flushed_broker_loses_nothing_and_doubles_nothing(
    crew: Crew, mail: MailServer, alice: User, direct: int
) -> None:
    crew.worker()
    crew.beat()
    for number in range(20):
        say(alice, direct, f"Message {number}")
        store.client().flushall()
        time.sleep(0.3)
    wait_until(all_told, "all are told", seconds=PATIENCE)
    told = sum(int(message["Subject"].split()[1]) for message in mail.mails)
    assert told == 20
    assert len({message["Message-ID"] for message in mail.mails}) == len(mail.mails)
