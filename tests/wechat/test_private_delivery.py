"""Sending to a private audience tells nobody who belongs there, whatever WeChat answers."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from tenants.roles import role_on
from tests.wechat.test_delivery import follower_make, window_open
from wechat.models import Follower
from wechat.tasks import messages_deliver_task
from workers.models import Contact, Worker, WorkerMessage
from workers.services import broadcast_queue, message_queue

NOTICE = {"title": "家长课堂", "path": "/announcements/7/"}


@pytest.fixture
def deliver(sunrise):
    return partial(messages_deliver_task, schema_name=sunrise.schema_name)


@pytest.fixture
def member(connected, simulator, li_na) -> Follower:
    return follower_make(connected, simulator, li_na)


@pytest.fixture
def other(connected, simulator, in_sunrise) -> Follower:
    worker = Worker.objects.create(employee_number="A777", name="周敏", name_pinyin="zhoumin")
    return follower_make(connected, simulator, worker)


@pytest.fixture
def officer(sunrise, in_sunrise, site_client):
    """Communications: they send notices and see the list of followers."""
    user = get_user_model().objects.create_user("officer", password="x", is_staff=True)
    user.groups.add(role_on("communications"))
    browser = site_client(sunrise)
    browser.force_login(user)
    return browser


def tell_the_parents(member, *, is_private: bool = True) -> None:
    broadcast_queue(
        audience=Worker.objects.filter(pk=member.contact.worker_id),
        kind="announcement",
        values=NOTICE,
        dedupe_key="announcement:1",
        is_private=is_private,
    )


def everything() -> list:
    """All that is known of followers and their phones."""
    return [list(model.objects.order_by("pk").values()) for model in (Follower, Contact)]


@pytest.mark.parametrize("is_private", [True, False], ids=["what she said", "what few see of the roster"])
def test_a_notice_to_some_tells_nobody_who_of_them_has_unfollowed(
    deliver, member, other, simulator, officer, is_private
):
    """Two have left and WeChat's word of it was lost. The notice goes to one of them: the list must not part the two."""
    for follower in (member, other):
        simulator.phone(follower.openid, "unfollow")
    before = everything()
    tell_the_parents(member, is_private=is_private)
    deliver()
    deliver()
    message = WorkerMessage.objects.get()
    assert (message.state, message.refusal_code, message.attempts) == ("refused", "unreachable", 1), "and not for ever"
    assert everything() == before
    page = officer.get("/admin/wechat/follower/").content.decode()
    assert "李娜" in page
    assert "周敏" in page
    assert officer.get("/admin/wechat/follower/?is_following__exact=0").content.decode().count("李娜") == 0


@pytest.mark.parametrize("errcode", [0, 40003, 43004, 43019, 43101, 45015, 47003, 50005])
def test_whatever_wechat_answers_follower_and_phone_stay_as_they_were(deliver, member, other, simulator, errcode):
    for follower in (member, other):
        window_open(simulator, follower)
    if errcode:
        for way in ("custom", "template"):
            simulator.fault(f"cgi-bin/message/{way}/send", errcode=errcode)
    before = everything()
    tell_the_parents(member)
    deliver()
    assert everything() == before
    assert WorkerMessage.objects.get().state == ("refused" if errcode else "sent")


def test_the_next_message_does_not_tell_that_a_private_one_used_the_window_up(
    deliver,
    member,
    other,
    simulator,
    connected,
):
    """Without a template only an open window lets a message through."""
    for follower in (member, other):
        window_open(simulator, follower)
        Follower.objects.filter(pk=follower.pk).update(
            window_left=1, window_closes_at=timezone.now() + timedelta(hours=1)
        )
    tell_the_parents(member)
    deliver()
    connected.template_ids = {}
    connected.save()
    simulator.register(connected, templates=[])
    for follower in (member, other):
        message_queue(worker=follower.contact.worker, kind="notice", values=NOTICE, dedupe_key=f"to all:{follower.pk}")
    deliver()
    ordinary = WorkerMessage.objects.filter(broadcast=None)
    assert set(ordinary.values_list("state", flat=True)) == {"sent"}
