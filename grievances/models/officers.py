"""Who can open cases: people with keys of their own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

OMBUDSMAN_PLACE = "ccrcsr"  # no factory may have this slug (tenants.services.factories)


class OfficerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(state=Officer.State.ACTIVE)

    def present(self):
        """Neither gone nor waiting with an account that was closed meanwhile."""
        return self.exclude(state=Officer.State.LEFT).exclude(state=Officer.State.WAITING, user__is_active=False)

    def own(self):
        """Those who serve here; the others are public keys copied from elsewhere."""
        return self.filter(place="")

    def ombudsmen(self):
        return self.filter(place=OMBUDSMAN_PLACE)


class Officer(models.Model):
    """One enrolment of one person: the public keys of a seed that was made in their browser, and the seed under wraps.

    Whoever gets a new seed is a new officer; the old row stays for the signatures it verifies. `place`: empty for those who
    serve here, else where they serve: "ccrcsr" for ombudsmen in a factory's schema, a factory's slug in public. Of these only
    names and public keys are copied.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be let in")
        ACTIVE = "active", _("receives cases")
        LEFT = "left", _("has left")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officers", null=True, editable=False
    )
    admitted_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    place = models.CharField(max_length=30, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    box_key = models.BinaryField(max_length=32)
    sign_key = models.BinaryField(max_length=32)
    passphrase_wrap = models.JSONField(null=True)
    recovery_wrap = models.BinaryField(null=True)
    enrolled_on = models.DateField(_("enrolled on"))
    left_on = models.DateField(_("left on"), null=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ["enrolled_on", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=~Q(state="left"), name="officer_enrolled_once"),
            models.CheckConstraint(
                condition=Q(state="left", passphrase_wrap__isnull=True, recovery_wrap__isnull=True) | ~Q(state="left"),
                name="officer_who_left_has_no_seed",
            ),
        ]

    def __str__(self):
        return self.name
