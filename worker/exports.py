"""Mails the people whose export is ready."""

import logging
import time

from backend.live import store
from backend.privacy.models import Export
from backend.privacy.services.exports import export_mailed, exports_to_mail
from worker.channels.email.export import export_build
from worker.channels.email.transport import send
from worker.channels.outcome import PermanentFailure, TransientFailure

BUDGET = 20.0  # seconds in which new mails are begun
CLAIM = 60  # seconds; also the wait before a failed mail is tried again

log = logging.getLogger(__name__)


def exports_mail(*, budget: float = BUDGET) -> None:
    """Send what is owed. A claim that is lost with the store costs a second mail, never the first one."""
    end = time.monotonic() + budget
    for export in exports_to_mail():
        if time.monotonic() > end:
            return
        if _claim(export):
            _mail(export)


def _claim(export: Export) -> bool:
    key = f"hark:export:{export.id}"
    return store.attempt(lambda client: bool(client.set(key, 1, nx=True, ex=CLAIM)), True)


def _mail(export: Export) -> None:
    try:
        send(export_build(export))
    except TransientFailure as failure:
        log.warning("export %s: its mail will be tried again: %s", export.id, failure)
        return
    except PermanentFailure as failure:
        log.warning("export %s: its mail was refused for good: %s", export.id, failure)
    export_mailed(export)
