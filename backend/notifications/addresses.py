"""Somebody has another email address: what could not be mailed to the former one may be mailed now.

The former address is theirs no more, so nothing of it is kept.
"""

from typing import Any

from django.dispatch import receiver

from backend.accounts.models import User
from backend.accounts.signals import email_changed
from backend.notifications.services.bursts import bursts_wake
from backend.notifications.services.suppression import address_forget


@receiver(email_changed)
def owed_mails_look_again(user: User, former: str, **_: Any) -> None:
    address_forget(former)
    bursts_wake(recipient_id=user.id)
