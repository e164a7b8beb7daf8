"""Fills the baseline's database with the same rows as Hark's. A process of its own: `python -m ...fill FILE`."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

MESSAGES = """
INSERT INTO chat_message (conversation_id, sender_id, text, created_at)
SELECT %(conversation)s, CASE mod(n, 2) WHEN 0 THEN %(first)s ELSE %(second)s END, %(text)s || n,
    now() - (%(messages)s - n) * interval '1 second'
FROM generate_series(1, %(messages)s) AS n
"""
NAMES = ("Alice", "Bob")


def fill(messages: int) -> dict[str, Any]:
    """Two people who talk: {"conversation", "cookies": [one of each]}."""
    from django.contrib.auth.models import User

    from bench import bulk
    from bench.baselines.channels_reload.chat.models import Conversation
    from bench.baselines.drf_polling.fill import sessions_make
    from bench.world import TEXT

    users = User.objects.bulk_create([User(username=name, password="!") for name in NAMES])
    conversation = Conversation.objects.create()
    conversation.participants.set(users)
    values = {"conversation": conversation.pk, "first": users[0].pk, "second": users[1].pk}
    with bulk.loading("chat_message", messages) as cursor:
        cursor.execute(MESSAGES, {**values, "text": TEXT, "messages": messages})
    return {"conversation": conversation.pk, "cookies": sessions_make(users)}


def main(file: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.baselines.channels_reload.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)  # ours has no migrations, and refers to others
    file.write_text(json.dumps(fill(json.loads(file.read_text())["messages"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
