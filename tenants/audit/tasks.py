"""Celery doors of the audit trail."""

from celery import shared_task

from tenants.audit.verifying import head_note
from tenants.tasks import FactoryTask


@shared_task
def heads_task() -> None:
    """Hourly: public's own trail, then one short task a factory."""
    head_note()
    factory_head_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask)
def factory_head_task(self) -> None:
    head_note()
