"""Somebody's access has ended somewhere: their feed moves, so that no gate answers from memory any more.

Sign-out, a revoked token, a new password and a closed account all end here.
"""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from backend.accounts.models import ApiToken, Session, User
from backend.accounts.signals import access_ended
from backend.live.feeds import feeds_bump


@receiver(post_delete, sender=Session)
@receiver(post_delete, sender=ApiToken)
def sign_in_ended(instance: Session | ApiToken, origin: Any, **_: Any) -> None:
    if instance.user_id is None:  # nobody was signed in
        return
    if getattr(origin, "model", type(origin)) is not User:  # with the account goes its feed
        _look_again(instance.user_id)


@receiver(access_ended)
def all_access_ended(user: User, **_: Any) -> None:
    _look_again(user.id)


@transaction.atomic
def _look_again(user_id: int) -> None:
    feeds_bump([user_id])
