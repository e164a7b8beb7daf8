from django.db import migrations

MAKE = "CREATE INDEX CONCURRENTLY user_by_name ON accounts_user (name, id) WHERE is_active"


class Migration(migrations.Migration):
    """The order in which people are listed (`chat/directory.py`). Without a lock that stops changes of accounts.

    Where it was stopped half-way, it begins anew.
    """

    atomic = False

    dependencies = [
        ("accounts", "0011_contacts_and_blocks"),
        ("chat", "0008_participant_requested"),
    ]

    operations = [
        migrations.RunSQL(
            ["SET statement_timeout = 0", "DROP INDEX CONCURRENTLY IF EXISTS user_by_name", MAKE],
            ["DROP INDEX CONCURRENTLY IF EXISTS user_by_name"],
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
