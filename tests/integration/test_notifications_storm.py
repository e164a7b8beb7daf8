"""Promises P8 and P9: a thousand messages to fifty people, with workers killed and the broker flushed or gone."""

import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack.valkey import Valkey

from backend.accounts.models import User
from backend.chat.membership import conversation_open
from backend.chat.models import Conversation
from backend.chat.services import read_advance
from backend.live import store
from backend.notifications.models import Delivery, DeliveryItem, PushSubscription
from tests.conftest import person, token_of
from tests.integration.smtp import MailServer, mail_server
from tests.support.crew import Crew, all_told
from tests.support.hark import Hark
from tests.support.http import request
from tests.support.owed import leases_end, say
from tests.support.push_service import PushService, Subscriber, push_service
from tests.support.waiting import wait_until
from worker.channels.email.headers import message_id

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, READERS, MESSAGES = 50, 10, 1000
WORKERS = 4
KILLS = 20  # one a second
A_MINUTE = 60  # seconds
PATIENCE = 240  # seconds; a machine may be slow


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def pushes() -> Iterator[PushService]:
    with push_service() as service:
        yield service


@pytest.fixture
def crew(transactional_db: None, mail: MailServer, pushes: PushService, tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(mail.url, tmp_path, HARK_PUSH_HOSTS=pushes.host)
    yield crew
    crew.stop()


def device_at(service: PushService, user: User) -> Subscriber:
    """A browser of theirs at this push service."""
    browser = service.subscriber()
    keys = browser.body["keys"]
    PushSubscription.objects.create(user=user, endpoint=browser.endpoint, name="Firefox on Linux", **keys)
    return browser


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
    crew: Crew, mail: MailServer, pushes: PushService, alice: User
) -> None:
    people = [person(f"p{number}") for number in range(PEOPLE)]
    browsers = {user.id: device_at(pushes, user) for user in people[::2]}
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
    mails, sent = len(mail.recipients), {user_id: len(browser.pushes) for user_id, browser in browsers.items()}
    leases_end()
    for _ in range(2):
        crew.worker()
    wait_until(all_told, "all are told", seconds=PATIENCE)

    told = told_seqs()
    everything = set(range(1, MESSAGES + 1))
    for user in people[READERS:]:
        assert told[user.id, "email"] == everything
        assert user.id not in browsers or told[user.id, "push"] == everything
    assert not {reader.email for reader in readers}.intersection(mail.recipients[mails:])
    assert all(len(browsers[user.id].pushes) == sent[user.id] for user in readers if user.id in browsers)
    _check_mails(mail)
    _check_pushes(pushes, browsers)


def _check_mails(mail: MailServer) -> None:
    """What came is what the ledger says; a second copy only where a worker was killed after the first was taken."""
    copies = Counter(message["Message-ID"] for message in mail.mails)
    ledger = Delivery.objects.filter(channel="email")
    tries = {message_id(one.key): one.attempt for one in ledger.filter(state="sent")}
    cancelled = {message_id(one.key): one.attempt for one in ledger.exclude(state="sent")}
    assert set(tries) <= set(copies) <= set(tries) | set(cancelled)
    assert all(count <= (tries | cancelled)[name] for name, count in copies.items())
    seconds = copies.total() - len(copies)
    print(
        f"{copies.total()} mails, {seconds} of them second copies; {len(set(copies) & set(cancelled))} never recorded"
    )
    assert seconds <= KILLS + WORKERS


def _check_pushes(service: PushService, browsers: dict[int, Subscriber]) -> None:
    """The same of pushes, which all could be read by their browser, and replace each other there."""
    assert service.faults == []
    for user_id, browser in browsers.items():
        ledger = Delivery.objects.filter(channel="push", recipient_id=user_id)
        sent, tries = ledger.filter(state="sent").count(), sum(ledger.values_list("attempt", flat=True))
        assert sent <= len(browser.pushes) <= tries
        assert len(browser.waiting) == min(1, len(browser.pushes))  # one topic
    print(f"{len(service.pushes)} pushes to {len(browsers)} browsers")


def test_a_burst_of_a_thousand_messages_is_one_push_and_one_mail(
    crew: Crew, mail: MailServer, pushes: PushService, alice: User, bob: User, direct: int
) -> None:
    browser = device_at(pushes, bob)
    for number in range(MESSAGES):
        say(alice, direct, f"Message {number}")
    for start in (crew.beat, crew.beat, crew.worker, crew.worker, crew.worker, crew.worker):
        start()
    wait_until(all_told, "all are told", seconds=PATIENCE)
    assert [message["Subject"] for message in mail.mails] == ["Alice: 1000 new messages"]
    assert (len(browser.pushes), pushes.faults) == (1, [])


def test_without_valkey_for_a_minute_chat_goes_on_and_nothing_is_missing_afterwards(
    hark: Hark, mail: MailServer, pushes: PushService, tmp_path: Path, alice: User, bob: User, direct: int
) -> None:
    browser = device_at(pushes, bob)
    folder = tmp_path / "valkey"
    folder.mkdir()
    settings = {"EMAIL_URL": mail.url, "HARK_PUSH_HOSTS": pushes.host, "HARK_AWAY_AFTER": "1"}
    settings |= {"HARK_PUSH_DELAY": "1", "HARK_EMAIL_DELAY": "1"}
    with Valkey(folder) as valkey:
        hark.start("web", "worker", "beat", REDIS_URL=valkey.url, **settings)
        token = token_of(alice)

        def post(text: str) -> int:
            body = {"client_id": str(uuid.uuid4()), "text": text}
            path = f"/api/v1/conversations/{direct}/messages"
            return request(hark.port, "POST", path, token=token, body=body).status

        assert post("before") == 201
        wait_until(lambda: browser.pushes, "the push", seconds=PATIENCE)
        valkey.kill()
        gone = time.monotonic()
        while time.monotonic() < gone + A_MINUTE:
            assert post("meanwhile") == 201
            time.sleep(1)
        valkey.start()
        assert post("after") == 201
        wait_until(all_told, "all are told", seconds=PATIENCE)
        last = Conversation.objects.get(id=direct).last_seq
        told = told_seqs()
    assert told[bob.id, "email"] == told[bob.id, "push"] == set(range(1, last + 1))
    assert pushes.faults == []
