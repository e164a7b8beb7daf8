"""Mails on their way to a real SMTP server that refuses them, falls silent, hangs up or wants TLS."""

import logging
import smtplib
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail import EmailMultiAlternatives

from tests.integration.smtp import MailServer, mail_server
from tests.support.waiting import wait_until
from worker.channels.email import pool
from worker.channels.email.pool import POOL
from worker.channels.email.refusals import AddressRefused
from worker.channels.email.transport import send
from worker.channels.outcome import PermanentFailure, TransientFailure

SOON = 0.3  # seconds


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as server:
        point_to(settings, server)
        yield server


def point_to(settings: Any, server: MailServer) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port


def mail(text: str = "Hello", **fields: Any) -> EmailMultiAlternatives:
    return EmailMultiAlternatives("Hello", text, to=["Bob <bob@example.com>"], **fields)


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Ours, not the server's."""
    records = (record for record in caplog.records if record.name.startswith("worker."))
    return [record.getMessage() for record in records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("step", ["mail_answers", "rcpt_answers", "data_answers"])
@pytest.mark.parametrize("answer", ["421 4.3.2 Shutting down", "450 4.2.0 Greylisted", "451 4.3.0 Later", "452 Full"])
def test_a_server_that_says_later_is_asked_later(server: MailServer, step: str, answer: str) -> None:
    setattr(server, step, [answer])
    with pytest.raises(TransientFailure, match=answer):
        send(mail())
    assert server.mails == []
    send(mail())
    assert server.recipients == ["bob@example.com"]


@pytest.mark.parametrize(
    "answer",
    ["550 5.1.1 No such user", "550 No such user", "553 5.1.3 Bad address", "550 5.1.10 Null MX", "550 5.2.1 Disabled"],
)
def test_an_address_that_does_not_exist_is_told_from_other_refusals(server: MailServer, answer: str) -> None:
    server.rcpt_answers = [answer]
    with pytest.raises(AddressRefused, match=answer):
        send(mail())


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("rcpt_answers", "550 5.7.1 Blocked"),
        ("rcpt_answers", "554 5.7.1 Relay access denied"),
        ("rcpt_answers", "553 Not here"),
        ("data_answers", "550 Looks like spam"),
        ("data_answers", "552 5.3.4 Too big"),
        ("data_answers", "554 5.6.0 Broken"),
    ],
)
def test_a_mail_that_is_refused_says_nothing_of_the_address(server: MailServer, step: str, answer: str) -> None:
    setattr(server, step, [answer])
    with pytest.raises(PermanentFailure, match=answer) as raised:
        send(mail())
    assert raised.type is PermanentFailure


@pytest.mark.parametrize("answer", ["552 5.2.2 Mailbox full", "550 5.4.4 No route"])
def test_a_full_mailbox_and_a_broken_route_may_pass(server: MailServer, answer: str) -> None:
    server.rcpt_answers = [answer]
    with pytest.raises(TransientFailure, match=answer):
        send(mail())


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("mail_answers", "550 5.7.1 You may not send"),
        ("mail_answers", "553 5.1.8 Unknown sender domain"),
        ("rcpt_answers", "550 5.1.8 Unknown sender domain"),
        ("rcpt_answers", "553 5.1.7 Bad sender"),
    ],
)
def test_a_refused_sender_is_a_fault_of_ours_and_loses_no_mail(
    server: MailServer, caplog: pytest.LogCaptureFixture, step: str, answer: str
) -> None:
    setattr(server, step, [answer])
    with pytest.raises(TransientFailure, match=answer):
        send(mail())
    assert errors(caplog) == [f"the mail server takes no mail from us: {answer}"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_is_left(settings: Any, server: MailServer, step: str) -> None:
    settings.EMAIL_TIMEOUT = SOON
    server.silent_at = step
    with pytest.raises(TransientFailure, match="timed out"):
        send(mail())
    server.silent_at = ""
    settings.EMAIL_TIMEOUT = 20
    send(mail())
    assert len(set(server.peers)) == len(server.peers), "on a new connection"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_reset_connection_is_not_a_mail_sent_again(server: MailServer, step: str) -> None:
    server.reset_at = step
    with pytest.raises(TransientFailure):
        send(mail())
    assert len(server.mails) == (1 if step == "DATA" else 0), "the server may have taken it, and nothing repeats it"
    send(mail())
    assert server.recipients[-1] == "bob@example.com"


def test_no_server_is_a_matter_of_time(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(TransientFailure, match="refused"):
        send(mail())


def test_the_end_of_the_task_is_a_matter_of_time_and_its_unread_answer_is_nobody_elses(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(smtp: smtplib.SMTP, _recipient: str) -> None:
        smtp.putcmd("rcpt", "TO:<bob@example.com>")
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patched, pytest.raises(TransientFailure, match="SoftTimeLimitExceeded"):
        patched.setattr("smtplib.SMTP.rcpt", interrupted)
        send(mail())
    send(mail())
    assert len(server.mails) == 1


def test_mails_share_a_connection(server: MailServer) -> None:
    for _ in range(3):
        send(mail())
    assert len(server.mails) == 3 and len(set(server.peers)) == 1


def test_a_refused_mail_does_not_cost_the_connection(server: MailServer) -> None:
    send(mail())
    server.rcpt_answers = ["550 5.1.1 No such user"]
    with pytest.raises(AddressRefused):
        send(mail())
    send(mail())
    assert server.recipients == ["bob@example.com"] * 2 and len(set(server.peers)) == 1


def test_a_connection_that_died_in_between_is_opened_anew(server: MailServer) -> None:
    send(mail())
    server.hang_up()
    time.sleep(0.05)
    send(mail())
    assert len(server.mails) == 2 and len(set(server.peers)) == 2


def test_a_connection_takes_a_bounded_number_of_mails(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MAILS_MAX", 2)
    for _ in range(5):
        send(mail())
    assert [server.peers.count(peer) for peer in dict.fromkeys(server.peers)] == [2, 2, 1]


def test_an_idle_connection_is_closed(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_MAX", SOON)
    send(mail())
    assert POOL._connection is not None
    wait_until(lambda: POOL._connection is None, "the connection is closed")
    send(mail())
    assert len(set(server.peers)) == 2


def test_another_server_is_not_mistaken_for_the_first(settings: Any, server: MailServer) -> None:
    send(mail())
    with mail_server() as other:
        point_to(settings, other)
        send(mail())
        assert (len(server.mails), len(other.mails)) == (1, 1)


def test_the_envelope_has_an_address_of_its_own(server: MailServer) -> None:
    send(mail(from_email="bounce+1@in.example.org", headers={"From": "Alice via Hark <hark@example.org>"}))
    assert server.senders == ["bounce+1@in.example.org"]
    assert server.mails[0]["From"] == "Alice via Hark <hark@example.org>"


def test_a_domain_of_another_script_travels_in_ascii(server: MailServer) -> None:
    send(EmailMultiAlternatives("Hello", "Hello", to=["Bob <bob@bücher.example>"]))
    assert server.recipients == ["bob@xn--bcher-kva.example"]


def test_no_text_ends_the_mail_early(server: MailServer) -> None:
    text = "one\r\n.\r\nMAIL FROM:<eve@example.com>\r.\rtwo\n.\nthree"
    send(mail(text))
    (only,) = server.mails
    assert only.get_content().split() == text.split()


def test_other_backends_of_django_work(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "backend.demo.maildir.MaildirBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail").lstrip("/")
    send(mail())
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 1


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_it_signs_in_and_a_wrong_password_is_a_fault_of_ours(
    settings: Any, caplog: pytest.LogCaptureFixture, password: str
) -> None:
    with mail_server(wants_login=True) as server:
        point_to(settings, server)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "bob", password
        if password == "right":
            send(mail())
            assert server.logins == ["bob"] and len(server.mails) == 1
            return
        with pytest.raises(TransientFailure, match="535"):
            send(mail())
        assert len(errors(caplog)) == 1 and "wrong" not in caplog.text


# --- TLS ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-made certificate for 127.0.0.1, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    encryption = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture(params=["starttls", "tls"])
def secure_server(request: pytest.FixtureRequest, settings: Any, certificate: Path) -> Iterator[MailServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    starttls = request.param == "starttls"
    options = {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context}
    with mail_server(**options) as server:
        point_to(settings, server)
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = starttls, not starttls
        yield server


def test_mail_travels_encrypted(secure_server: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    send(mail())
    send(mail())
    assert secure_server.encrypted == [True, True] and len(set(secure_server.peers)) == 1


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    secure_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TransientFailure, match="certificate verify failed"):
        send(mail())
    assert secure_server.mails == [] and len(errors(caplog)) == 1


def test_without_the_encryption_that_was_asked_for_nothing_is_sent(
    settings: Any, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_USE_TLS = True
    with pytest.raises(TransientFailure, match="STARTTLS"):
        send(mail())
    assert server.mails == [] and len(errors(caplog)) == 1
