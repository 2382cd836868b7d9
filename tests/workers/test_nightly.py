"""Retention, night by night: a broken factory holds up no other, a suspended one is not forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from config.celery import app
from tenants.models import Factory
from tenants.tasks import FactoryGone
from workers.models import Worker
from workers.tasks import factory_retention_sweep_task, factory_sessions_clean_task, retention_sweep_task


@pytest.fixture
def worker_process(eager):
    """A task that fails stops no other, as in a worker process."""
    app.conf.update(task_eager_propagates=False)


@pytest.fixture
def gone(sunrise, lakeside):
    """In both factories somebody whose time is over."""
    for factory in (sunrise, lakeside):
        with tenant_context(factory):
            Worker.objects.create(employee_number="B1", name="王强", left_on=timezone.localdate() - timedelta(days=800))


def is_erased(factory) -> bool:
    with tenant_context(factory):
        return Worker.objects.get().erased_on is not None


def test_a_factory_with_a_broken_schema_holds_up_neither_its_other_sweeps_nor_another_factory(
    sunrise, lakeside, gone, worker_process
):
    with tenant_context(sunrise), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workers_apireceipt RENAME TO workers_apireceipt_lost")
        cursor.execute("ALTER TABLE wechat_inboundcallback RENAME TO wechat_inboundcallback_lost")
    for _night in range(2):
        retention_sweep_task.delay()
    assert is_erased(lakeside)
    with tenant_context(sunrise), pytest.raises(ExceptionGroup) as told:
        factory_retention_sweep_task.run()
    assert len(told.value.exceptions) >= 2


def test_what_a_suspended_factory_keeps_of_people_goes_in_time_too(sunrise, lakeside, gone, eager):
    Factory.objects.filter(pk=sunrise.pk).update(status=Factory.Status.SUSPENDED)
    retention_sweep_task.delay()
    assert is_erased(sunrise)
    assert is_erased(lakeside)


def test_no_other_task_runs_in_a_suspended_factory(sunrise):
    Factory.objects.filter(pk=sunrise.pk).update(status=Factory.Status.SUSPENDED)
    with pytest.raises(FactoryGone):
        factory_sessions_clean_task(schema_name=sunrise.schema_name)
