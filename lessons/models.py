"""Lessons, as rows that people edit and as versions that people study.

Installed twice: in public these tables are the shared library, in a factory's schema that factory's catalogue. No key
crosses from one to the other; a lesson is the same lesson where its UUID is the same.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lessons.richtext import RichTextField
from tenants.enrolment import by_enrolment
from tenants.models import TimestampedModel


class Audience(models.TextChoices):
    PARENT = "parent", _("working parents")
    LINE_MANAGER = "line_manager", _("line leaders")
    YOUNG_WORKER = "young_worker", _("young workers")


class Format(models.TextChoices):
    LESSON = "lesson", _("lesson with pictures")
    COMIC = "comic", _("comic strip")
    QUIZ = "quiz", _("interactive quiz")
    TIPS = "tips", _("tips")
    PHOTO_STORY = "photo_story", _("photo story")


class Origin(models.TextChoices):
    OWN = "own", by_enrolment(_("our own"), pgettext_lazy("of an open account", "our own"))
    LIBRARY = "library", _("shared library")


def audience_choices():
    return Audience.choices


def format_choices():
    return Format.choices


def block_kind_choices():
    return Block.Kind.choices


class Topic(models.Model):
    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]

    def __str__(self):
        return self.title


class Series(TimestampedModel):
    """A row of lessons that belong together, and the unit of privacy and of following.

    Of a private series (the default) nobody but the worker ever sees who learned it; HR sees counts, small ones
    suppressed. `followed` has a meaning in factories only: new versions of a followed library series arrive by themselves.
    """

    class Privacy(models.TextChoices):
        PRIVATE = "private", _("private: counts only")
        TRACKED = "tracked", _("tracked by name")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    title = models.CharField(_("title"), max_length=60)
    title_en = models.CharField(_("title in English"), max_length=80, blank=True)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    privacy = models.CharField(_("privacy"), max_length=10, choices=Privacy.choices, default=Privacy.PRIVATE)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.OWN, editable=False)
    followed = models.BooleanField(_("followed"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    file_checksum = models.CharField(max_length=64, blank=True, editable=False)  # of the library file last loaded

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    @property
    def is_private(self) -> bool:
        return self.privacy == self.Privacy.PRIVATE


class Asset(models.Model):
    """A stored file, named by what is in it: the same bytes are stored once per side (library or factory).

    `origin` tells where the bytes lie: in the library's folder (public) or in this factory's own. `widths` are the sizes
    in pixels that were derived from a picture at upload, smallest first; an SVG has none.
    """

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    mime = models.CharField(_("type"), max_length=60, editable=False)
    byte_count = models.PositiveIntegerField(_("size (bytes)"), editable=False)
    width = models.PositiveIntegerField(_("width (pixels)"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height (pixels)"), null=True, editable=False)
    widths = models.JSONField(default=list, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OWN, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self):
        return self.name or self.sha256[:12]


class LessonQuerySet(models.QuerySet):
    def published(self):
        """What workers may see: published, with a version, not hidden by HR."""
        return self.filter(state=Lesson.State.PUBLISHED, current_version__isnull=False, is_hidden=False)

    def tracked(self):
        return self.filter(series__privacy=Series.Privacy.TRACKED)


class Lesson(TimestampedModel):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("series"))
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="lessons", null=True, blank=True, verbose_name=_("topic")
    )
    cover = models.ForeignKey(
        Asset, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("cover")
    )
    current_version = models.ForeignKey(
        "LessonVersion", on_delete=models.SET_NULL, related_name="+", null=True, editable=False
    )
    title = models.CharField(_("title"), max_length=60)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    audiences = ArrayField(
        models.CharField(max_length=20, choices=audience_choices), verbose_name=_("meant for"), default=list
    )
    format = models.CharField(_("format"), max_length=20, choices=format_choices, default=Format.LESSON)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    pass_mark_percent = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=60, validators=[MaxValueValidator(100)]
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=80, blank=True)
    reviewer = models.CharField(_("reviewer"), max_length=80, blank=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.OWN, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_hidden = models.BooleanField(by_enrolment(_("hide from workers"), _("hide from learners")), default=False)
    file_checksum = models.CharField(max_length=64, blank=True, editable=False)  # of the library file last loaded

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["-is_pinned", "position", "pk"]
        indexes = [models.Index(fields=["state", "is_hidden"], name="lesson_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(pass_mark_percent__lte=100), name="lesson_pass_mark_in_range"),
        ]

    def __str__(self):
        return self.title


class Block(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        IMAGE = "image", _("picture")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="blocks")
    kind = models.CharField(_("kind"), max_length=10, choices=block_kind_choices, default=Kind.TEXT)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    body = RichTextField(_("text"), blank=True)
    asset = models.ForeignKey(
        Asset, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("picture")
    )
    alt = models.CharField(
        _("what the picture shows"), max_length=200, blank=True, help_text=_("Read out to people who cannot see it.")
    )
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["position", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.position + 1}"


class Question(models.Model):
    class Kind(models.TextChoices):
        SINGLE = "single", _("one answer is right")
        MULTIPLE = "multiple", _("several answers are right")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SINGLE)
    prompt = models.CharField(_("question"), max_length=300)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.prompt


class Choice(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("answer"), max_length=200)
    is_right = models.BooleanField(_("right"), default=False)
    feedback = models.CharField(_("feedback"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text


class LessonVersion(models.Model):
    """A lesson as it was published, frozen: progress, import, export and API rest on it (docs/lesson-version.md).

    document: what everybody may see. answer_key: question UUID -> {"kind", "right": [choice UUIDs], "feedback": {choice
    UUID: text}}; it never leaves the server. body_html: the blocks, rendered once. checksum: SHA-256 of document and answer
    key in canonical JSON. The columns from title to cover repeat the document, for lists. A trigger refuses every update.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="versions")
    cover = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+", null=True)
    number = models.PositiveIntegerField(_("number"))
    schema_number = models.PositiveSmallIntegerField(default=1)
    checksum = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=60)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    audiences = ArrayField(models.CharField(max_length=20), verbose_name=_("meant for"), default=list)
    format = models.CharField(_("format"), max_length=20, choices=format_choices)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    pass_mark_percent = models.PositiveSmallIntegerField(_("pass mark (%)"))
    document = models.JSONField()
    answer_key = models.JSONField(default=dict)
    body_html = models.TextField(blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.CharField(_("published by"), max_length=150, blank=True)  # user name; empty in copies

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["lesson", "number"], name="lesson_version_numbered_once")]

    def __str__(self):
        return f"{self.title} v{self.number}"
