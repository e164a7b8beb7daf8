"""Writes: mails about an account that are owed to somebody."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from backend.accounts.models import AccountMail, MailKind, User
from backend.api.limits import Limit, TooManyAttempts

MAIL_LIFE = timedelta(days=2)  # after that a mail that could not be sent is of no use
RETRY_AFTER, RETRY_AFTER_MAX = timedelta(minutes=1), timedelta(hours=1)
# Mails of one kind to one address that somebody else may cause. Each kind by itself: or who causes a harmless one
# would keep from its owner the one that lets them in again.
MAILS_TO_ADDRESS = Limit("account-mail", tries=3, window=3600)
# A link for a new password is good for half an hour only. So it has no bound a day: whoever used it up would lock the
# owner out for the rest of that day.
MAILS_A_DAY = Limit("account-mail-day", tries=10, window=24 * 3600)


def mail_owe(kind: MailKind, *, user: User, email: str = "", **facts: Any) -> None:
    """The worker sends this person a mail of this kind, to `email` (their own address if empty)."""
    AccountMail.objects.create(kind=kind, user=user, email=email or user.email, facts=facts)


def mail_is_allowed(kind: MailKind, email: str) -> bool:
    """Whether this address (of `email_clean`) may get one more of these. Counts it; a refusal is told to nobody."""
    try:
        MAILS_TO_ADDRESS.spend(f"{kind} {email}")
        if kind != MailKind.PASSWORD_RESET:
            MAILS_A_DAY.spend(f"{kind} {email}")
    except TooManyAttempts:
        return False
    return True


def next_try(created_at: datetime) -> datetime:
    """When to try again to send what has been owed since then: after a minute, then ever later, up to an hour."""
    now = timezone.now()
    return now + min(max(now - created_at, RETRY_AFTER), RETRY_AFTER_MAX)


def mail_put_off(mail: AccountMail) -> None:
    """It could not be sent now."""
    AccountMail.objects.filter(id=mail.id).update(due_at=next_try(mail.created_at))


def mail_sent(mail: AccountMail) -> None:
    """The mail went out, or never will: it is not owed any more."""
    AccountMail.objects.filter(id=mail.id).update(mailed_at=timezone.now())


def mails_purge() -> None:
    """Delete the mails that were asked for MAIL_LIFE ago, sent or not."""
    AccountMail.objects.filter(created_at__lt=timezone.now() - MAIL_LIFE).delete()
