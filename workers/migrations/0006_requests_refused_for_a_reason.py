from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("workers", "0005_erased_workers_and_sent_records")]

    operations = [
        migrations.AddField(
            "privacyrequest",
            "reason",
            models.CharField("reason", max_length=20, blank=True, default="", db_default=""),
        ),
        migrations.AddField(
            "privacyrequest",
            "words",
            models.CharField("own words", max_length=500, blank=True, default="", db_default=""),
        ),
        migrations.AlterField(
            "privacyrequest",
            "state",
            models.CharField(
                "state",
                max_length=9,
                choices=[("open", "open"), ("done", "done"), ("refused", "refused"), ("withdrawn", "taken back")],
                default="open",
            ),
        ),
        migrations.AddConstraint(
            "privacyrequest",
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason="", words=""),
                name="privacy_request_refused_for_a_reason",
            ),
        ),
    ]
