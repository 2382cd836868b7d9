"""A lesson is opened, then read. Each is one statement: said twice it changes nothing."""

from django.db import connection
from django.utils import timezone

from progress.queries import PRIVATE_SINCE, LessonState
from tenants.postgresql.prepared import prepared_execute

# A private row from before the present binding is not this reader's (queries._OWN): it begins anew.
_OPEN = f"""
    INSERT INTO progress_lessonprogress AS progress (worker_id, lesson_id, version_id, opened_at)
    VALUES (%(worker)s, %(lesson)s, %(version)s, %(now)s)
    ON CONFLICT (worker_id, lesson_id) DO UPDATE SET version_id = EXCLUDED.version_id, opened_at = EXCLUDED.opened_at,
        read_at = NULL, completed_at = NULL, best_score_percent = NULL
    WHERE progress.was_private AND progress.opened_at < {PRIVATE_SINCE}
"""

# Completed now if the version has no quiz or the worker has passed it before; never undone. What the row says is read
# under its lock, so a quiz that ends at the same moment is not overlooked.
_READ = """
    INSERT INTO progress_lessonprogress AS progress (worker_id, lesson_id, version_id, opened_at, read_at, completed_at)
    VALUES (%(worker)s, %(lesson)s, %(version)s, %(now)s, %(now)s, CASE WHEN NOT %(has_quiz)s THEN %(now)s::timestamptz END)
    ON CONFLICT (worker_id, lesson_id) DO UPDATE SET
        version_id = EXCLUDED.version_id,
        read_at = COALESCE(progress.read_at, EXCLUDED.read_at),
        completed_at = COALESCE(
            progress.completed_at,
            CASE WHEN NOT %(has_quiz)s OR progress.best_score_percent >= %(pass_mark)s THEN %(now)s::timestamptz END
        )
    WHERE progress.read_at IS NULL OR progress.completed_at IS NULL
"""


def lesson_begin(state: LessonState, *, worker_id: int) -> None:
    """Before anything is recorded for this reader: the row is theirs, and not what another read before the present binding."""
    if state.opened_at is None:
        lesson_open(worker_id=worker_id, lesson_id=state.lesson_id, version_id=state.version_id)


def lesson_open(*, worker_id: int, lesson_id: int, version_id: int) -> None:
    """Record that the worker has seen the lesson's page; only the first time counts."""
    _execute(_OPEN, worker=worker_id, lesson=lesson_id, version=version_id)


def lesson_read(*, worker_id: int, lesson_id: int, version_id: int, pass_mark_percent: int | None) -> None:
    """Record that the worker says they have read it. Completes the lesson when no quiz is left to pass.

    pass_mark_percent: of the version; None when it has no quiz.
    """
    has_quiz = pass_mark_percent is not None
    _execute(
        _READ, worker=worker_id, lesson=lesson_id, version=version_id, has_quiz=has_quiz, pass_mark=pass_mark_percent
    )


def _execute(sql: str, **values) -> None:
    with connection.cursor() as cursor:
        prepared_execute(cursor, sql, {**values, "now": timezone.now()})
