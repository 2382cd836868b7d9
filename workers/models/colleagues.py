"""Who of those that sign in to the admin is which employee, and on which phone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import TimestampedModel
from workers.models.contacts import Contact
from workers.models.people import Worker


class Colleague(TimestampedModel):
    """A user of the admin, as an employee (a line leader sees the departments that this employee leads) and as a WeChat
    (whose scan is a second factor of signing in). Either may be unknown."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+"
    )  # installed twice
    worker = models.OneToOneField(
        Worker, on_delete=models.SET_NULL, related_name="colleague", null=True, verbose_name=_("employee")
    )
    contact = models.OneToOneField(
        Contact, on_delete=models.SET_NULL, related_name="colleague", null=True, verbose_name=_("WeChat")
    )

    def __str__(self):
        return f"colleague {self.user_id}"
