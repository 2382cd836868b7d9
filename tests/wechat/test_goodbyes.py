"""What is said to a phone that has just been taken from an employee: there or nowhere."""

import pytest
from django.utils import timezone

from tests.wechat.test_delivery import follower_make, received
from wechat.models import Follower, MessageDelivery
from wechat.tasks import messages_deliver_task
from workers.models import Worker, WorkerMessage
from workers.privacy.erasure import worker_erase
from workers.privacy.requests import request_open
from workers.services import worker_leave, worker_unbind


@pytest.fixture
def taken(connected, simulator, li_na) -> Follower:
    """A phone whose binding to Li Na HR has undone."""
    follower = follower_make(connected, simulator, li_na)
    worker_unbind(contact=follower.contact, by="hr")
    return follower


def deliver(sunrise) -> WorkerMessage:
    messages_deliver_task(schema_name=sunrise.schema_name)
    return WorkerMessage.objects.get()


def test_it_arrives_though_the_phone_is_nobodys_now(sunrise, taken, simulator):
    assert deliver(sunrise).state == "sent"
    (shown,) = received(simulator, taken)
    assert "李娜" not in str(shown)
    assert "解除绑定" in shown["content"]


def test_it_goes_to_no_other_phone_of_the_employee(sunrise, connected, taken, simulator, li_na):
    other = follower_make(connected, simulator, Worker(pk=li_na.pk, name="第二个微信"))
    deliver(sunrise)
    assert not received(simulator, other)
    assert len(received(simulator, taken)) == 1


@pytest.mark.parametrize("is_same", [True, False])
def test_a_phone_that_is_bound_again_is_not_told_that_it_is_not(sunrise, taken, simulator, li_na, is_same):
    other = Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang")
    taken.contact.worker = li_na if is_same else other
    taken.contact.save()
    assert deliver(sunrise).refusal_code == "unreachable"
    assert not received(simulator, taken)


@pytest.mark.parametrize("follows", [True, False])
def test_once_said_or_refused_nothing_links_the_phone_with_the_record(sunrise, connected, simulator, li_na, follows):
    follower = follower_make(connected, simulator, li_na)
    if not follows:
        simulator.phone(follower.openid, "unfollow")
    request_open(worker=li_na, kind="erase")
    worker_leave(worker=li_na, on=timezone.localdate())
    worker_erase(worker=li_na, by="hr")
    messages_deliver_task(schema_name=sunrise.schema_name)
    assert len(received(simulator, follower)) == follows
    assert not WorkerMessage.objects.exists()
    assert not MessageDelivery.objects.exists()
