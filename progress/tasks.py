"""Celery doors of this room."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django_tenants.utils import schema_context

from progress.services import visits_flush, visits_waiting
from tenants.models import Factory
from tenants.tasks import FactoryTask


@shared_task(base=DjangoTask)
def visits_flush_task() -> None:
    """Queue one flush for every factory that has visits waiting."""
    with schema_context("public"):
        schema_names = list(Factory.objects.living().values_list("schema_name", flat=True))
    for schema_name in visits_waiting(schema_names):
        factory_visits_flush_task.delay(schema_name=schema_name)


@shared_task(base=FactoryTask)
def factory_visits_flush_task() -> None:
    visits_flush()
