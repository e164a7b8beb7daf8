import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Both tables hold what the last two days have left, so their locks are short."""

    dependencies = [
        ('accounts', '0011_contacts_and_blocks'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountmail',
            name='due_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='signup',
            name='due_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.RemoveIndex(model_name='accountmail', name='account_mail_owed'),
        migrations.AddIndex(
            model_name='accountmail',
            index=models.Index(condition=models.Q(('mailed_at', None)), fields=['due_at'], name='account_mail_due'),
        ),
        migrations.AddIndex(
            model_name='signup',
            index=models.Index(condition=models.Q(('mailed_at', None)), fields=['due_at'], name='signup_due'),
        ),
    ]
