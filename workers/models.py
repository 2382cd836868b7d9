"""People of one factory, how they can be reached, and what is to be sent to them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.models import TimestampedModel


class Department(TimestampedModel):
    """A node of the tree: department, workshop, line. `path` holds the ids from the root, "000003/000017/": a subtree
    is a prefix, and the order of paths is the order of the tree."""

    NAME_LENGTH = 60

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("department")
        WORKSHOP = "workshop", _("workshop")
        LINE = "line", _("production line")

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("belongs to")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DEPARTMENT)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    path = models.CharField(max_length=200, editable=False, db_index=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="department_named_once",
                nulls_distinct=False,
                violation_error_message=_("This name is there already. Choose another name or another place."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def depth(self) -> int:
        """0 for what belongs to nothing."""
        return self.path.count("/") - 1

    @property
    def label(self) -> str:
        """The way down to it: "生产部 / 一车间". Reads the rows above that are not loaded yet."""
        return f"{self.parent.label} / {self.name}" if self.parent else self.name


class WorkerQuerySet(models.QuerySet):
    def employed(self):
        return self.filter(left_on__isnull=True)

    def in_department(self, department: Department):
        """Those of a department and of everything below it."""
        return self.filter(department__path__startswith=department.path)


class Worker(TimestampedModel):
    class Gender(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="workers",
        null=True,
        blank=True,
        verbose_name=_("department"),
    )
    employee_number = models.CharField(_("employee number"), max_length=30, unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=40)
    name_pinyin = models.CharField(max_length=120, editable=False, db_index=True)  # Chinese names sort by sound
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    position = models.CharField(_("job"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    hired_on = models.DateField(_("hire date"), null=True, blank=True)
    left_on = models.DateField(_("leave date"), null=True, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["name_pinyin", "employee_number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(hired_on__isnull=True) | Q(left_on__gte=models.F("hired_on")),
                name="worker_left_after_hired",
                violation_error_message=_("Nobody leaves before they were hired. Correct one of the two dates."),
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.employee_number})"


class Contact(TimestampedModel):
    """One way to reach a person: an address in a channel (an openid in WeChat). Bound to a worker, or not yet.

    `source`: code of the poster, training or link the person came by. Only the channel's own room reads `address`.
    """

    worker = models.ForeignKey(
        Worker, on_delete=models.SET_NULL, related_name="contacts", null=True, blank=True, verbose_name=_("employee")
    )
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=120)
    is_reachable = models.BooleanField(_("reachable"), default=True)
    source = models.CharField(_("came by"), max_length=64, blank=True)
    bound_at = models.DateTimeField(_("bound at"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="contact_known_once")]

    def __str__(self):
        return f"{self.channel} #{self.pk}"


class WorkerSession(models.Model):
    """A browser that a channel has recognised. The row is its factory's own: elsewhere the cookie names nothing."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="sessions")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"session {self.pk}"


class BindAttempt(models.Model):
    """Somebody tried to bind. Counted per contact and per employee number, so that neither can be guessed through."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="bind_attempts")
    employee_number = models.CharField(max_length=30, db_index=True)
    succeeded = models.BooleanField(default=False)
    attempted_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self):
        return f"attempt {self.pk}"


class Urgency(models.TextChoices):
    NORMAL = "normal", _("normal")
    URGENT = "urgent", _("urgent")


class Broadcast(TimestampedModel):
    """One thing said to many: its messages are the rows of WorkerMessage that point here."""

    kind = models.CharField(max_length=40)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    values = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=120, unique=True)

    def __str__(self):
        return self.dedupe_key


REFUSALS = {
    "left": _("The employee has left."),
    "unreachable": _("The employee does not follow the account, or never did."),
    "blocked": _("The employee does not accept messages."),
    "content": _("The channel did not accept this message."),
    "channel_failed": _("The channel failed to deliver it."),
    "channel_not_ready": _("The official account was not set up yet."),
    "channel_unavailable": _("The channel could not be reached."),
}


class WorkerMessage(TimestampedModel):
    """The outbox: something to be said to one worker, written in the transaction of what it is about.

    kind: what it is ("announcement", "quiz_passed"); values: the words to fill in, always with "title" and "path" (a
    path on the factory's site). Queued, then sending, then sent or refused; `unknown` is one whose answer was lost.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused")
        UNKNOWN = "unknown", _("unknown")

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="messages", verbose_name=_("employee"))
    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="messages", null=True)
    kind = models.CharField(_("kind"), max_length=40)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    values = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=160, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    refusal_code = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["state", "not_before"], name="message_waiting", condition=Q(state__in=["queued", "sending"])
            ),
            models.Index(fields=["worker", "-created_at"], name="message_of_worker"),
        ]

    def __str__(self):
        return self.dedupe_key

    @property
    def refusal_text(self) -> str:
        """Why it was not sent, for HR; a code that no sentence is known for as it is."""
        return str(REFUSALS.get(self.refusal_code, self.refusal_code))
