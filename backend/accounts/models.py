from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower, Now
from django.utils.crypto import constant_time_compare, salted_hmac

from backend.accounts.audit import AuditEntry  # noqa: F401  (a model of this app)
from backend.accounts.names import SKELETON_MAX, name_clean, skeleton
from backend.accounts.passwords import password_hash
from backend.accounts.roles import ROLES, roles_watched
from backend.accounts.signals import access_ended
from backend.api.text import UnclearText

if TYPE_CHECKING:
    from backend.accounts.sessions import SessionStore

# Python looks through the system's files at each call, which takes 10 ms.
_timezones = cache(available_timezones)

NAME_MAX = 100  # characters
SESSION_AUTH_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
ENDS_ACCESS = frozenset({"password", "is_active"})  # with a new value, all sessions, tokens and pushes end
DECIDES_ACCESS = ENDS_ACCESS | {"credential_epoch"}
CODE_MAX = 64  # characters of a second factor that are looked at
PASSWORD_MAX = 1024  # characters; hashing a longer one is only work
ERASED_DOMAIN = "deleted.invalid"  # RFC 2606: no mail ever arrives there
EMAIL_MAX = 254  # RFC 5321: a path is at most 256 octets with its brackets
EMAIL_MARK_LENGTH = 16  # hex digits
DEVICE_MAX = 100  # characters
USE_NOTED_EVERY = timedelta(hours=1)
SHARED = "shared"  # in the data of a session: other people use this browser too
PUBLIC_ID_LENGTH = 32  # hex digits


def validate_timezone(name: str) -> None:
    """Raise ValidationError unless `name` is in the IANA time zone database."""
    if name not in _timezones():
        raise ValidationError("This is no IANA time zone, like Europe/Berlin.")


class UserQuerySet(models.QuerySet["User"]):
    """Refuses the one way to change a password that `User.save` would not see."""

    def update(self, **values: Any) -> int:
        """Raises TypeError for a field that decides on access: sessions and tokens would outlive the change, and
        the audit log would not know of it."""
        if refused := (DECIDES_ACCESS | set(ROLES)) & set(values):
            raise TypeError(f"Change {', '.join(sorted(refused))} by save() or access_end().")
        return super().update(**values)


class UserManager(BaseUserManager["User"]):
    """What Django's own commands need (createsuperuser); the rest of Hark uses services."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

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
    # what the name looks like (`names.skeleton`); empty in rows that were written before there was this column
    name_skeleton = models.CharField(max_length=SKELETON_MAX, blank=True, db_default="", editable=False)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    language = models.CharField(max_length=16, default="en", choices=settings.LANGUAGES)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # The person made the account, not the operator: with HARK_CONSENT=strangers nobody knows them at first.
    self_registered = models.BooleanField(default=False, db_default=False)
    findable = models.BooleanField(default=False, db_default=False)  # agreed to be found by the exact email address
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Sessions, tokens and device cookies carry the epoch they were made in, and are dead in any other.
    credential_epoch = models.BigIntegerField(default=0, db_default=0, editable=False)
    # The second factor that was proved together with the password, on the object that credentials_check returned.
    proved_factor_id: int | None = None

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        permissions = [
            ("switch_user", "Can switch a person off and on"),
            ("reset_second_factor", "Can reset a person's second factor"),
        ]
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

    @property
    def email_mark(self) -> str:
        """Stands for the address in links: they die when it changes, and whoever has one does not read it there."""
        return salted_hmac("accounts.email", self.email, algorithm="sha256").hexdigest()[:EMAIL_MARK_LENGTH]

    @property
    def is_erased(self) -> bool:
        """Whether name and address have been replaced, for ever."""
        return self.email.endswith(f"@{ERASED_DOMAIN}")

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        super().clean_fields(exclude)
        if "name" not in (exclude or ()):
            try:
                self.name = name_clean(self.name, is_staff=self.is_staff)
            except UnclearText as fault:
                raise ValidationError({"name": str(fault)}) from fault

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def set_password(self, raw_password: str | None) -> None:
        """Raises PasswordsBusy."""
        self.password = password_hash(raw_password)
        self._password = raw_password

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session proves: the password and the epoch. In epoch 0 it is Django's own: older sessions go on."""
        proved = f"{self.password}:{self.credential_epoch}" if self.credential_epoch else self.password
        return salted_hmac(SESSION_AUTH_SALT, proved, secret=secret, algorithm="sha256").hexdigest()

    def save(
        self, *, update_fields: Iterable[str] | None = None, keep_session_key: str | None = None, **options: Any
    ) -> None:
        """Save. If the password or `is_active` changes, end all access but the session to keep: see `end_access`.

        A change of what the account may do is noted in the audit log, in the same transaction (`roles.py`).
        """
        fields = None if update_fields is None else set(update_fields)
        if fields is None or "name" in fields:
            self.name_skeleton = skeleton(self.name)
            fields = fields and {*fields, "name_skeleton"}
        with roles_watched(self, fields):
            self._save(fields, keep_session_key, options)

    def _save(self, fields: set[str] | None, keep_session_key: str | None, options: dict[str, Any]) -> None:
        if self._state.adding or (fields is not None and not DECIDES_ACCESS & fields):
            super().save(update_fields=fields, **options)
            return
        with transaction.atomic():
            stored = self._stored()
            given = ENDS_ACCESS if fields is None else ENDS_ACCESS & fields
            ends = any(getattr(stored, name) != getattr(self, name) for name in given)
            self.credential_epoch = stored.credential_epoch + ends  # an object may be older than the row
            super().save(update_fields=fields and fields | {"credential_epoch"}, **options)
            if ends:
                self._delete_access(keep_session_key)

    def end_access(self, *, keep_session_key: str | None = None) -> None:
        """End all sessions, tokens, pushes and device cookies. `keep_session_key` names one session that goes on."""
        with transaction.atomic():
            self.credential_epoch = self._stored().credential_epoch + 1
            super().save(update_fields=["credential_epoch"])
            self._delete_access(keep_session_key)

    def _stored(self) -> "User":
        """The row as it is, locked until the transaction ends; references to it may be made meanwhile."""
        fields = ("id", "password", "is_active", "credential_epoch")
        return User.objects.select_for_update(no_key=True).only(*fields).get(pk=self.pk)

    def _delete_access(self, keep_session_key: str | None) -> None:
        self.tokens.all().delete()
        self.sessions.exclude(pk=keep_session_key or "").delete()
        for session in self.sessions.filter(pk=keep_session_key or ""):
            session.prove(self)
        access_ended.send(sender=User, user=self, keep_session_key=keep_session_key)


class ApiToken(models.Model):
    """A bearer token of a user, stored as its SHA-256: the token itself is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=NAME_MAX)
    digest = models.CharField(max_length=64, unique=True)
    credential_epoch = models.BigIntegerField(default=0, db_default=0, editable=False)  # of its user, when it was made
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, editable=False)  # to the hour; null: not used yet

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at <= now

    def is_long_unused(self, now: datetime) -> bool:
        """Whether it is time to note its use again (last_used.py)."""
        return self.last_used_at is None or self.last_used_at < now - USE_NOTED_EVERY


class Session(AbstractBaseSession):
    """A browser. Who is signed in stands in its data, and again as `user`, so that one statement reads them both.

    `device` is made of our own words; no address and no User-Agent is kept.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=DEVICE_MAX, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(db_default=Now(), editable=False)  # to the hour

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def save(self, **how: Any) -> None:
        """A store knows nothing of `last_used_at`, and of `created_at` only what stands in its data."""
        if how.get("force_update"):
            how["update_fields"] = ["session_data", "expire_date", "user", "device"]
            how["update_fields"] += ["created_at"] if isinstance(self.created_at, datetime) else []
        super().save(**how)

    @property
    def public_id(self) -> str:
        """What the API calls it: made of its key, which cannot be made of it."""
        digest = salted_hmac("accounts.session.id", self.session_key, algorithm="sha256").hexdigest()
        return digest[:PUBLIC_ID_LENGTH]

    @property
    def is_shared(self) -> bool:
        """Whether it was opened on a computer that other people use too."""
        return bool(self.get_decoded().get(SHARED))

    def is_proved_by(self, user: User) -> bool:
        """Whether it was opened with the password and in the epoch that they have now."""
        given = self.get_decoded().get(HASH_SESSION_KEY, "")
        good = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
        return any(constant_time_compare(given, known) for known in good)

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from backend.accounts.sessions import SessionStore

        return SessionStore

    def prove(self, user: User) -> None:
        """Let this session of theirs go on with the password and the epoch that they have now."""
        data = self.get_decoded()
        data[HASH_SESSION_KEY] = user.get_session_auth_hash()
        self.session_data = self.get_session_store_class()().encode(data)
        self.save(update_fields=["session_data"])


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


class SecondFactor(models.Model):
    """The authenticator app of a user (TOTP, RFC 6238). It counts from `confirmed_at` on: until then nobody has shown
    that the app has the secret."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = models.CharField(max_length=255)  # base32, encrypted (encryption.py)
    last_step = models.BigIntegerField(default=0, db_default=0)  # the last time step whose code was used
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """Stands in for the second factor once: the row goes when its code is used."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class MailKind(models.TextChoices):
    """What a mail about an account says."""

    PASSWORD_RESET = "password_reset"  # noqa: S105
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    EMAIL_CONFIRM = "email_confirm"
    EMAIL_ASKED = "email_asked"
    EMAIL_CHANGED = "email_changed"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODE_USED = "recovery_code_used"


class AccountMail(models.Model):
    """A mail about an account. The row owes it until `mailed_at` is set; a worker sends it.

    `user` is null where a stranger typed the address: the worker looks whose it is. `facts` are what the kind needs.
    """

    kind = models.CharField(max_length=32)  # MailKind
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="account_mails")
    email = models.EmailField(max_length=EMAIL_MAX)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(mailed_at=None), name="account_mail_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


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
