"""Accounts: making one, changing one."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from backend.accounts.mailboxes import email_clean
from backend.accounts.models import User
from backend.accounts.names import name_clean, skeleton
from backend.accounts.passwords import password_hash
from backend.accounts.services.credentials import password_check
from backend.api.errors import InvalidParameter
from backend.api.text import UnclearText

SKELETONS_AT_ONCE = 1_000  # names filled in at one go


def user_create(*, email: str, name: str, password: str, is_staff: bool = False, is_superuser: bool = False) -> User:
    """Make an account. `is_staff`: may use the admin, as far as their groups allow; a superuser may do everything.

    Raises InvalidParameter for a taken address or a weak password.
    """
    password_check(password=password, email=email, name=name)
    rights = Rights(is_staff=is_staff or is_superuser, is_superuser=is_superuser)
    return user_insert(email=email, name=name, password_hash=password_hash(password), rights=rights)


@dataclass(frozen=True)
class Rights:
    """What an account may do besides chat."""

    is_staff: bool = False
    is_superuser: bool = False


NO_RIGHTS = Rights()


def user_insert(
    *,
    email: str,
    name: str,
    password_hash: str,
    rights: Rights = NO_RIGHTS,
    language: str = settings.LANGUAGE_CODE,
    self_registered: bool = False,
) -> User:
    user = User(email=email, name=name)
    user.is_staff, user.is_superuser = rights.is_staff, rights.is_superuser
    user.self_registered = self_registered
    user.password, user.language = password_hash, language
    try:
        user.full_clean(validate_constraints=False)
        with transaction.atomic():
            user.save()
    except ValidationError as fault:
        field, messages = next(iter(fault.message_dict.items()))
        raise InvalidParameter(field, " ".join(messages)) from fault
    except IntegrityError as fault:
        raise InvalidParameter("email", "There is an account with this address already.") from fault
    return user


def skeletons_fill() -> None:
    """For names that a process wrote which knew of no skeletons, while this release took its place."""
    for user in User.objects.filter(name_skeleton="").only("id", "name")[:SKELETONS_AT_ONCE]:
        User.objects.filter(id=user.id, name=user.name).update(name_skeleton=skeleton(user.name))


def name_check(name: str, *, is_staff: bool = False) -> str:
    """The name as it is kept. Raises InvalidParameter for one that is not clear, or that imitates staff."""
    try:
        return name_clean(name, is_staff=is_staff)
    except UnclearText as fault:
        raise InvalidParameter("name", str(fault)) from fault


def email_check(email: str) -> str:
    """The address as it is kept. Raises InvalidParameter for one that no mail can be sent to."""
    try:
        return email_clean(email)
    except UnclearText as fault:
        raise InvalidParameter("email", str(fault)) from fault


def me_update(*, user: User, changes: dict[str, str | bool]) -> User:
    """Change name, timezone, language or findable. Raises InvalidParameter."""
    for field, value in changes.items():
        setattr(user, field, value)
    try:
        user.full_clean(exclude={f.name for f in User._meta.fields} - set(changes), validate_constraints=False)
    except ValidationError as fault:
        field, messages = next(iter(fault.message_dict.items()))
        raise InvalidParameter(field, " ".join(messages)) from fault
    user.save(update_fields=list(changes))
    return user
