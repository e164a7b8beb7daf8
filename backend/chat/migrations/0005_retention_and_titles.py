from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

RETENTION = models.Q(retention_days__isnull=True) | models.Q(retention_days__range=(1, 36500))


class Migration(migrations.Migration):
    """Columns that are null or have a default that PostgreSQL keeps beside the table: no row is written or read.

    The constraint needs no validation: the column is new, and null in every row that is there.
    """

    dependencies = [
        ('chat', '0004_message_words'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='conversation',
            options={'permissions': [('read_messages', 'Can read the messages of a conversation, for a stated reason')]},
        ),
        migrations.AlterModelOptions(
            name='message',
            options={'permissions': [('remove_message', 'Can remove a message of others')]},
        ),
        migrations.AddField(
            model_name='conversation',
            name='retained_seq',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='conversation',
            name='retention_days',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='titled_by',
            field=models.BigIntegerField(null=True),
        ),
        AddConstraintNotValid(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=RETENTION, name='conversation_retention'),
        ),
    ]
