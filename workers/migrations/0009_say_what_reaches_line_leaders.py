from django.db import migrations, models

FIELD = models.BooleanField(
    default=False,
    help_text=(
        "Line leaders and supervisors: what is written for line leaders reaches them. To see how their own line learns, they "
        "are also chosen as its leader under “Departments”."
    ),
    verbose_name="leads people",
)


class Migration(migrations.Migration):
    """Words of a form alone: nothing changes in the database."""

    dependencies = [("workers", "0008_slips_asked_for_good")]

    operations = [
        migrations.AlterField("historicalworker", "is_line_manager", FIELD),
        migrations.AlterField("worker", "is_line_manager", FIELD),
    ]
