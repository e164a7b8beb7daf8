"""Whether chat can go on, looked at seldom however often it is asked."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from backend.live import store
from backend.notifications.ladder import first_look

LATE = 120  # seconds that an owed notification may be overdue before the worker counts as stuck
LATE_JOB = 3_600  # seconds; a job about a person's data that fails is tried again every 15 minutes by then
LOOK_EVERY = 2.0  # seconds: so old an answer may be
OK = "ok"
APPLIED = "SELECT app, name FROM django_migrations"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Readiness:
    """`ready`, `degraded` (chat goes on) or `down`; `words` by check: "ok", or what is wrong, for operators only."""

    status: str
    words: Mapping[str, str]

    @property
    def http_status(self) -> int:
        return 503 if self.status == "down" else 200

    def as_json(self, *, words: bool) -> dict[str, object]:
        """The answer to a client. Without `words` it says nothing of hosts, users or versions."""
        checks = self.words if words else {name: OK if said == OK else "failing" for name, said in self.words.items()}
        return {"status": self.status, "checks": checks, "limits": settings.HARK_LIMITS}


class Lookout:
    """The readiness of this process. One thread at a time looks; all who ask meanwhile wait for what it finds."""

    def __init__(self, look: Callable[[], Readiness]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._found: Readiness | None = None
        self._until = 0.0

    def readiness(self) -> Readiness:
        with self._lock:
            if self._found is None or time.monotonic() >= self._until:
                found = self._look()
                if found != self._found:
                    _note(found)
                self._found, self._until = found, time.monotonic() + LOOK_EVERY
            return self._found

    def forget(self) -> None:
        """Look anew when it is asked next."""
        with self._lock:
            self._found = None


def _note(found: Readiness) -> None:
    """Strangers are not told the words, so they stand in the log when they change."""
    for name, said in found.words.items():
        if said != OK:
            log.warning("readyz: %s: %s", name, said)


def look() -> Readiness:
    """Look at everything now. Words are "ok", or say what is wrong."""
    vital = {"database": _words(_check_database), "migrations": _words(_check_migrations)}
    other = {"redis": _words(_check_redis), "worker": _words(_check_worker)}
    status = "ready"
    if any(words != OK for words in other.values()):
        status = "degraded"
    if any(words != OK for words in vital.values()):
        status = "down"
    return Readiness(status, vital | other)


lookout = Lookout(look)


def _words(check: Callable[[], str]) -> str:
    try:
        return check()
    except (Error, redis.RedisError) as fault:
        return f"{type(fault).__name__}: {str(fault).splitlines()[0] if str(fault) else 'no answer'}"


def _check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """What the code of this process needs; it does not change while the process runs."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _check_migrations() -> str:
    with connection.cursor() as cursor:
        cursor.execute(APPLIED)
        missing = _migrations() - set(cursor.fetchall())
    return f"{len(missing)} missing: run manage.py migrate" if missing else OK


def _check_redis() -> str:
    store.client().ping()
    return OK


def _check_worker() -> str:
    overdue, failing = _numbers(f"SELECT ({OVERDUE}), ({FAILING})")  # noqa: S608  (constants only)
    if overdue > LATE:
        return f"a notification is {overdue:.0f} s overdue: is the worker running?"
    return f"an erasure, export or retention run fails since {failing:.0f} s: see its log" if failing > LATE_JOB else OK


def number(sql: str) -> float:
    """The one number that a statement finds; it may name %(first_look)s, in seconds."""
    return _numbers(sql)[0]


def _numbers(sql: str) -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"first_look": first_look().total_seconds()})
        return [float(found) for found in cursor.fetchone()]


# Of the debts without a burst, and of the bursts and deliveries that are due and that nobody works on, the oldest.
OVERDUE = """
SELECT coalesce(extract(epoch FROM now() - min(since)), 0)::float FROM (
    (SELECT waiting_since + make_interval(secs => %(first_look)s) AS since FROM chat_participant p
    WHERE waiting_since <= now() - make_interval(secs => %(first_look)s) AND NOT EXISTS (
        SELECT 1 FROM notifications_burst b
        WHERE b.recipient_id = p.user_id AND b.conversation_id = p.conversation_id AND b.state = 'open'
    ) ORDER BY waiting_since LIMIT 1)
    UNION ALL
    (SELECT due_at FROM notifications_burst WHERE state = 'open' AND due_at <= now() ORDER BY due_at LIMIT 1)
    UNION ALL
    (SELECT min(greatest(due_at, lease_until)) FROM notifications_delivery
    WHERE state = 'due' AND due_at <= now() AND (lease_until IS NULL OR lease_until <= now()))
) AS due
"""

# Of the jobs about people's data that failed when they were last tried, or whose worker was killed again and again, the
# oldest. A job that goes on has neither an error nor attempts.
FAILING = """
SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float FROM (
    SELECT state, error, attempt, created_at FROM privacy_erasure
    UNION ALL SELECT state, error, attempt, created_at FROM privacy_export
    UNION ALL SELECT state, error, attempt, created_at FROM privacy_retentionrun
) AS job
WHERE state = 'waiting' AND (error <> '' OR attempt > 3)
"""
