"""Reads: people and tokens."""

from typing import Any

from django.db.models import Q

from backend.accounts.models import ApiToken, Signup, User

PEOPLE_MAX = 50  # answers to one search
SIGNUPS_AT_ONCE = 100  # mails a worker looks at in one go


def me_json(user: User) -> dict[str, Any]:
    """{"id","email","name","timezone","language","is_staff"}."""
    return {name: getattr(user, name) for name in ("id", "email", "name", "timezone", "language", "is_staff")}


def users_search(*, user: User, query: str) -> list[Any]:
    """Up to 50 others one may write to, by a part of the name or the whole address: {"id","name"}."""
    people = User.objects.filter(is_active=True).exclude(id=user.id)
    if query:
        people = people.filter(Q(name__icontains=query) | Q(email=query.lower()))
    return list(people.order_by("name", "id").values("id", "name")[:PEOPLE_MAX])


def tokens_of(user: User) -> list[Any]:
    """The user's tokens, newest first, without their secrets."""
    return list(user.tokens.order_by("-id").values("id", "name", "created_at", "expires_at"))


def token_by_digest(digest: str) -> ApiToken | None:
    """A token with its active user, in one query."""
    return ApiToken.objects.select_related("user").filter(digest=digest, user__is_active=True).first()


def users_active_count(user_ids: set[int]) -> int:
    """How many of these ids are people one may write to."""
    return User.objects.filter(id__in=user_ids, is_active=True).count()


def signups_unmailed() -> list[Signup]:
    """Requests that still owe a mail, oldest first, a handful at a time."""
    return list(Signup.objects.filter(mailed_at=None).order_by("created_at")[:SIGNUPS_AT_ONCE])


def email_is_known(email: str) -> bool:
    """Whether there is an account with this address."""
    return User.objects.filter(email=email.lower()).exists()
