"""What the audit log notes of signing in. Strangers cause these entries, so each kind has a bound."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from backend.accounts.audit import HOUR, MINUTE, Event, audit_note, once_in
from backend.accounts.errors import InvalidCredentials, SecondFactorInvalid
from backend.accounts.models import User
from backend.api.limits import TooManyAttempts

UNKNOWN = "unknown"  # stands for all addresses that nobody has


@contextmanager
def refusals_noted(user: User | None) -> Iterator[None]:
    """Around a check of credentials outside of a transaction: notes that it failed, at most once an hour for an
    account and for each reason, and once an hour for all unknown addresses together."""
    try:
        yield
    except InvalidCredentials:
        _refused(user, Event.SIGN_IN_REFUSED, "password")
        raise
    except SecondFactorInvalid:  # somebody knows the password
        _refused(user, Event.SIGN_IN_REFUSED, "code")
        raise
    except TooManyAttempts:
        _refused(user, Event.SIGN_IN_LIMITED, "limit")
        raise


def _refused(user: User | None, event: Event, why: str) -> None:
    key = f"{user.id if user else UNKNOWN}:{why}"
    audit_note(event, actor=None, subject=user, detail={"why": why}, once=once_in(HOUR, event, key))


@receiver(user_logged_in)
def signed_in(user: User, **_: Any) -> None:
    """By the page or the admin; at most one entry a minute for a person."""
    audit_note(Event.SIGN_IN, actor=user, subject=user, once=once_in(MINUTE, Event.SIGN_IN, user.id))
