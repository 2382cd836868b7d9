"""What the learner's pages read. Written out and kept small, because these run on every tap.

What is frozen (a version) or may be some seconds old (the names of series, what follows) is kept per process, and the rest is
one short statement a page, besides the visitor's, that is prepared (tenants.postgresql.prepared).

What a worker may see is decided here: published, with a version, not hidden; the factory's own lessons only for its
bound workers. What they have studied stays in their own record, whatever became of the lesson.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import TTLCache, cached
from django.db import connection

from lessons.search import SEARCHED_SQL, words_wanted
from progress.versions import VersionFacts, version_facts
from tenants.postgresql.prepared import prepared_execute

PAGE_SIZE = 12
SOME_SECONDS = 10
# A worker's own rows. What was private stays with the one WeChat that read it: once a binding was undone, whoever is bound
# next does not see it, and while two phones are bound neither does, for the second may be in another's hand.
PRIVATE_SINCE = """(SELECT MAX(COALESCE(contact.private_since, contact.bound_at)) FROM workers_contact contact
    WHERE contact.worker_id = %(worker)s HAVING COUNT(*) = 1)"""
_OWN = f"""progress.worker_id = %(worker)s AND (NOT progress.was_private OR progress.opened_at >= {PRIVATE_SINCE})"""
_VISIBLE = """lesson.state = 'published' AND lesson.current_version_id IS NOT NULL AND NOT lesson.is_hidden
    AND (%(is_bound)s OR lesson.origin = 'library')"""


@dataclass(frozen=True, slots=True)
class LessonState:
    """A lesson as one visitor meets it. The moments are None for somebody not bound and for what has not happened."""

    lesson_id: int
    uuid: UUID
    version_id: int
    is_own: bool
    is_private: bool
    opened_at: datetime | None
    read_at: datetime | None
    completed_at: datetime | None
    best_score_percent: int | None
    series_id: int
    position: int

    @property
    def version(self) -> VersionFacts:
        return version_facts([self.version_id])[self.version_id]


_LESSON = f"""
    SELECT lesson.id, lesson.uuid, lesson.current_version_id, lesson.origin = 'own', series.privacy = 'private',
        progress.opened_at, progress.read_at, progress.completed_at, progress.best_score_percent,
        lesson.series_id, lesson.position
    FROM lessons_lesson lesson
    JOIN lessons_series series ON series.id = lesson.series_id
    LEFT JOIN progress_lessonprogress progress ON progress.lesson_id = lesson.id AND {_OWN}
    WHERE lesson.uuid = %(lesson)s AND lesson.state = 'published' AND lesson.current_version_id IS NOT NULL
      AND NOT lesson.is_hidden
"""


def lesson_state(*, lesson_uuid: UUID, worker_id: int | None) -> LessonState | None:
    """The lesson and how far the worker has come with it; None when there is none to see.

    A lesson of the factory's own is found for everybody: the page asks strangers to bind (`is_own`).
    """
    rows = _rows(_LESSON, lesson=lesson_uuid, worker=worker_id)
    return LessonState(*rows[0]) if rows else None


def lesson_after(state: LessonState, *, is_bound: bool) -> tuple[UUID, str] | None:
    """UUID and title of what follows in the series, as of some seconds ago."""
    here = (state.position, state.lesson_id)
    shelf = _series_shelf(connection.schema_name, state.series_id, is_bound)
    return next((lesson for place, lesson in shelf if place > here), None)


@cached(
    TTLCache(2048, SOME_SECONDS),
    key=lambda schema_name, series_id, is_bound: (schema_name, series_id, is_bound),
    lock=Lock(),
)
def _series_shelf(_schema_name: str, series_id: int, is_bound: bool) -> list[tuple[tuple[int, int], tuple[UUID, str]]]:
    sql = f"""
        SELECT lesson.position, lesson.id, lesson.uuid, version.title
        FROM lessons_lesson lesson JOIN lessons_lessonversion version ON version.id = lesson.current_version_id
        WHERE lesson.series_id = %(series)s AND {_VISIBLE} ORDER BY lesson.position, lesson.id
    """
    rows = _rows(sql, series=series_id, is_bound=is_bound)
    return [((position, pk), (uuid, title)) for position, pk, uuid, title in rows]


@dataclass(frozen=True, slots=True)
class LessonCard:
    """A lesson in a list, with how far the worker has come."""

    uuid: UUID
    version: VersionFacts
    is_own: bool
    is_private: bool
    opened_at: datetime | None
    read_at: datetime | None
    completed_at: datetime | None
    best_score_percent: int | None
    is_visible: bool = True


_MARKS = """lesson.origin = 'own', series.privacy = 'private',
    progress.opened_at, progress.read_at, progress.completed_at, progress.best_score_percent"""
_LIST = f"""
    SELECT lesson.uuid, lesson.current_version_id, {_MARKS}
    FROM lessons_lesson lesson
    JOIN lessons_series series ON series.id = lesson.series_id
    LEFT JOIN progress_lessonprogress progress ON progress.lesson_id = lesson.id AND {_OWN}
"""
_LIST_VERSION = " JOIN lessons_lessonversion version ON version.id = lesson.current_version_id"
_LIST_TOPIC = " LEFT JOIN lessons_topic topic ON topic.id = lesson.topic_id"
# What is new comes first on the home page; a list is in the order of its series.
_NEWEST = " ORDER BY lesson.is_pinned DESC, lesson.published_at DESC NULLS LAST, lesson.id LIMIT %(limit)s"
_SHELF = """
    ORDER BY lesson.is_pinned DESC, series.position, series.id, lesson.position, lesson.id
    LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; an empty string asks for nothing. series: a slug. q: words, see lessons/search.py."""

    audience: str = ""
    format: str = ""
    series: str = ""
    q: str = ""


def lesson_list(
    *, filters: Filters, worker_id: int | None, offset: int = 0, limit: int = PAGE_SIZE
) -> list[LessonCard]:
    """Up to `limit` cards, and one more when there is another page."""
    narrowed = ""
    values: dict[str, Any] = {"worker": worker_id, "is_bound": worker_id is not None}
    if filters.audience:
        narrowed += " AND %(audience)s = ANY(version.audiences)"
    if filters.format:
        narrowed += " AND version.format = %(format)s"
    if words := [f"%{_like_escape(word)}%" for word in words_wanted(filters.q)]:
        narrowed += f" AND {SEARCHED_SQL} ILIKE ALL(%(words)s::text[])"
    sql = _LIST + (_LIST_VERSION if narrowed else "") + (_LIST_TOPIC if words else "") + f" WHERE {_VISIBLE}" + narrowed
    if filters.series:
        sql += " AND series.slug = %(series)s"
    values |= {"words": words, "audience": filters.audience, "format": filters.format, "series": filters.series}
    return _cards(_rows(sql + _SHELF, **values, limit=limit + 1, offset=offset))


def lesson_newest(*, worker_id: int | None, limit: int) -> list[LessonCard]:
    sql = f"{_LIST} WHERE {_VISIBLE} {_NEWEST}"
    return _cards(_rows(sql, worker=worker_id, is_bound=worker_id is not None, limit=limit))


_RECORD = f"""
    SELECT lesson.uuid, progress.version_id, {_MARKS}, {_VISIBLE}
    FROM progress_lessonprogress progress
    JOIN lessons_lesson lesson ON lesson.id = progress.lesson_id
    JOIN lessons_series series ON series.id = lesson.series_id
    WHERE {_OWN}
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
    sql = f"""
        SELECT COUNT(completed_at), COUNT(*) - COUNT(completed_at) FROM progress_lessonprogress progress WHERE {_OWN}
    """
    return _rows(sql, worker=worker_id)[0]


@cached(TTLCache(2048, SOME_SECONDS), key=lambda *, is_bound: (connection.schema_name, is_bound), lock=Lock())
def series_list(*, is_bound: bool) -> tuple[tuple[str, str, str], ...]:
    """(slug, title, English title) of the series that hold a lesson to see, in order, as of some seconds ago."""
    sql = f"""
        SELECT series.slug, series.title, series.title_en FROM lessons_series series
        WHERE EXISTS (SELECT FROM lessons_lesson lesson WHERE lesson.series_id = series.id AND {_VISIBLE})
        ORDER BY series.position, series.id
    """
    return tuple(_rows(sql, is_bound=is_bound))


def _rows(sql: str, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        prepared_execute(cursor, sql, values)
        return cursor.fetchall()


def _cards(rows: list[tuple]) -> list[LessonCard]:
    facts = version_facts([row[1] for row in rows])
    return [LessonCard(row[0], facts[row[1]], *row[2:]) for row in rows]


def _like_escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
