from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

# The words of a message, and the conversation it stands in as one word more: so the index finds both together, and a
# word that everybody uses costs no more than it is used in the conversations that are searched.
MAKE = """
CREATE INDEX CONCURRENTLY message_words ON chat_message USING gin (
    (to_tsvector('simple', text) || array_to_tsvector(ARRAY['in ' || conversation_id::text]))
)
"""


class Migration(migrations.Migration):
    """Without a lock that stops sends. Where it was stopped half-way, it begins anew."""

    atomic = False

    dependencies = [
        ('chat', '0003_reactions_and_seen_seq'),
    ]

    operations = [
        migrations.RunSQL(
            [
                'SET statement_timeout = 0',
                'DROP INDEX CONCURRENTLY IF EXISTS message_words',
                MAKE,
            ],
            ['DROP INDEX CONCURRENTLY IF EXISTS message_words'],
        ),
        ValidateConstraint(model_name='message', name='message_tombstone_is_empty'),
        migrations.RunSQL('RESET statement_timeout', migrations.RunSQL.noop),
    ]
