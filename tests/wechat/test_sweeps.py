"""The sweeps of every minute: a factory whose schema is broken holds up no other."""

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from tenants.models import Factory
from tenants.tasks import living_where
from wechat import tasks
from workers.models import Worker, WorkerMessage


@pytest.fixture
def broken_first(sunrise, lakeside):
    """The one that is looked at first has lost its tables; the other has a message that waits."""
    first, other = Factory.objects.living().order_by("pk")
    with tenant_context(first), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workers_workermessage RENAME TO workers_workermessage_lost")
        cursor.execute("ALTER TABLE wechat_inboundcallback RENAME TO wechat_inboundcallback_lost")
    with tenant_context(other):
        worker = Worker.objects.create(employee_number="B1", name="王强")
        WorkerMessage.objects.create(worker=worker, kind="x", values={"title": "x", "path": "/"}, dedupe_key="x")
    return first, other


def test_a_broken_factory_is_told_in_the_log_and_the_others_are_swept(broken_first, caplog):
    first, other = broken_first
    assert list(living_where(tasks._messages_swept)) == [(other.schema_name, True)]
    assert list(living_where(tasks._callbacks_swept)) == []
    assert caplog.text.count(f"{first.schema_name} cannot be swept") == 2
    assert connection.schema_name == "public"
