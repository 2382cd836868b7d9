"""Celery doors of this room. Each may run twice, or at the same time as another."""

import logging

from celery import shared_task
from django.db import connection
from django_tenants.utils import tenant_context
from kombu.exceptions import OperationalError

from tenants.models import Factory
from tenants.tasks import FactoryTask
from wechat.models import InboundCallback
from wechat.services.effects import BATCH, callbacks_clean, callbacks_handle

log = logging.getLogger(__name__)


def callbacks_announce(*, schema_name: str) -> None:
    """Have waiting callbacks worked off now. Without a broker the rows stay, and the sweep takes them up."""
    try:
        callbacks_handle_task.apply_async(kwargs={"schema_name": schema_name}, retry=False)
    except OperationalError:
        log.warning("the broker does not answer: callbacks wait for the sweep")


@shared_task(bind=True, base=FactoryTask)
def callbacks_handle_task(self, *, left_behind: bool = False) -> None:
    if callbacks_handle(left_behind=left_behind) == BATCH:
        callbacks_announce(schema_name=connection.schema_name)


@shared_task
def callbacks_sweep_task() -> None:
    """Every minute: the factories where something was left behind. Cleaning is part of it."""
    for factory in Factory.objects.living():
        with tenant_context(factory):
            callbacks_clean()
            waiting = InboundCallback.objects.left_behind().exists()
        if waiting:
            callbacks_handle_task.delay(schema_name=factory.schema_name, left_behind=True)
