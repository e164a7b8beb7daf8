"""The second factor: whether a code is good."""

import time

from django.db import transaction

from backend.accounts import recovery_codes, totp
from backend.accounts.audit import Event, audit_note
from backend.accounts.encryption import Unreadable, decrypt, encrypt
from backend.accounts.errors import SecondFactorInvalid, SecondFactorRequired
from backend.accounts.models import CODE_MAX, MailKind, RecoveryCode, SecondFactor, User
from backend.accounts.selectors import factor_of
from backend.accounts.services.mails import mail_owe
from backend.api.limits import Limit

# Three of a million codes are good at any time: 50 guesses a day find one with a chance of 1 to 6,700.
CODES = (Limit("second-factor", tries=10, window=15 * 60), Limit("second-factor-day", tries=50, window=24 * 3600))
# Counted apart, so that who guesses at codes does not shut out the owner who has a recovery code.
RECOVERY_CODES = (Limit("recovery-code", tries=10, window=15 * 60),)


def second_factor_check(*, user: User, code: str) -> None:
    """Called when the password was right. Returns if the person has no second factor, or if `code` is good: one of
    the app, or one of the recovery codes.

    Each code is good once, also under parallel requests. Sets `user.proved_factor_id`. Raises SecondFactorRequired
    without a code, SecondFactorInvalid, or TooManyAttempts: tries are counted before the code is looked at.
    """
    factor = factor_of(user)
    if factor is None:
        return
    if not code:
        raise SecondFactorRequired
    code = code_clean(code)
    code_try_count(user, code)
    if not (step_use(factor, code) or _recovery_code_use(user, code)):
        raise SecondFactorInvalid
    code_try_refund(user, code)
    user.proved_factor_id = factor.id


def code_clean(code: str) -> str:
    """The code without the blanks with which apps and people write it."""
    return "".join(code[:CODE_MAX].split())


def step_use(factor: SecondFactor, code: str, **changes: object) -> bool:
    """Whether it is a code of the app that nobody has used. Its step is used from now on, and so are those before.

    `changes` are written with it. The secret is encrypted anew on the way, so that it moves to the current SECRET_KEY.
    """
    secret = _secret_of(factor)
    step = totp.step_of(secret, code, time.time()) if secret and totp.is_totp(code) else None
    if secret is None or step is None:
        return False
    unused = SecondFactor.objects.filter(id=factor.id, last_step__lt=step)
    return bool(unused.update(last_step=step, secret=encrypt(secret), **changes))


def code_try_count(user: User, code: str) -> None:
    """Count one try of this person's, before the code is looked at. Raises TooManyAttempts."""
    for limit in _limits(code):
        limit.spend(str(user.id))


def code_try_refund(user: User, code: str) -> None:
    """The code was good: the try does not count."""
    for limit in _limits(code):
        limit.refund(str(user.id))


def _limits(code: str) -> tuple[Limit, ...]:
    return CODES if totp.is_totp(code) else RECOVERY_CODES


def _secret_of(factor: SecondFactor) -> str | None:
    """None if SECRET_KEY was changed and the former one is no fallback: then only recovery codes are good."""
    try:
        return decrypt(factor.secret)
    except Unreadable:
        return None


@transaction.atomic
def _recovery_code_use(user: User, code: str) -> bool:
    used, _ = RecoveryCode.objects.filter(user=user, digest=recovery_codes.digest_of(user.id, code)).delete()
    if used:
        mail_owe(MailKind.RECOVERY_CODE_USED, user=user, left=user.recovery_codes.count())
        audit_note(Event.RECOVERY_CODE_USED, actor=user, subject=user)
    return bool(used)
