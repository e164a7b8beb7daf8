"""The audit log: who did what to whom, and when. PostgreSQL refuses to change or delete an entry (migration 0009).

An entry names people by their ids only, and its `detail` has no texts, secrets or tokens, so erasing a person needs no
change here. Call `audit_note` in the transaction of what it notes: then neither exists without the other.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.utils import timezone

if TYPE_CHECKING:
    from backend.accounts.models import User

ONCE_MAX = 100  # characters
PURGE_BATCH = 1000  # entries deleted by one statement
PURGE_BUDGET = 10.0  # seconds in which a new batch is begun; the next hour goes on
MINUTE, HOUR = 60, 3600  # seconds


class Event(models.TextChoices):
    """What an entry is about. A value is stable: clients show it in their own words."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"  # at most one an hour for an account, and one for all unknown addresses
    SIGN_IN_LIMITED = "sign_in_limited"  # the same for 429
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  (a name)
    PASSWORD_RESET = "password_reset"  # noqa: S105  (a name)
    EMAIL_CHANGED = "email_changed"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    TOKEN_CREATED = "token_created"  # noqa: S105  (a name)
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  (a name)
    ROLES_CHANGED = "roles_changed"
    GROUP_CHANGED = "group_changed"
    SETTINGS_CHANGED = "settings_changed"
    EXPORT_REQUESTED = "export_requested"
    EXPORT_READY = "export_ready"
    EXPORT_DOWNLOADED = "export_downloaded"
    ERASE_REQUESTED = "erase_requested"
    ERASED = "erased"
    RETENTION_RUN = "retention_run"
    MESSAGES_READ = "messages_read"
    MESSAGE_REMOVED = "message_removed"
    REPORT_HANDLED = "report_handled"
    AUDIT_PURGED = "audit_purged"


class AuditEntry(models.Model):
    """One entry. `actor` is null where nobody was signed in, or the server itself acted."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    event = models.CharField(max_length=32)  # of Event; no `choices`, so that a new event needs no migration
    actor = models.BigIntegerField(null=True)  # a user id: kept after the account is erased
    subjects = ArrayField(models.BigIntegerField())  # ids of the users it is about; they see it
    detail = models.JSONField(default=dict)
    # Names what is noted once, so that nobody can fill the table; null repeats.
    once = models.CharField(max_length=ONCE_MAX, null=True, unique=True)  # noqa: DJ001

    class Meta:
        verbose_name_plural = "audit log"
        indexes = [models.Index(fields=["at"], name="audit_at")]  # and a GIN index of `subjects`: migration 0009

    def __str__(self) -> str:
        return f"{self.event} {self.id}"


_acting: ContextVar[int | None] = ContextVar("acting", default=None)


@contextmanager
def acting(user_id: int | None) -> Iterator[None]:
    """Entries made inside that name no actor have this one: the signed-in person of an admin page."""
    token = _acting.set(user_id)
    try:
        yield
    finally:
        _acting.reset(token)


def audit_note(
    event: str,
    *,
    actor: "User | int | None",
    subject: "User | int | Iterable[int] | None",
    detail: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> None:
    """Append an entry; nothing if there is one with this `once`. Call it inside the transaction of the change.

    `actor` None: whoever is `acting`, else nobody. `subject`: the people it is about, who see it in `/me/audit`.
    """
    entry = AuditEntry(
        event=Event(event),
        actor=_id(actor) if actor is not None else _acting.get(),
        subjects=_ids(subject),
        detail=dict(detail or {}),
        once=once,
    )
    AuditEntry.objects.bulk_create([entry], ignore_conflicts=once is not None)


def once_in(seconds: int, event: str, key: object) -> str:
    """A value of `once` that repeats for the same event and key within a window of so many seconds."""
    return f"{event}:{key}:{seconds}:{int(timezone.now().timestamp()) // seconds}"


def _id(person: "User | int") -> int:
    return person if isinstance(person, int) else person.id


def _ids(subject: "User | int | Iterable[int] | None") -> list[int]:
    if subject is None:
        return []
    if isinstance(subject, int):
        return [subject]
    # `request.user` is a lazy object, which says of itself that it can be iterated over.
    pk = getattr(subject, "pk", None)
    return sorted(set(cast(Iterable[int], subject))) if pk is None else [int(pk)]


def audit_page(*, user_id: int, limit: int, before: int | None) -> dict[str, Any]:
    """{"entries","next"} about this person, newest first; `next` is the `before` of the next page, or null."""
    rows = AuditEntry.objects.filter(subjects__contains=[user_id], **({} if before is None else {"id__lt": before}))
    found = list(rows.order_by("-id")[: limit + 1])
    page = found[:limit]
    names = _names({entry.actor for entry in page if entry.actor is not None})
    return {
        "entries": [entry_json(entry, names) for entry in page],
        "next": page[-1].id if len(found) > limit else None,
    }


def audit_entries(user_id: int) -> Iterator[dict[str, Any]]:
    """All entries about this person, oldest first, with bounded memory."""
    after = 0
    while page := list(AuditEntry.objects.filter(subjects__contains=[user_id], id__gt=after).order_by("id")[:500]):
        names = _names({entry.actor for entry in page if entry.actor is not None})
        yield from (entry_json(entry, names) for entry in page)
        after = page[-1].id


def entry_json(entry: AuditEntry, names: Mapping[int, str]) -> dict[str, Any]:
    """{"id","at","event","actor","detail"}; an actor whose account is gone has an empty name."""
    actor = None if entry.actor is None else {"id": entry.actor, "name": names.get(entry.actor, "")}
    return {"id": entry.id, "at": entry.at, "event": entry.event, "actor": actor, "detail": entry.detail}


def _names(ids: set[int]) -> dict[int, str]:
    from backend.accounts.models import User

    return dict(User.objects.filter(id__in=ids).values_list("id", "name"))


def audit_purge(*, older_than: timedelta, budget: float = PURGE_BUDGET) -> int:
    """Delete the entries of that age, the oldest first, for `budget` seconds, and note it; how many.

    The only way to delete. All in one transaction, so that one entry has the number.
    """
    end, deleted, more = time.monotonic() + budget, 0, True
    where = {"after": None, "before": timezone.now() - older_than, "batch": PURGE_BATCH}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL hark.audit_purge = 'on'")
        while more and time.monotonic() < end:
            cursor.execute(PURGE, where)
            count, where["after"] = cursor.fetchone()
            deleted, more = deleted + count, count == PURGE_BATCH
        cursor.execute("SET LOCAL hark.audit_purge = 'off'")
        if deleted:
            audit_note(Event.AUDIT_PURGED, actor=None, subject=None, detail={"count": deleted})
    return deleted


# `after` keeps a batch from passing again over what those before it have deleted.
PURGE = """
WITH deleted AS (
    DELETE FROM accounts_auditentry WHERE id IN (
        SELECT id FROM accounts_auditentry
        WHERE at < %(before)s AND at >= coalesce(%(after)s::timestamptz, '-infinity') ORDER BY at LIMIT %(batch)s
    ) RETURNING at
)
SELECT count(*), max(at) FROM deleted
"""
