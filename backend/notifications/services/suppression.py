"""Writes: addresses that get no mail, because their server said that there is no such mailbox."""

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from backend.accounts.models import User
from backend.notifications.models import ERROR_MAX, Suppression
from backend.notifications.services.bursts import bursts_wake

KEPT_FOR = timedelta(days=30)  # of what is known of an address without an account

log = logging.getLogger(__name__)


def address_suppress(*, email: str, reason: str) -> bool:
    """No more mail to this address; `reason` is what its server said. False if that was known: the first reason stays.

    Its owner reads it in their notification settings, and may have mail tried again there.
    """
    _, is_new = Suppression.objects.get_or_create(email=email.lower(), defaults={"reason": reason[:ERROR_MAX]})
    if is_new:
        log.warning("no more mail to an address of %s", email.rpartition("@")[2])  # the reason may repeat the address
    return is_new


def address_forget(email: str) -> None:
    """Nobody has this address any more: forget that its server refused mail."""
    Suppression.objects.filter(email=email.lower()).delete()


def suppressions_purge() -> None:
    """Forget addresses without an account after KEPT_FOR: former ones, or those of sign-ups that came to nothing."""
    nobody = ~Exists(User.objects.filter(email=OuterRef("email")))
    Suppression.objects.filter(nobody, created_at__lt=timezone.now() - KEPT_FOR).delete()


def address_unsuppress(*, user: User) -> bool:
    """Mail to this user may be tried again, and what they are owed is looked at now. False if it was not stopped."""
    deleted, _ = Suppression.objects.filter(email=user.email.lower()).delete()
    if deleted:
        bursts_wake(recipient_id=user.id)
    return bool(deleted)
