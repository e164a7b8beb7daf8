import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """The moment of this statement is one value for all rows: none is written."""

    dependencies = [
        ('accounts', '0006_user_columns'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='session',
            name='device',
            field=models.CharField(db_default='', default='', max_length=100),
        ),
        migrations.AddField(
            model_name='session',
            name='last_used_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
    ]
