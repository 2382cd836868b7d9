"""What the learner's pages read: one statement a page, besides the visitor's. Written out, because these run on every tap.

Whatever a worker may see is decided here: published, with a version, not hidden; the factory's own lessons only for its
bound workers. What they have studied stays in their own record, whatever became of the lesson.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

PAGE_SIZE = 12
_VISIBLE = """lesson.state = 'published' AND lesson.current_version_id IS NOT NULL AND NOT lesson.is_hidden
    AND (%(is_bound)s OR lesson.origin = 'library')"""


@dataclass(frozen=True, slots=True)
class LessonState:
    """A lesson as one visitor meets it. The moments are None for somebody not bound and for what has not happened."""

    lesson_id: int
    uuid: UUID
    version_id: int
    version_number: int
    checksum: str
    is_own: bool
    is_private: bool
    opened_at: datetime | None
    read_at: datetime | None
    completed_at: datetime | None
    best_score_percent: int | None
    next_uuid: UUID | None = None
    next_title: str | None = None


_LESSON = f"""
    SELECT lesson.id, lesson.uuid, version.id, version.number, version.checksum,
        lesson.origin = 'own', series.privacy = 'private',
        progress.opened_at, progress.read_at, progress.completed_at, progress.best_score_percent,
        following.uuid, following.title
    FROM lessons_lesson lesson
    JOIN lessons_lessonversion version ON version.id = lesson.current_version_id
    JOIN lessons_series series ON series.id = lesson.series_id
    LEFT JOIN progress_lessonprogress progress ON progress.lesson_id = lesson.id AND progress.worker_id = %(worker)s
    LEFT JOIN LATERAL (
        SELECT candidate.uuid, newest.title
        FROM lessons_lesson candidate JOIN lessons_lessonversion newest ON newest.id = candidate.current_version_id
        WHERE candidate.series_id = lesson.series_id AND (candidate.position, candidate.id) > (lesson.position, lesson.id)
          AND {_VISIBLE.replace("lesson.", "candidate.")}
        ORDER BY candidate.position, candidate.id LIMIT 1
    ) following ON true
    WHERE lesson.uuid = %(lesson)s AND lesson.state = 'published' AND NOT lesson.is_hidden
"""


def lesson_state(*, lesson_uuid: UUID, worker_id: int | None) -> LessonState | None:
    """The lesson, how far the worker has come with it and what follows in its series; None when there is none to see.

    A lesson of the factory's own is found for everybody: the page asks strangers to bind (`is_own`).
    """
    rows = _rows(_LESSON, lesson=lesson_uuid, worker=worker_id, is_bound=worker_id is not None)
    return LessonState(*rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class LessonCard:
    """A lesson in a list. cover: (sha256, mime, smallest derived width or None), or None."""

    uuid: UUID
    title: str
    summary: str
    format: str
    minutes: int
    is_own: bool
    is_private: bool
    cover: tuple[str, str, int | None] | None
    opened_at: datetime | None
    read_at: datetime | None
    completed_at: datetime | None
    best_score_percent: int | None
    published_at: datetime | None
    is_visible: bool = True

    @property
    def is_started(self) -> bool:
        return self.opened_at is not None and self.completed_at is None


_CARD = """
    lesson.uuid, version.title, version.summary, version.format, version.minutes, lesson.origin = 'own',
    series.privacy = 'private', cover.sha256, cover.mime, (cover.widths ->> 0)::int,
    progress.opened_at, progress.read_at, progress.completed_at, progress.best_score_percent, lesson.published_at
"""
_CARD_JOINS = """
    JOIN lessons_series series ON series.id = lesson.series_id
    LEFT JOIN lessons_asset cover ON cover.id = version.cover_id
"""
_LIST = f"""
    SELECT {_CARD}
    FROM lessons_lesson lesson JOIN lessons_lessonversion version ON version.id = lesson.current_version_id {_CARD_JOINS}
    LEFT JOIN progress_lessonprogress progress ON progress.lesson_id = lesson.id AND progress.worker_id = %(worker)s
    WHERE {_VISIBLE}
"""
# What is new comes first on the home page; a list is in the order of its series.
_NEWEST = " ORDER BY lesson.is_pinned DESC, lesson.published_at DESC NULLS LAST, lesson.id LIMIT %(limit)s"
_SHELF = """
    ORDER BY lesson.is_pinned DESC, series.position, series.id, lesson.position, lesson.id
    LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; an empty string asks for nothing. series: a slug. q: words of title or summary."""

    audience: str = ""
    format: str = ""
    series: str = ""
    q: str = ""


def lesson_list(
    *, filters: Filters, worker_id: int | None, offset: int = 0, limit: int = PAGE_SIZE
) -> list[LessonCard]:
    """Up to `limit` cards, and one more when there is another page."""
    sql, values = _LIST, {"worker": worker_id, "is_bound": worker_id is not None}
    if filters.audience:
        sql += " AND %(audience)s = ANY(version.audiences)"
    if filters.format:
        sql += " AND version.format = %(format)s"
    if filters.series:
        sql += " AND series.slug = %(series)s"
    for number, word in enumerate(filters.q.split()[:5]):
        sql += f" AND (version.title ILIKE %(word{number})s OR version.summary ILIKE %(word{number})s)"
        values[f"word{number}"] = f"%{_like_escape(word)}%"
    values |= {"audience": filters.audience, "format": filters.format, "series": filters.series}
    return _cards(_rows(sql + _SHELF, **values, limit=limit + 1, offset=offset))


def lesson_newest(*, worker_id: int | None, limit: int) -> list[LessonCard]:
    return _cards(_rows(_LIST + _NEWEST, worker=worker_id, is_bound=worker_id is not None, limit=limit))


_RECORD = f"""
    SELECT {_CARD}, {_VISIBLE} AS is_visible
    FROM progress_lessonprogress progress
    JOIN lessons_lesson lesson ON lesson.id = progress.lesson_id
    JOIN lessons_lessonversion version ON version.id = progress.version_id {_CARD_JOINS}
    WHERE progress.worker_id = %(worker)s
"""
_LATEST = """
    ORDER BY GREATEST(progress.opened_at, progress.read_at, progress.completed_at) DESC, progress.id DESC
    LIMIT %(limit)s OFFSET %(offset)s
"""


def learning_record(*, worker_id: int, is_done: bool, offset: int = 0, limit: int = PAGE_SIZE) -> list[LessonCard]:
    """What the worker has completed, or has begun; the latest first. One more than `limit` when there is another page.

    Lessons that were hidden or withdrawn since are in it, with `is_visible` false and the version that was studied.
    """
    sql = _RECORD + f" AND progress.completed_at IS {'NOT' if is_done else ''} NULL" + _LATEST
    return _cards(_rows(sql, worker=worker_id, is_bound=True, limit=limit + 1, offset=offset))


def record_counts(*, worker_id: int) -> tuple[int, int]:
    """How many lessons the worker has completed, and has begun and not completed."""
    sql = """
        SELECT COUNT(completed_at), COUNT(*) - COUNT(completed_at)
        FROM progress_lessonprogress WHERE worker_id = %(worker)s
    """
    return _rows(sql, worker=worker_id)[0]


def series_list(*, is_bound: bool) -> list[tuple[str, str, str]]:
    """(slug, title, English title) of the series that hold a lesson to see, in order."""
    sql = f"""
        SELECT series.slug, series.title, series.title_en FROM lessons_series series
        WHERE EXISTS (SELECT FROM lessons_lesson lesson WHERE lesson.series_id = series.id AND {_VISIBLE})
        ORDER BY series.position, series.id
    """
    return _rows(sql, is_bound=is_bound)


def _rows(sql: str, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _cards(rows: Iterable[tuple]) -> list[LessonCard]:
    return [LessonCard(*row[:7], row[7] and row[7:10], *row[10:]) for row in rows]


def _like_escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
