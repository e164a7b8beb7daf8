"""Reads: people and tokens."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.functions import Now
from django.utils import timezone

from backend.accounts.browsers import browser_name
from backend.accounts.mailboxes import email_clean
from backend.accounts.models import AccountMail, ApiToken, SecondFactor, Session, Signup, User
from backend.api.text import UnclearText
from backend.database import fetch

M = TypeVar("M", bound=Model)
SIGNUPS_AT_ONCE = MAILS_AT_ONCE = 100  # mails a worker looks at in one go
SESSIONS_MAX = 200  # shown of one person
ME = ("id", "email", "name", "timezone", "language", "is_staff", "findable")


def me_json(user: User) -> dict[str, Any]:
    """{"id","email","name","timezone","language","is_staff","findable"}."""
    return {name: getattr(user, name) for name in ME}


def tokens_of(user: User) -> list[Any]:
    """The user's tokens, newest first, without their secrets."""
    return list(user.tokens.order_by("-id").values("id", "name", "created_at", "expires_at", "last_used_at"))


def token_by_digest(digest: str) -> ApiToken | None:
    """A token with its active user, in one query. None if it was made in another credential epoch of theirs."""
    found = fetch(TOKEN, {"digest": digest})
    if not found:
        return None
    token = _instance(ApiToken, found[0])
    token.user = _instance(User, found[0][len(_columns(ApiToken)) :])
    return token


def session_by_key(key: str) -> tuple[str, User | None, bool] | None:
    """The encoded data of a session that has not expired, its active user, and whether its last use is older than an
    hour, in one query."""
    found = fetch(SESSION, {"key": key})
    if not found:
        return None
    data, is_long_unused, *user = found[0]
    return data, _instance(User, user) if user[0] is not None else None, is_long_unused


def sessions_of(user: User, *, current_key: str | None) -> list[dict[str, Any]]:
    """The sessions that this person may go on with, the last used first, without their keys."""
    found = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-last_used_at", "session_key")
    return [
        {
            "id": session.public_id,
            "device": session.device or browser_name(""),
            "shared": session.is_shared,
            "created_at": session.created_at,
            "last_used_at": session.last_used_at,
            "current": session.session_key == current_key,
        }
        for session in found[:SESSIONS_MAX]
        if session.is_proved_by(user)
    ]


def factor_of(user: User) -> SecondFactor | None:
    """The second factor of this person, if they have one that counts."""
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()


def second_factor_is_required(user: User) -> bool:
    """Whether what staff may do takes a second factor of this person (HARK_STAFF_2FA)."""
    return user.is_staff and settings.HARK_STAFF_2FA == "on"


def second_factor_json(user: User) -> dict[str, Any]:
    """{"enabled","required","recovery_codes_left"}."""
    return {
        "enabled": factor_of(user) is not None,
        "required": second_factor_is_required(user),
        "recovery_codes_left": user.recovery_codes.count(),
    }


def mails_owed() -> list[AccountMail]:
    """Mails about accounts that are due, the one that is due the longest first, a handful at a time."""
    due = AccountMail.objects.filter(mailed_at=None, due_at__lte=Now())
    return list(due.select_related("user").order_by("due_at")[:MAILS_AT_ONCE])


def user_of_email(email: str) -> User | None:
    """Whose address this is, however it is spelled."""
    try:
        return User.objects.filter(email=email_clean(email)).first()
    except UnclearText:
        return None


def signups_unmailed() -> list[Signup]:
    """Requests whose mail is due, the one that is due the longest first, a handful at a time."""
    return list(Signup.objects.filter(mailed_at=None, due_at__lte=Now()).order_by("due_at")[:SIGNUPS_AT_ONCE])


def email_is_known(email: str) -> bool:
    """Whether there is an account with this address."""
    return user_of_email(email) is not None


# --- who asks: every request, so by hand and prepared; the ORM takes longer to write a query than PostgreSQL to answer


@cache
def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


def _select(model: type[Model], table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in _columns(model))


def _instance(model: type[M], row: Sequence[Any]) -> M:
    """What the row, which begins with the model's columns, stands for."""
    names = _columns(model)
    return model.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)])


TOKEN = f"""
SELECT {_select(ApiToken, "t")}, {_select(User, "u")}
FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
WHERE t.digest = %(digest)s AND u.is_active AND t.credential_epoch = u.credential_epoch
"""  # noqa: S608  (constants only)

SESSION = f"""
SELECT s.session_data, s.last_used_at < now() - interval '1 hour', {_select(User, "u")}
FROM accounts_session s LEFT JOIN accounts_user u ON u.id = s.user_id AND u.is_active
WHERE s.session_key = %(key)s AND s.expire_date > now()
"""  # noqa: S608  (constants only)
