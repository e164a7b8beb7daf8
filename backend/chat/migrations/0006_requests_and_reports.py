from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models, transaction
from django.db.models import Q

USER = settings.AUTH_USER_MODEL
INDEX = "CREATE INDEX CONCURRENTLY participant_requested ON chat_participant (requested_by_id) WHERE requested_by_id IS NOT NULL"


class OnceTogether(migrations.SeparateDatabaseAndState):
    """In one transaction, and not again if the index after it was stopped half-way."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        connection = schema_editor.connection
        if "chat_report" in connection.introspection.table_names():
            return
        with transaction.atomic(using=connection.alias):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            while schema_editor.deferred_sql:
                schema_editor.execute(schema_editor.deferred_sql.pop(0))


TABLES = [
    # Columns that are empty, or with a default that PostgreSQL keeps beside the table: no row is read or written.
    migrations.AddField(
        model_name='participant',
        name='consent_needed',
        field=models.BooleanField(db_default=False, default=False),
    ),
    migrations.AddField(
        model_name='participant',
        name='requested_by',
        field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER),
    ),
    migrations.CreateModel(
        name='Report',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('seq', models.BigIntegerField()),
            ('text', models.TextField()),
            ('reason', models.CharField(choices=[('spam', 'Spam'), ('abuse', 'Abuse'), ('other', 'Other')], max_length=8)),
            ('note', models.CharField(blank=True, max_length=1000)),
            ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=8)),
            ('action', models.CharField(blank=True, choices=[('dismissed', 'Dismiss: nothing is wrong'), ('noted', 'Note what was done elsewhere'), ('message_removed', 'Remove the message'), ('sender_disabled', 'Switch the sender off'), ('both', 'Remove the message and switch the sender off')], max_length=16)),
            ('action_note', models.CharField(blank=True, max_length=1000)),
            ('handled_at', models.DateTimeField(null=True)),
            ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.conversation')),
            ('handled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
            ('reporter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
            ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
        ],
        options={
            'constraints': [
                models.UniqueConstraint(fields=('reporter', 'conversation', 'seq'), name='report_once'),
                models.CheckConstraint(condition=Q(state='open', handled_at__isnull=True) | Q(state='done', handled_at__isnull=False), name='report_done_is_dated'),
            ],
            'indexes': [models.Index(fields=['state', '-id'], name='report_queue')],
        },
    ),
]


class Migration(migrations.Migration):
    """Without a lock that stops sends. Where it was stopped half-way, it begins anew."""

    atomic = False

    dependencies = [
        ('chat', '0005_retention_and_titles'),
        ('accounts', '0008_contacts_and_blocks'),
    ]

    operations = [
        OnceTogether(TABLES, TABLES),
        migrations.RunSQL(
            ['SET statement_timeout = 0', 'DROP INDEX CONCURRENTLY IF EXISTS participant_requested', INDEX, 'RESET statement_timeout'],
            ['DROP INDEX CONCURRENTLY IF EXISTS participant_requested'],
            state_operations=[
                migrations.AddIndex(
                    model_name='participant',
                    index=models.Index(condition=Q(requested_by__isnull=False), fields=['requested_by'], name='participant_requested'),
                ),
            ],
        ),
    ]
