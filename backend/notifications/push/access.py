"""Somebody's access has ended: no push goes any more to browsers where they are signed in no more.

A subscription hangs on its session and goes with it: sign-out, expiry, somebody else signing in there. A new password
leaves the sessions' rows, which are dead from then on, and so does a closed account: these are looked at here.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from backend.accounts.models import User
from backend.live.access import DECIDES_ACCESS
from backend.notifications.services.subscriptions import subscriptions_revoke


@receiver(post_save, sender=User)
def account_changed(instance: User, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    if not created and (update_fields is None or DECIDES_ACCESS & update_fields):
        subscriptions_revoke(user=instance)
