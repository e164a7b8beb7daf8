"""Sends mails that rows of the database owe, each once, and again later what a mail server put off."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives

from backend.live import store
from worker.channels.email.transport import send
from worker.channels.outcome import PermanentFailure, TransientFailure

BUDGET = 20.0  # seconds in which new mails are begun
CLAIM = 60  # seconds; also the wait before a failed mail is tried again

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Owed:
    """A mail that is owed. `name` is the same whenever the same row is read: `sign-up:12`.

    `build` makes it, or None where there is nobody to tell. `settle` notes that it is not owed any more.
    """

    name: str
    build: Callable[[], EmailMultiAlternatives | None]
    settle: Callable[[], None]


def mails_send(owed: Iterable[Owed], *, budget: float = BUDGET) -> None:
    """Send what is owed. A claim that is lost with the store costs a second mail, never the first one."""
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
    except TransientFailure as failure:
        log.warning("%s: will be tried again: %s", mail.name, failure)
        return
    except PermanentFailure as failure:
        log.warning("%s: refused for good: %s", mail.name, failure)
    mail.settle()
