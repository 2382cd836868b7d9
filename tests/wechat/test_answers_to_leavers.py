"""Who has left hears of the answer to what they asked about their data, and of nothing else."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from tests.wechat.test_delivery import follower_make, fresh, queue, received
from wechat.models import Follower
from wechat.tasks import messages_deliver_task
from workers.models import Contact, PrivacyRequest, WorkerMessage
from workers.privacy.requests import request_answer, request_open, request_refuse
from workers.services import message_queue, worker_leave
from workers.services.people import workers_leave

ANSWER = "你提的个人信息请求"


@pytest.fixture
def follower(connected, simulator, li_na) -> Follower:
    return follower_make(connected, simulator, li_na)


@pytest.fixture
def hr(in_sunrise):
    return get_user_model().objects.get(username="hr")


def deliver(factory) -> None:
    messages_deliver_task(schema_name=factory.schema_name)


def asked_on(client, kind: str) -> PrivacyRequest:
    client.post("/me/data/", {"do": "ask", "what": kind})
    return PrivacyRequest.objects.get(kind=kind)


@pytest.mark.parametrize("is_refused", [True, False])
def test_who_asks_after_leaving_is_told_where_to_read_the_answer(
    sunrise, site_client, simulator, follower, li_na, hr, is_refused
):
    worker_leave(worker=li_na, on=timezone.localdate())
    client = site_client(sunrise).force_phone(follower.contact)
    asked = asked_on(client, "export")
    if is_refused:
        request_refuse(request=asked, by=hr, reason="identity", words="请带身份证到办公室来一趟，我们当面核对。")
    else:
        request_answer(request=asked, by=hr)
    queue(li_na)
    for _twice in range(2):
        deliver(sunrise)
    (shown,) = received(simulator, follower)
    assert ANSWER in shown["content"]
    assert shown["url"].endswith("?next=/me/data/")
    assert client.get("/me/data/").status_code == 200
    assert fresh(WorkerMessage.objects.get(kind="announcement")).refusal_code == "left"


@pytest.mark.parametrize("leave", [
    lambda worker: worker_leave(worker=worker, on=timezone.localdate()),
    lambda worker: workers_leave(worker_ids=[worker.pk], on=timezone.localdate()),
])  # fmt: skip
def test_an_answer_that_waits_while_they_leave_still_goes_out(sunrise, simulator, follower, li_na, hr, leave):
    request_answer(request=request_open(worker=li_na, kind="export"), by=hr)
    notice = queue(li_na)
    leave(li_na)
    assert fresh(notice).state == "refused"
    deliver(sunrise)
    assert ANSWER in received(simulator, follower)[0]["content"]


def test_a_phone_that_is_somebody_elses_by_now_is_told_nothing(sunrise, simulator, follower, li_na, hr):
    worker_leave(worker=li_na, on=timezone.localdate())
    asked = request_open(worker=li_na, kind="export")
    Contact.objects.filter(pk=follower.contact_id).update(worker=None)
    request_answer(request=asked, by=hr)
    deliver(sunrise)
    assert received(simulator, follower) == []
    assert WorkerMessage.objects.get().state == "refused"


@pytest.mark.parametrize("kind", ["announcement", "phone_bound", "reminder", "certificate"])
def test_everything_else_stays_stopped(sunrise, simulator, follower, li_na, kind):
    worker_leave(worker=li_na, on=timezone.localdate())
    message_queue(worker=li_na, kind=kind, values={"title": "x", "path": "/"}, dedupe_key="x")
    deliver(sunrise)
    assert received(simulator, follower) == []
