import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

USER = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    """Of this table alone: a send locks the conversation first and then its participants, a reader the other way round.

    The foreign key is null in every row that is there, so PostgreSQL does not look at them.
    """

    dependencies = [
        ('chat', '0005_retention_and_titles'),
        ('accounts', '0011_contacts_and_blocks'),
    ]

    operations = [
        migrations.AddField(
            model_name='participant',
            name='left_titled_by',
            field=models.BigIntegerField(null=True),
        ),
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
    ]
