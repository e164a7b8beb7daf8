"""Writes: mails about an account that are owed to somebody."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from backend.accounts.models import AccountMail, MailKind, User
from backend.api.limits import Limit, TooManyAttempts

MAIL_LIFE = timedelta(days=2)  # after that a mail that could not be sent is of no use
# Mails to one address that somebody else may cause, of whatever kind.
MAILS_TO_ADDRESS = Limit("account-mail", tries=3, window=3600)


def mail_owe(kind: MailKind, *, user: User, email: str = "", **facts: Any) -> None:
    """The worker sends this person a mail of this kind, to `email` (their own address if empty)."""
    AccountMail.objects.create(kind=kind, user=user, email=email or user.email, facts=facts)


def mail_is_allowed(email: str) -> bool:
    """Whether this address may be written to once more in this hour. Counts it; a refusal is told to nobody."""
    try:
        MAILS_TO_ADDRESS.spend(email.lower())
    except TooManyAttempts:
        return False
    return True


def mail_sent(mail: AccountMail) -> None:
    """The mail went out, or never will: it is not owed any more."""
    AccountMail.objects.filter(id=mail.id).update(mailed_at=timezone.now())


def mails_purge() -> None:
    """Delete the mails that are sent, and those that are too old to be."""
    AccountMail.objects.filter(created_at__lt=timezone.now() - MAIL_LIFE).delete()
