"""Celery doors of this room."""

from celery import shared_task

from tenants.models import Factory
from tenants.tasks import FactoryTask
from workers.services.binding import attempts_clean
from workers.sessions import sessions_clean


@shared_task
def sessions_clean_task() -> None:
    """Daily: one short task a factory."""
    for schema_name in Factory.objects.living().values_list("schema_name", flat=True):
        factory_sessions_clean_task.delay(schema_name=schema_name)


@shared_task(bind=True, base=FactoryTask)
def factory_sessions_clean_task(self) -> None:
    sessions_clean()
    attempts_clean()
