"""Somebody's access has ended: no push goes any more to browsers where they are signed in no more.

A subscription hangs on its session and goes with it: sign-out, expiry, somebody else signing in there. One that was
made with a token hangs on none, and goes here. A session that goes on under another key takes it along.
"""

from typing import Any

from django.dispatch import receiver

from backend.accounts.models import User
from backend.accounts.signals import access_ended, session_moved
from backend.notifications.services.subscriptions import subscriptions_move, subscriptions_revoke


@receiver(access_ended)
def all_access_ended(user: User, keep_session_key: str | None, **_: Any) -> None:
    subscriptions_revoke(user=user, keep_session_key=keep_session_key)


@receiver(session_moved)
def session_goes_on(former: str, current: str, **_: Any) -> None:
    subscriptions_move(session_key=former, to=current)
