"""How the library reaches the factories: one short task each. Every one may run twice."""

from uuid import UUID

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.db import OperationalError

from lessons.services.sync import library_lesson_update, library_reconcile
from tenants.tasks import FactoryTask

RETRY = {"autoretry_for": (OperationalError,), "max_retries": 5, "retry_backoff": 5}


@shared_task(base=DjangoTask, **RETRY)
def library_fan_out_task(*, lesson_uuid: str | None) -> None:
    """Tell every living factory that a lesson of the library has changed; None: a series has, look at everything."""
    if lesson_uuid:
        library_lesson_update_task.delay_in_each(lesson_uuid=lesson_uuid)
    else:
        factory_reconcile_task.delay_in_each()


@shared_task(base=DjangoTask, **RETRY)
def library_reconcile_task() -> None:
    """Beat: let every living factory look for what it missed."""
    factory_reconcile_task.delay_in_each()


@shared_task(bind=True, base=FactoryTask, **RETRY)
def library_lesson_update_task(self, *, lesson_uuid: str) -> None:
    library_lesson_update(lesson_uuid=UUID(lesson_uuid))


@shared_task(bind=True, base=FactoryTask, **RETRY)
def factory_reconcile_task(self) -> None:
    library_reconcile()
