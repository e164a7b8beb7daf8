"""What the code of the release before says to its database: the statements of its requests, and its rows."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from psycopg import Connection

from backend.accounts.services import token_digest

SECRET = "hark_of_before"  # noqa: S105
SESSION = "sessionofbefore0123456789abcdefg"
ASKED_AT = datetime.now(UTC) - timedelta(hours=1)
LATER = ASKED_AT + timedelta(days=30)

USER = """
INSERT INTO accounts_user
    (password, last_login, is_superuser, email, name, timezone, language, is_staff, is_active)
VALUES (%(password)s, NULL, %(staff)s, %(email)s, %(name)s, 'UTC', 'en', %(staff)s, %(active)s) RETURNING id
"""
TOKEN = "INSERT INTO accounts_apitoken (user_id, name, digest, expires_at) VALUES (%s, 'bot', %s, %s)"
SESSION_ROW = """
INSERT INTO accounts_session (session_key, session_data, expire_date, user_id) VALUES (%s, %s, %s, %s)
"""
SIGNUP = """
INSERT INTO accounts_signup (email, name, password, language, created_at, mailed_at)
VALUES (%s, 'Erin', 'hashed', 'en', %s, NULL) RETURNING id
"""
SIGNUP_AGAIN = "UPDATE accounts_signup SET name = %s, password = 'hashed', mailed_at = NULL WHERE email = %s"
CONVERSATION = """
INSERT INTO chat_conversation (kind, title, direct_key, rev, last_seq, owner_id) VALUES (%s, %s, %s, 0, 0, %s)
RETURNING id
"""
PARTICIPANT = """
INSERT INTO chat_participant (conversation_id, user_id, read_seq, unread, level, feed_rev, activity)
VALUES (%s, %s, 0, 0, 'all', 0, 0)
"""
SETTINGS = "INSERT INTO notifications_notificationsettings (user_id, quiet_start, quiet_end) VALUES (%s, 60, 120)"
PUSH = """
INSERT INTO notifications_pushsubscription (user_id, session_id, endpoint, p256dh, auth, name)
VALUES (%s, %s, 'https://push.example/1', 'p', 'a', 'Firefox')
"""
BURST = """
INSERT INTO notifications_burst (recipient_id, conversation_id, first_seq, last_seq, state, due_at)
VALUES (%s, %s, 1, 1, 'closed', now()) RETURNING id
"""
DELIVERY = """
INSERT INTO notifications_delivery (recipient_id, channel, key, address, state, due_at, attempt, error)
VALUES (%s, 'email', 'key', 'bob@example.com', 'sent', now(), 1, '') RETURNING id
"""
ITEM = "INSERT INTO notifications_deliveryitem (delivery_id, burst_id, first_seq, last_seq) VALUES (%s, %s, 1, 1)"

MOVE = """
UPDATE chat_conversation SET rev = rev + 1, last_seq = last_seq + 1, updated_at = now()
WHERE id = %s RETURNING rev, last_seq
"""
MESSAGE = """
WITH m AS (
    INSERT INTO chat_message (conversation_id, seq, rev, sender_id, client_id, sent_digest, text, reply_to)
    VALUES (%s, %s, %s, %s, %s, %s, %s, NULL) RETURNING *
)
SELECT m.seq, s.name FROM m JOIN accounts_user s ON s.id = m.sender_id
"""
BUMP = """
INSERT INTO live_feed AS feed (user_id, rev)
SELECT user_id, 1 FROM unnest(%s::bigint[]) AS user_id ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE SET rev = feed.rev + 1
"""
STAMP = """
UPDATE chat_participant SET feed_rev = feed_rev + 1, unread = unread + (user_id <> %(actor)s)::int,
    waiting_since = CASE WHEN user_id = %(actor)s THEN waiting_since ELSE coalesce(waiting_since, now()) END
WHERE conversation_id = %(conversation)s
"""
DELETE = """
WITH moved AS (UPDATE chat_conversation SET rev = rev + 1 WHERE id = %s RETURNING id, rev)
UPDATE chat_message m SET text = '', deleted_at = now(), rev = moved.rev FROM moved
WHERE m.conversation_id = moved.id AND m.seq = 2
"""
PAGE = """
SELECT c.rev, c.last_seq, m.seq, m.text, s.name
FROM chat_participant p
JOIN chat_conversation c ON c.id = p.conversation_id
LEFT JOIN LATERAL (SELECT * FROM chat_message WHERE conversation_id = c.id ORDER BY seq DESC LIMIT 50) AS m ON TRUE
LEFT JOIN LATERAL (SELECT name FROM accounts_user WHERE id = m.sender_id LIMIT 1) AS s ON TRUE
WHERE p.conversation_id = %s AND p.user_id = %s AND p.left_at IS NULL
"""
READ = """
UPDATE chat_participant AS p SET read_seq = now_read.seq, read_at = now(), unread = left_over.unread
FROM (
    SELECT q.id, greatest(q.read_seq, 1) AS seq FROM chat_participant q WHERE q.conversation_id = %(conversation)s
        AND q.user_id = %(user)s
) AS now_read, LATERAL (
    SELECT count(*) AS unread FROM chat_message m WHERE m.conversation_id = %(conversation)s AND m.seq > now_read.seq
) AS left_over
WHERE p.id = now_read.id
"""
WHO_BY_TOKEN = """
SELECT t.expires_at, u.email FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
WHERE t.digest = %s AND u.is_active
"""
WHO_BY_SESSION = """
SELECT s.session_data, u.email FROM accounts_session s LEFT JOIN accounts_user u ON u.id = s.user_id AND u.is_active
WHERE s.session_key = %s AND s.expire_date > now()
"""


def one(connection: Connection, statement: str, values: Any) -> Any:
    """The first column of the first row."""
    row = connection.execute(statement, values).fetchone()
    assert row is not None, statement
    return row[0]


def user_insert(connection: Connection, name: str, password: str, *, staff: bool = False, active: bool = True) -> int:
    row = {"email": f"{name.lower()}@example.com", "name": name, "password": password, "staff": staff, "active": active}
    return int(one(connection, USER, row))


def send(connection: Connection, conversation: int, sender: int, readers: list[int], text: str) -> None:
    """A message, as one transaction, in the order of its locks."""
    with connection.transaction():
        moved = connection.execute(MOVE, [conversation]).fetchone()
        assert moved is not None
        rev, seq = moved
        digest = hashlib.sha256(text.encode()).digest()
        connection.execute(MESSAGE, [conversation, seq, rev, sender, uuid4(), digest, text])
        connection.execute(BUMP, [readers])
        connection.execute(STAMP, {"conversation": conversation, "actor": sender})


def signup_confirm(connection: Connection, email: str) -> None:
    """Ask twice, then follow the link: an account with the password that was chosen when it was asked for."""
    one(connection, SIGNUP, [email, ASKED_AT])
    connection.execute(SIGNUP_AGAIN, ["Frank", email])
    with connection.transaction():
        password = one(connection, "DELETE FROM accounts_signup WHERE email = %s RETURNING password", [email])
        row = {"email": email, "name": "Frank", "password": password, "staff": False, "active": True}
        user = one(connection, USER, row)
    session = uuid4().hex
    connection.execute(SESSION_ROW, [session, "data", LATER, user])
    connection.execute(TOKEN, [user, token_digest(session), LATER])


def conversation_insert(connection: Connection, kind: str, key: str | None, people: list[int]) -> int:
    title = "" if key else "Harbour light"
    conversation = int(one(connection, CONVERSATION, [kind, title, key, people[0]]))
    for user in people:
        connection.execute(PARTICIPANT, [conversation, user])
    return conversation


def notified(connection: Connection, user: int, conversation: int) -> None:
    """Their settings, their browser, and a mail that told them of the first message."""
    connection.execute(SETTINGS, [user])
    connection.execute(PUSH, [user, SESSION])
    burst = one(connection, BURST, [user, conversation])
    connection.execute(ITEM, [one(connection, DELIVERY, [user]), burst])
