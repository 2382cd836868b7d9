from django.db import migrations

# An update that changes nothing passes: the nightly rewrite (services.blur) gives every row the same transaction.
GUARD = """
CREATE FUNCTION grievances_log_is_appended_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The log of a case is only appended to.';
END $$;
CREATE TRIGGER grievances_log_is_appended_only BEFORE UPDATE OR DELETE ON grievances_caseevent
    FOR EACH ROW EXECUTE FUNCTION grievances_log_is_appended_only();
CREATE TRIGGER grievances_log_is_not_emptied BEFORE TRUNCATE ON grievances_caseevent
    FOR EACH STATEMENT EXECUTE FUNCTION grievances_log_is_appended_only();
"""
UNGUARD = """
DROP TRIGGER grievances_log_is_not_emptied ON grievances_caseevent;
DROP TRIGGER grievances_log_is_appended_only ON grievances_caseevent;
DROP FUNCTION grievances_log_is_appended_only();
"""


class Migration(migrations.Migration):
    dependencies = [("grievances", "0001_vault")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
