"""Reads: what somebody wants, and by which ways they can be told."""

from django.db.models import Q
from django.utils import timezone

from backend.notifications.models import NotificationSettings, PushSubscription, Suppression


def settings_of(user_id: int) -> NotificationSettings:
    """Theirs, or those of the house (not stored)."""
    return NotificationSettings.objects.filter(user_id=user_id).first() or NotificationSettings(user_id=user_id)


def subscriptions_of(user_id: int) -> list[PushSubscription]:
    """The browsers that take pushes for them and where they are signed in still, the oldest first."""
    signed_in = Q(session=None) | Q(session__expire_date__gt=timezone.now())
    return list(PushSubscription.objects.filter(signed_in, user_id=user_id).order_by("id"))


def is_suppressed(email: str) -> bool:
    """Whether mail to this address came back for good."""
    return Suppression.objects.filter(email=email.lower()).exists()
