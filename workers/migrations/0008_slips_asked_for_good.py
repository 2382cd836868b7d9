from django.db import migrations, models


class Migration(migrations.Migration):
    """Whom only a slip binds stays so when one is printed: whoever knew the other proof goes on knowing it."""

    dependencies = [("workers", "0007_tokens_taken_over")]

    operations = [
        migrations.AddField("bindcode", "slip_only", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL(
            "UPDATE workers_bindcode SET slip_only = true WHERE code_hash = 'slip only'", migrations.RunSQL.noop
        ),
    ]
