"""Promise P8: a thousand messages to fifty people, while workers are killed and the broker is flushed."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.accounts.models import User
from backend.chat.membership import conversation_open
from backend.chat.services import read_advance
from backend.live import store
from backend.notifications.models import Delivery, DeliveryItem
from tests.conftest import person
from tests.integration.smtp import MailServer, mail_server
from tests.support.crew import Crew, all_told
from tests.support.owed import leases_end, say
from tests.support.waiting import wait_until
from worker.channels.email.headers import message_id

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, READERS, MESSAGES = 50, 10, 1000
WORKERS = 4
KILLS = 20  # one a second
PATIENCE = 240  # seconds; a machine may be slow


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def crew(transactional_db: None, mail: MailServer, tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(mail.url, tmp_path)
    yield crew
    crew.stop()


class Storm:
    """Kills one of the workers every second and starts another; flushes Valkey twice meanwhile."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._workers = [crew.worker() for _ in range(WORKERS)]
        self._thread = threading.Thread(target=self._blow)
        self._thread.start()

    def over(self) -> None:
        """Wait for its end, and kill whoever is left."""
        self._thread.join()
        for worker in self._workers:
            self._crew.kill(worker)

    def _blow(self) -> None:
        for number in range(KILLS):
            time.sleep(1)
            self._crew.kill(self._workers.pop(random.randrange(WORKERS)))  # noqa: S311
            self._workers.append(self._crew.worker())
            if number in {KILLS // 3, 2 * KILLS // 3}:
                store.client().flushall()


def told_seqs() -> dict[tuple[int, str], set[int]]:
    """By user id and channel, the seqs that the ledger says were sent."""
    told: dict[tuple[int, str], set[int]] = defaultdict(set)
    for item in DeliveryItem.objects.filter(delivery__state="sent").select_related("delivery"):
        told[item.delivery.recipient_id, item.delivery.channel].update(range(item.first_seq, item.last_seq + 1))
    return told


def test_everybody_is_told_of_everything_and_nobody_of_what_they_have_read(
    crew: Crew, mail: MailServer, alice: User
) -> None:
    people = [person(f"p{number}") for number in range(PEOPLE)]
    ids = [user.id for user in people]
    group = int(conversation_open(user_id=alice.id, kind="group", others=ids, title="Harbour light")[0]["id"])
    for _ in range(2):
        crew.beat()
    storm = Storm(crew)
    for number in range(MESSAGES):
        say(alice, group, f"Message {number}")
    storm.over()

    readers = people[:READERS]  # read while nobody works: then there is no "at the same moment"
    for reader in readers:
        read_advance(user_id=reader.id, conversation_id=group, seq=MESSAGES)
    before = len(mail.mails)
    leases_end()
    for _ in range(2):
        crew.worker()
    wait_until(all_told, "all are told", seconds=PATIENCE)

    told = told_seqs()
    for user in people[READERS:]:
        assert told[user.id, "email"] == set(range(1, MESSAGES + 1))
    addresses = {reader.email for reader in readers}
    assert not addresses.intersection(mail.recipients[before:])

    copies = Counter(message["Message-ID"] for message in mail.mails)
    tries = {message_id(one.key): one.attempt for one in Delivery.objects.filter(state="sent")}
    cancelled = {message_id(one.key) for one in Delivery.objects.exclude(state="sent")}
    assert set(tries) <= set(copies) <= set(tries) | cancelled
    doubles = {name: count for name, count in copies.items() if count > 1}
    print(f"{len(mail.mails)} mails, {sum(doubles.values()) - len(doubles)} of them second copies")
    assert all(count <= tries[name] for name, count in doubles.items())  # a copy for a killed try, never otherwise
    assert sum(doubles.values()) - len(doubles) <= KILLS + WORKERS


def test_a_burst_of_a_thousand_messages_is_one_mail(crew: Crew, mail: MailServer, alice: User, direct: int) -> None:
    for number in range(MESSAGES):
        say(alice, direct, f"Message {number}")
    crew.worker()
    crew.beat()
    wait_until(all_told, "all are told", seconds=PATIENCE)
    assert [message["Subject"] for message in mail.mails] == ["Alice: 1000 new messages"]
