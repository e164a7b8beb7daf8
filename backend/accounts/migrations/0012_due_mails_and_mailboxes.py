import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import IntegrityError, migrations, models, transaction

from backend.accounts.mailboxes import email_clean
from backend.api.text import UnclearText

OTHER_SPELLINGS = r'[^ -~]|"'  # domains that are not in ASCII, and quotes


def spell(apps, schema_editor):
    """Addresses of before as they are kept now. One that no mail can be sent to, or that is taken, stays."""
    users = apps.get_model('accounts', 'User').objects
    for user in users.filter(email__regex=OTHER_SPELLINGS).order_by('id').only('id', 'email'):
        try:
            with transaction.atomic():
                users.filter(id=user.id, email=user.email).update(email=email_clean(user.email))
        except (UnclearText, IntegrityError):
            continue


class Migration(migrations.Migration):
    """Where it was stopped half-way, it goes on."""

    atomic = False

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
        RemoveIndexConcurrently(model_name='accountmail', name='account_mail_owed'),
        AddIndexConcurrently(
            model_name='accountmail',
            index=models.Index(condition=models.Q(('mailed_at', None)), fields=['due_at'], name='account_mail_due'),
        ),
        AddIndexConcurrently(
            model_name='signup',
            index=models.Index(condition=models.Q(('mailed_at', None)), fields=['due_at'], name='signup_due'),
        ),
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]
