"""Somebody's access has ended somewhere: their feed moves, so that no gate answers from memory any more.

Sign-out, a revoked token, a new password and a closed account all end in one of these rows.
"""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from backend.accounts.models import ApiToken, Session, User
from backend.live.feeds import feeds_bump

DECIDES_ACCESS = {"password", "is_active"}


@receiver(post_delete, sender=Session)
@receiver(post_delete, sender=ApiToken)
def sign_in_ended(instance: Session | ApiToken, origin: Any, **_: Any) -> None:
    if instance.user_id is None:  # nobody was signed in
        return
    if getattr(origin, "model", type(origin)) is not User:  # with the account goes its feed
        _look_again(instance.user_id)


@receiver(post_save, sender=User)
def account_changed(instance: User, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    if not created and (update_fields is None or DECIDES_ACCESS & update_fields):
        _look_again(instance.id)


@transaction.atomic
def _look_again(user_id: int) -> None:
    feeds_bump([user_id])
