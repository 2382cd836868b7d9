import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("announcements", "0001_announcements_and_receipts"),
        ("lessons", "0001_initial"),
        ("workers", "0005_erased_workers_and_sent_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="aim_kind",
            field=models.CharField(
                choices=[("everybody", "everybody"), ("department", "department"), ("audience", "audience")],
                db_default="everybody",
                default="everybody",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="announcement",
            name="aimed_at",
            field=models.TextField(blank=True, db_default="", default="", editable=False),
        ),
        migrations.AddField(
            model_name="announcement",
            name="audience",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="announcements",
                to="workers.audience",
            ),
        ),
        migrations.AddField(
            model_name="announcement",
            name="is_personal",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="announcement",
            name="is_private",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("aim_kind", "department"), _negated=True), ("department__isnull", False), _connector="OR"
                ),
                name="announcement_aim_is_whole",
            ),
        ),
        migrations.RunSQL(
            "UPDATE announcements_announcement SET aim_kind = 'department' WHERE department_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
