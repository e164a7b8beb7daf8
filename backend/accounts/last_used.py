"""When sessions and tokens were last used, to the hour: so that what is read often is written seldom."""

from django.db import connection

# Whoever finds the row locked leaves it: another request of the same session or token is writing the same.
SESSION_NOTED = """
UPDATE accounts_session SET last_used_at = now() WHERE session_key = (
    SELECT session_key FROM accounts_session
    WHERE session_key = %(key)s AND last_used_at < now() - interval '1 hour' FOR UPDATE SKIP LOCKED
)
"""
TOKEN_NOTED = """
UPDATE accounts_apitoken SET last_used_at = now() WHERE id = (
    SELECT id FROM accounts_apitoken
    WHERE id = %(key)s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 hour') FOR UPDATE SKIP LOCKED
)
"""  # noqa: S105  (a statement)


def session_used(session_key: str) -> None:
    """This session is used now. Call it for one whose last use is older than an hour; it is written once."""
    _write(SESSION_NOTED, session_key)


def token_used(token_id: int) -> None:
    """This token is used now. As `session_used`."""
    _write(TOKEN_NOTED, token_id)


def _write(statement: str, key: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": key})
