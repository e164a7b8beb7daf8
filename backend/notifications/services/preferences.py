"""Writes: what somebody wants to be told, by which ways."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from backend.accounts.models import User
from backend.api.errors import InvalidParameter
from backend.api.limits import Limit
from backend.notifications.models import Delivery, NotificationSettings, PushSubscription
from backend.notifications.services.bursts import bursts_wake
from backend.notifications.services.deliveries import delivery_test
from backend.notifications.verdicts import Channel

TESTS = Limit("notification-test", tries=5, window=3600)  # of one person; whoever needs more has found the fault


@transaction.atomic
def settings_change(*, user_id: int, changes: dict[str, Any]) -> None:
    """Save these fields of their settings and look again at all they are owed, under the lock of decisions.

    `quiet_hours` is (start, end) in minutes after midnight, or None.
    """
    fields = dict(changes)
    if "quiet_hours" in fields:
        fields["quiet_start"], fields["quiet_end"] = fields.pop("quiet_hours") or (None, None)
    NotificationSettings.objects.update_or_create(user_id=user_id, defaults=fields)
    _deliveries_wake(user_id)
    bursts_wake(recipient_id=user_id)


def _deliveries_wake(user_id: int) -> None:
    """What was held at the last moment is decided again now. A send that failed keeps its time."""
    held = Delivery.objects.filter(recipient_id=user_id, state=Delivery.State.DUE, error="", due_at__gt=Now())
    held.update(due_at=Now())


def settings_test(*, user: User, channel: Channel, subscription_id: int | None = None) -> None:
    """Have a worker send them a test. Raises InvalidParameter (not a browser of theirs), TooManyAttempts."""
    if (subscription_id is None) != (channel == Channel.EMAIL):
        raise InvalidParameter("subscription", "A push goes to one of your browsers, an email to none.")
    subscription = PushSubscription.objects.filter(user=user, id=subscription_id or 0).first()
    if subscription is None and channel == Channel.PUSH:
        raise InvalidParameter("subscription", "No browser of yours has this id.")
    TESTS.spend(str(user.id))
    delivery_test(recipient=user, channel=channel, subscription=subscription)
