"""Writes: exports are asked for, made by a worker, and deleted when their time is over."""

import errno
import logging
import secrets
import time
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from backend.accounts.audit import Event, audit_note
from backend.accounts.models import User
from backend.accounts.services.mails import next_try
from backend.privacy.errors import ExportPending, TooManyExports
from backend.privacy.files import file_delete, file_size, file_written, files_delete, files_listed
from backend.privacy.lease import FAULT, job_release, job_renew, job_retry, job_work
from backend.privacy.models import Export
from backend.privacy.services.archive import archive_write

LIFE = timedelta(hours=24)  # of a file, from when it is ready
KEPT_FOR = timedelta(days=30)  # of a row, which says that there was one
A_DAY = timedelta(days=1)
MOST_A_DAY = 2  # for one person
ATTEMPTS = 6  # within eight minutes; then the person is told that it failed
STRAY_AFTER = 3600  # seconds; a file that no row knows was left by a killed worker, or by a restored backup

NO_SPACE = "The disk of the server is full."
NO_FILE = "The server cannot write the file."

log = logging.getLogger(__name__)


@transaction.atomic
def export_request(*, user: User) -> Export:
    """Ask for an export of everything. Raises ExportPending, TooManyExports."""
    User.objects.select_for_update(no_key=True).get(id=user.id)  # one request of a person after the other
    export_check(user)
    audit_note(Event.EXPORT_REQUESTED, actor=user, subject=user)
    return Export.objects.create(user=user)


def export_check(user: User) -> None:
    """Whether this person may ask for one now. Raises as `export_request`."""
    mine = Export.objects.filter(user=user)
    if mine.filter(state=Export.State.WAITING).exists():
        raise ExportPending
    recent = mine.filter(created_at__gt=timezone.now() - A_DAY).exclude(state=Export.State.FAILED)
    times = list(recent.order_by("-created_at").values_list("created_at", flat=True)[:MOST_A_DAY])
    if len(times) == MOST_A_DAY:
        raise TooManyExports(int((times[-1] + A_DAY - timezone.now()).total_seconds()) + 1)


def export_make_next() -> bool:
    """Make the file of the export that is due the longest; False if there is none. One at a time on all machines."""
    busy = Export.objects.filter(state=Export.State.WAITING, lease_until__gt=Now())
    return not busy.exists() and job_work(Export.objects.all(), _make, on_fault=_failed)


def _make(export: Export) -> None:
    files_delete(f"{export.id}-")
    name = f"{export.id}-{secrets.token_hex(16)}.zip"
    user = User.objects.get(id=export.user_id)
    with file_written(name) as file:
        archive_write(file, user, lambda: job_renew(export))
    expires_at = timezone.now() + LIFE
    ready = {"state": Export.State.READY, "file": name, "size": file_size(name), "finished_at": Now()}
    with transaction.atomic():
        is_mine = job_release(export, **ready, expires_at=expires_at, error="")
        if is_mine:
            audit_note(Event.EXPORT_READY, actor=None, subject=user)
    if not is_mine:
        file_delete(name)


def _failed(export: Export, fault: Exception) -> None:
    """Also of a kind that nobody thought of: it must not be tried for ever."""
    words = FAULT
    if isinstance(fault, OSError):
        words = NO_SPACE if fault.errno in {errno.ENOSPC, errno.EDQUOT} else NO_FILE
    if export.attempt < ATTEMPTS:
        job_retry(export, words)
    else:
        job_release(export, state=Export.State.FAILED, error=words, finished_at=Now())


def exports_to_mail() -> list[Export]:
    """Those that are ready and owe a mail that is due, a hundred at a time."""
    rows = Export.objects.filter(state=Export.State.READY, mailed_at=None, due_at__lte=Now(), user__is_active=True)
    return list(rows.select_related("user").order_by("due_at")[:100])


def export_put_off(export: Export) -> None:
    """The mail could not be sent now."""
    Export.objects.filter(id=export.id).update(due_at=next_try(export.finished_at or export.created_at))


def export_mailed(export: Export) -> None:
    """The mail went out, so it is not owed any more."""
    Export.objects.filter(id=export.id).update(mailed_at=Now())


def exports_delete(*, user_id: int) -> None:
    """Delete a person's exports, files and all."""
    for export in Export.objects.filter(user_id=user_id):
        _file_delete(export)
        files_delete(f"{export.id}-")
        export.delete()


def _file_delete(export: Export) -> None:
    if export.state == Export.State.READY and not file_delete(export.file):
        log.error("export %s: its file is not here: HARK_VAR/exports must be shared by all hosts", export.id)


def exports_purge() -> None:
    """Delete files whose time is over, rows that are KEPT_FOR, and files that no row knows."""
    now = timezone.now()
    for export in Export.objects.filter(state=Export.State.READY, expires_at__lte=now)[:1000]:
        _file_delete(export)
        Export.objects.filter(id=export.id).update(state=Export.State.EXPIRED)
    Export.objects.filter(created_at__lt=now - KEPT_FOR).exclude(state__in=["waiting", "ready"]).delete()
    known = set(Export.objects.filter(state=Export.State.READY).values_list("file", flat=True))
    for path in files_listed():
        with suppress(FileNotFoundError):  # another process was quicker
            if path.name not in known and time.time() - path.stat().st_mtime > STRAY_AFTER:
                path.unlink()
