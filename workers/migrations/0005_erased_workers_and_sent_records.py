import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workers", "0004_shift_steps_and_days_of_rest")]

    operations = [
        migrations.AddField("worker", "erased_on", models.DateField(null=True, editable=False)),
        migrations.AddField("historicalworker", "erased_on", models.DateField(null=True, editable=False)),
        migrations.CreateModel(
            name="SentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("factory_name", models.CharField(max_length=80)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("expires_on", models.DateField()),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent_records",
                        to="workers.worker",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
