"""Password hashes. Hark makes and compares them in this module only, and at most two at a time in a process.

A hash takes half a second of a core. Without a bound, strangers who guess passwords would occupy every core and all of
Django's threads, and the people who are signed in would wait.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password, make_password

from backend.api.errors import TooManyRequests

HASHES_AT_ONCE = 2  # in a process
WAITING_MAX = 2  # threads that may wait for their turn, so that most of Django's threads stay free
PATIENCE = 1.5  # seconds that a thread waits
RETRY_AFTER = (1, 4)  # seconds, from .. to


class PasswordsBusy(TooManyRequests):
    """Too many people are signing in right now: try again in a few seconds."""


class HashGate:
    """Lets `at_once` threads in; `waiting_max` more wait for up to `patience` seconds; all others are refused."""

    def __init__(self, *, at_once: int, waiting_max: int, patience: float) -> None:
        self.patience = patience
        self._turns = BoundedSemaphore(at_once)
        self._seats = BoundedSemaphore(waiting_max)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Raises PasswordsBusy if there is no place to wait, or after `patience`."""
        if not (self._turns.acquire(blocking=False) or self._wait()):
            raise PasswordsBusy(random.randint(*RETRY_AFTER))  # noqa: S311
        try:
            yield
        finally:
            self._turns.release()

    def _wait(self) -> bool:
        if not self._seats.acquire(blocking=False):
            return False
        try:
            return self._turns.acquire(timeout=self.patience)
        finally:
            self._seats.release()


gate = HashGate(at_once=HASHES_AT_ONCE, waiting_max=WAITING_MAX, patience=PATIENCE)


def password_hash(password: str | None) -> str:
    """The hash to store; for None one that no password matches. Raises PasswordsBusy."""
    if password is None:
        return make_password(None)
    with gate.turn():
        return make_password(password)


def password_matches(password: str, encoded: str | None) -> bool:
    """Whether this is the password. Without a hash (no such account) the answer takes as long. Raises PasswordsBusy.

    The caller counts the try first (`guesses.py`).
    """
    with gate.turn():
        return check_password(password, encoded or UNUSABLE_PASSWORD_PREFIX)
