"""Hands a mail to the mail server of EMAIL_URL and says in two words what went wrong."""

import contextlib
import smtplib
from collections.abc import Iterator

from django.core.mail import EmailMultiAlternatives, get_connection

from worker.channels.outcome import PermanentFailure, SendFailure, TransientFailure

PERMANENT = 500  # reply codes from here on will not change by waiting (RFC 5321, 4.2.1)


def send(mail: EmailMultiAlternatives) -> None:
    """Return once the server took the mail. Raises TransientFailure or PermanentFailure.

    The connection is closed apart from the send: a fault while saying goodbye undoes nothing.
    """
    connection = get_connection()
    with _failures():
        try:
            connection.open()
            connection.send_messages([mail])
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.close()


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    """A refused sign-in or sender is a fault of ours, whatever the code: once mended, the mail goes out."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as fault:
        code, words = next(iter(fault.recipients.values()))
        raise _failure(code, words) from fault
    except smtplib.SMTPDataError as fault:
        raise _failure(fault.smtp_code, fault.smtp_error) from fault
    except (smtplib.SMTPException, OSError) as fault:
        raise TransientFailure(f"{type(fault).__name__}: {fault}") from fault


def _failure(code: int, words: bytes | str) -> SendFailure:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    kind = PermanentFailure if code >= PERMANENT else TransientFailure
    return kind(f"{code} {text}")
