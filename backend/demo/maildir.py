"""EMAIL_URL=maildir:///folder: mail is kept in a Maildir, which mail programs read, and sent to nobody."""

import mailbox
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage as OutgoingMail

LISTED_MAX = 200  # mails


class MaildirBackend(BaseEmailBackend):
    """Django's side of it. Other keyword arguments are those of mail servers."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[OutgoingMail]) -> int:
        box = _box()
        for mail in email_messages:
            box.add(mail.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True)
class CapturedMail:
    """A mail and when it was captured."""

    key: str
    captured_at: datetime
    mail: EmailMessage


def is_captured() -> bool:
    """Whether mail is kept here, or EMAIL_URL names a mail server."""
    return bool(getattr(settings, "EMAIL_FILE_PATH", ""))


def mails_newest() -> list[CapturedMail]:
    """The newest LISTED_MAX mails, newest first."""
    if not is_captured():
        return []
    box = _box()
    return [_captured(box, key) for key in sorted(box.keys(), key=_order, reverse=True)[:LISTED_MAX]]


def mail_of_key(key: str) -> CapturedMail | None:
    """One mail; None unless `key` is one of the folder's own: it is compared, never made a path."""
    if not is_captured():
        return None
    box = _box()
    return _captured(box, key) if key in set(box.keys()) else None


def _box() -> "mailbox.Maildir":
    # environ strips the slash that makes the path absolute.
    return mailbox.Maildir(Path("/") / getattr(settings, "EMAIL_FILE_PATH", ""), create=True)


def _order(key: str) -> tuple[float, str]:
    """Keys begin with the time of delivery, in seconds and microseconds: `1791292800.M123456P...`."""
    seconds, _, rest = key.partition(".M")
    micros = rest.partition("P")[0]
    known = seconds.isdigit() and micros.isdigit()
    return (int(seconds) + int(micros) / 1_000_000 if known else 0.0, key)


def _captured(box: "mailbox.Maildir", key: str) -> CapturedMail:
    mail = message_from_bytes(box.get_bytes(key), policy=policy.default)
    return CapturedMail(key, datetime.fromtimestamp(_order(key)[0], UTC), mail)
