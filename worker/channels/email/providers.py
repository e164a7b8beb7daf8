"""What the API of a mail provider answers, through django-anymail, an optional extra (docs/operations.md)."""

import importlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from worker.channels.email.refusals import PERMANENT, AddressRefused, fault_of_ours
from worker.channels.outcome import PermanentFailure, SendFailure, TransientFailure

BUSY = 429
OURS = frozenset({401, 402, 403, 404})  # a wrong key, an unpaid bill, a sender or a domain that is not ours


def _anymail_errors() -> Any:
    try:
        return importlib.import_module("anymail.exceptions")
    except ImportError:  # the extra is not installed, so nothing raises its errors
        return None


ERRORS = _anymail_errors()


def provider_failure(fault: Exception) -> SendFailure | None:
    """The failure that an error of a provider stands for; None for one of another kind."""
    if ERRORS is None or not isinstance(fault, ERRORS.AnymailError):
        return None
    if isinstance(fault, ERRORS.AnymailRecipientsRefused):  # no such address, or the provider has its bounces
        return AddressRefused(str(fault))
    return _of_answer(fault) if isinstance(fault, ERRORS.AnymailAPIError) else None


def _of_answer(fault: Exception) -> SendFailure:
    status: int | None = getattr(fault, "status_code", None)
    if status is None or status >= PERMANENT:  # no answer at all, or a fault of theirs
        return TransientFailure(str(fault))
    if status == BUSY:
        return TransientFailure(str(fault), after=_retry_after(fault))
    if status in OURS:
        return fault_of_ours(str(fault))
    return PermanentFailure(str(fault))


def _retry_after(fault: Exception) -> float | None:
    """Seconds; the header holds them or a date (RFC 9110, 10.2.3)."""
    value = str(getattr(getattr(fault, "response", None), "headers", {}).get("Retry-After", ""))
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
