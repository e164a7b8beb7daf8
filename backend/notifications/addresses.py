"""Somebody has another email address: what could not be mailed to the former one may be mailed now."""

from typing import Any

from django.dispatch import receiver

from backend.accounts.models import User
from backend.accounts.signals import email_changed
from backend.notifications.services.bursts import bursts_wake


@receiver(email_changed)
def owed_mails_look_again(user: User, **_: Any) -> None:
    bursts_wake(recipient_id=user.id)
