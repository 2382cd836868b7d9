"""What came of a lesson: who opened, read and completed it, how quizzes went, who shared it, how often it was visited.

Rows of a private series name the worker for the worker's own pages only, and stay private when the series does not: a
trigger marks them as they are written (`was_private`). Whoever shows something to HR starts from `.tracked()`, or counts
and suppresses small numbers; a visit to such a lesson is stored without its visitor.
"""

import secrets
import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lessons.models import Series
from tenants.models import TimestampedModel

SHARE_SOURCE_PREFIX = "s-"


class OfLessonQuerySet(models.QuerySet):
    def tracked(self):
        """Rows of series that are tracked by name: the only ones that HR may see with a name."""
        return self.filter(lesson__series__privacy=Series.Privacy.TRACKED)


class OfWorkerQuerySet(OfLessonQuerySet):
    def tracked(self):
        """Never what was learned while the series was private: turning it to tracked, or moving a lesson to a tracked
        series, opens nothing that has been promised to stay closed."""
        return super().tracked().filter(was_private=False)


class LessonProgressQuerySet(OfWorkerQuerySet):
    def completed(self):
        return self.filter(completed_at__isnull=False)


class LessonProgress(models.Model):
    """How far one worker has come with one lesson.

    opened: the page was shown; read: the worker said so; completed: read, and the quiz passed where there is one. A
    completion stays, whatever happens to the lesson later. `version` is the one studied last. Percentages are whole
    numbers 0..100, rounded down. The key is drawn by lot: numbers in a row would tell HR, by their gaps, how much was read
    in private, and when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    worker = models.ForeignKey(
        "workers.Worker", on_delete=models.PROTECT, related_name="lesson_progress", verbose_name=_("employee")
    )
    lesson = models.ForeignKey(  # installed twice: see the border between schemas in docs/architecture.md
        "lessons.Lesson", on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("lesson")
    )
    version = models.ForeignKey(
        "lessons.LessonVersion", on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("version")
    )
    opened_at = models.DateTimeField(_("opened"))
    read_at = models.DateTimeField(_("read"), null=True)
    completed_at = models.DateTimeField(_("completed"), null=True)
    best_score_percent = models.PositiveSmallIntegerField(_("best score (%)"), null=True)
    was_private = models.BooleanField(default=False, db_default=False, editable=False)  # set by a trigger, never unset
    brought_from = models.CharField(  # name of the factory of the group where it was learned
        _("brought along from"), max_length=80, blank=True, default="", db_default="", editable=False
    )

    objects = LessonProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning progress")
        verbose_name_plural = _("learning progress")
        permissions = [("view_figures", "Sees figures of learning, without names")]
        constraints = [
            models.UniqueConstraint(fields=["worker", "lesson"], name="progress_once_per_worker_and_lesson"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(read_at__isnull=False), name="progress_completed_was_read"
            ),
            models.CheckConstraint(
                condition=Q(best_score_percent__isnull=True) | Q(best_score_percent__lte=100),
                name="progress_best_score_in_range",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], name="progress_by_opening"),
            models.Index(fields=["completed_at"], name="progress_by_completion"),
        ]

    def __str__(self):
        return f"{self.worker_id}/{self.lesson_id}"


class QuizAttemptQuerySet(OfWorkerQuerySet):
    def passed(self):
        return self.filter(score_percent__gte=F("pass_mark_percent"))


class QuizAttempt(TimestampedModel):
    """One worker's answers to the quiz of one lesson, as scored at that moment.

    answers: question UUID -> sorted list of chosen choice UUIDs. Percentages are whole numbers 0..100, rounded down.
    The pass mark is copied from the version, so a later edit cannot turn yesterday's pass into a fail (auditors read
    these rows). The key is drawn by lot, as of LessonProgress.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    worker = models.ForeignKey(
        "workers.Worker", on_delete=models.PROTECT, related_name="quiz_attempts", verbose_name=_("employee")
    )
    lesson = models.ForeignKey(
        "lessons.Lesson", on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("lesson")
    )
    version = models.ForeignKey(
        "lessons.LessonVersion", on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("version")
    )
    attempt_number = models.PositiveSmallIntegerField(_("attempt"))
    score_percent = models.PositiveSmallIntegerField(_("score (%)"))
    pass_mark_percent = models.PositiveSmallIntegerField(_("pass mark (%)"))
    answers = models.JSONField(editable=False)
    submission_key = models.UUIDField(unique=True, editable=False)
    was_private = models.BooleanField(default=False, db_default=False, editable=False)  # set by a trigger, never unset

    objects = QuizAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz attempt")
        verbose_name_plural = _("quiz attempts")
        constraints = [
            models.UniqueConstraint(fields=["worker", "lesson", "attempt_number"], name="quiz_attempt_numbered_once"),
            models.CheckConstraint(condition=Q(score_percent__lte=100), name="quiz_attempt_score_in_range"),
            models.CheckConstraint(condition=Q(pass_mark_percent__lte=100), name="quiz_attempt_pass_mark_in_range"),
        ]

    def __str__(self):
        return f"{self.worker_id}/{self.lesson_id} #{self.attempt_number}: {self.score_percent}%"

    @property
    def is_passed(self) -> bool:
        return self.score_percent >= self.pass_mark_percent


class Visit(models.Model):
    """A lesson page was shown once. The key is made when it happens, so that a batch moved here twice counts once.

    Known to the day and no finer. `worker` is left out for somebody not bound and for every lesson of a private series.
    `source` is the code of the QR code or share link that led here ("s-…" is a share link).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lesson = models.ForeignKey(
        "lessons.Lesson", on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("lesson")
    )
    worker = models.ForeignKey(
        "workers.Worker",
        on_delete=models.SET_NULL,
        related_name="visits",
        null=True,
        blank=True,
        verbose_name=_("employee"),
    )
    on = models.DateField(_("day"))
    source = models.CharField(_("came by"), max_length=64, blank=True)

    objects = OfLessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            models.Index(fields=["on", "lesson"], name="visit_by_day"),
            models.Index(fields=["source"], name="visit_by_source", condition=~Q(source="")),
        ]

    def __str__(self):
        return f"{self.lesson_id} {self.on}"


def share_code() -> str:
    return secrets.token_hex(6)


class ShareLink(models.Model):
    """`/s/<code>/`: a library lesson for people who do not follow yet. One for each lesson and sharer.

    `contact` is who shared; nobody for a lesson of a private series. Opens are the visits whose source is this link's.
    """

    code = models.CharField(_("code"), max_length=24, unique=True, default=share_code, editable=False)
    lesson = models.ForeignKey(
        "lessons.Lesson", on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("lesson")
    )
    contact = models.ForeignKey(
        "workers.Contact",
        on_delete=models.SET_NULL,
        related_name="share_links",
        null=True,
        blank=True,
        verbose_name=_("shared by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "contact"], name="share_link_once_per_sharer", nulls_distinct=False
            )
        ]

    def __str__(self):
        return self.code

    @property
    def source(self) -> str:
        return SHARE_SOURCE_PREFIX + self.code
