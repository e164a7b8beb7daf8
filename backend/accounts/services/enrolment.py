"""Writes: the second factor of a person, from the first scan of its QR code until it is taken off."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from backend.accounts import recovery_codes, totp
from backend.accounts.audit import Event, audit_note
from backend.accounts.encryption import encrypt
from backend.accounts.errors import (
    SecondFactorEnabled,
    SecondFactorInvalid,
    SecondFactorNotEnabled,
    SecondFactorNotStarted,
)
from backend.accounts.models import MailKind, RecoveryCode, SecondFactor, User
from backend.accounts.selectors import factor_of
from backend.accounts.services.credentials import password_confirm
from backend.accounts.services.mails import mail_owe
from backend.accounts.services.second_factor import code_clean, code_try_count, code_try_refund, step_use

ENROLMENT_LIFE = timedelta(hours=1)  # from the QR code to the first code


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs: the secret in base32, the same as an otpauth:// URI, and that as a QR code."""

    secret: str
    uri: str
    qr: str


def second_factor_begin(*, user: User, password: str) -> Enrolment:
    """Make a secret that waits ENROLMENT_LIFE for its first code; an earlier one that waits is replaced.

    Raises SecondFactorEnabled if there is a second factor already, and what `password_confirm` raises.
    """
    password_confirm(user=user, password=password, code=None)
    secret = totp.secret_create()
    with transaction.atomic():
        _lock(user)
        SecondFactor.objects.filter(user=user, confirmed_at=None).delete()  # after one that is confirmed right now
        if factor_of(user):
            raise SecondFactorEnabled
        SecondFactor.objects.create(user=user, secret=encrypt(secret))
    uri = totp.uri_of(secret, user.email)
    return Enrolment(secret=secret, uri=uri, qr=totp.qr_of(uri))


def second_factor_enable(*, user: User, code: str) -> list[str]:
    """The waiting secret counts from now on, for `code` shows that the app has it. Returns the recovery codes.

    Sets `user.proved_factor_id`. Raises SecondFactorNotStarted, SecondFactorInvalid or TooManyAttempts.
    """
    begun_after = timezone.now() - ENROLMENT_LIFE
    factor = SecondFactor.objects.filter(user=user, confirmed_at=None, created_at__gt=begun_after).first()
    if factor is None:
        raise SecondFactorNotStarted
    code = code_clean(code)
    code_try_count(user, code)
    with transaction.atomic():
        _lock(user)  # before its factor, as everywhere
        if not step_use(factor, code, confirmed_at=timezone.now()):
            raise SecondFactorInvalid
        codes = _recovery_codes_make(user)
        mail_owe(MailKind.SECOND_FACTOR_ON, user=user)
        audit_note(Event.SECOND_FACTOR_ON, actor=user, subject=user)
    code_try_refund(user, code)
    user.proved_factor_id = factor.id
    return codes


def second_factor_disable(*, user: User, password: str, code: str) -> None:
    """Take it off. Raises SecondFactorNotEnabled, and what `password_confirm` raises."""
    password_confirm(user=user, password=password, code=code)
    if not second_factor_reset(user=user, actor=user):
        raise SecondFactorNotEnabled


@transaction.atomic
def second_factor_reset(*, user: User, actor: User | None = None) -> bool:
    """Take it off without a code, for an operator (`actor`) who knows who is asking. False if there is none."""
    _lock(user)
    was_on = factor_of(user) is not None
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if was_on:
        mail_owe(MailKind.SECOND_FACTOR_OFF, user=user)
        audit_note(Event.SECOND_FACTOR_OFF, actor=actor, subject=user)
    return was_on


def recovery_codes_renew(*, user: User, password: str, code: str) -> list[str]:
    """Ten new ones; those of before are good no more. Raises what `second_factor_disable` raises."""
    password_confirm(user=user, password=password, code=code)
    if factor_of(user) is None:
        raise SecondFactorNotEnabled
    with transaction.atomic():
        _lock(user)  # or two at the same time would leave twenty
        audit_note(Event.RECOVERY_CODES_MADE, actor=user, subject=user)
        mail_owe(MailKind.RECOVERY_CODES_MADE, user=user)
        return _recovery_codes_make(user)


def enrolments_purge() -> None:
    """Delete the secrets that have waited for their first code too long."""
    SecondFactor.objects.filter(confirmed_at=None, created_at__lt=timezone.now() - ENROLMENT_LIFE).delete()


def _recovery_codes_make(user: User) -> list[str]:
    codes = recovery_codes.codes_create()
    RecoveryCode.objects.filter(user=user).delete()
    digests = (recovery_codes.digest_of(user.id, code) for code in codes)
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=digest) for digest in digests])
    return codes


def _lock(user: User) -> None:
    """One change of this person's second factor at a time, until the transaction ends."""
    User.objects.select_for_update(no_key=True).get(id=user.id)
