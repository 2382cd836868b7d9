"""Celery doors of the audit trail."""

from celery import shared_task

from tenants.audit.verifying import head_note
from tenants.models import Factory
from tenants.tasks import FactoryTask


@shared_task
def heads_task() -> None:
    """Hourly: public's own trail, then one short task a factory."""
    head_note()
    for schema_name in Factory.objects.living().values_list("schema_name", flat=True):
        factory_head_task.delay(schema_name=schema_name)


@shared_task(bind=True, base=FactoryTask)
def factory_head_task(self) -> None:
    head_note()
