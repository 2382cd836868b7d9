"""What HR may know about learning: by name for tracked series, and for private ones full tens, a day old, or nothing.

Each report is one SQL statement over tracked rows. Whoever adds one starts from `_TRACKED`, so that no total can be
compared with a part of it to find out about a private series.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from tenants.privacy import size_rounded

DAYS_OF_ACTIVITY = 30

# Rows that are HR's to see, joined to their lesson (see OfWorkerQuerySet.tracked).
_TRACKED = """
    progress_lessonprogress progress
    JOIN lessons_lesson lesson ON lesson.id = progress.lesson_id
    JOIN lessons_series series ON series.id = lesson.series_id AND series.privacy = 'tracked'
"""
_IS_TRACKED = "NOT progress.was_private"
# Lessons that workers are expected to have completed.
_ON_OFFER = "lesson.state = 'published' AND NOT lesson.is_hidden"
_EMPLOYED = "(worker.left_on IS NULL OR worker.left_on > %(on)s)"


@dataclass(frozen=True, slots=True)
class Completion:
    """How much of what is on offer has been completed. `name` is a department's or a series'; empty: without department.

    percent: completed lessons of all (employee, lesson) pairs, a whole number 0..100, rounded down.
    """

    name: str
    employees: int
    completed: int
    percent: int


@dataclass(frozen=True, slots=True)
class DayOfLearning:
    on: date
    opened: int
    completed: int


@dataclass(frozen=True, slots=True)
class LearningNumbers:
    """The seven days up to and including a day. learners: people who opened, read or completed something."""

    learners: int
    opened: int
    completed: int
    learners_before: int  # the seven days before those


@dataclass(frozen=True, slots=True)
class PrivateCount:
    """People, rounded down to full tens; None: fewer than ten."""

    title: str
    opened: int | None
    completed: int | None


def completions(*, on: date) -> tuple[list[Completion], list[Completion]]:
    """By uppermost department, with everything below it, and by tracked series with a lesson on offer; of people who work here
    on that day. One pass over what was completed serves both."""
    sql = f"""
        WITH offer AS (
            SELECT lesson.id, series.id AS series_id, series.title, series.position
            FROM lessons_lesson lesson JOIN lessons_series series ON series.id = lesson.series_id
            WHERE series.privacy = 'tracked' AND {_ON_OFFER}
        ), staff AS (
            SELECT worker.id, root.id AS root_id, COALESCE(root.name, '') AS root
            FROM workers_worker worker
            LEFT JOIN workers_department department ON department.id = worker.department_id
            LEFT JOIN workers_department root ON root.id = split_part(department.path, '/', 1)::bigint
            WHERE {_EMPLOYED}
        ), by_lesson AS (
            SELECT staff.root_id, progress.lesson_id, count(*) AS people
            FROM progress_lessonprogress progress JOIN staff ON staff.id = progress.worker_id
            WHERE {_IS_TRACKED} AND progress.completed_at < %(end)s
                AND progress.lesson_id = ANY (ARRAY (SELECT offer.id FROM offer))
            GROUP BY staff.root_id, progress.lesson_id
        ), done AS (
            SELECT by_lesson.root_id, offer.series_id, sum(by_lesson.people) AS lessons
            FROM by_lesson JOIN offer ON offer.id = by_lesson.lesson_id
            GROUP BY by_lesson.root_id, offer.series_id
        )
        SELECT 1 AS kind, root AS name, count(*) AS employees, (
            SELECT COALESCE(sum(lessons), 0)::bigint FROM done WHERE done.root_id IS NOT DISTINCT FROM staff.root_id
        ), (SELECT count(*) FROM offer), root_id AS place, root_id AS id
        FROM staff GROUP BY root_id, root
        UNION ALL
        SELECT 2, title, (SELECT count(*) FROM staff), (
            SELECT COALESCE(sum(lessons), 0)::bigint FROM done WHERE done.series_id = offer.series_id
        ), count(*), position, series_id
        FROM offer GROUP BY series_id, title, position
        ORDER BY kind, place NULLS LAST, id
    """
    found: dict[int, list[Completion]] = {1: [], 2: []}
    for kind, name, employees, completed, lessons, *_order in _rows(sql, on=on, end=_start_of(on + timedelta(days=1))):
        found[kind].append(Completion(name, employees, completed, _percent(completed, employees * lessons)))
    return found[1], found[2]


def completion_by_department(*, on: date) -> list[Completion]:
    return completions(on=on)[0]


def completion_by_series(*, on: date) -> list[Completion]:
    return completions(on=on)[1]


def activity_by_day(*, on: date, days: int = DAYS_OF_ACTIVITY) -> list[DayOfLearning]:
    """How many lessons were opened for the first time and completed, on each of the `days` up to `on`."""
    dates = [on - timedelta(days=days - 1 - offset) for offset in range(days)]

    def counted(moment: str) -> str:
        return f"""
            SELECT '{moment}', width_bucket(progress.{moment}, %(starts)s), count(*) FROM progress_lessonprogress progress
            WHERE {_IS_TRACKED} AND progress.{moment} >= %(start)s AND progress.{moment} < %(end)s
                AND progress.lesson_id = ANY (ARRAY (
                    SELECT lesson.id FROM lessons_lesson lesson
                    JOIN lessons_series series ON series.id = lesson.series_id AND series.privacy = 'tracked'
                ))
            GROUP BY 2
        """

    sql = f"{counted('opened_at')} UNION ALL {counted('completed_at')}"
    starts = [_start_of(day) for day in dates]
    rows = _rows(sql, starts=starts, start=starts[0], end=_start_of(on + timedelta(days=1)))
    found = {(moment, number): count for moment, number, count in rows}
    return [
        DayOfLearning(day, found.get(("opened_at", number), 0), found.get(("completed_at", number), 0))
        for number, day in enumerate(dates, start=1)
    ]


def learning_numbers(*, on: date) -> LearningNumbers:
    def happened(since: str, until: str) -> str:
        moments = ["opened_at", "read_at", "completed_at"]
        return " OR ".join(f"(progress.{m} >= %({since})s AND progress.{m} < %({until})s)" for m in moments)

    sql = f"""
        SELECT count(DISTINCT progress.worker_id) FILTER (WHERE {happened("start", "end")}),
            count(*) FILTER (WHERE progress.opened_at >= %(start)s AND progress.opened_at < %(end)s),
            count(*) FILTER (WHERE progress.completed_at >= %(start)s AND progress.completed_at < %(end)s),
            count(DISTINCT progress.worker_id) FILTER (WHERE {happened("before", "start")})
        FROM {_TRACKED}
        WHERE {_IS_TRACKED} AND ({happened("before", "end")})
    """
    week = timedelta(days=7)
    end = on + timedelta(days=1)
    [row] = _rows(sql, before=_start_of(end - 2 * week), start=_start_of(end - week), end=_start_of(end))
    return LearningNumbers(*row)


def private_counts(*, on: date) -> list[PrivateCount]:
    """How many people ever opened and completed something of each private series, as it stood when `on` began.

    Nothing that HR can edit changes a number: people count whether they still work here or not, and not by department. Full
    tens and one reading a day leave nothing to compare.
    """
    sql = """
        SELECT series.title,
            count(DISTINCT progress.worker_id) FILTER (WHERE progress.opened_at < %(start)s),
            count(DISTINCT progress.worker_id) FILTER (WHERE progress.completed_at < %(start)s)
        FROM lessons_series series
        LEFT JOIN lessons_lesson lesson ON lesson.series_id = series.id
        LEFT JOIN progress_lessonprogress progress ON progress.lesson_id = lesson.id
        WHERE series.privacy = 'private'
        GROUP BY series.id ORDER BY series.position, series.id
    """
    return [
        PrivateCount(title, size_rounded(opened), size_rounded(completed))
        for title, opened, completed in _rows(sql, start=_start_of(on))
    ]


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 0


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _rows(sql: str, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
