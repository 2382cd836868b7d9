"""What a factory tells its workers, to whom it went, and who has seen it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lessons.richtext import RichTextField
from tenants.enrolment import by_enrolment
from tenants.history import history_of
from tenants.models import TimestampedModel
from workers.models import one_phone_since


def unsent_choices():
    return Announcement.Unsent.choices


class AnnouncementQuerySet(models.QuerySet):
    def due(self, now: datetime):
        return self.filter(state=Announcement.State.SCHEDULED, send_at__lte=now)


class Announcement(TimestampedModel):
    """A notice: written, sent once, at once or at `send_at`. To whom it goes is frozen at that moment, as receipts; from its
    planning on nobody edits it.

    unsent_because: of a draft that was to be sent at `send_at` and could not. sent_by: who planned it, until it is sent.
    aim_kind: an audience deleted since leaves a draft that is for nobody, never for everybody. aimed_at: whom it was
    sent to, in words. is_private: it rests on what workers have said of themselves, so nobody sees who got it, and
    `recipient_count` is about; is_personal: on facts that few see by name.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        SENT = "sent", _("sent")

    class Unsent(models.TextChoices):
        AUDIENCE_GONE = "audience_gone", _("its audience has been deleted")
        TOO_NARROW = "audience_too_narrow", _("the conditions of its audience fit too few employees")
        LINK = "link_tells", _("a link in it would tell who is in its audience")
        NOBODY = "nobody_to_send_to", _("there was nobody to send it to")
        SENDER_LEFT = "sender_left", _("who planned it can no longer sign in here")
        SENDER_MAY_NOT = "sender_may_not", _("who planned it may no longer send notices")
        MISSED = "missed", _("the system was not running at that time, and a day late is too late")
        UNREADABLE = "unreadable", _("the conditions of its audience no longer hold")

    class AimKind(models.TextChoices):
        EVERYBODY = "everybody", by_enrolment(_("everybody"), pgettext_lazy("of an open account", "everybody"))
        DEPARTMENT = "department", _("department")
        AUDIENCE = "audience", _("audience")

    department = models.ForeignKey(
        "workers.Department",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("for whom"),
    )
    audience = models.ForeignKey(
        "workers.Audience", on_delete=models.SET_NULL, related_name="announcements", null=True, editable=False
    )
    picture = models.ForeignKey(
        "lessons.Asset",
        on_delete=models.DO_NOTHING,  # installed twice
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("picture"),
    )
    broadcast = models.ForeignKey(
        "workers.Broadcast", on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,  # installed twice
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("sent by"),
    )
    aim_kind = models.CharField(
        max_length=10,
        choices=AimKind.choices,
        default=AimKind.EVERYBODY,
        db_default=AimKind.EVERYBODY,
        editable=False,
    )
    aimed_at = models.TextField(blank=True, default="", db_default="", editable=False)
    is_private = models.BooleanField(default=False, db_default=False, editable=False)
    is_personal = models.BooleanField(default=False, db_default=False, editable=False)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=40)
    body = RichTextField(_("text"))
    requires_confirmation = models.BooleanField(
        _("must be confirmed"),
        default=False,
        help_text=by_enrolment(
            _("Workers press “I know about it”, and you see who has."),
            _("Learners press “I know about it”, and you see who has."),
        ),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    send_at = models.DateTimeField(_("to be sent at"), null=True, editable=False)
    unsent_because = models.CharField(
        _("not sent, because"),
        max_length=20,
        choices=unsent_choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    recipient_count = models.PositiveIntegerField(_("recipients"), default=0, editable=False)

    objects = AnnouncementQuerySet.as_manager()
    history = history_of(without=("broadcast", "uuid", "sent_by", "sent_at", "recipient_count", "aimed_at"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-sent_at", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", sent_at=None, send_at=None, unsent_because="")
                | Q(state="draft", sent_at=None, send_at__isnull=False, unsent_because__gt="")
                | Q(state="scheduled", sent_at=None, send_at__isnull=False, sent_by__isnull=False, unsent_because="")
                | Q(state="sent", sent_at__isnull=False, unsent_because=""),
                name="announcement_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=~Q(aim_kind="department") | Q(department__isnull=False), name="announcement_aim_is_whole"
            ),
        ]
        indexes = [models.Index(fields=["send_at"], condition=Q(state="scheduled"), name="announcement_planned")]

    def __str__(self):
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_scheduled(self) -> bool:
        return self.state == self.State.SCHEDULED

    @property
    def is_sent(self) -> bool:
        return self.state == self.State.SENT

    @property
    def is_blurred(self) -> bool:
        """What it went by is nobody's to know by name, so its figures are shown rounded or not at all."""
        return self.is_private or self.is_personal


class ReceiptQuerySet(models.QuerySet):
    def of(self, worker_id: int | None):
        """What a worker's phone may show: of private notices those since it has been the only one bound."""
        is_theirs = Q(announcement__is_private=False) | Q(announcement__sent_at__gte=one_phone_since("worker"))
        return self.filter(is_theirs, worker_id=worker_id)


class Receipt(models.Model):
    """One worker an announcement was sent to. open_count counts every look; opened_at is the first."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="receipts")
    worker = models.ForeignKey("workers.Worker", on_delete=models.CASCADE, related_name="+", verbose_name=_("employee"))
    opened_at = models.DateTimeField(_("first opened"), null=True)
    open_count = models.PositiveIntegerField(_("times opened"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [models.UniqueConstraint(fields=["announcement", "worker"], name="announcement_received_once")]
        indexes = [models.Index(fields=["worker", "-announcement"], name="receipt_of_worker")]

    def __str__(self):
        return str(self.worker)
