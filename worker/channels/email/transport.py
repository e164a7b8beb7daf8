"""Hands a mail over, by SMTP or by whatever backend of Django EMAIL_URL names, and says what went wrong."""

import contextlib
import smtplib
from collections.abc import Iterator

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from worker.channels.email.pool import POOL
from worker.channels.email.providers import provider_failure
from worker.channels.email.smtp import Server
from worker.channels.outcome import TransientFailure


def send(mail: EmailMultiAlternatives) -> None:
    """Return once the other side took the mail, which has one recipient. Raises SendFailure, or a fault of ours.

    It is not repeated: a mail that the other side may have taken is sent again by its delivery, under its Message-ID.
    """
    backend = get_connection()
    with _failures():
        if isinstance(backend, EmailBackend):
            _send_by_smtp(mail, Server.of_backend(backend))
        else:
            backend.send_messages([mail])


def _send_by_smtp(mail: EmailMultiAlternatives, server: Server) -> None:
    (recipient,) = mail.recipients()
    content = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    POOL.send(server, _address(mail.from_email), _address(recipient), content)


def _address(value: str) -> str:
    """As MAIL and RCPT take it: a domain of any script in ASCII (RFC 5891)."""
    return str(sanitize_address(value, settings.DEFAULT_CHARSET))


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError, SoftTimeLimitExceeded) as fault:
        raise provider_failure(fault) or TransientFailure(f"{type(fault).__name__}: {fault}") from fault
    except Exception as fault:
        failure = provider_failure(fault)
        if failure is None:
            raise
        raise failure from fault
