"""How people can be reached, and who is looking at a page."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import TimestampedModel
from workers.models.people import Worker


class Contact(TimestampedModel):
    """One way to reach a person: an address in a channel (an openid in WeChat). Bound to a worker, or not yet.

    `source`: code of the poster, training or link the person came by. `tags`: names the channel gives its people, kept up
    to date by the channel's own room, which alone reads `address`. `private_since`: another phone of the same employee was
    undone then, and nobody can say who of the two read what in private series before; None: since `bound_at`.
    """

    worker = models.ForeignKey(
        Worker, on_delete=models.SET_NULL, related_name="contacts", null=True, blank=True, verbose_name=_("employee")
    )
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=120)
    is_reachable = models.BooleanField(_("reachable"), default=True)
    source = models.CharField(_("came by"), max_length=64, blank=True)
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("tags"))
    bound_at = models.DateTimeField(_("bound at"), null=True, blank=True)
    private_since = models.DateTimeField(null=True, editable=False)

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
