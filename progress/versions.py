"""Published versions, kept per process: what is frozen is read and rendered once.

The key is the version's checksum, which names its content. So the same library lesson is kept once however many
factories this process serves, and a key of one factory can only ever lead to what that factory has itself.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached
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
    def questions(self) -> list[dict[str, Any]]:
        return self.document["questions"]


@cached(LRUCache(MOST_KEPT), key=lambda *, version_id, checksum: checksum, lock=Lock())
def study_version(*, version_id: int, checksum: str) -> StudyVersion:
    """The version, read from the present schema when this process has not met its checksum before."""
    row = LessonVersion.objects.only("document", "answer_key", "body_html").get(pk=version_id)
    return StudyVersion(row.document, row.answer_key, row.body_html)


def article_html(*, version_id: int, checksum: str) -> SafeString:
    """Cover, title, body and credits of a version in the reader's language: the same for everybody."""
    return _article(version_id=version_id, checksum=checksum, language=get_language())


@cached(LRUCache(MOST_KEPT), key=lambda *, version_id, checksum, language: (checksum, language), lock=Lock())
def _article(*, version_id: int, checksum: str, language: str) -> SafeString:
    version = study_version(version_id=version_id, checksum=checksum)
    document = version.document
    cover = document["assets"].get(document["cover"])
    context = {
        "document": document,
        "format": Format(document["format"]).label,
        "cover": cover and {"url": asset_url(cover, max(cover["widths"], default=None)), **cover},
        "body": mark_safe(version.body_html),
    }
    return mark_safe(render_to_string("progress/_article.html", context))
