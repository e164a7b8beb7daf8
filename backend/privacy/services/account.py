"""Writes: what an account holds of a person is deleted or replaced (`inventory.py` says which)."""

import secrets

from django.apps import apps
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from backend.accounts.models import ERASED_DOMAIN, User
from backend.chat.typing import typing_forget
from backend.live.presence import presence_forget
from backend.notifications.models import NotificationSettings
from backend.privacy.inventory import ADDRESSES, RELATIONS
from backend.privacy.services.exports import exports_delete

NOTIFICATIONS = "notifications"  # the app, whose rows have a lock of their own
BY_HAND = {"privacy.Export", "notifications.NotificationSettings"}
ERASED_NAME = "Deleted person"


def account_erase(user_id: int) -> None:
    """Replace name and address, and delete what hangs on the account. May be repeated: it deletes what came since."""
    exports_delete(user_id=user_id)
    _identity_erase(user_id)
    _notifications_erase(user_id)
    typing_forget(user_id)
    presence_forget(user_id)


@transaction.atomic
def _identity_erase(user_id: int) -> None:
    user = User.objects.select_for_update(no_key=True).get(id=user_id)
    _admin_log_erase(user)
    for address in ADDRESSES:
        model, _, column = address.rpartition(".")
        apps.get_model(model)._default_manager.filter(**{column: user.email}).delete()
    for model, column in _deleted():
        if not model.startswith(f"{NOTIFICATIONS}."):
            apps.get_model(model)._default_manager.filter(**{column: user_id}).delete()
    _replace(user)


@transaction.atomic
def _notifications_erase(user_id: int) -> None:
    """Under the lock under which all is decided about a person, in the order in which a decision locks rows."""
    settings = NotificationSettings.objects.select_for_update().filter(user_id=user_id).first()
    for model, column in _deleted():
        if model.startswith(f"{NOTIFICATIONS}."):
            apps.get_model(model)._default_manager.filter(**{column: user_id}).delete()
    if settings is not None:
        settings.delete()


def _deleted() -> list[tuple[str, str]]:
    """(model, column) of what is deleted, in the order of RELATIONS."""
    names = [name.rpartition(".") for name, fate in RELATIONS.items() if not fate.kept]
    return [(model, column) for model, _, column in names if model not in BY_HAND]


def _replace(user: User) -> None:
    if not user.is_erased:
        user.email = f"{user.id}-{secrets.token_hex(8)}@{ERASED_DOMAIN}"
    user.name, user.timezone, user.language = ERASED_NAME, "UTC", "en"
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login, user.findable = None, False
    user.set_unusable_password()
    user.save()


def _admin_log_erase(user: User) -> None:
    """The admin's own history repeats how a row was called: by name and address."""
    kind = ContentType.objects.get_for_model(User)
    about = Q(content_type=kind, object_id=str(user.id)) | Q(object_repr__endswith=f" of {user.id}")
    rows = AdminLogEntry.objects.filter(about | Q(object_repr__icontains=user.email))
    rows.update(object_repr="", change_message="")
