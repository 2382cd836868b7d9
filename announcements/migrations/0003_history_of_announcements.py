import django.db.models.deletion
import simple_history.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("announcements", "0002_aimed_at_audiences"),
        ("lessons", "0001_initial"),
        ("workers", "0005_erased_workers_and_sent_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalAnnouncement",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(blank=True, editable=False, verbose_name="changed")),
                (
                    "aim_kind",
                    models.CharField(
                        choices=[("everybody", "everybody"), ("department", "department"), ("audience", "audience")],
                        db_default="everybody",
                        default="everybody",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("is_private", models.BooleanField(db_default=False, default=False, editable=False)),
                ("is_personal", models.BooleanField(db_default=False, default=False, editable=False)),
                ("title", models.CharField(max_length=40, verbose_name="title")),
                ("body", models.TextField(verbose_name="text")),
                (
                    "requires_confirmation",
                    models.BooleanField(
                        default=False,
                        help_text="Workers press “I know about it”, and you see who has.",
                        verbose_name="must be confirmed",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("sent", "sent")],
                        default="draft",
                        editable=False,
                        max_length=5,
                        verbose_name="state",
                    ),
                ),
                ("history_user_id", models.BigIntegerField(null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "audience",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workers.audience",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workers.department",
                        verbose_name="for whom",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="lessons.asset",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical announcement",
                "verbose_name_plural": "historical announcements",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
