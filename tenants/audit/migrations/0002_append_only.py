import django.contrib.postgres.indexes
from django.db import migrations

GUARD = """
CREATE FUNCTION audit_trail_is_appended_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is only appended to.';
END $$;
CREATE TRIGGER audit_trail_is_appended_only BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_trail_is_appended_only();
CREATE TRIGGER audit_trail_is_not_emptied BEFORE TRUNCATE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_is_appended_only();
"""
UNGUARD = """
DROP TRIGGER audit_trail_is_not_emptied ON audit_auditentry;
DROP TRIGGER audit_trail_is_appended_only ON audit_auditentry;
DROP FUNCTION audit_trail_is_appended_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_trail")]

    operations = [
        migrations.AlterModelOptions(
            name="auditentry",
            options={
                "default_permissions": ("view",),
                "ordering": ["-number"],
                "permissions": [("grant_support", "May let CCR CSR's support into the factory for hours")],
                "verbose_name": "entry of the audit trail",
                "verbose_name_plural": "audit trail",
            },
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["subject_ids"], name="audit_entry_of_worker", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
