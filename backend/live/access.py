"""Somebody's access has ended somewhere: their feed moves, so that no gate answers from memory any more.

Sign-out, a revoked token, a new password and a closed account all end in one of these rows.
"""

from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from backend.accounts.models import ApiToken, User
from backend.live.feeds import feeds_bump

DECIDES_ACCESS = {"password", "is_active"}


@receiver(post_delete, sender=Session)
def session_ended(instance: Session, **_: Any) -> None:
    user_id = instance.get_decoded().get("_auth_user_id")
    if user_id is not None and User.objects.filter(id=user_id).exists():
        _look_again(int(user_id))


@receiver(post_delete, sender=ApiToken)
def token_revoked(instance: ApiToken, origin: Any, **_: Any) -> None:
    if getattr(origin, "model", type(origin)) is not User:  # with the account goes its feed
        _look_again(instance.user_id)


@receiver(post_save, sender=User)
def account_changed(instance: User, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    if not created and (update_fields is None or DECIDES_ACCESS & update_fields):
        _look_again(instance.id)


@transaction.atomic
def _look_again(user_id: int) -> None:
    feeds_bump([user_id])
