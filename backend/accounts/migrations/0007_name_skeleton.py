from django.db import migrations, models

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

    atomic = False

    dependencies = [
        ('accounts', '0006_audit_and_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='name_skeleton',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=200),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
