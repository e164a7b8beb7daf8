import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

# Refuses every UPDATE and TRUNCATE, and every DELETE but that of accounts/audit.py (audit_purge), which says so.
GUARD = """
CREATE FUNCTION hark_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('hark.audit_purge', true), '') = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$
"""
ROWS = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION hark_audit_is_append_only()
"""
TABLE = """
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON accounts_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION hark_audit_is_append_only()
"""


class Migration(migrations.Migration):
    """A new table, and permissions by name: no row of another table is written or locked."""

    dependencies = [
        ('accounts', '0008_second_factors_and_mails'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='user',
            options={
                'permissions': [
                    ('switch_user', 'Can switch a person off and on'),
                    ('reset_second_factor', "Can reset a person's second factor"),
                ]
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('event', models.CharField(max_length=32)),
                ('actor', models.BigIntegerField(null=True)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('detail', models.JSONField(default=dict)),
                ('once', models.CharField(max_length=100, null=True, unique=True)),
            ],
            options={
                'verbose_name_plural': 'audit log',
                'indexes': [models.Index(fields=['at'], name='audit_at')],
            },
        ),
        migrations.RunSQL('CREATE INDEX audit_subjects ON accounts_auditentry USING gin (subjects)', migrations.RunSQL.noop),
        migrations.RunSQL([GUARD, ROWS, TABLE], ['DROP TRIGGER audit_no_truncate ON accounts_auditentry', 'DROP TRIGGER audit_append_only ON accounts_auditentry', 'DROP FUNCTION hark_audit_is_append_only()']),
    ]
