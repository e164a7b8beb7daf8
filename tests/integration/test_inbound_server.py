"""The process `inbound` of the Procfile, as mail servers meet it: by SMTP and LMTP, slow, hostile, killed."""

import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection
from stack.ports import free_port

from backend.accounts.models import User
from backend.chat.models import Message
from backend.notifications.models import Suppression
from tests.support.hark import Hark
from tests.support.replies import DOMAIN, TEXT, bounce_mail, bounce_to, reply_mail, reply_to
from tests.support.stalling_redis import redis_until
from tests.support.waiting import wait_until
from worker.inbound.protocol import SESSIONS_MAX
from worker.inbound.receiver import RECIPIENTS_MAX, SIZE_MAX

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds until an answer
SECONDS_TO_END = 30  # the 5 for mails in hand, on a busy machine


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = DOMAIN


@pytest.fixture
def port() -> int:
    return free_port()


def start(hark: Hark, port: int, **settings: str) -> None:
    hark.start("inbound", HARK_INBOUND_DOMAIN=DOMAIN, HARK_INBOUND_LISTEN=f"127.0.0.1:{port}", **settings)
    wait_until(lambda: greets(port), "it listens")


def greets(port: int) -> bool:
    with suppress(OSError), smtp(port):
        return True
    return False


@contextmanager
def smtp(port: int) -> Iterator[smtplib.SMTP]:
    """A session; how it ends is the test's affair."""
    client = smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE)
    try:
        yield client
    finally:
        client.close()


def hand_over(port: int, mail: bytes, recipient: str, sender: str = "bob@example.com") -> str:
    """The answer to the last command: `550 5.1.1 ...`. Lines end as RFC 5321 (2.3.8) wants it."""
    mail = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    with smtp(port) as client:
        client.ehlo("mail.example.com")
        client.mail(sender)
        refusal = client.rcpt(recipient)
        return said(client.data(mail) if refusal[0] == 250 else refusal)


def said(answer: tuple[int, bytes]) -> str:
    return f"{answer[0]} {answer[1].decode()}"


def texts() -> list[str]:
    return list(Message.objects.order_by("seq").values_list("text", flat=True))


def test_replies_and_bounces_come_by_smtp(hark: Hark, port: int, alice: User, bob: User, direct: int) -> None:
    start(hark, port)
    mail = reply_mail(bob, f"{TEXT}\n.\n..dots\n").as_bytes()
    assert hand_over(port, mail, reply_to(bob, direct)) == "250 2.0.0 Posted"
    assert hand_over(port, mail, reply_to(bob, direct).upper()) == "250 2.0.0 Posted before"
    assert texts() == [f"{TEXT}\n.\n..dots"]
    assert hand_over(port, bounce_mail(bob.email), bounce_to(bob), sender="").startswith("250 2.0.0 Noted")
    assert Suppression.objects.get().email == bob.email
    assert hand_over(port, reply_mail(bob).as_bytes(), reply_to(bob, direct), sender="").startswith("250 2.0.0 Taken")
    assert hand_over(port, reply_mail(bob).as_bytes(), f"r-{'a' * 48}@{DOMAIN}").startswith("550 5.1.1")
    assert hand_over(port, reply_mail(bob).as_bytes(), "bob@example.com").startswith("550 5.7.1 This server")
    assert hand_over(port, reply_mail(alice).as_bytes(), reply_to(bob, direct)).startswith("550 5.7.1 Only the person")
    assert hand_over(port, b"\xff\x00\r\n", reply_to(bob, direct)).startswith("550 5.7.1 The From field")
    assert len(texts()) == 1
    for secret in (reply_to(bob, direct)[:20], bounce_to(bob)[:20], "@example.com", TEXT):
        assert secret not in hark.log("inbound")


def test_lmtp_has_an_answer_for_each_recipient(
    hark: Hark, port: int, alice: User, bob: User, direct: int, group: int
) -> None:
    start(hark, port, HARK_INBOUND_PROTOCOL="lmtp")
    mail = reply_mail(bob).as_bytes().replace(b"\n", b"\r\n")
    with smtplib.LMTP("127.0.0.1", port, timeout=PATIENCE) as client:
        assert client.docmd("EHLO mail.example.com")[0] == 500
        client.ehlo("mail.example.com")
        for octets, answers in (
            (mail, ["250 2.0.0 Posted", "550 5.7.1 Only", "250 2.0.0 Posted"]),
            (b"x" * (SIZE_MAX + 1) + b"\r\n", ["552 5.3.4"] * 3),
        ):
            client.mail("bob@example.com")
            for address in (reply_to(bob, direct), reply_to(alice, direct), reply_to(bob, group)):
                assert client.rcpt(address)[0] == 250
            assert client.rcpt(f"r-{'a' * 48}@{DOMAIN}")[0] == 550
            assert client.docmd("DATA")[0] == 354
            client.send(octets + b".\r\n")
            for answer in answers:
                assert said(client.getreply()).startswith(answer)
        client.mail("bob@example.com")
        for _ in range(RECIPIENTS_MAX["lmtp"]):
            assert client.rcpt(reply_to(bob, direct))[0] == 250
        assert said(client.rcpt(reply_to(bob, direct))).startswith("452 4.5.3")
    assert texts() == [TEXT, TEXT]


def test_smtp_takes_one_recipient_at_a_time(hark: Hark, port: int, alice: User, bob: User, direct: int) -> None:
    start(hark, port)
    with smtp(port) as client:
        client.ehlo("mail.example.com")
        client.mail("bob@example.com")
        assert client.rcpt(reply_to(bob, direct))[0] == 250
        assert said(client.rcpt(reply_to(bob, direct))).startswith("452 4.5.3 Too many recipients")
        assert said(client.data(reply_mail(bob).as_bytes())) == "250 2.0.0 Posted"
        assert said(client.docmd("DATA")).startswith("503 5.5.1")


def test_ten_megabytes_are_the_limit(hark: Hark, port: int, alice: User, bob: User, direct: int) -> None:
    start(hark, port)
    with smtp(port) as client:
        client.ehlo("mail.example.com")
        assert client.esmtp_features["size"] == str(SIZE_MAX)
        assert said(client.mail("bob@example.com", [f"SIZE={SIZE_MAX + 1}"])).startswith("552 5.3.4")
        assert said(client.mail("bob@example.com", [f"SIZE={'9' * 400}"])).startswith("552 5.3.4")
        assert client.mail("bob@example.com", [f"SIZE={SIZE_MAX}"])[0] == 250
    head = f"From: {bob.email}\r\n\r\n".encode()
    fits = head + b"x" * (SIZE_MAX - len(head) - 2) + b"\r\n"
    assert hand_over(port, fits, reply_to(bob, direct)).startswith("550 5.2.3 The text is longer")
    assert hand_over(port, b"x" + fits, reply_to(bob, direct)).startswith("552 5.3.4")
    lines = head + b"\r\n" * ((SIZE_MAX - len(head)) // 2)
    assert hand_over(port, lines, reply_to(bob, direct)).startswith("554 5.6.0")
    assert texts() == []


def test_killed_between_the_commit_and_the_answer_the_mail_comes_again_and_is_one_message(
    hark: Hark, port: int, alice: User, bob: User, direct: int
) -> None:
    mail, address = reply_mail(bob).as_bytes(), reply_to(bob, direct)
    with redis_until(b"PUBLISH", lambda: hark.kill("inbound")) as redis_url:  # the hint goes out once it is committed
        start(hark, port, REDIS_URL=redis_url)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            hand_over(port, mail, address)
    assert texts() == [TEXT]
    start(hark, port)
    assert hand_over(port, mail, address) == "250 2.0.0 Posted before"
    assert texts() == [TEXT]


def test_told_to_end_it_finishes_the_mail_in_hand_and_lets_nobody_in(
    hark: Hark, port: int, alice: User, bob: User, direct: int
) -> None:
    start(hark, port)
    with smtp(port) as idle, smtp(port) as busy:
        for client in (idle, busy):
            client.ehlo("mail.example.com")
        busy.mail("bob@example.com")
        busy.rcpt(reply_to(bob, direct))
        busy.docmd("DATA")
        ending: list[float] = []
        thread = threading.Thread(target=lambda: ending.append(hark.terminate("inbound")))
        thread.start()
        assert said(idle.getreply()).startswith("421 4.3.2")
        with pytest.raises(OSError):
            smtp(port).__enter__()
        busy.send(reply_mail(bob).as_bytes().replace(b"\n", b"\r\n") + b".\r\n")
        assert said(busy.getreply()) == "250 2.0.0 Posted"
        thread.join()
    assert texts() == [TEXT]
    assert ending[0] < SECONDS_TO_END


def test_told_to_end_it_does_not_wait_for_who_never_finishes(
    hark: Hark, port: int, alice: User, bob: User, direct: int
) -> None:
    start(hark, port)
    with smtp(port) as client:
        client.ehlo("mail.example.com")
        client.mail("bob@example.com")
        client.rcpt(reply_to(bob, direct))
        client.docmd("DATA")
        client.send(b"From: bob@example.com\r\n")
        assert hark.terminate("inbound") < SECONDS_TO_END
        assert said(client.getreply()).startswith("421 4.3.2")
    assert "Traceback" not in hark.log("inbound")


def test_while_the_database_is_down_mail_is_to_come_again(
    hark: Hark, port: int, alice: User, bob: User, direct: int
) -> None:
    start(hark, port, DATABASE_URL=f"postgresql://hark:secret@127.0.0.1:{free_port()}/hark")
    assert hand_over(port, reply_mail(bob).as_bytes(), reply_to(bob, direct)).startswith("451 4.3.0")
    assert hand_over(port, bounce_mail(bob.email), bounce_to(bob)).startswith("451 4.3.0")
    assert "the database does not take a mail: OperationalError" in hark.log("inbound")
    assert "secret" not in hark.log("inbound")


def test_a_connection_that_died_between_two_mails_is_made_anew(
    hark: Hark, port: int, alice: User, bob: User, direct: int
) -> None:
    start(hark, port)
    for number in range(8):  # twice as many as there are threads
        assert hand_over(port, reply_mail(bob, f"Reply {number}").as_bytes(), reply_to(bob, direct)).startswith("250")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"  # milliseconds: until it is gone
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    assert texts() == [f"Reply {number}" for number in range(8)]


def test_more_than_it_can_hold_are_told_to_come_again(hark: Hark, port: int) -> None:
    start(hark, port)
    held = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(SESSIONS_MAX)]
    for client in held:
        assert client.recv(100).startswith(b"220 reply.example.org Hark")
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as one_more:
        assert one_more.recv(100).startswith(b"421 4.3.2 Too many connections")
        assert one_more.recv(100) == b""
    for client in held:
        client.close()
    wait_until(lambda: greets(port), "there is room again")


def test_switched_off_it_says_so_and_waits(hark: Hark, port: int) -> None:
    hark.start("inbound", HARK_INBOUND_LISTEN=f"127.0.0.1:{port}")
    wait_until(lambda: "HARK_INBOUND_DOMAIN is empty: no mail is received" in hark.log("inbound"), "it says so")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    assert hark.terminate("inbound") < SECONDS_TO_END
    assert len(hark.log("inbound").splitlines()) == 1


def test_a_taken_port_is_one_line(hark: Hark, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        hark.start("inbound", HARK_INBOUND_DOMAIN=DOMAIN, HARK_INBOUND_LISTEN=f"127.0.0.1:{port}")
        wait_until(lambda: "Hark receives no mail" in hark.log("inbound"), "it says so")
    assert len(hark.log("inbound").splitlines()) == 1


NONSENSE = [b"\r\n", b"NONSENSE\r\n", b"\xff\xfe\r\n", b"A" * 5000 + b"\r\n", b"MAIL FROM:<" + b"(" * 400 + b"\r\n"]


def test_nonsense_is_answered_and_hurts_nobody(hark: Hark, port: int, alice: User, bob: User, direct: int) -> None:
    start(hark, port)
    with smtp(port) as client:
        client.ehlo("mail.example.com")
        for line in NONSENSE:
            client.send(line)
            assert client.getreply()[0] >= 400
    assert hand_over(port, reply_mail(bob).as_bytes(), reply_to(bob, direct)) == "250 2.0.0 Posted"
    assert "NONSENSE" not in hark.log("inbound")


def cut_off(act: Callable[[socket.socket], None], port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        act(client)


def test_a_mail_that_is_cut_off_is_none(hark: Hark, port: int, alice: User, bob: User, direct: int) -> None:
    start(hark, port)
    commands = f"EHLO x\r\nMAIL FROM:<bob@example.com>\r\nRCPT TO:<{reply_to(bob, direct)}>\r\nDATA\r\n".encode()
    mail = reply_mail(bob).as_bytes().replace(b"\n", b"\r\n")
    for octets in (b"", commands, commands + mail, commands + mail + b".", commands + mail + b".\n"):
        cut_off(lambda client, octets=octets: client.sendall(octets), port)  # type: ignore[misc]
    assert hand_over(port, reply_mail(bob, "whole").as_bytes(), reply_to(bob, direct)) == "250 2.0.0 Posted"
    time.sleep(0.5)
    assert texts() == ["whole"]
    assert "Traceback" not in hark.log("inbound")
