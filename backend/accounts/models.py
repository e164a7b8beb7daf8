from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now

if TYPE_CHECKING:
    from backend.accounts.sessions import SessionStore

# Python looks through the system's files at each call, which takes 10 ms.
_timezones = cache(available_timezones)

NAME_MAX = 100  # characters
EMAIL_MAX = 254  # RFC 5321: a path is at most 256 octets with its brackets


def validate_timezone(name: str) -> None:
    """Raise ValidationError unless `name` is in the IANA time zone database."""
    if name not in _timezones():
        raise ValidationError("This is no IANA time zone, like Europe/Berlin.")


class UserManager(BaseUserManager["User"]):
    """What Django's own commands need (createsuperuser); the rest of Hark uses services."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_superuser(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), name=name, is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person or a bot. The address is kept in lower case: it is what one signs in with."""

    email = models.EmailField(max_length=EMAIL_MAX)
    name = models.CharField(max_length=NAME_MAX)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    language = models.CharField(max_length=16, default="en", choices=settings.LANGUAGES)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # The person made the account, not the operator: with HARK_CONSENT=strangers nobody knows them at first.
    self_registered = models.BooleanField(default=False, db_default=False)
    findable = models.BooleanField(default=False, db_default=False)  # agreed to be found by the exact email address
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def zone(self) -> tzinfo:
        """Their time zone; UTC for one that this machine has not heard of."""
        try:
            return ZoneInfo(self.timezone)
        except (LookupError, ValueError):
            return UTC

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class ApiToken(models.Model):
    """A bearer token of a user, stored as its SHA-256: the token itself is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=NAME_MAX)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at <= now


class Session(AbstractBaseSession):
    """A browser. Who is signed in stands in its data, and again as `user`, so that one statement reads them both."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from backend.accounts.sessions import SessionStore

        return SessionStore


class Signup(models.Model):
    """Somebody asked for an account. The row owes them a mail until `mailed_at` is set; a worker sends it."""

    email = models.EmailField(max_length=EMAIL_MAX, unique=True)
    name = models.CharField(max_length=NAME_MAX)
    password = models.CharField(max_length=128)  # hashed
    language = models.CharField(max_length=16, default="en", db_default="en", choices=settings.LANGUAGES)
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email


class Contact(models.Model):
    """`user` knows `other`, because one of them accepted a request of the other one. One row for each direction."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "other"], name="contact_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} knows user {self.other_id}"


class Block(models.Model):
    """`blocker` does not want to hear from `blocked`. It works in both directions."""

    blocker = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    blocked = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~models.Q(blocker=models.F("blocked")), name="block_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"user {self.blocker_id} blocks user {self.blocked_id}"
