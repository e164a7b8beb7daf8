"""What an account may do, and who changed it: every change is noted in the audit log, wherever it is made.

Three roles are groups that a migration makes (docs/operations.md). A superuser may do everything.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models.signals import m2m_changed, pre_delete
from django.dispatch import receiver

from backend.accounts.audit import Event, audit_note

if TYPE_CHECKING:
    from backend.accounts.models import User

MODERATORS, PEOPLE_MANAGERS, AUDITORS = "Moderators", "People managers", "Auditors"
ROLES = ("is_active", "is_staff", "is_superuser")
SECRET = ("password", "email")  # that they changed is noted, not what they are
WATCHED = {*ROLES, *SECRET}
NEW = {"is_active": True, "is_staff": False, "is_superuser": False}
ADDED_OR_REMOVED = {"post_add": "added", "post_remove": "removed", "pre_clear": "cleared"}


@contextmanager
def roles_watched(user: "User", update_fields: Iterable[str] | None) -> Iterator[None]:
    """Around `save`: notes a change of WATCHED, and a new account that may use the admin."""
    if update_fields is not None and not WATCHED & set(update_fields):
        yield
        return
    with transaction.atomic():
        before = _stored(user)
        yield
        names = WATCHED if update_fields is None else WATCHED & set(update_fields)
        changed = {name for name in names if before[name] != getattr(user, name)}
        if roles := {name: getattr(user, name) for name in ROLES if name in changed}:
            audit_note(Event.ROLES_CHANGED, actor=None, subject=user, detail=roles)
        for name, event in (("password", Event.PASSWORD_CHANGED), ("email", Event.EMAIL_CHANGED)):
            if name in changed and not user.is_erased:
                audit_note(event, actor=None, subject=user)


def _stored(user: "User") -> dict[str, Any]:
    """The row as it is, locked; for a new account, what every account begins with."""
    rows = type(user).objects.filter(pk=user.pk).select_for_update(no_key=True)
    stored = None if user._state.adding else rows.values(*WATCHED).first()
    return stored or {**NEW, "password": user.password, "email": user.email}


def may_touch(staff: "User", person: "User | None") -> bool:
    """Whether `staff` may change this account in the admin: only a superuser changes those of staff."""
    return staff.is_superuser or person is None or not (person.is_staff or person.is_superuser)


@receiver(m2m_changed)
def memberships_changed(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_: Any
) -> None:
    """Notes who joined or left a group, and rights given to a person or a group."""
    what = ADDED_OR_REMOVED.get(action)
    if what is None or (action != "pre_clear" and not pk_set):
        return
    kind = _kind(sender)
    if kind is None:
        return
    ids = sorted(pk_set or ())
    if kind == "permissions":
        group = {"group": instance.name} if isinstance(instance, Group) else {}
        audit_note(Event.GROUP_CHANGED, actor=None, subject=None, detail={**group, "permissions": what, "ids": ids})
        return
    people = ids if reverse else [instance.pk]
    groups = [instance.name] if reverse else _names(kind, ids)
    audit_note(Event.ROLES_CHANGED, actor=None, subject=people, detail={kind: what, "names": groups})


@receiver(pre_delete, sender=Group)
def group_deleted(instance: Group, **_: Any) -> None:
    """Its members have what it allowed no more."""
    if people := list(instance.user_set.values_list("pk", flat=True)):
        lost = {"groups": "removed", "names": [instance.name]}
        audit_note(Event.ROLES_CHANGED, actor=None, subject=people, detail=lost)
    detail = {"group": instance.name, "permissions": "cleared", "ids": []}
    audit_note(Event.GROUP_CHANGED, actor=None, subject=None, detail=detail)


@receiver(pre_delete, sender="accounts.User")
def account_deleted(instance: "User", **_: Any) -> None:
    """With an account goes what it was allowed."""
    lost: dict[str, Any] = {name: False for name in ROLES if getattr(instance, name)}
    if names := list(instance.groups.order_by("name").values_list("name", flat=True)):
        lost |= {"groups": "removed", "names": names}
    if lost:
        audit_note(Event.ROLES_CHANGED, actor=None, subject=instance.pk, detail=lost)


def _kind(through: Any) -> str | None:
    from backend.accounts.models import User

    kinds = {
        User.groups.through: "groups",
        User.user_permissions.through: "user_permissions",
        Group.permissions.through: "permissions",
    }
    return kinds.get(through)


def _names(kind: str, ids: list[int]) -> list[str]:
    if kind == "groups":
        return list(Group.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True))
    return list(Permission.objects.filter(pk__in=ids).order_by("codename").values_list("codename", flat=True))
