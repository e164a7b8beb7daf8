from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_verdict_blocked'),
    ]

    operations = [
        migrations.AlterField(
            model_name='logentry',
            name='verdict',
            field=models.CharField(choices=[('send', 'sent'), ('read', 'you had read everything by then'), ('own', 'there were only messages of your own'), ('told', 'you had been told already'), ('muted', 'you muted this conversation'), ('blocked', 'you block who wrote'), ('no_access', 'you had left the conversation, or not accepted it'), ('inactive', 'your account is switched off'), ('off', 'you switched this channel off'), ('no_device', 'no browser of yours takes pushes'), ('suppressed', 'your mail server refused earlier mails'), ('delay', 'you may still come back by yourself'), ('active', 'you are looking, so it waits'), ('pause', 'you were told a short while ago'), ('quiet', 'quiet hours'), ('capped', 'enough for now'), ('gone', 'the browser does not take pushes any more'), ('failed', 'it could not be delivered')], max_length=16),
        ),
    ]
