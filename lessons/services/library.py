"""The library's own files: `topics.yaml`, `<series>/series.yaml`, `<series>/<lesson>/lesson.yaml` with its pictures.

Texts are Markdown. A file that was loaded before and has not changed is left alone, so what CCR CSR staff edited since
stays as they left it; a changed file takes the place of the lesson's rows and is published.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid5

from django.db import transaction
from markdown_it import MarkdownIt

from lessons.models import Asset, Block, Choice, Lesson, LessonVersion, Question, Series, Topic
from lessons.services.assets import asset_store, svg_store
from lessons.services.library_files import BlockFile, LessonFile, QuestionFile, SeriesFile, library_read
from lessons.services.publishing import lesson_publish, series_save
from lessons.services.sides import library_only

FOLDER = Path(__file__).resolve().parent.parent / "library"

_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass
class LibraryReport:
    series: int = 0
    unchanged: int = 0
    published: list[LessonVersion] = field(default_factory=list)


@library_only
def library_load(*, folder: Path = FOLDER) -> LibraryReport:
    """Bring the library to what the files say, and publish what changed. Loading again changes nothing.

    Raises LibraryFileError, naming file and field, or what publishing raises; then nothing has been written.
    """
    topics, all_series = library_read(folder)
    report = LibraryReport(series=len(all_series))
    with transaction.atomic():
        for topic in topics:
            Topic.objects.get_or_create(slug=topic.slug, defaults={"title": topic.title, "title_en": topic.title_en})
        for position, series_file in enumerate(all_series, start=1):
            series = _series_ensure(series_file, position)
            for number, lesson_file in enumerate(series_file.lessons, start=1):
                version = _lesson_load(series, lesson_file, number)
                if version:
                    report.published.append(version)
                else:
                    report.unchanged += 1
    return report


def _series_ensure(file: SeriesFile, position: int) -> Series:
    series = Series.objects.filter(uuid=file.uuid).first() or Series(uuid=file.uuid, position=position)
    if series.file_checksum != file.checksum:
        for name in ("slug", "title", "title_en", "summary", "privacy", "checksum"):
            setattr(series, "file_checksum" if name == "checksum" else name, getattr(file, name))
        series_save(series=series)
    return series


def _lesson_load(series: Series, file: LessonFile, position: int) -> LessonVersion | None:
    """The version that was published, or None when the file is as it was."""
    checksum = _checksum(file)
    lesson = Lesson.objects.filter(uuid=file.uuid).first() or Lesson(uuid=file.uuid, position=position)
    if lesson.file_checksum == checksum:
        return None
    for name, value in file.columns.items():
        setattr(lesson, name, value)
    lesson.series = series
    lesson.topic = Topic.objects.get(slug=file.topic) if file.topic else None
    lesson.cover = _picture_store(file.cover) if file.cover else None
    lesson.file_checksum = checksum
    lesson.save()
    lesson.blocks.all().delete()
    Block.objects.bulk_create(_block(lesson, block, number) for number, block in enumerate(file.blocks))
    lesson.questions.all().delete()
    questions = [_question(lesson, question, number) for number, question in enumerate(file.questions)]
    Question.objects.bulk_create(questions)
    Choice.objects.bulk_create(
        choice
        for question, entry in zip(questions, file.questions, strict=True)
        for choice in _choices(question, entry)
    )
    return lesson_publish(lesson=lesson, by=None)


def _block(lesson: Lesson, block: BlockFile, number: int) -> Block:
    return Block(
        uuid=uuid5(lesson.uuid, f"block:{number}"),
        lesson=lesson,
        kind=block.kind,
        position=number,
        body=_markdown.render(block.body),
        asset=_picture_store(block.file) if block.file else None,
        alt=block.alt,
        caption=block.caption,
    )


def _question(lesson: Lesson, question: QuestionFile, number: int) -> Question:
    """The UUID follows from the words: a moved question stays the same one, another question is another one."""
    return Question(
        uuid=uuid5(lesson.uuid, f"question:{question.prompt}"),
        lesson=lesson,
        kind=question.kind,
        prompt=question.prompt,
        position=number,
    )


def _choices(question: Question, entry: QuestionFile) -> list[Choice]:
    return [
        Choice(
            uuid=uuid5(question.uuid, f"choice:{choice.text}"),
            question=question,
            text=choice.text,
            is_right=choice.right,
            feedback=choice.feedback,
            position=number,
        )
        for number, choice in enumerate(entry.choices)
    ]


def _picture_store(path: Path) -> Asset:
    store = svg_store if path.suffix.lower() == ".svg" else asset_store
    return store(content=path.read_bytes(), name=path.name)


def _checksum(file: LessonFile) -> str:
    """Of the file and its pictures: a redrawn picture is a changed lesson."""
    digest = hashlib.sha256(file.path.read_bytes())
    for picture in file.pictures:
        digest.update(picture.name.encode() + picture.read_bytes())
    return digest.hexdigest()
