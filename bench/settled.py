"""Fills a database of Hark with notifications of the past. A process of its own: `python -m bench.settled FILE`."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import django
from django.core.management import call_command

PEOPLE = 1_000  # in pairs
APART = timedelta(hours=3)  # between two notifications of one person: the caps of a day are not reached

# One after the other: everybody was told of every message of their conversation by itself, by email or by push.
STEPS = {
    "notifications_burst": """
        INSERT INTO notifications_burst
            (recipient_id, conversation_id, first_seq, last_seq, state, due_at, created_at, closed_at)
        SELECT p.user_id, p.conversation_id, n, n, 'closed', told_at, told_at, told_at
        FROM generate_series(1, %(each)s) AS n, LATERAL (SELECT now() - (%(each)s - n + 1) * %(apart)s) AS t (told_at),
            chat_participant p
        ORDER BY n, p.user_id
    """,
    "notifications_delivery": """
        INSERT INTO notifications_delivery
            (recipient_id, channel, key, address, state, due_at, attempt, error, created_at, finished_at)
        SELECT b.recipient_id, CASE mod(b.first_seq, 2) WHEN 0 THEN 'push' ELSE 'email' END,
            'n.' || b.id || '.' || b.first_seq, u.email, 'sent', b.due_at, 1, '', b.due_at, b.due_at
        FROM notifications_burst b JOIN accounts_user u ON u.id = b.recipient_id
        ORDER BY b.id
    """,
    "notifications_deliveryitem": """
        INSERT INTO notifications_deliveryitem (delivery_id, burst_id, first_seq, last_seq)
        SELECT d.id, b.id, b.first_seq, b.last_seq
        FROM notifications_burst b JOIN notifications_delivery d ON d.key = 'n.' || b.id || '.' || b.first_seq
        ORDER BY b.id
    """,
    "notifications_logentry": """
        INSERT INTO notifications_logentry
            (recipient_id, burst_id, delivery_id, channel, verdict, count, detail, created_at)
        SELECT d.recipient_id, i.burst_id, d.id, d.channel, 'send', 1, d.address, d.created_at
        FROM notifications_delivery d JOIN notifications_deliveryitem i ON i.delivery_id = d.id
        ORDER BY d.id
    """,
}
SETTINGS = "INSERT INTO notifications_notificationsettings (user_id) SELECT id FROM accounts_user"


def make(settled: int) -> list[tuple[int, int, int]]:
    """So many bursts, deliveries, items and log entries: [(user id, user id, conversation)] of each pair."""
    from django.db import connection

    from backend.chat.models import Participant
    from bench import bulk, world

    each = settled // PEOPLE
    people = [user for user, _ in world.talkers_make(PEOPLE // 2, each, [])["people"]]
    for table, insert in STEPS.items():
        with bulk.loading(table, settled) as cursor:
            cursor.execute(insert, {"each": each, "apart": APART})
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute("CHECKPOINT")  # or it would be written while something is measured
    conversations = dict(Participant.objects.values_list("user_id", "conversation_id"))
    return [(first, second, conversations[first]) for first, second in zip(people[::2], people[1::2], strict=True)]


def main(file: Path) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    file.write_text(json.dumps(make(json.loads(file.read_text())["settled"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
