from django.db import migrations, models

MARK = """
CREATE FUNCTION progress_mark_private() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.was_private := (TG_OP = 'UPDATE' AND OLD.was_private) OR EXISTS (
        SELECT FROM lessons_lesson lesson JOIN lessons_series series ON series.id = lesson.series_id
        WHERE lesson.id = NEW.lesson_id AND series.privacy = 'private'
    );
    RETURN NEW;
END $$;
CREATE TRIGGER progress_mark_private BEFORE INSERT OR UPDATE ON progress_lessonprogress
    FOR EACH ROW EXECUTE FUNCTION progress_mark_private();
CREATE TRIGGER progress_mark_private BEFORE INSERT OR UPDATE ON progress_quizattempt
    FOR EACH ROW EXECUTE FUNCTION progress_mark_private();
"""
UNMARK = """
DROP TRIGGER progress_mark_private ON progress_quizattempt;
DROP TRIGGER progress_mark_private ON progress_lessonprogress;
DROP FUNCTION progress_mark_private();
"""


class Migration(migrations.Migration):
    """A row written while its series was private stays private, whatever becomes of the series or of the lesson's place."""

    dependencies = [("progress", "0001_learning_record")]

    operations = [
        migrations.AddField(
            "lessonprogress", "was_private", models.BooleanField(default=False, db_default=False, editable=False)
        ),
        migrations.AddField(
            "quizattempt", "was_private", models.BooleanField(default=False, db_default=False, editable=False)
        ),
        migrations.RunSQL(MARK, UNMARK),
    ]
