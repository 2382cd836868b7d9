"""Celery doors of this room."""

from celery import shared_task
from django.db import connection
from django.utils import timezone, translation

from announcements.models import Announcement
from announcements.services import announcement_send_due
from tenants.tasks import FactoryTask, living_where


@shared_task
def announcements_sweep_task() -> None:
    """Every minute: one look at a small index of each factory, and a task for each notice whose time has come."""
    for schema_name, due in living_where(_due):
        for announcement_id in due:
            announcement_send_due_task.delay(schema_name=schema_name, announcement_id=announcement_id)


def _due() -> list[int]:
    return list(Announcement.objects.due(timezone.now()).order_by("send_at").values_list("pk", flat=True))


@shared_task(bind=True, base=FactoryTask)
def announcement_send_due_task(self, *, announcement_id: int) -> None:
    with translation.override(connection.tenant.language):  # in which it says whom it went to
        announcement_send_due(announcement_id=announcement_id)
