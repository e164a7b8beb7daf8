from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

TOMBSTONE = models.Q(deleted_at__isnull=True) | models.Q(text='', reactions=[])


class Migration(migrations.Migration):
    """Columns with a default that PostgreSQL keeps beside the table: no row is written, however many there are."""

    dependencies = [
        ('chat', '0002_read_at_and_left_title'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='reactions',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='participant',
            name='seen_seq',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='message_tombstone_is_empty',
        ),
        AddConstraintNotValid(
            model_name='message',
            constraint=models.CheckConstraint(condition=TOMBSTONE, name='message_tombstone_is_empty'),
        ),
    ]
