"""The outbox: what is to be said to whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import TimestampedModel
from workers.models.people import Worker


class Urgency(models.TextChoices):
    NORMAL = "normal", _("normal")
    URGENT = "urgent", _("urgent")


class Broadcast(TimestampedModel):
    """One thing said to many: its messages are the rows of WorkerMessage that point here.

    is_private: the audience rests on what workers have said of themselves; who got it is nobody's to see.
    """

    kind = models.CharField(max_length=40)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    values = models.JSONField(default=dict)
    is_private = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=120, unique=True)

    def __str__(self):
        return self.dedupe_key


REFUSALS = {
    "left": _("The employee has left."),
    "unbound": _("No WeChat was bound when it was sent. Once one is, it can be read on the phone."),
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
        return self.values.get("title") or self.dedupe_key

    @property
    def refusal_text(self) -> str:
        """Why it was not sent, for HR; a code that no sentence is known for as it is."""
        return str(REFUSALS.get(self.refusal_code, self.refusal_code))
