"""Writes: a new password, by who knows the old one or by the link of a mail."""

from datetime import timedelta

from django.core import signing
from django.db import transaction

from backend.accounts.audit import Event, acting, audit_note
from backend.accounts.errors import InvalidCredentials
from backend.accounts.models import PASSWORD_MAX, AccountMail, MailKind, User
from backend.accounts.services.credentials import password_check, password_confirm
from backend.accounts.services.mails import mail_is_allowed
from backend.accounts.services.second_factor import second_factor_check
from backend.accounts.services.users import email_check
from backend.api.errors import InvalidParameter
from backend.api.limits import Limit

RESET_LIFE = timedelta(minutes=30)  # from the moment when the worker made the mail
RESET_SALT = "accounts.password-reset"
RESETS_OF_IP = Limit("reset-ip", tries=20, window=3600)
RESETS_OF_USER = Limit("reset-set", tries=20, window=3600)  # each may cost a hash


def password_change(*, user: User, current: str, new: str, session_key: str | None) -> None:
    """A new password for who knows the current one. All else that is signed in ends; the session `session_key` goes on.

    Raises InvalidCredentials, TooManyAttempts, or InvalidParameter for a weak one.
    """
    password_confirm(user=user, password=current, code=None)
    try:
        password_check(password=new, email=user.email, name=user.name)
    except InvalidParameter as fault:
        raise InvalidParameter("new", fault.detail) from fault
    user.set_password(new)
    with acting(user.id):
        if not _password_replace(user, keep_session_key=session_key):
            raise InvalidCredentials


def reset_request(*, email: str, ip: str) -> None:
    """Somebody has forgotten a password. The worker looks whose it is and mails a link; here nothing tells it.

    Raises TooManyAttempts for one who asks too often, whatever the address, and InvalidParameter for none.
    Of an address that was written to often enough in this hour nothing is said.
    """
    email = email_check(email)
    RESETS_OF_IP.spend(ip)
    if mail_is_allowed(MailKind.PASSWORD_RESET, email):
        AccountMail.objects.create(kind=MailKind.PASSWORD_RESET, email=email)


def reset_token(user: User) -> str:
    """What the link of the mail carries: good for RESET_LIFE, until the password or the address changes."""
    return signing.dumps([user.id, user.email_mark, user.credential_epoch], salt=RESET_SALT)


def reset_user(token: str) -> User | None:
    """Whose link this is; None if it is old, used or made up."""
    try:
        user_id, mark, epoch = signing.loads(token, salt=RESET_SALT, max_age=RESET_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(id=user_id, credential_epoch=epoch, is_active=True).first()
    return user if user and user.email_mark == mark else None


def password_reset(*, token: str, password: str, code: str) -> User | None:
    """Set the password, once, however many ask at the same time; all that is signed in ends. Returns whose it is.

    None if the link is not good (any more). Raises InvalidParameter for a weak password, what `second_factor_check`
    raises, and PasswordsBusy.
    """
    user = reset_user(token)
    if user is None:
        return None
    RESETS_OF_USER.spend(str(user.id))
    if len(password) > PASSWORD_MAX:
        raise InvalidParameter("password")
    password_check(password=password, email=user.email, name=user.name)
    user.set_password(password)
    second_factor_check(user=user, code=code)  # last, for a recovery code is good once
    with transaction.atomic():
        if not _password_replace(user):
            return None
        audit_note(Event.PASSWORD_RESET, actor=None, subject=user)
    return user


def _password_replace(user: User, *, keep_session_key: str | None = None) -> bool:
    """Save the password that `user` was given before: that takes half a second, too long for the lock.

    False if their access ended since `user` was read: another was quicker.
    """
    same = User.objects.filter(id=user.id, email=user.email, credential_epoch=user.credential_epoch, is_active=True)
    with transaction.atomic():
        if same.select_for_update(no_key=True).first() is None:
            return False
        user.save(update_fields=["password"], keep_session_key=keep_session_key)
    return True
