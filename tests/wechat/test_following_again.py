"""Somebody follows again: who they are is not asked twice."""

import time

import pytest
from django.utils import timezone

from tests.wechat.test_delivery import follower_make, received
from tests.wechat.wire import OPENID, event_xml, text_xml
from wechat.services.effects import CHANNEL, address_of
from wechat.tasks import callbacks_handle_task, messages_deliver_task
from workers.models import Worker, WorkerMessage
from workers.services import contact_seen, message_queue, worker_bind, worker_leave

NOW = int(time.time())


@pytest.fixture
def her_phone(account, li_na):
    """Li Na's WeChat, bound."""
    contact = contact_seen(channel=CHANNEL, address=address_of(account, OPENID))
    worker_bind(contact=contact, employee_number="A001", name="李娜", proof="0001")
    return contact


@pytest.fixture
def send(wire, account, sunrise):
    def post(event: str, at: int = NOW) -> str:
        answer = wire.post(event_xml(account, event, CreateTime=at, EventKey=""))
        callbacks_handle_task(schema_name=sunrise.schema_name)
        return "" if answer.content == b"success" else wire.reply(answer)["Content"]

    return post


def test_a_new_follower_is_asked_to_bind(send, li_na):
    assert "next=/bind/" in send("subscribe")


def test_who_is_bound_and_comes_back_is_greeted_by_name_and_not_asked_again(send, li_na, her_phone):
    send("subscribe")
    send("unsubscribe", at=NOW + 60)
    her_phone.refresh_from_db()
    assert (her_phone.worker, her_phone.is_reachable) == (li_na, False)
    welcome = send("subscribe", at=NOW + 120)
    assert "李娜" in welcome
    assert "/bind/" not in welcome
    her_phone.refresh_from_db()
    assert (her_phone.worker, her_phone.is_reachable) == (li_na, True)


def test_the_word_bind_is_answered_with_who_they_are(wire, account, li_na, her_phone):
    assert "李娜" in wire.reply(wire.post(text_xml(account, "绑定")))["Content"]


def test_who_left_gets_kind_words_and_the_library(send, wire, account, li_na, her_phone):
    worker_leave(worker=li_na, on=timezone.localdate())
    welcome = send("subscribe")
    assert "李娜" in welcome
    assert "next=/lessons/" in welcome
    assert "/me/" not in welcome
    assert "/bind/" in wire.reply(wire.post(text_xml(account, "绑定")))["Content"]  # they may work here again


def test_another_accounts_follower_with_this_openid_is_a_stranger(send, account, li_na):
    other = contact_seen(channel=CHANNEL, address=f"wxother:{OPENID}")
    worker_bind(contact=other, employee_number="A001", name="李娜", proof="0001")
    assert "李娜" not in send("subscribe")


def test_a_message_for_one_phone_goes_there_and_to_no_other(sunrise, connected, simulator, li_na):
    first = follower_make(connected, simulator, li_na)
    second = follower_make(connected, simulator, Worker(pk=li_na.pk, name="第二部手机"))
    values = {"title": "又绑定了一部手机", "path": "/bind/"}
    message_queue(worker=li_na, kind="phone_bound", values=values, dedupe_key="1", contact=first.contact)
    message_queue(worker=li_na, kind="phone_bound", values=values, dedupe_key="2", contact=second.contact)
    first.is_following = False
    first.save()
    messages_deliver_task(schema_name=sunrise.schema_name)
    assert WorkerMessage.objects.get(dedupe_key="1").refusal_code == "unreachable"
    assert WorkerMessage.objects.get(dedupe_key="2").state == "sent"
    assert (len(received(simulator, first)), len(received(simulator, second))) == (0, 1)
