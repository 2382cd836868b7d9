"""Whom something is for: saved rules, and what workers have said of themselves."""

from django.db import models
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tenants.history import history_of
from tenants.models import TimestampedModel
from workers.models.contacts import Contact
from workers.models.people import Worker


def one_phone_since(worker: str) -> Subquery:
    """Since when the row's worker (its column) has been on the one phone bound now; NULL with none or two.

    What is private between a worker and a phone counts from then on: HR could bind another phone to find it out.
    """
    phones = Contact.objects.filter(worker=OuterRef(worker)).order_by().values("worker")
    alone = phones.annotate(phones=Count("pk"), since=Max(Coalesce("private_since", "bound_at"))).filter(phones=1)
    return Subquery(alone.values("since"))


class Audience(TimestampedModel):
    """A rule over the fields of employees, evaluated when it is used. Its shape and its SQL: `workers.services.audiences`.

    is_private: the rule asks for something that workers have said of themselves. HR then sees the size rounded and no name.
    """

    name = models.CharField(_("name"), max_length=40, unique=True)
    note = models.CharField(_("what it is for"), max_length=120, blank=True)
    rule = models.JSONField(default=dict)
    is_private = models.BooleanField(default=False, editable=False)

    history = history_of()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["name"]

    def __str__(self):
        return self.name


class SelfDescriptionQuerySet(models.QuerySet):
    def in_force(self):
        """Said on the only phone that is bound now. While two are, it sleeps; it is deleted when one of them goes."""
        return self.filter(updated_at__gte=one_phone_since("worker"))


class SelfDescription(TimestampedModel):
    """What a worker has said of themselves, in three taps; theirs to change and to take back. None: not said.

    No page of HR's shows a row of it: it is read only inside the SQL of an audience and in suppressed figures.
    """

    worker = models.OneToOneField(Worker, on_delete=models.CASCADE, related_name="self_description")
    is_parent = models.BooleanField(_("has children"), null=True)
    is_young = models.BooleanField(_("is 25 or younger"), null=True)
    is_line_manager = models.BooleanField(_("leads people"), null=True)
    has_child_elsewhere = models.BooleanField(_("a child lives elsewhere"), null=True)

    objects = SelfDescriptionQuerySet.as_manager()

    def __str__(self):
        return f"self-description of {self.worker_id}"


class Child(models.Model):
    """A child, by the years it may have been born in: people tap an age group, not a date."""

    description = models.ForeignKey(SelfDescription, on_delete=models.CASCADE, related_name="children")
    born_from = models.PositiveSmallIntegerField()
    born_to = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(born_from__lte=F("born_to")), name="child_years_in_order")]

    def __str__(self):
        return f"{self.born_from}–{self.born_to}"
