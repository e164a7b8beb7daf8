from django.db import migrations, models
from django.db.models import Q

INDEX = "CREATE INDEX CONCURRENTLY participant_requested ON chat_participant (requested_by_id) WHERE requested_by_id IS NOT NULL"


class Migration(migrations.Migration):
    """Without a lock that stops sends. Where it was stopped half-way, it begins anew."""

    atomic = False

    dependencies = [
        ('chat', '0007_reports'),
    ]

    operations = [
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
