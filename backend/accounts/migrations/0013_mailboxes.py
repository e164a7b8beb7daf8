from django.db import IntegrityError, migrations, transaction

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
        ('accounts', '0012_due_mails'),
    ]

    operations = [
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]
