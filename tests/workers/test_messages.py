"""The outbox: once by key, in the transaction of what it is about, told once after the commit."""

import pytest
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from workers.models import Worker, WorkerMessage
from workers.services import broadcast_queue, message_queue
from workers.signals import messages_queued

NOTICE = {
    "kind": "announcement",
    "values": {"title": "停电通知", "path": "/announcements/1/"},
    "dedupe_key": "notice:1",
}


@pytest.fixture
def told():
    """The schemas that the outbox has announced."""
    schemas = []

    def listen(schema_name, **kwargs):
        schemas.append(schema_name)

    messages_queued.connect(listen)
    yield schemas
    messages_queued.disconnect(listen)


def people(count: int) -> None:
    Worker.objects.bulk_create(
        Worker(employee_number=f"B{n:05d}", name="王强", name_pinyin="wang qiang") for n in range(count)
    )


def test_a_message_is_queued_once_by_its_key(li_na):
    first = message_queue(worker=li_na, **NOTICE)
    assert message_queue(worker=li_na, **NOTICE) == first
    assert WorkerMessage.objects.get().state == WorkerMessage.State.QUEUED


def test_a_message_without_a_title_or_a_path_is_a_mistake(li_na):
    with pytest.raises(ValueError, match="path"):
        message_queue(worker=li_na, kind="quiz_passed", values={"title": "x"}, dedupe_key="x")


def test_a_channel_is_told_once_a_transaction_after_the_commit(
    sunrise, li_na, told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        message_queue(worker=li_na, **NOTICE)
        message_queue(worker=li_na, **{**NOTICE, "dedupe_key": "notice:2"})
        broadcast_queue(audience=Worker.objects.all(), **{**NOTICE, "dedupe_key": "notice:3"})
        assert told == []
    assert told == [sunrise.schema_name]


def test_nothing_new_tells_nobody(li_na, told, django_capture_on_commit_callbacks):
    message_queue(worker=li_na, **NOTICE)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        message_queue(worker=li_na, **NOTICE)
    assert told == []


def test_a_broadcast_reaches_everybody_who_has_not_left_once(li_na):
    people(3)
    Worker.objects.create(employee_number="C1", name="赵敏", name_pinyin="zhao min", left_on=timezone.localdate())
    broadcast = broadcast_queue(audience=Worker.objects.all(), **NOTICE)
    assert broadcast.messages.count() == 4
    people_later = Worker.objects.create(employee_number="C2", name="孙丽", name_pinyin="sun li")
    assert broadcast_queue(audience=Worker.objects.all(), **NOTICE) == broadcast
    assert not people_later.messages.exists()
    assert broadcast.messages.count() == 4


def test_a_broadcast_to_a_department_leaves_the_others_alone(li_na):
    people(2)
    broadcast = broadcast_queue(audience=Worker.objects.in_department(li_na.department), **NOTICE)
    message = broadcast.messages.get()
    assert message.worker == li_na
    assert message.values == NOTICE["values"]
    assert message.dedupe_key == f"notice:1:{li_na.pk}"


def test_ten_thousand_are_queued_in_eight_statements(in_sunrise, django_assert_max_num_queries):
    people(10_000)
    with django_assert_max_num_queries(8):
        broadcast = broadcast_queue(audience=Worker.objects.all(), **NOTICE)
    assert broadcast.messages.count() == 10_000


def test_another_factory_has_none_of_it(lakeside, li_na):
    message_queue(worker=li_na, **NOTICE)
    with tenant_context(lakeside):
        assert not WorkerMessage.objects.exists()
