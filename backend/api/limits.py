"""How often something may be tried. Counted in PostgreSQL, so that it holds across processes and restarts."""

import hashlib
from dataclasses import dataclass

from django.db import connection

from backend.api import errors


@dataclass(frozen=True)
class Limit:
    """At most `tries` in a window of `window` seconds, counted for each key by itself."""

    name: str
    tries: int
    window: int

    def spend(self, key: str) -> None:
        """Count one try. Raises TooManyRequests when they are used up; atomic under concurrency."""
        with connection.cursor() as cursor:
            cursor.execute(SPEND, {"key": self._digest(key), "window": self.window})
            used, wait = cursor.fetchone()
        if used > self.tries:
            raise TooManyAttempts(retry_after=max(1, wait))

    def refund(self, key: str) -> None:
        """Give one try back: it turned out to be a good one."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE api_attempt SET used = used - 1 WHERE key = %s AND used > 0", [self._digest(key)])

    def _digest(self, key: str) -> str:
        return hashlib.sha256(f"{self.name}:{key}".encode()).hexdigest()


class TooManyAttempts(errors.TooManyRequests):
    """Too many attempts: wait, then try again."""

    code = "too_many_attempts"


SPEND = """
INSERT INTO api_attempt AS a (key, used, ends_at)
VALUES (%(key)s, 1, now() + make_interval(secs => %(window)s))
ON CONFLICT (key) DO UPDATE SET
    used = CASE WHEN a.ends_at <= now() THEN 1 ELSE a.used + 1 END,
    ends_at = CASE WHEN a.ends_at <= now() THEN EXCLUDED.ends_at ELSE a.ends_at END
RETURNING used, ceil(extract(epoch FROM ends_at - now()))::int
"""
