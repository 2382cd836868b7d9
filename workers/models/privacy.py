"""What a worker has agreed to, and what they ask of their data."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.models import TimestampedModel
from workers.models.people import Worker


class Consent(models.Model):
    """A worker agreed to one purpose, in the words of that version of the text; taken back, it stays as a record."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="consents", verbose_name=_("employee"))
    purpose = models.CharField(_("purpose"), max_length=30)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField(_("agreed at"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "purpose"], condition=Q(withdrawn_at__isnull=True), name="consent_given_once"
            )
        ]

    def __str__(self):
        return f"{self.purpose} of {self.worker_id}"


class PrivacyRequest(TimestampedModel):
    """A worker asks for a copy of all their data, or for its erasure; HR answers by `due_on`.

    reason, words: of a refusal; the reasons stand in `workers.privacy.refusals`.
    """

    class Kind(models.TextChoices):
        EXPORT = "export", _("a copy of all data")
        ERASE = "erase", _("erasure")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a request", "open")
        DONE = "done", _("done")
        REFUSED = "refused", pgettext_lazy("of a request", "refused")
        WITHDRAWN = "withdrawn", _("taken back")

    worker = models.ForeignKey(
        Worker, on_delete=models.CASCADE, related_name="privacy_requests", verbose_name=_("employee")
    )
    kind = models.CharField(_("what is asked"), max_length=6, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    due_on = models.DateField(_("answer due on"))
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", null=True, verbose_name=_("by")
    )  # installed twice
    reason = models.CharField(_("reason"), max_length=20, blank=True, default="", db_default="")
    words = models.CharField(_("own words"), max_length=500, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("request on own data")
        verbose_name_plural = _("requests on own data")
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "kind"], condition=Q(state="open"), name="privacy_request_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason="", words=""),
                name="privacy_request_refused_for_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.kind} of {self.worker_id}"
