import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("workers", "0006_requests_refused_for_a_reason"),
    ]

    operations = [
        migrations.AddField(
            "apitoken",
            "taken_over_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
            ),
        ),
    ]
