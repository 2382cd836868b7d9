"""Celery doors of this room."""

import logging

from celery import shared_task
from django.db import ProgrammingError, connection
from django.utils import timezone, translation
from django_tenants.utils import schema_context, tenant_context

from announcements.models import Announcement
from announcements.services import announcement_send_due
from tenants.models import Factory
from tenants.tasks import FactoryTask

log = logging.getLogger(__name__)


@shared_task
def announcements_sweep_task() -> None:
    """Every minute: one look at a small index of each factory, and a task for each notice whose time has come."""
    with schema_context("public"):
        factories = list(Factory.objects.living())
    for factory in factories:
        try:
            with tenant_context(factory):
                due = list(Announcement.objects.due(timezone.now()).order_by("send_at").values_list("pk", flat=True))
        except ProgrammingError:  # not migrated yet: the others' notices go out
            log.exception("the notices of %s cannot be read", factory.schema_name)
            continue
        for announcement_id in due:
            announcement_send_due_task.delay(schema_name=factory.schema_name, announcement_id=announcement_id)


@shared_task(bind=True, base=FactoryTask)
def announcement_send_due_task(self, *, announcement_id: int) -> None:
    with translation.override(connection.tenant.language):  # in which it says whom it went to
        announcement_send_due(announcement_id=announcement_id)
