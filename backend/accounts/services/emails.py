"""Writes: another email address, which the mailbox behind it has to confirm."""

from datetime import timedelta

from django.core import signing
from django.db import IntegrityError, transaction

from backend.accounts.audit import Event, audit_note
from backend.accounts.models import MailKind, User
from backend.accounts.services.credentials import password_confirm
from backend.accounts.services.mails import mail_is_allowed, mail_owe
from backend.accounts.services.users import email_check
from backend.accounts.signals import email_changed
from backend.api.errors import InvalidParameter
from backend.api.limits import Limit

CHANGE_LIFE = timedelta(hours=24)  # from the moment when the worker made the mail
CHANGE_SALT = "accounts.email-change"
CHANGES_OF_USER = Limit("email-change", tries=5, window=24 * 3600)


def email_change_request(*, user: User, email: str, password: str) -> None:
    """Ask for another address: a link goes to it, and word of it to the present one. Nothing changes before the link.

    The same for an address that somebody else has; the worker sees it, and only the owner of that mailbox is told.
    Raises InvalidCredentials, TooManyAttempts, or InvalidParameter for no address and for the one they have.
    """
    email = email_check(email)
    password_confirm(user=user, password=password, code=None)
    if email == user.email:
        raise InvalidParameter("email", "This is your address already.")
    CHANGES_OF_USER.spend(str(user.id))
    with transaction.atomic():
        mail_owe(MailKind.EMAIL_ASKED, user=user, new=email)
        if mail_is_allowed(MailKind.EMAIL_CONFIRM, email):
            mail_owe(MailKind.EMAIL_CONFIRM, user=user, email=email, epoch=user.credential_epoch)


def email_change_token(user: User, email: str) -> str:
    """What the link carries: good for CHANGE_LIFE, while address and credential epoch are those of now."""
    return signing.dumps([user.id, user.email_mark, user.credential_epoch, email], salt=CHANGE_SALT)


def email_change_of_token(token: str) -> tuple[User, str] | None:
    """Whose link this is, and the new address; None if it is old, used or made up."""
    try:
        user_id, mark, epoch, email = signing.loads(token, salt=CHANGE_SALT, max_age=CHANGE_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(id=user_id, credential_epoch=epoch, is_active=True).first()
    return (user, email) if user and user.email_mark == mark else None


@transaction.atomic
def email_change_confirm(*, user: User, email: str) -> bool:
    """The address is this one from now on; both are told. False if it is somebody else's by now, or if another link
    or the end of their access was quicker. `user` and `email` are those of a token."""
    former = user.email
    try:
        with transaction.atomic():
            same = User.objects.filter(id=user.id, email=former, credential_epoch=user.credential_epoch, is_active=True)
            changed = same.update(email=email)
    except IntegrityError:
        return False
    if changed:
        user.email = email
        audit_note(Event.EMAIL_CHANGED, actor=user, subject=user)
        for address in (former, email):
            mail_owe(MailKind.EMAIL_CHANGED, user=user, email=address, new=email)
        email_changed.send(sender=User, user=user, former=former)
    return bool(changed)
