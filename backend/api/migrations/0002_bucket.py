from django.db import migrations, models

# The table is new and empty, so this rewrites nothing. Pages are kept half empty for updates in place (HOT).
UNLOGGED = "ALTER TABLE api_bucket SET UNLOGGED"
FILL = "ALTER TABLE api_bucket SET (fillfactor = 50)"


class Migration(migrations.Migration):

    dependencies = [
        ("api", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("key", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("full_at", models.DateTimeField()),
                ("taken", models.FloatField()),
            ],
        ),
        migrations.RunSQL([UNLOGGED, FILL], migrations.RunSQL.noop),
    ]
