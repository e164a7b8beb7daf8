from django.db import migrations

from backend.accounts.names import skeleton

BATCH = 1_000  # rows of one transaction: nobody waits long for one of them


def fill(apps, schema_editor):
    """For the names that are there; the names themselves stay as they are."""
    users = apps.get_model('accounts', 'User').objects
    after = 0
    while batch := list(users.filter(id__gt=after, name_skeleton='').order_by('id').only('id', 'name')[:BATCH]):
        for user in batch:
            user.name_skeleton = skeleton(user.name)
        users.bulk_update(batch, ['name_skeleton'])
        after = batch[-1].id


class Migration(migrations.Migration):
    """Where it was stopped half-way, it goes on."""

    atomic = False

    dependencies = [
        ('accounts', '0009_audit_and_roles'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
