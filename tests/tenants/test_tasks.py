import pytest
from celery import shared_task
from django.db import connection

from tenants.models import Factory
from tenants.tasks import FactoryGone, FactoryTask


@shared_task(base=FactoryTask)
def where_am_i(suffix=""):
    return connection.schema_name + suffix


def test_a_task_runs_inside_its_factory_and_leaves_it_again(sunrise):
    assert where_am_i(schema_name="f_sunrise", suffix="!") == "f_sunrise!"
    assert where_am_i.apply(kwargs={"schema_name": "f_sunrise"}).get() == "f_sunrise"
    assert connection.schema_name == "public"


@pytest.mark.parametrize("schema", ["", "public", "f_nobody", "template_factory", "extensions"])
def test_a_task_without_a_living_factory_refuses(sunrise, schema):
    with pytest.raises(FactoryGone):
        where_am_i(schema_name=schema)


def test_a_task_of_a_suspended_factory_refuses(sunrise):
    Factory.objects.update(status=Factory.Status.SUSPENDED)
    with pytest.raises(FactoryGone):
        where_am_i(schema_name="f_sunrise")
