"""A long past, written at once."""

import uuid

from django.db import connection, transaction

from backend.accounts.models import User
from backend.chat.models import Conversation, Message, Participant


def add_history(conversation_id: int, sender: User, count: int) -> None:
    """Messages 1..count of an empty conversation, as if they had been sent; nobody is told of them."""
    Message.objects.bulk_create(
        Message(
            conversation_id=conversation_id,
            seq=number,
            rev=number,
            sender=sender,
            client_id=uuid.uuid4(),
            sent_digest=b"",
            text=f"message {number}",
        )
        for number in range(1, count + 1)
    )
    Conversation.objects.filter(id=conversation_id).update(rev=count, last_seq=count)


TALK = """
INSERT INTO chat_message (conversation_id, seq, rev, sender_id, client_id, sent_digest, text, created_at)
SELECT %(conversation)s, n, n, CASE n / 3 %% 2 WHEN 0 THEN %(one)s ELSE %(other)s END, gen_random_uuid(), '',
    'message ' || n || repeat(' and some more', (n %% 7)::int), now() - (%(count)s - n) * interval '1 minute'
FROM generate_series(1, %(count)s) AS n
"""


def add_talk(conversation_id: int, one: User, other: User, *, count: int, read: int) -> None:
    """Messages 1..count of two people in an empty conversation, in one statement; both have read up to `read`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(TALK, {"conversation": conversation_id, "one": one.id, "other": other.id, "count": count})
    Conversation.objects.filter(id=conversation_id).update(rev=count, last_seq=count)
    Participant.objects.filter(conversation_id=conversation_id).update(read_seq=read)
    for reader in (one, other):
        missed = Message.objects.filter(conversation_id=conversation_id, seq__gt=read).exclude(sender=reader).count()
        Participant.objects.filter(conversation_id=conversation_id, user=reader).update(unread=missed)
