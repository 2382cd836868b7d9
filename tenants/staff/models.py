"""What belongs to somebody who signs in to an admin site."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import TimestampedModel


class SavedFilter(TimestampedModel):
    """A list as somebody likes to see it: `path` of the admin page and its query, under a name of their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=1000)
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "path", "name"], name="saved_filter_named_once")]

    def __str__(self):
        return self.name
