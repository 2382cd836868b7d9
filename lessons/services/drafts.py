"""A Word file or a set of pictures becomes a draft lesson, to be looked over and published."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lessons.models import Block, Lesson, Origin, Series
from lessons.services.assets import BYTES_MAX, PictureRefused, asset_store
from lessons.services.publishing import NotOurs, series_save
from lessons.services.word import PICTURES_MAX, WordRefused, word_read
from tenants.enrolment import by_enrolment
from tenants.errors import DomainError

PICTURES_BYTES_MAX = 60 * 1024 * 1024
TITLE_CHARACTERS_MAX = 60


class PicturesRefused(DomainError):
    code = "pictures_refused"


@dataclass
class Draft:
    lesson: Lesson
    notes: list[str] = field(default_factory=list)  # what could not be taken over, as sentences


@transaction.atomic
def draft_from_docx(*, content: bytes, name: str, series: Series, audiences: list[str], title: str = "") -> Draft:
    """A draft with the document's text and, in their places, its pictures.

    The title is the document's first heading or line unless given. Raises WordRefused, and then nothing is written.
    """
    _refuse_copies(series)
    document = word_read(content)
    if not document.parts:
        raise WordRefused(_("The document is empty."), code="empty")
    lesson = Lesson.objects.create(
        series=series, audiences=audiences, title=_title(title or document.title or PurePath(name).stem)
    )
    if document.heading and lesson.title == document.title:  # it stands above the lesson already
        document.parts = document.parts_below_heading()
    missed = 0
    for part in document.parts:
        block = Block(lesson=lesson, position=lesson.blocks.count(), body=part.html)
        if part.picture is not None:
            try:
                asset = asset_store(content=part.picture, name=part.name)
            except PictureRefused:  # Word keeps drawings in forms of its own
                missed += 1
                continue
            block.kind, block.asset, block.alt = Block.Kind.IMAGE, asset, part.alt[:200]
            lesson.cover = lesson.cover or asset
        block.save()
    lesson.save(update_fields=["cover"])
    return Draft(lesson, _notes(lesson, missed))


@transaction.atomic
def draft_from_pictures(
    *, files: Sequence[File], title: str, series: Series, audiences: list[str], format: str
) -> Draft:
    """A draft of 1 to 30 pictures, in the order of their names (2 before 10). Raises PicturesRefused or PictureRefused."""
    _refuse_copies(series)
    if not 1 <= len(files) <= PICTURES_MAX:
        raise PicturesRefused(
            _("Choose 1 to %(most)d pictures; you chose %(count)d.") % {"most": PICTURES_MAX, "count": len(files)},
            code="picture_count",
        )
    if sum(file.size for file in files) > PICTURES_BYTES_MAX:
        raise PicturesRefused(
            _("Together the pictures are larger than 60 MB. Upload fewer at a time."), code="too_large"
        )
    lesson = Lesson.objects.create(series=series, audiences=audiences, title=_title(title), format=format)
    for number, file in enumerate(sorted(files, key=_natural)):
        asset = asset_store(content=file.read(BYTES_MAX + 1), name=file.name or "")
        Block.objects.create(lesson=lesson, position=number, kind=Block.Kind.IMAGE, asset=asset)
        lesson.cover = lesson.cover or asset
    lesson.save(update_fields=["cover"])
    return Draft(lesson, _notes(lesson, 0))


def own_series() -> Series:
    """The series for what a factory uploads before it has made one."""
    series = Series.objects.filter(origin=Origin.OWN).first()
    if series is None:
        series = Series(
            title=str(by_enrolment(_("Our own lessons"), pgettext("of an open account", "Our own lessons")))
        )
        series_save(series=series)
    return series


def _refuse_copies(series: Series) -> None:
    if series.origin == Origin.LIBRARY:
        raise NotOurs(_("This series belongs to the shared library. Choose one of your own."))


def _title(text: str) -> str:
    return " ".join(text.split())[:TITLE_CHARACTERS_MAX] or _("Untitled")


def _natural(file: File) -> list:
    """Sorts 2.jpg before 10.jpg."""
    return [
        (int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", (file.name or "").lower())
    ]


def _notes(lesson: Lesson, missed: int) -> list[str]:
    notes = []
    if missed:
        text = ngettext(
            "%(count)d picture could not be taken over. Save it as JPEG and add it below.",
            "%(count)d pictures could not be taken over. Save them as JPEG and add them below.",
            missed,
        )
        notes.append(text % {"count": missed})
    if lesson.blocks.filter(kind=Block.Kind.IMAGE, alt="").exists():
        notes.append(_("Say of each picture what it shows; then look at the preview and publish."))
    return notes
