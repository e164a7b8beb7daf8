import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# The roles, and the permissions that each has: {role: {app.model: codenames}}.
ROLES = {
    'Moderators': {
        'accounts.user': ['view_user', 'switch_user'],
        'chat.conversation': ['view_conversation', 'read_messages'],
        'chat.message': ['view_message', 'remove_message'],
        'chat.report': ['view_report', 'change_report'],
    },
    'People managers': {
        'accounts.user': ['view_user', 'add_user', 'change_user', 'switch_user', 'reset_second_factor'],
        'accounts.apitoken': ['view_apitoken', 'delete_apitoken'],
        'notifications.burst': ['view_burst'],
        'notifications.delivery': ['view_delivery'],
        'notifications.pushsubscription': ['view_pushsubscription'],
        'notifications.suppression': ['view_suppression', 'delete_suppression'],
    },
    'Auditors': {
        'accounts.user': ['view_user'],
        'accounts.auditentry': ['view_auditentry'],
    },
}
NAMES = {
    'read_messages': 'Can read the messages of a conversation, for a stated reason',
    'remove_message': 'Can remove a message of others',
    'switch_user': 'Can switch a person off and on',
    'reset_second_factor': "Can reset a person's second factor",
}
CALLED = {'apitoken': 'api token', 'auditentry': 'audit entry', 'pushsubscription': 'push subscription'}


def make_roles(apps, schema_editor):
    """Permissions are made by Django after all migrations, so this makes those that it needs, by the same names."""
    for role, models_ in ROLES.items():
        group, _ = apps.get_model('auth', 'Group').objects.get_or_create(name=role)
        for label, codenames in models_.items():
            group.permissions.add(*(_permission(apps, label, codename) for codename in codenames))


def _permission(apps, label, codename):
    app, model = label.split('.')
    kind, _ = apps.get_model('contenttypes', 'ContentType').objects.get_or_create(app_label=app, model=model)
    action = codename.partition('_')[0]
    name = NAMES.get(codename, f'Can {action} {CALLED.get(model, model)}')
    found, _ = apps.get_model('auth', 'Permission').objects.get_or_create(
        content_type=kind, codename=codename, defaults={'name': name}
    )
    return found


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('contenttypes', '0002_remove_content_type_name'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('accounts', '0009_audit_and_roles'),
        ('chat', '0008_participant_requested'),
        ('notifications', '0002_channels'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lease_until', models.DateTimeField(null=True)),
                ('lease_token', models.UUIDField(null=True)),
                ('attempt', models.IntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done')], default='waiting', max_length=8)),
                ('conversation_after', models.BigIntegerField(default=0)),
                ('messages', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('state',), name='retention_one_open')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lease_until', models.DateTimeField(null=True)),
                ('lease_token', models.UUIDField(null=True)),
                ('attempt', models.IntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done')], default='waiting', max_length=8)),
                ('conversation_after', models.BigIntegerField(default=0)),
                ('seq_after', models.BigIntegerField(default=0)),
                ('is_second_pass', models.BooleanField(default=False)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='erasure', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='erasure_due')],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lease_until', models.DateTimeField(null=True)),
                ('lease_token', models.UUIDField(null=True)),
                ('attempt', models.IntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('failed', 'Failed'), ('expired', 'Expired')], default='waiting', max_length=8)),
                ('file', models.CharField(blank=True, max_length=64)),
                ('size', models.BigIntegerField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='export_due'), models.Index(fields=['user', '-id'], name='export_of_user'), models.Index(condition=models.Q(('state', 'ready')), fields=['expires_at'], name='export_expiring')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('user',), name='export_one_open')],
            },
        ),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
