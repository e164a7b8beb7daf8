import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0006_participant_columns'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('text', models.TextField()),
                ('reason', models.CharField(choices=[('spam', 'Spam'), ('abuse', 'Abuse'), ('other', 'Other')], max_length=8)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=8)),
                ('action', models.CharField(blank=True, choices=[('dismissed', 'Dismiss: nothing is wrong'), ('noted', 'Note what was done elsewhere'), ('message_removed', 'Remove the message'), ('sender_disabled', 'Switch the sender off'), ('both', 'Remove the message and switch the sender off')], max_length=16)),
                ('action_note', models.CharField(blank=True, max_length=1000)),
                ('handled_at', models.DateTimeField(null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.conversation')),
                ('handled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
                ('reporter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('reporter', 'conversation', 'seq'), name='report_once'),
                    models.CheckConstraint(condition=Q(state='open', handled_at__isnull=True) | Q(state='done', handled_at__isnull=False), name='report_done_is_dated'),
                ],
                'indexes': [models.Index(fields=['state', '-id'], name='report_queue')],
            },
        ),
    ]
