"""Mails the sign-up requests that are owed one."""

import logging
import time

from backend.accounts.models import Signup
from backend.accounts.selectors import signups_unmailed
from backend.accounts.services import signup_mailed
from backend.live import store
from worker.channels.email.signup import signup_build
from worker.channels.email.transport import send
from worker.channels.outcome import PermanentFailure, TransientFailure

BUDGET = 20.0  # seconds in which new mails are begun
CLAIM = 60  # seconds; also the wait before a failed mail is tried again

log = logging.getLogger(__name__)


def signups_mail(*, budget: float = BUDGET) -> None:
    """Send what is owed. A claim that is lost with the store costs a second mail, never the first one."""
    end = time.monotonic() + budget
    for signup in signups_unmailed():
        if time.monotonic() > end:
            return
        if _claim(signup):
            _mail(signup)


def _claim(signup: Signup) -> bool:
    key = f"hark:signup:{signup.id}:{signup.created_at.timestamp()}"
    return store.attempt(lambda client: bool(client.set(key, 1, nx=True, ex=CLAIM)), True)


def _mail(signup: Signup) -> None:
    try:
        send(signup_build(signup))
    except TransientFailure as failure:
        log.warning("sign-up %s: will be tried again: %s", signup.id, failure)
        return
    except PermanentFailure as failure:
        log.warning("sign-up %s: refused for good: %s", signup.id, failure)
    signup_mailed(signup)
