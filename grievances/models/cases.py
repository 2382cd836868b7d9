"""Cases: ciphertext, and the plain facts that run the process (docs/vault-protocol.md)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grievances.days import today
from grievances.models.officers import Officer


class Category(models.TextChoices):
    PAY = "pay", _("pay")
    HOURS = "hours", _("working hours and leave")
    SAFETY = "safety", _("safety and health")
    LIVING = "living", _("dormitory and food")
    RESPECT = "respect", _("respect and harassment")
    YOUNG = "young", _("children and young workers")
    IDEA = "idea", _("idea or suggestion")
    OTHER = "other", pgettext_lazy("category of a case", "something else")


class State(models.TextChoices):
    RECEIVED = "received", _("received")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    IN_PROGRESS = "in_progress", _("in progress")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", pgettext_lazy("state of a case", "closed")
    APPEALED = "appealed", _("appealed")


class Lane(models.TextChoices):
    """Who numbers a message: the factory's schema (workers and officers write there), or public (ombudsmen do)."""

    FACTORY = "factory", _("factory")
    OMBUDSMAN = "ombudsman", _("ombudsman")


class CaseQuerySet(models.QuerySet):
    def open(self):
        """Somebody has to do something yet; in a flood's quarantine, too: she who wrote was told of days."""
        return self.exclude(state__in=[State.ANSWERED, State.CLOSED])

    def overdue(self, today):
        late = Q(state=State.RECEIVED, acknowledge_by__lt=today) | Q(answer_by__lt=today)
        return self.open().filter(late)

    def shown(self):
        """Not on the day of its arrival, where a channel keeps that from its officers."""
        return self.filter(Q(visible_on=None) | Q(visible_on__lte=today()))

    def held_by(self, officer: Officer):
        """Cases whose key this officer holds, from the day on which they are shown. A wrap kept back is none."""
        wraps = CaseWrap.objects.filter(officer=officer, is_held=False, key__case=models.OuterRef("pk"))
        return self.shown().filter(models.Exists(wraps))


class Case(models.Model):
    """A grievance or suggestion. `id` commits to its keys. `lead`: whose officers move it from state to state.

    `revision` counts the officers' changes: who changes an older one than there is, is told so. `lookup_digest` is there in
    the factory only: nobody returns to a case through public.
    """

    class Closing(models.TextChoices):
        RESOLVED = "resolved", _("resolved")
        WITHDRAWN = "withdrawn", _("withdrawn by the worker")
        MERGED = "merged", _("the same as another case")
        EMPTIED = "emptied", _("emptied from the quarantine")

    id = models.CharField(primary_key=True, max_length=32, editable=False)
    place = models.CharField(_("factory"), max_length=30)
    lead = models.CharField(_("handled by"), max_length=10, choices=Lane.choices)
    category = models.CharField(_("category"), max_length=10, choices=Category.choices)
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.RECEIVED)
    lookup_digest = models.BinaryField(max_length=32, unique=True, null=True)
    salt_version = models.PositiveSmallIntegerField()
    worker_sign_key = models.BinaryField(max_length=32)
    worker_box_key = models.BinaryField(max_length=32)
    arrived_on = models.DateField(_("arrived on"))
    visible_on = models.DateField(null=True)  # when officers see it first; None: at once
    acknowledge_by = models.DateField(_("acknowledge by"))
    answer_by = models.DateField(_("answer by"))
    acknowledged_on = models.DateField(_("acknowledged on"), null=True)
    answered_on = models.DateField(_("answered on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    appealed_on = models.DateField(_("appealed on"), null=True)
    escalated_on = models.DateField(_("escalated on"), null=True)
    erased_on = models.DateField(_("erased on"), null=True)
    closing = models.CharField(_("why closed"), max_length=10, choices=Closing.choices, blank=True)
    agreed_escalation = models.BooleanField(_("agreed to escalation"), default=False)
    agreed_publication = models.BooleanField(_("agreed to publication"), default=False)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    is_quarantined = models.BooleanField(_("in quarantine"), default=False)
    needs_rekey = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    assigned_to = models.ForeignKey(
        Officer, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("assigned to")
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="merged", null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-arrived_on", "id"]
        indexes = [models.Index(fields=["state", "answer_by"], name="case_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="case_rating_in_range"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="case_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | ~Q(state="closed") & Q(closed_on__isnull=True),
                name="case_closed_has_a_day",
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def reference(self) -> str:
        """Short name on screens and paper: the first eight characters of the id."""
        return self.id[:8]

    @property
    def is_over(self) -> bool:
        return self.state == State.CLOSED


class CaseKey(models.Model):
    """The public key of one epoch of a case; its private key is only in wraps."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="keys")
    epoch = models.PositiveSmallIntegerField()
    public_key = models.BinaryField(max_length=32)
    worker_wrap = models.BinaryField(max_length=80)
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        ordering = ["epoch"]
        constraints = [models.UniqueConstraint(fields=["case", "epoch"], name="case_key_of_epoch_once")]

    def __str__(self):
        return f"{self.case_id}/{self.epoch}"


class CaseWrap(models.Model):
    """A case's private key, sealed to one officer. `is_held`: not handed on before the case escalates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(CaseKey, on_delete=models.CASCADE, related_name="wraps")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="wraps")
    sealed = models.BinaryField(max_length=80)
    is_held = models.BooleanField(default=False)
    is_carried = models.BooleanField(default=False)  # an ombudsman's, once it has been brought to public

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "officer"], name="case_wrap_once")]

    def __str__(self):
        return f"{self.key_id} for {self.officer_id}"


class Message(models.Model):
    """One sealed message of a lane. `author` is None for the worker."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        RATING = "rating", _("rating")
        REKEY = "rekey", _("new key")

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    lane = models.CharField(max_length=10, choices=Lane.choices)
    number = models.PositiveIntegerField()
    epoch = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sealed = models.BinaryField()
    arrived_on = models.DateField()

    class Meta:
        ordering = ["case", "lane", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "lane", "number"], name="message_numbered_once")]

    def __str__(self):
        return f"{self.case_id} {self.lane} {self.number}"


class Attachment(models.Model):
    """A sealed picture or recording. Without a message it is an upload that was not finished yet; a day later it goes."""

    id = models.UUIDField(primary_key=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments", null=True)
    sealed = models.BinaryField()
    size = models.PositiveIntegerField()
    arrived_on = models.DateField()

    def __str__(self):
        return f"attachment {self.id}"


class Note(models.Model):
    """What officers write among themselves about a case: sealed to each of them, never shown to the worker."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()
    wraps = models.JSONField(default=dict)  # officer's id -> the note's key sealed to them, base64
    written_on = models.DateField()

    class Meta:
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="note_numbered_once")]

    def __str__(self):
        return f"{self.case_id} note {self.number}"


class CaseEvent(models.Model):
    """The log of a case: appended, never changed (a trigger refuses), each entry holding the hash of the one before.

    `officer` is None for the worker and for the clock. `detail`: plain facts, such as {"from": "received", "to": "answered"}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    detail = models.JSONField(default=dict)
    on = models.DateField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_event_numbered_once")]

    def __str__(self):
        return f"{self.case_id} event {self.number}: {self.kind}"
