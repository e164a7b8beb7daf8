from django.db import migrations, models


class Migration(migrations.Migration):
    """No table is rewritten. A sign-up that is open keeps its link and loses its password: one is chosen at the link.

    The column `password` stays for a release, empty and optional: the code of before writes it until it is restarted.
    """

    dependencies = [
        ('accounts', '0003_languages'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='signup', name='password')],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE accounts_signup ALTER COLUMN password SET DEFAULT ''",
                    "ALTER TABLE accounts_signup ALTER COLUMN password DROP DEFAULT",
                ),
                migrations.RunSQL("UPDATE accounts_signup SET password = ''", migrations.RunSQL.noop),
            ],
        ),
        migrations.AlterField(
            model_name='signup',
            name='email',
            field=models.EmailField(max_length=254),
        ),
        migrations.AddIndex(
            model_name='signup',
            index=models.Index(fields=['email'], name='signup_email'),
        ),
    ]
