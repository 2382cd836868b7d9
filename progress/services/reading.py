"""A lesson is opened, then read. Each is one statement: said twice it changes nothing."""

from django.db import connection
from django.utils import timezone

_OPEN = """
    INSERT INTO progress_lessonprogress (worker_id, lesson_id, version_id, opened_at)
    VALUES (%(worker)s, %(lesson)s, %(version)s, %(now)s)
    ON CONFLICT (worker_id, lesson_id) DO NOTHING
"""

# Completed now if the version has no quiz or the worker has passed this lesson's quiz before; never undone.
_READ = """
    INSERT INTO progress_lessonprogress AS progress (worker_id, lesson_id, version_id, opened_at, read_at, completed_at)
    SELECT %(worker)s, %(lesson)s, %(version)s, %(now)s, %(now)s, CASE WHEN NOT %(has_quiz)s OR EXISTS (
        SELECT FROM progress_quizattempt attempt
        WHERE attempt.worker_id = %(worker)s AND attempt.lesson_id = %(lesson)s
          AND attempt.score_percent >= attempt.pass_mark_percent
    ) THEN %(now)s::timestamptz END
    ON CONFLICT (worker_id, lesson_id) DO UPDATE SET
        version_id = EXCLUDED.version_id,
        read_at = COALESCE(progress.read_at, EXCLUDED.read_at),
        completed_at = COALESCE(progress.completed_at, EXCLUDED.completed_at)
    WHERE progress.read_at IS NULL OR progress.completed_at IS NULL
"""


def lesson_open(*, worker_id: int, lesson_id: int, version_id: int) -> None:
    """Record that the worker has seen the lesson's page; only the first time counts."""
    _execute(_OPEN, worker=worker_id, lesson=lesson_id, version=version_id)


def lesson_read(*, worker_id: int, lesson_id: int, version_id: int, has_quiz: bool) -> None:
    """Record that the worker says they have read it. Completes the lesson when no quiz is left to pass."""
    _execute(_READ, worker=worker_id, lesson=lesson_id, version=version_id, has_quiz=has_quiz)


def _execute(sql: str, **values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "now": timezone.now()})
