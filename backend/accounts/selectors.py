"""Reads: people and tokens."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from backend.accounts.models import ApiToken, Signup, User
from backend.database import fetch

M = TypeVar("M", bound=Model)
ME = ("id", "email", "name", "timezone", "language", "is_staff", "findable")
SIGNUPS_AT_ONCE = 100  # mails a worker looks at in one go


def me_json(user: User) -> dict[str, Any]:
    """{"id","email","name","timezone","language","is_staff","findable"}."""
    return {name: getattr(user, name) for name in ME}


def tokens_of(user: User) -> list[Any]:
    """The user's tokens, newest first, without their secrets."""
    return list(user.tokens.order_by("-id").values("id", "name", "created_at", "expires_at"))


def token_by_digest(digest: str) -> ApiToken | None:
    """A token with its active user, in one query."""
    found = fetch(TOKEN, {"digest": digest})
    if not found:
        return None
    token = _instance(ApiToken, found[0])
    token.user = _instance(User, found[0][len(_columns(ApiToken)) :])
    return token


def session_by_key(key: str) -> tuple[str, User | None] | None:
    """The encoded data of a session that has not expired, and its active user, in one query."""
    found = fetch(SESSION, {"key": key})
    if not found:
        return None
    data, *user = found[0]
    return data, _instance(User, user) if user[0] is not None else None


def signups_unmailed() -> list[Signup]:
    """Requests that still owe a mail, oldest first, a handful at a time."""
    return list(Signup.objects.filter(mailed_at=None).order_by("created_at")[:SIGNUPS_AT_ONCE])


def email_is_known(email: str) -> bool:
    """Whether there is an account with this address."""
    return User.objects.filter(email=email.lower()).exists()


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
WHERE t.digest = %(digest)s AND u.is_active
"""  # noqa: S608  (constants only)

SESSION = f"""
SELECT s.session_data, {_select(User, "u")}
FROM accounts_session s LEFT JOIN accounts_user u ON u.id = s.user_id AND u.is_active
WHERE s.session_key = %(key)s AND s.expire_date > now()
"""  # noqa: S608  (constants only)
