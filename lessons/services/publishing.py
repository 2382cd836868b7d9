"""Publishing freezes a lesson into a version; withdrawing takes it from the workers' pages, its versions stay."""

from uuid import uuid4

import structlog
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lessons.models import Block, Lesson, LessonVersion, Origin, Question, Series, Topic
from lessons.services.document import SCHEMA_NUMBER, answer_key_build, checksum_of, document_build
from lessons.services.named_links import named_link
from lessons.services.rendering import body_render
from lessons.services.sides import in_library
from lessons.signals import library_changed
from tenants.errors import DomainError
from tenants.words import sentences

log = structlog.get_logger(__name__)

LINK_SHOWN = 120


class LessonIncomplete(DomainError):
    """The lesson lacks what a version needs; `problems` are full sentences, one for each lack. Nothing was published."""

    code = "lesson_incomplete"

    def __init__(self, problems: list[str]):
        super().__init__(sentences(*problems))
        self.problems = problems


class NotOurs(DomainError):
    """A factory's copy of a library lesson is published and withdrawn by the library only."""

    code = "not_ours"


class PrivacyPromised(DomainError):
    code = "privacy_promised"


def lesson_rows(lesson_pk: int) -> Lesson:
    """The lesson with everything its document is built from, in five statements whatever its length."""
    return (
        Lesson.objects.select_related("series", "topic", "cover")
        .prefetch_related("blocks__asset", "questions__choices")
        .get(pk=lesson_pk)
    )


@transaction.atomic
def lesson_publish(*, lesson: Lesson, by: AbstractUser | None) -> LessonVersion:
    """Freeze the lesson's rows into its next version and show it to workers; in the library, to every factory.

    Published again without a change, it returns the version there is. `by` is None when a command publishes.
    Raises LessonIncomplete or NotOurs, and then nothing has been written.
    """
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    rows = lesson_rows(lesson.pk)
    _refuse_unless_ours(rows)
    if problems := problems_of(rows):
        raise LessonIncomplete(problems)
    version = _version_ensure(rows, by)
    rows.state = Lesson.State.PUBLISHED
    rows.current_version = version
    rows.published_at = version.published_at
    rows.save(update_fields=["state", "current_version", "published_at", "updated_at"])
    lesson.refresh_from_db(fields=["state", "current_version", "published_at"])
    log.info("lesson_published", lesson=str(lesson.uuid), number=version.number, by=_name(by))
    _announce(lesson)
    return version


def _version_ensure(lesson: Lesson, by: AbstractUser | None) -> LessonVersion:
    document, answer_key = document_build(lesson), answer_key_build(lesson)
    checksum = checksum_of(document, answer_key)
    newest = lesson.versions.order_by("-number").first()
    if newest and newest.checksum == checksum:
        return newest
    return LessonVersion.objects.create(
        lesson=lesson,
        number=newest.number + 1 if newest else 1,
        schema_number=SCHEMA_NUMBER,
        checksum=checksum,
        document=document,
        answer_key=answer_key,
        body_html=body_render(document),
        published_at=timezone.now(),
        published_by=_name(by),
        **version_columns(lesson),
    )


def version_columns(lesson: Lesson) -> dict:
    """What a version repeats of its document as columns."""
    names = ["title", "summary", "audiences", "format", "minutes", "pass_mark_percent", "cover"]
    return {name: getattr(lesson, name) for name in names}


def has_unpublished_changes(lesson: Lesson) -> bool:
    """Whether the rows of a published lesson say something else than its version."""
    rows = lesson_rows(lesson.pk)
    checksum = checksum_of(document_build(rows), answer_key_build(rows))
    return rows.current_version is not None and rows.current_version.checksum != checksum


@transaction.atomic
def lesson_withdraw(*, lesson: Lesson, by: AbstractUser | None) -> None:
    """Take a published lesson from the workers' pages, in the library from every factory's. Its versions stay.

    Withdrawn again, or never published: nothing happens. Raises NotOurs.
    """
    row = Lesson.objects.select_for_update().get(pk=lesson.pk)
    _refuse_unless_ours(row)
    if row.state == Lesson.State.PUBLISHED:
        row.state = Lesson.State.WITHDRAWN
        row.save(update_fields=["state", "updated_at"])
        log.info("lesson_withdrawn", lesson=str(lesson.uuid), by=_name(by))
        _announce(row)
    lesson.state = row.state


@transaction.atomic
def series_save(*, series: Series) -> None:
    """Save a new or changed series; the library's changes travel to every factory. Raises PrivacyPromised."""
    privacy_check(series=series, privacy=series.privacy)
    series.slug = series.slug or _slug_of(series.title_en or "series")
    series.save()
    if in_library():
        library_changed.send(sender=Series, lesson_uuid=None)


def topic_save(*, topic: Topic) -> None:
    """Save a new or renamed topic. Its slug is made once: versions name their topic by it."""
    topic.slug = topic.slug or _slug_of(topic.title_en or "topic")
    topic.save()


def _slug_of(title: str) -> str:
    return f"{slugify(title)[:30]}-{uuid4().hex[:6]}".strip("-")


def privacy_check(*, series: Series, privacy: str) -> None:
    """Raises PrivacyPromised when a private series of which something was published is to be tracked.

    Workers read it believing that nobody would know. The other way round is always open.
    """
    before = Series.objects.select_for_update().filter(pk=series.pk).first() if series.pk else None
    opens = before is not None and before.is_private and privacy == Series.Privacy.TRACKED
    if opens and LessonVersion.objects.filter(lesson__series=series).exists():
        raise PrivacyPromised(
            _(
                "Lessons of this series were published as private: workers read them trusting that nobody sees who."
                " Make a new, tracked series for new lessons instead."
            )
        )


def move_check(*, lesson: Lesson, series: Series) -> None:
    """Raises PrivacyPromised when a lesson published in a private series, where it is still, is to move to a tracked one."""
    opens = lesson.series_id and lesson.series.is_private and not series.is_private
    if opens and lesson.versions.exists():
        raise PrivacyPromised(
            _(
                "This lesson was published as private: workers read it trusting that nobody sees who. Write a new lesson in the"
                " tracked series instead."
            )
        )


def problems_of(lesson: Lesson) -> list[str]:
    """What keeps a lesson from being published, as sentences for its editor; empty when nothing does."""
    blocks, questions = list(lesson.blocks.all()), list(lesson.questions.all())
    problems = []
    if not lesson.audiences:
        problems.append(_("Say for whom the lesson is: choose at least one group."))
    if not blocks and not questions:
        problems.append(_("The lesson is empty: add a text, a picture or a question."))
    for number, block in enumerate(blocks, start=1):
        problems += [text % {"number": number} for text in _block_problems(block)]
    for number, question in enumerate(questions, start=1):
        problems += [text % {"number": number} for text in _question_problems(question)]
    if lesson.series.is_private and (address := named_link("".join(block.body for block in blocks))):
        text = _(
            "The link %(address)s leads to a page where you see by name who opens it, and this series is private. Take it out,"
            " or link to a lesson of a private series."
        )
        problems.append(text % {"address": address[:LINK_SHOWN]})
    return problems


def _block_problems(block: Block) -> list[str]:
    if block.kind != Block.Kind.IMAGE:
        return [] if block.body else [_("Block %(number)d has no text: write one or remove the block.")]
    problems = []
    if not block.asset:
        problems.append(_("Block %(number)d has no picture: upload one or remove the block."))
    if not block.alt.strip():
        problems.append(_("Block %(number)d: say what the picture shows, for people who cannot see it."))
    return problems


def _question_problems(question: Question) -> list[str]:
    choices = list(question.choices.all())
    right = sum(choice.is_right for choice in choices)
    if len(choices) < 2:
        return [_("Question %(number)d needs at least two answers to choose from.")]
    if question.kind == Question.Kind.SINGLE and right != 1:
        return [_("Question %(number)d: mark exactly one answer as right.")]
    if question.kind == Question.Kind.MULTIPLE and right < 2:
        return [_("Question %(number)d asks for several answers: mark at least two as right.")]
    return []


def _refuse_unless_ours(lesson: Lesson) -> None:
    if lesson.origin == Origin.LIBRARY:
        raise NotOurs(_("This lesson comes from the shared library. You can hide it, but not change or withdraw it."))


def _announce(lesson: Lesson) -> None:
    if in_library():
        library_changed.send(sender=Lesson, lesson_uuid=lesson.uuid)


def _name(by: AbstractUser | None) -> str:
    return by.get_username() if by else ""
