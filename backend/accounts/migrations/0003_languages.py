from django.db import migrations, models

LANGUAGES = [('en', 'English'), ('es', 'Español'), ('ar', 'العربية')]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_session'),
    ]

    operations = [
        # Hark spoke English only, whatever was asked for.
        migrations.RunSQL(
            "UPDATE accounts_user SET language = 'en' WHERE language NOT IN ('en', 'es', 'ar')",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='user',
            name='language',
            field=models.CharField(choices=LANGUAGES, default='en', max_length=16),
        ),
        migrations.AddField(
            model_name='signup',
            name='language',
            field=models.CharField(choices=LANGUAGES, db_default='en', default='en', max_length=16),
        ),
    ]
