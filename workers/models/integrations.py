"""Programs of the factory (HRIS, payroll) that read and write the roster."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import TimestampedModel


class ApiToken(TimestampedModel):
    """The key of one integration. It is shown once; only its hash is kept. `prefix` tells one from another.

    Whoever made it answers for it, until somebody else has taken it over.
    """

    class Scope(models.TextChoices):
        READ_WORKERS = "workers:read", _("read employees")
        WRITE_WORKERS = "workers:write", _("add, change and deactivate employees")
        READ_DEPARTMENTS = "departments:read", _("read departments")
        WRITE_DEPARTMENTS = "departments:write", _("add and change departments")

    name = models.CharField(
        _("name"), max_length=60, help_text=_("Which program uses it, for example: payroll system.")
    )
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("may"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", null=True, editable=False
    )  # installed twice
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", null=True, editable=False
    )  # installed twice

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]

    def __str__(self):
        return self.name


class ApiReceipt(models.Model):
    """The answer once given to an idempotency key of a token; asked again, it is given again. Kept for some days."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="receipts")
    key = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_receipt_once")]

    def __str__(self):
        return self.key
