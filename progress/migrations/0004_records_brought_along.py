from django.db import migrations, models

MARK = """
CREATE OR REPLACE FUNCTION progress_mark_private() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.was_private := NEW.was_private OR (TG_OP = 'UPDATE' AND OLD.was_private) OR EXISTS (
        SELECT FROM lessons_lesson lesson JOIN lessons_series series ON series.id = lesson.series_id
        WHERE lesson.id = NEW.lesson_id AND series.privacy = 'private'
    );
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """What was learned in private elsewhere may be written as private here, whatever the series is here."""

    dependencies = [("progress", "0003_figures_without_names")]

    operations = [
        migrations.AddField(
            "lessonprogress",
            "brought_from",
            models.CharField(
                "brought along from", max_length=80, blank=True, default="", db_default="", editable=False
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
