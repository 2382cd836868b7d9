"""The audit trail."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One thing somebody did or saw: who, what, of whom. Bound to the entry before by its hash; a trigger refuses edits.

    actor: sign-in name ("api:payroll" for an integration, "system" for a task), kept as text: people come and go.
    subject_ids: the workers it is about, by id; no names, so that an erased worker is gone from here too.
    detail: plain facts (field names, counts, a file name), never values of personal data.
    """

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.CharField(_("who"), max_length=150, db_index=True)
    action = models.CharField(_("action"), max_length=40, db_index=True)
    object_kind = models.CharField(_("of what"), max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    subject_ids = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    support = models.CharField(max_length=36, blank=True)  # uuid of the SupportGrant it was done under
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ["-number"]
        default_permissions = ("view",)
        permissions = [("grant_support", "May let CCR CSR's support into the factory for hours")]
        indexes = [GinIndex(fields=["subject_ids"], opclasses=["jsonb_path_ops"], name="audit_entry_of_worker")]

    def __str__(self):
        return f"#{self.number} {self.action}"
