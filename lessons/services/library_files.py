"""Reading the library's YAML files: every mistake is answered with the file, the field and what to write there."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from lessons.models import Audience, Block, Format, Lesson, Question, Series
from tenants.errors import DomainError

FILE_BYTES_MAX = 200_000
PICTURE_NAME = re.compile(r"^[\w][\w.-]*\.(svg|png|jpe?g|webp|gif)\Z", re.IGNORECASE)
LANGUAGE = "zh-hans"


class LibraryFileError(DomainError):
    """A library file cannot be loaded as it is."""

    code = "library_file"


@dataclass
class TopicFile:
    slug: str
    title: str
    title_en: str


@dataclass
class BlockFile:
    kind: str
    body: str = ""
    file: Path | None = None
    alt: str = ""
    caption: str = ""


@dataclass
class ChoiceFile:
    text: str
    right: bool
    feedback: str


@dataclass
class QuestionFile:
    kind: str
    prompt: str
    choices: list[ChoiceFile]


@dataclass
class LessonFile:
    path: Path
    uuid: UUID
    columns: dict[str, Any]  # column of Lesson -> value
    topic: str
    cover: Path | None
    blocks: list[BlockFile]
    questions: list[QuestionFile]

    @property
    def pictures(self) -> list[Path]:
        return [path for path in [self.cover, *(block.file for block in self.blocks)] if path]


@dataclass
class SeriesFile:
    uuid: UUID
    slug: str
    title: str
    title_en: str
    summary: str
    privacy: str
    checksum: str
    lessons: list[LessonFile]


def library_read(folder: Path) -> tuple[list[TopicFile], list[SeriesFile]]:
    """Topics and series with their lessons, in the order of the folders' names. Raises LibraryFileError."""
    if not folder.is_dir():
        raise LibraryFileError(f"There is no folder {folder}. Name the one that holds the library with --folder.")
    topics = _topics_read(folder / "topics.yaml")
    slugs = {topic.slug for topic in topics}
    series = [_series_read(path, slugs) for path in sorted(folder.glob("*/series.yaml"))]
    _refuse_twice((row.uuid for row in series), folder)
    _refuse_twice((lesson.uuid for row in series for lesson in row.lessons), folder)
    return topics, series


def _refuse_twice(uuids: Iterable[UUID], folder: Path) -> None:
    seen: set[UUID] = set()
    for uuid in uuids:
        if uuid in seen:
            raise LibraryFileError(f"{folder}: uuid {uuid} is used twice. Give the newer one a uuid of its own.")
        seen.add(uuid)


class _Fields:
    """A mapping read from a file; asks for fields by name and says where it is when one is wrong."""

    def __init__(self, data: Any, path: Path, where: str = ""):
        self.path, self.where = path, where
        if not isinstance(data, dict):
            raise self.error("", "write fields here, one a line, as `name: value`")
        self.data = data

    def error(self, name: str, what: str) -> LibraryFileError:
        place = ".".join(part for part in (self.where, name) if part)
        shown = "/".join(self.path.parts[-3:])
        return LibraryFileError(f"{shown}: {place}: {what}." if place else f"{shown}: {what}.")

    def text(self, name: str, *, limit: int, required: bool = True, language: str = LANGUAGE) -> str:
        """A text, or the text of one language where the field holds several."""
        value = self.data.get(name)
        if isinstance(value, dict):
            value = value.get(language)
        elif language != LANGUAGE:
            value = None
        if value is None and not required:
            return ""
        if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
            raise self.error(name, "a text is missing")
        text = str(value).strip()
        if len(text) > limit:
            raise self.error(name, f"has {len(text)} characters, at most {limit} are possible")
        return text

    def one_of(self, name: str, values: Iterable[str], default: str | None = None) -> str:
        value = self.data.get(name, default)
        values = list(values)
        if value not in values:
            raise self.error(name, f"{value!r} is not possible; write one of: {', '.join(values)}")
        return value

    def whole(self, name: str, *, low: int, high: int, default: int) -> int:
        value = self.data.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(name, f"{value!r} is not a whole number from {low} to {high}")
        return value

    def truth(self, name: str) -> bool:
        value = self.data.get(name)
        if not isinstance(value, bool):
            raise self.error(name, "write true or false")
        return value

    def uuid(self) -> UUID:
        try:
            return UUID(str(self.data.get("uuid")))
        except ValueError as error:
            raise self.error(
                "uuid", "a UUID is missing; make one with `python -c 'import uuid; print(uuid.uuid4())'`"
            ) from error

    def rows(self, name: str) -> list["_Fields"]:
        value = self.data.get(name) or []
        if not isinstance(value, list):
            raise self.error(name, "write a list, each entry beginning with `- `")
        prefix = f"{self.where}." if self.where else ""
        return [_Fields(row, self.path, f"{prefix}{name}[{number}]") for number, row in enumerate(value, start=1)]

    def picture(self, name: str) -> Path:
        value = self.data.get(name)
        if not isinstance(value, str) or not PICTURE_NAME.match(value):
            raise self.error(name, "write the name of an svg, png, jpg, webp or gif file in the lesson's folder")
        path = self.path.parent / value
        if not path.is_file():
            raise self.error(name, f"there is no file {value} beside it")
        return path


def _file_read(path: Path) -> Any:
    try:
        content = path.read_bytes()
        if len(content) > FILE_BYTES_MAX:
            raise LibraryFileError(f"{path}: larger than {FILE_BYTES_MAX // 1000} KB. Divide the lesson.")
        return yaml.safe_load(content.decode())
    except FileNotFoundError as error:
        raise LibraryFileError(f"{path} is missing.") from error
    except UnicodeDecodeError as error:
        raise LibraryFileError(f"{path}: save the file as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise LibraryFileError(f"{path}{line}: this is not YAML: {getattr(error, 'problem', error)}.") from error


def _topics_read(path: Path) -> list[TopicFile]:
    root = _Fields({"topics": _file_read(path)}, path)
    return [
        TopicFile(
            slug=row.text("slug", limit=40),
            title=row.text("title", limit=40),
            title_en=row.text("title", limit=60, required=False, language="en"),
        )
        for row in root.rows("topics")
    ]


def _series_read(path: Path, topics: set[str]) -> SeriesFile:
    fields = _Fields(_file_read(path), path)
    return SeriesFile(
        uuid=fields.uuid(),
        slug=fields.text("slug", limit=50),
        title=fields.text("title", limit=60),
        title_en=fields.text("title", limit=80, required=False, language="en"),
        summary=fields.text("summary", limit=200, required=False),
        privacy=fields.one_of("privacy", Series.Privacy.values, str(Series.Privacy.PRIVATE)),
        checksum=hashlib.sha256(path.read_bytes()).hexdigest(),
        lessons=[_lesson_read(lesson, topics) for lesson in sorted(path.parent.glob("*/lesson.yaml"))],
    )


def _lesson_read(path: Path, topics: set[str]) -> LessonFile:
    fields = _Fields(_file_read(path), path)
    audiences = fields.data.get("audiences")
    if not isinstance(audiences, list) or not audiences or not set(audiences) <= set(Audience.values):
        raise fields.error("audiences", f"write a list of one or more of: {', '.join(Audience.values)}")
    lesson = LessonFile(
        path=path,
        uuid=fields.uuid(),
        columns={
            "title": fields.text("title", limit=60),
            "summary": fields.text("summary", limit=200, required=False),
            "audiences": audiences,
            "format": fields.one_of("format", Format.values, str(Format.LESSON)),
            "language": fields.text("language", limit=10, required=False) or LANGUAGE,
            "minutes": fields.whole("minutes", low=1, high=60, default=5),
            "pass_mark_percent": fields.whole("pass_mark_percent", low=0, high=100, default=_DEFAULT_PASS_MARK),
            "source": fields.text("source", limit=200),
            "licence": fields.text("licence", limit=80),
            "reviewer": fields.text("reviewer", limit=80, required=False),
        },
        topic=fields.one_of("topic", [*topics, ""], ""),
        cover=fields.picture("cover") if fields.data.get("cover") else None,
        blocks=[_block_read(row) for row in fields.rows("blocks")],
        questions=[_question_read(row) for row in fields.rows("questions")],
    )
    if len({question.prompt for question in lesson.questions}) < len(lesson.questions):
        raise fields.error("questions", "two questions are the same; reword one")
    return lesson


def _block_read(row: _Fields) -> BlockFile:
    kind = row.one_of("kind", Block.Kind.values)
    if kind == Block.Kind.TEXT:
        return BlockFile(kind=kind, body=row.text("body", limit=20_000))
    return BlockFile(
        kind=kind,
        file=row.picture("file"),
        alt=row.text("alt", limit=200),
        caption=row.text("caption", limit=200, required=False),
    )


def _question_read(row: _Fields) -> QuestionFile:
    choices = [
        ChoiceFile(
            text=choice.text("text", limit=200),
            right=choice.truth("right"),
            feedback=choice.text("feedback", limit=300, required=False),
        )
        for choice in row.rows("choices")
    ]
    if len({choice.text for choice in choices}) < len(choices):
        raise row.error("choices", "two answers are the same; reword one")
    return QuestionFile(
        kind=row.one_of("kind", Question.Kind.values),
        prompt=row.text("prompt", limit=300),
        choices=choices,
    )


_DEFAULT_PASS_MARK = Lesson._meta.get_field("pass_mark_percent").default
