from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("progress", "0002_keep_private_rows_private")]

    operations = [
        migrations.AlterModelOptions(
            name="lessonprogress",
            options={
                "permissions": [("view_figures", "Sees figures of learning, without names")],
                "verbose_name": "learning progress",
                "verbose_name_plural": "learning progress",
            },
        ),
    ]
