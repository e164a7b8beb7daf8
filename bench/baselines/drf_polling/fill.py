"""Fills the baseline's database with the same rows as Hark's. A process of its own: `python -m ...fill FILE`."""

import json
import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

SIGNED_IN_FOR = timedelta(days=1)
MESSAGES = """
INSERT INTO chat_message (conversation_id, sender_id, client_id, text, created_at)
SELECT c, CASE mod(n, 2) WHEN 0 THEN a ELSE b END, gen_random_uuid(), %s || n, now() - (%s - n) * interval '1 second'
FROM generate_series(1, %s) AS n, unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS talk (c, a, b)
ORDER BY n, c
"""
LAST = "SELECT conversation_id, max(id) FROM chat_message GROUP BY conversation_id"


def fill(pairs: int, messages: int) -> list[dict[str, Any]]:
    """Pairs of people who talk: {"cookie","csrf","conversation","last"} of each person."""
    from django.contrib.auth.models import User
    from django.db import connection

    from bench import bulk
    from bench.baselines.drf_polling.chat.models import Conversation
    from bench.world import TEXT

    names = [secrets.token_hex(6) for _ in range(2 * pairs)]
    users = User.objects.bulk_create([User(username=f"Person {name}", password="!") for name in names], batch_size=2000)
    conversations = Conversation.objects.bulk_create([Conversation() for _ in range(pairs)], batch_size=2000)
    taking_part = Conversation.participants.through
    taking_part.objects.bulk_create(
        [
            taking_part(conversation_id=conversations[number // 2].pk, user_id=user.pk)
            for number, user in enumerate(users)
        ],
        batch_size=2000,
    )
    firsts, seconds = ([user.pk for user in side] for side in (users[::2], users[1::2]))
    ids = [conversation.pk for conversation in conversations]
    with bulk.loading("chat_message", pairs * messages) as cursor:
        cursor.execute(MESSAGES, [TEXT, messages, messages, ids, firsts, seconds])
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        last = dict(cursor.fetchall())
    cookies = sessions_make(users)
    return [
        {
            "cookie": cookie,
            "csrf": secrets.token_hex(16),
            "conversation": ids[number // 2],
            "last": last[ids[number // 2]],
        }
        for number, cookie in enumerate(cookies)
    ]


def sessions_make(users: list[Any]) -> list[str]:
    """Everybody has signed in: a session key of each."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    store = SessionStore()
    expire_date = timezone.now() + SIGNED_IN_FOR
    sessions = []
    for user in users:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = secrets.token_hex(16)
        sessions.append(Session(session_key=key, session_data=store.encode(data), expire_date=expire_date))
    Session.objects.bulk_create(sessions, batch_size=2000)
    return [session.session_key for session in sessions]


def main(file: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.baselines.drf_polling.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)  # ours has no migrations, and refers to others
    wanted = json.loads(file.read_text())
    file.write_text(json.dumps(fill(wanted["pairs"], wanted["messages"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
