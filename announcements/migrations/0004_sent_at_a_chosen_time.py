from django.db import migrations, models

import announcements.models


class Migration(migrations.Migration):
    dependencies = [
        ("announcements", "0003_history_of_announcements"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="announcement",
            name="announcement_sent_has_a_time",
        ),
        migrations.AddField(
            model_name="announcement",
            name="send_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="to be sent at"),
        ),
        migrations.AddField(
            model_name="announcement",
            name="unsent_because",
            field=models.CharField(
                blank=True,
                choices=announcements.models.unsent_choices,
                db_default="",
                default="",
                editable=False,
                max_length=20,
                verbose_name="not sent, because",
            ),
        ),
        migrations.AddField(
            model_name="historicalannouncement",
            name="send_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="to be sent at"),
        ),
        migrations.AddField(
            model_name="historicalannouncement",
            name="unsent_because",
            field=models.CharField(
                blank=True,
                choices=announcements.models.unsent_choices,
                db_default="",
                default="",
                editable=False,
                max_length=20,
                verbose_name="not sent, because",
            ),
        ),
        migrations.AlterField(
            model_name="announcement",
            name="state",
            field=models.CharField(
                choices=[("draft", "draft"), ("scheduled", "scheduled"), ("sent", "sent")],
                default="draft",
                editable=False,
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="historicalannouncement",
            name="state",
            field=models.CharField(
                choices=[("draft", "draft"), ("scheduled", "scheduled"), ("sent", "sent")],
                default="draft",
                editable=False,
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["send_at"], name="announcement_planned"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("send_at", None), ("sent_at", None), ("state", "draft"), ("unsent_because", "")),
                    models.Q(
                        ("send_at__isnull", False), ("sent_at", None), ("state", "draft"), ("unsent_because__gt", "")
                    ),
                    models.Q(
                        ("send_at__isnull", False),
                        ("sent_at", None),
                        ("sent_by__isnull", False),
                        ("state", "scheduled"),
                        ("unsent_because", ""),
                    ),
                    models.Q(("sent_at__isnull", False), ("state", "sent"), ("unsent_because", "")),
                    _connector="OR",
                ),
                name="announcement_state_has_its_times",
            ),
        ),
    ]
