from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workers", "0002_employees_shifts_audiences_and_integrations")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="private_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
