from django.db import migrations, models


class Migration(migrations.Migration):
    """One table in a transaction: a lock that waits for the next one, and holds this, would be a deadlock with a reader."""

    dependencies = [
        ('accounts', '0004_credentials'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='credential_epoch',
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='last_used_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
