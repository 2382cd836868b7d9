import django.core.validators
import simple_history.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wechat", "0001_accounts_followers_inbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalAccount",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(blank=True, editable=False, verbose_name="changed")),
                ("name", models.CharField(max_length=60, verbose_name="account name")),
                (
                    "appid",
                    models.CharField(
                        db_index=True,
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[A-Za-z0-9_-]{3,64}\\Z")],
                        verbose_name="AppID",
                    ),
                ),
                (
                    "original_id",
                    models.CharField(
                        db_index=True,
                        help_text="Starts with gh_; shown in the account's settings.",
                        max_length=64,
                        verbose_name="original ID",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("safe", "safe (encrypted)"), ("compatible", "compatible"), ("plain", "plain text")],
                        default="safe",
                        max_length=10,
                        verbose_name="message mode",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("history_user_id", models.BigIntegerField(null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical official account",
                "verbose_name_plural": "historical official account",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
