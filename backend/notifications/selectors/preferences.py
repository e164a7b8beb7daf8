"""Reads: what somebody wants, and by which ways they can be told."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from backend.accounts.models import User
from backend.notifications.ladder import delays_of_house
from backend.notifications.models import NotificationSettings, PushSubscription, Suppression


def settings_of(user_id: int) -> NotificationSettings:
    """Theirs, or those of the house (not stored)."""
    return NotificationSettings.objects.filter(user_id=user_id).first() or NotificationSettings(user_id=user_id)


def settings_json(user: User) -> dict[str, Any]:
    """What they chose, what the house does where they chose nothing, and whether their address takes no mail."""
    chosen = settings_of(user.id)
    return {
        "email": chosen.email,
        "push": chosen.push,
        "email_delay": chosen.email_delay,
        "push_delay": chosen.push_delay,
        "quiet_hours": _quiet_hours(chosen),
        "hide_content": chosen.hide_content,
        "email_suppressed": _suppressed(user.email),
        "defaults": delays_of_house(),
    }


def subscriptions_of(user_id: int) -> list[PushSubscription]:
    """The browsers that take pushes for them and where they are signed in still, the oldest first."""
    return list(PushSubscription.objects.filter(signed_in(), user_id=user_id).order_by("id"))


def signed_in() -> Q:
    """Of push subscriptions: nobody is told through a browser whose session is over."""
    return Q(session=None) | Q(session__expire_date__gt=timezone.now())


def is_suppressed(email: str) -> bool:
    """Whether mail to this address came back for good."""
    return Suppression.objects.filter(email=email.lower()).exists()


def _suppressed(email: str) -> dict[str, Any] | None:
    found = Suppression.objects.filter(email=email.lower()).first()
    return None if found is None else {"reason": found.reason, "since": found.created_at}


def _quiet_hours(chosen: NotificationSettings) -> dict[str, str] | None:
    if chosen.quiet_start is None or chosen.quiet_end is None:
        return None
    return {"start": _time(chosen.quiet_start), "end": _time(chosen.quiet_end)}


def _time(minutes: int) -> str:
    return "{:02}:{:02}".format(*divmod(minutes, 60))
