"""Sends mails that rows of the database owe, each once, and again later what a mail server put off."""

import logging
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMultiAlternatives

from backend.live import store
from worker.channels.email.transport import send
from worker.channels.outcome import PermanentFailure, TransientFailure

BUDGET = 20.0  # seconds in which new mails are begun
CLAIM = 60  # seconds; not above the wait before a mail is tried again (backend/accounts/services/mails.py)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Owed:
    """A mail that is owed. `name` is the same whenever the same row is read: `sign-up:12`.

    `build` makes it, or None where there is nobody to tell. `settle` notes that it is not owed any more, `put_off` that
    it is to be tried again later, behind those that are due before.
    """

    name: str
    build: Callable[[], EmailMultiAlternatives | None]
    settle: Callable[[], None]
    put_off: Callable[[], None]


def mails_send(owed: Iterable[Owed], *, budget: float = BUDGET) -> None:
    """Send what is owed. One that cannot be made or sent does not stop those behind it.

    A claim that is lost with the store costs a second mail, never the first one.
    """
    end = time.monotonic() + budget
    for mail in owed:
        if time.monotonic() > end:
            return
        if _claim(mail):
            _send(mail)


def _claim(mail: Owed) -> bool:
    return store.attempt(lambda client: bool(client.set(f"hark:owed:{mail.name}", 1, nx=True, ex=CLAIM)), True)


def _send(mail: Owed) -> None:
    try:
        built = mail.build()
        if built is not None:
            send(built)
    except PermanentFailure as failure:
        log.warning("%s: refused for good: %s", mail.name, failure)
    except TransientFailure as failure:
        log.warning("%s: will be tried again: %s", mail.name, failure)
        return mail.put_off()
    except SoftTimeLimitExceeded:
        mail.put_off()
        raise
    except Exception as fault:  # of a kind that nobody thought of; its words may repeat an address
        where = traceback.extract_tb(fault.__traceback__)[-1]
        log.error("%s: %s at %s:%s", mail.name, type(fault).__name__, where.filename, where.lineno)
        return mail.put_off()
    mail.settle()
