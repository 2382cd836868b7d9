"""Published versions, kept per process: what is frozen is read and rendered once.

Facts are kept by schema and id. Bodies are kept by the version's checksum, which names its content: the same library
lesson is kept once however many factories this process serves, and whoever has the checksum has the content.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached
from django.db import connection
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from lessons.assets import asset_url
from lessons.models import Format, LessonVersion

MOST_KEPT = 1024


@dataclass(frozen=True, slots=True)
class StudyVersion:
    """A published version as study needs it. answer_key never leaves the server (docs/lesson-version.md)."""

    document: dict[str, Any]
    answer_key: dict[str, Any]
    body_html: str

    @property
    def title(self) -> str:
        return self.document["title"]

    @property
    def pass_mark_percent(self) -> int | None:
        """None when there is no quiz."""
        return self.document["pass_mark_percent"] if self.questions else None

    @property
    def questions(self) -> list[dict[str, Any]]:
        return self.document["questions"]


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What lists show of a version, and how to find the rest. cover: (sha256, mime, smallest width or None), or None."""

    version_id: int
    number: int
    checksum: str
    title: str
    summary: str
    format: str
    minutes: int
    cover: tuple[str, str, int | None] | None


_facts: LRUCache[tuple[str, int], VersionFacts] = LRUCache(4096)
_facts_lock = Lock()
_READ_FACTS = """
    SELECT version.id, version.number, version.checksum, version.title, version.summary, version.format, version.minutes,
        cover.sha256, cover.mime, (cover.widths ->> 0)::int
    FROM lessons_lessonversion version LEFT JOIN lessons_asset cover ON cover.id = version.cover_id
    WHERE version.id = ANY(%s)
"""


def version_facts(version_ids: list[int]) -> dict[int, VersionFacts]:
    """version id -> its facts, in the present schema; one statement for those this process has not met."""
    schema_name = connection.schema_name
    with _facts_lock:
        found = {pk: facts for pk in version_ids if (facts := _facts.get((schema_name, pk)))}
    if missing := [pk for pk in version_ids if pk not in found]:
        with connection.cursor() as cursor:
            cursor.execute(_READ_FACTS, [missing])
            read = [_facts_of(row) for row in cursor.fetchall()]
        with _facts_lock:
            _facts.update({(schema_name, facts.version_id): facts for facts in read})
        found |= {facts.version_id: facts for facts in read}
    return found


def _facts_of(row: tuple) -> VersionFacts:
    pk, number, checksum, title, summary, format, minutes, sha256, mime, width = row
    cover = (sha256, mime, width) if sha256 else None
    return VersionFacts(pk, number, checksum, title, summary, format, minutes, cover)


@cached(LRUCache(MOST_KEPT), key=lambda facts: facts.checksum, lock=Lock())
def study_version(facts: VersionFacts) -> StudyVersion:
    """The version, read from the present schema when this process has not met its checksum before."""
    row = LessonVersion.objects.only("document", "answer_key", "body_html").get(pk=facts.version_id)
    return StudyVersion(row.document, row.answer_key, row.body_html)


def version_numbered(*, lesson_id: int, number: int, newest: VersionFacts) -> LessonVersion | None:
    """The lesson's version with this number, with document and answer key; without a statement if it is the newest."""
    if number == newest.number:
        study = study_version(newest)
        return LessonVersion(
            pk=newest.version_id,
            lesson_id=lesson_id,
            number=number,
            document=study.document,
            answer_key=study.answer_key,
        )
    return LessonVersion.objects.filter(lesson_id=lesson_id, number=number).first()


def article_html(facts: VersionFacts) -> SafeString:
    """Cover, title, body and credits of a version in the reader's language: the same for everybody."""
    return _article(facts, get_language())


@cached(LRUCache(MOST_KEPT), key=lambda facts, language: (facts.checksum, language), lock=Lock())
def _article(facts: VersionFacts, language: str) -> SafeString:
    version = study_version(facts)
    document = version.document
    cover = document["assets"].get(document["cover"])
    context = {
        "document": document,
        "format": Format(document["format"]).label,
        "cover": cover and {"url": asset_url(cover, max(cover["widths"], default=None)), **cover},
        "body": mark_safe(version.body_html),
    }
    return mark_safe(render_to_string("progress/_article.html", context))
