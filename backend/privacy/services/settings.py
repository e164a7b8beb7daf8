"""Writes: the audit log says when settings that decide about security are not what they were."""

import hashlib
import os

from django.db import transaction

from backend.accounts.audit import AuditEntry, Event, audit_note

# Besides all of HARK_*. Those with a password that could be guessed (DATABASE_URL, REDIS_URL, EMAIL_URL) are left out.
NAMES = frozenset(
    {
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "PUBLIC_URL",
        "ALLOWED_HOSTS",
        "FORWARDED_ALLOW_IPS",
        "CORS_ALLOWED_ORIGINS",
        "VAPID_PRIVATE_KEY",
        "DEFAULT_FROM_EMAIL",
    }
)
OF_A_MACHINE = frozenset({"HARK_VAR", "HARK_INBOUND_LISTEN"})  # these may differ from host to host
DIGEST = 16  # characters kept of a SHA-256
_noted = False


def settings_note() -> None:
    """Once in the life of a worker process: an entry if its settings differ from those of the last entry.

    It has the names of what changed, and digests by which the next process compares; no values.
    """
    global _noted
    if _noted:
        return
    with transaction.atomic():
        last = AuditEntry.objects.filter(event=Event.SETTINGS_CHANGED).order_by("-id").first()
        noted = last.detail["digests"] if last else {}
        before = {name: digest for name, digest in noted.items() if name not in OF_A_MACHINE}
        now = _digests()
        changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
        if changed or last is None:
            detail = {"changed": changed if last else [], "digests": now}
            audit_note(Event.SETTINGS_CHANGED, actor=None, subject=None, detail=detail)
    _noted = True


def _digests() -> dict[str, str]:
    chosen = {name for name in os.environ if name in NAMES or name.startswith("HARK_")} - OF_A_MACHINE
    return {name: hashlib.sha256(os.environ[name].encode()).hexdigest()[:DIGEST] for name in sorted(chosen)}
