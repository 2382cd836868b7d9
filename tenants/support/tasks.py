"""Celery doors of support access."""

from celery import shared_task
from django.db import connection
from django.utils import timezone

from tenants.models import Factory, SupportGrant
from tenants.support.services import support_close_expired
from tenants.tasks import FactoryTask


@shared_task
def support_close_task() -> None:
    """Every few minutes: one short task for each factory where an hour has struck."""
    over = SupportGrant.objects.filter(ended_at=None, expires_at__lte=timezone.now())
    living = over.filter(factory__status=Factory.Status.ACTIVE)
    for schema_name in living.values_list("factory__schema_name", flat=True).order_by().distinct():
        factory_support_close_task.delay(schema_name=schema_name)


@shared_task(bind=True, base=FactoryTask)
def factory_support_close_task(self) -> None:
    support_close_expired(factory=connection.tenant)
