from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns with a default that PostgreSQL keeps beside the table, under one short lock: no row is written or read."""

    dependencies = [
        ('accounts', '0005_token_columns'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='credential_epoch',
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='user',
            name='name_skeleton',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name='user',
            name='findable',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='user',
            name='self_registered',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
