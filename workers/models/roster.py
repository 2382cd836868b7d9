"""A roster on its way from Excel into the list of employees."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import TimestampedModel


class RosterImport(TimestampedModel):
    """One uploaded file: checked, looked at, then saved whole or not at all; long ones in the background.

    content: the file, until it is saved, given up or a day old. report: what the check found. leaver_ids: employees missing
    from the file whom HR has ticked as left.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("waiting for you")
        REFUSED = "refused", _("has mistakes")
        SAVING = "saving", _("being saved")
        SAVED = "saved", _("saved")
        FAILED = "failed", _("failed")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("by")
    )  # installed twice
    file_name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField(null=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.CHECKING)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    leaver_ids = models.JSONField(default=list)

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ["-created_at"]

    def __str__(self):
        return self.file_name
