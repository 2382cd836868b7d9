from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_groups_support_and_transfers")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("schema_name", models.CharField(max_length=63, unique=True)),
                ("number", models.PositiveBigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("fault", models.CharField(blank=True, max_length=200)),
                (
                    "factory",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.factory",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AlterModelOptions(
            name="supportgrant",
            options={
                "default_permissions": ("view", "change"),
                "ordering": ["-created_at"],
                "permissions": [("enter_supportgrant", "May enter a factory that lets support in")],
                "verbose_name": "support access",
                "verbose_name_plural": "support access",
            },
        ),
        migrations.AddField(
            model_name="supportgrant",
            name="entered_at",
            field=models.DateTimeField(null=True, verbose_name="first entered at"),
        ),
        migrations.AddField(
            model_name="supportgrant",
            name="left_at",
            field=models.DateTimeField(null=True, verbose_name="left at"),
        ),
        migrations.AddField(
            model_name="supportgrant",
            name="pass_for",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AlterField(
            model_name="supportgrant",
            name="ended_at",
            field=models.DateTimeField(null=True, verbose_name="ended at"),
        ),
        migrations.AddConstraint(
            model_name="supportgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("created_at") + timedelta(hours=24)),
                name="support_grant_ends_within_a_day",
            ),
        ),
    ]
