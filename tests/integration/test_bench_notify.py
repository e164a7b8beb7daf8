"""The parts `notify` and `tick` of bin/bench: that what they count is what they say, on a small scale."""

import http.client
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psutil
import pytest
from celery import Celery
from stack import guardian
from stack.errors import Refused

from backend.notifications.models import Burst, Delivery, DeliveryItem, LogEntry
from bench import notify, settled, ticking
from bench.harness import burst, lab
from bench.harness.sinks import MailServer, PushService, Sink, listening
from bench.harness.sizes import QUICK
from bench.harness.worker import Worker
from worker.channels import CHANNELS
from worker.dispatch import bursts_decide, deliveries_send

AWAY, MESSAGES = 2, 3


def test_the_mail_server_counts_mails_whatever_is_in_them() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "Dots"
    mail.set_content("DATA\n.\nQUIT\n" + "x" * 100_000)
    with listening(MailServer) as sink, smtplib.SMTP("127.0.0.1", sink.port) as connection:
        connection.send_message(mail)
        connection.noop()
        connection.send_message(mail)
        assert sink.count == 2
        assert sink.last_at > 0


def test_the_push_service_takes_every_post_on_one_connection() -> None:
    with listening(PushService) as sink:
        connection = http.client.HTTPConnection("127.0.0.1", sink.port)
        for body in (b"", b"\r\n\r\n" * 1000):
            connection.request("POST", "/1", body)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (201, b"")
        connection.close()
        assert sink.count == 2


def test_a_push_counts_when_all_of_it_is_there() -> None:
    with listening(PushService) as sink, socket.create_connection(("127.0.0.1", sink.port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhal")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(100)
        connection.sendall(b"lo")
        assert connection.recv(100).startswith(b"HTTP/1.1 201 ")
        assert sink.count == 1


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With a guardian of its own, which is gone afterwards."""
    monkeypatch.setattr(guardian, "_guardian", None)
    yield
    guardian.dismiss()


@pytest.mark.usefixtures("guarded")
def test_a_message_is_one_mail_and_one_push_to_each_by_the_baseline_and_a_burst_is_one_by_hark(tmp_path: Path) -> None:
    """With real workers, web processes and servers; what came too often or not at all would be Refused."""
    sizes = replace(QUICK, rounds=1, away=AWAY, burst=MESSAGES)
    with lab.opened(sizes, tmp_path) as opened:
        rows = notify.measure(opened)
    notes = {row.what: row.note.partition(" in all")[0] for row in rows}
    for channel, sent in notify.WHAT.items():
        assert notes[f"{channel}: {sent}, Hark"] == str(AWAY)
        assert notes[f"{channel}: {sent}, delay()"] == str(AWAY * MESSAGES)
        assert notes[f"{channel}: messages told, Hark"] == str(AWAY * MESSAGES)
    assert all(row.figure and row.figure.low > 0 for row in rows)
    assert [row.ratio is None for row in rows] == [True, False] * 6


@dataclass
class OneMail:
    """A side whose worker is any process, and which sends `mails` where it should send one."""

    worker: Worker
    sink: Sink
    mails: int

    def say(self, group: int) -> None:
        assert psutil.Process(self.worker.process.pid).status() == psutil.STATUS_STOPPED

    def sends(self, messages: int) -> int:
        return 1

    def tick(self) -> None:
        with smtplib.SMTP("127.0.0.1", self.sink.port) as connection:
            for _ in range(self.mails):
                connection.sendmail("a@example.com", "b@example.com", "Hello")

    def is_recorded(self, group: int, messages: int) -> bool:
        return True


@pytest.fixture
def one_mail() -> Iterator[OneMail]:
    process = subprocess.Popen(["sleep", "600"])
    with listening(MailServer) as sink:
        yield OneMail(Worker(process, Celery(set_as_current=False)), sink, mails=1)
    process.kill()
    process.wait()


def test_the_worker_stands_still_while_the_burst_is_sent_and_goes_on_then(one_mail: OneMail) -> None:
    told = burst.burst(one_mail, one_mail.sink, 0, 2)
    assert told.sent == 1
    assert 0 < told.seconds < burst.PATIENCE
    assert psutil.Process(one_mail.worker.process.pid).status() != psutil.STATUS_STOPPED


def test_one_mail_too_many_is_no_figure(one_mail: OneMail) -> None:
    one_mail.mails = 2
    with pytest.raises(Refused, match="2 came where 1 should"):
        burst.burst(one_mail, one_mail.sink, 0, 2)


def test_a_mail_that_does_not_come_is_no_figure(one_mail: OneMail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "PATIENCE", 0.1)
    one_mail.mails = 0
    with pytest.raises(Refused, match="0 of 1 came"):
        burst.burst(one_mail, one_mail.sink, 0, 2)


@pytest.mark.django_db
def test_the_past_is_settled_and_one_message_makes_one_delivery(settings: Any) -> None:
    settings.HARK_PUSH_DELAY = settings.HARK_EMAIL_DELAY = 0
    pairs = settled.make(2 * settled.PEOPLE)
    assert len(pairs) == settled.PEOPLE // 2
    for model in (Burst, Delivery, DeliveryItem, LogEntry):
        assert model.objects.count() == 2 * settled.PEOPLE
    assert not Burst.objects.exclude(state=Burst.State.CLOSED).exists()
    assert set(Delivery.objects.values_list("channel", "state")) == {("email", "sent"), ("push", "sent")}
    assert bursts_decide() == 0
    assert [deliveries_send(channel) for channel in CHANNELS] == [0] * len(CHANNELS)

    took = ticking.measure({"pairs": pairs[:3], "warm": 1, "ticks": 2})
    assert all(took[kind]["clock"] > 0 for kind in ("tick", "decision"))
    made = Delivery.objects.order_by("-id")[: Delivery.objects.count() - 2 * settled.PEOPLE]
    assert {(one.recipient_id, one.state) for one in made} == {(recipient, "sent") for _, recipient, _ in pairs[:3]}


@pytest.mark.django_db
def test_a_tick_with_something_due_is_no_figure(settings: Any) -> None:
    settings.HARK_PUSH_DELAY = settings.HARK_EMAIL_DELAY = 0
    pairs = settled.make(settled.PEOPLE)
    ticking._owe(pairs[:1])
    with pytest.raises(AssertionError, match="were due"):
        ticking.measure({"pairs": pairs[1:3], "warm": 1, "ticks": 2})
