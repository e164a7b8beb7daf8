from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from backend.accounts.audit import AuditEntry  # noqa: F401  (a model of this app)
from backend.accounts.errors import InvalidCredentials
from backend.accounts.guesses import guess, guesses_of_user
from backend.accounts.mailboxes import EMAIL_MAX, email_clean
from backend.accounts.names import SKELETON_MAX, name_clean, skeleton
from backend.accounts.passwords import password_hash, password_matches
from backend.accounts.roles import ROLES, roles_watched
from backend.accounts.signals import access_ended
from backend.api.text import UnclearText

if TYPE_CHECKING:
    from backend.accounts.sessions import SessionStore

# Python looks through the system's files at each call, which takes 10 ms.
_timezones = cache(available_timezones)

SESSION_AUTH_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
ENDS_ACCESS = frozenset({"password", "is_active"})  # with a new value, all sessions, tokens and pushes end
DECIDES_ACCESS = ENDS_ACCESS | {"credential_epoch"}
NAME_MAX = 100  # characters
CODE_MAX = 64  # characters of a second factor that are looked at
PASSWORD_MAX = 1024  # characters; hashing a longer one is only work
ERASED_DOMAIN = "deleted.invalid"  # RFC 2606: no mail ever arrives there
EMAIL_MARK_LENGTH = 16  # hex digits
DEVICE_MAX = 100  # characters
USE_NOTED_EVERY = timedelta(hours=1)
SHARED = "shared"  # in the data of a session: other people use this browser too
MOVED = "moved"  # in the data of a session: it goes on under another key
FORMER_KEY_LIFE = timedelta(seconds=15)  # of a key that was replaced
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
        try:
            return self.get(email=email_clean(username or ""))
        except UnclearText as fault:
            raise User.DoesNotExist from fault

    def create_superuser(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email_clean(email), name=name, is_staff=True, is_superuser=True, **fields)
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
        """Also spells name and address as they are kept; before their lengths are looked at, for both may grow."""
        cleaned: dict[str, Callable[[str], str]] = {
            "name": partial(name_clean, is_staff=self.is_staff),
            "email": email_clean,
        }
        for field in cleaned.keys() - set(exclude or ()):
            try:
                setattr(self, field, cleaned[field](getattr(self, field)))
            except UnclearText as fault:
                raise ValidationError({field: str(fault)}) from fault
        super().clean_fields(exclude)

    def clean(self) -> None:
        """As it is: `clean_fields` has spelled the address. Django's would write its domain in another way."""

    def set_password(self, raw_password: str | None) -> None:
        """Raises PasswordsBusy."""
        self.password = password_hash(raw_password)
        self._password = raw_password

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password; a wrong one counts as a guess of somebody who is signed in.

        Hark calls `password_confirm`. Django's own form to change a password comes here. Raises TooManyAttempts and
        PasswordsBusy.
        """
        try:
            with guess(guesses_of_user(self.pk)):
                if not password_matches(raw_password or "", self.password):
                    raise InvalidCredentials
        except InvalidCredentials:
            return False
        return True

    async def acheck_password(self, raw_password: str | None) -> bool:
        return await sync_to_async(self.check_password)(raw_password)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session proves: the password and the epoch. In epoch 0 it is Django's own: older sessions go on."""
        proved = f"{self.password}:{self.credential_epoch}" if self.credential_epoch else self.password
        return salted_hmac(SESSION_AUTH_SALT, proved, secret=secret, algorithm="sha256").hexdigest()

    def save(
        self, *, update_fields: Iterable[str] | None = None, keep_session_key: str | None = None, **options: Any
    ) -> None:
        """Save. If the password or `is_active` changes, end all access but the session to keep: see `end_access`.

        A change of what the account may do is noted in the audit log, in the same transaction (`roles.py`). Whoever
        has another password is told by mail.
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
            if "password" in given and stored.password != self.password and not self.is_erased:
                AccountMail.objects.create(kind=MailKind.PASSWORD_CHANGED, user=self, email=self.email)

    def end_access(self) -> None:
        """End all sessions, tokens, pushes and device cookies."""
        with transaction.atomic():
            self.credential_epoch = self._stored().credential_epoch + 1
            super().save(update_fields=["credential_epoch"])
            self._delete_access(None)

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


def session_public_id(key: str) -> str:
    """What the API calls the session with this key: made of it, which cannot be made of that."""
    return salted_hmac("accounts.session.id", key, algorithm="sha256").hexdigest()[:PUBLIC_ID_LENGTH]


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
        """What the API calls it."""
        return session_public_id(self.session_key)

    @property
    def is_shared(self) -> bool:
        """Whether it was opened on a computer that other people use too."""
        return bool(self.get_decoded().get(SHARED))

    def is_proved_by(self, user: User) -> bool:
        """Whether it was opened with the password and in the epoch that they have now, and has not moved."""
        data = self.get_decoded()
        given = "" if data.get(MOVED) else data.get(HASH_SESSION_KEY, "")
        good = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
        return any(constant_time_compare(given, known) for known in good)

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from backend.accounts.sessions import SessionStore

        return SessionStore

    def prove(self, user: User) -> None:
        """Let this session of theirs go on with the password and the epoch that they have now."""
        self._note(HASH_SESSION_KEY, user.get_session_auth_hash())
        self.save(update_fields=["session_data"])

    def retire(self) -> None:
        """Let its key be good for FORMER_KEY_LIFE only: it goes on under another one."""
        self._note(MOVED, True)
        self.expire_date = min(self.expire_date, timezone.now() + FORMER_KEY_LIFE)
        self.save(update_fields=["session_data", "expire_date"])

    def _note(self, name: str, value: object) -> None:
        data = self.get_decoded() | {name: value}
        self.session_data = self.get_session_store_class()().encode(data)


class Signup(models.Model):
    """Somebody asked for an account. The row owes them a mail until `mailed_at` is set; a worker sends it.

    There may be several for one address: whoever follows the link of one of them chooses the password there.
    """

    email = models.EmailField(max_length=EMAIL_MAX)
    name = models.CharField(max_length=NAME_MAX)
    language = models.CharField(max_length=16, default="en", db_default="en", choices=settings.LANGUAGES)
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(db_default=Now(), editable=False)  # when the mail may be tried (again)

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="signup_email"),
            models.Index(fields=["due_at"], condition=models.Q(mailed_at=None), name="signup_due"),
        ]

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
    RECOVERY_CODES_MADE = "recovery_codes_made"


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
    due_at = models.DateTimeField(db_default=Now(), editable=False)  # when it may be tried (again)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(mailed_at=None), name="account_mail_due")]

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
