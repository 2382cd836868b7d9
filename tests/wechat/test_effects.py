"""What a callback changes, once, in whatever order it comes."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from config.celery import app
from tests.wechat.wire import OPENID, event_xml, text_xml
from wechat.models import Follower, InboundCallback, Scene
from wechat.services.accounts import account_keys
from wechat.services.effects import KEPT_DONE, KEPT_FAILED, MOST_ATTEMPTS, callbacks_clean
from wechat.services.inbox import Inbound, callback_store, message_read
from wechat.tasks import Announcer, callbacks_handle_task, callbacks_sweep_task
from workers.models import Contact

NOW = int(time.time())


@pytest.fixture
def send(wire, account, sunrise):
    """Posts an event and works it off, as the queue does; the task runs twice each time."""

    def post(event: str, at: int = NOW, **fields) -> str:
        answer = wire.post(event_xml(account, event, CreateTime=at, **fields))
        assert answer.status_code == 200
        for _ in range(2):
            callbacks_handle_task(schema_name=sunrise.schema_name)
        return answer

    return post


def message_of(xml: str) -> Inbound:
    return Inbound(message=message_read(xml), cipher=None)


def follower() -> Follower:
    return Follower.objects.select_related("contact").get()


def test_following_by_a_poster_makes_a_contact_that_knows_the_poster(send, wire, account):
    scene = Scene.objects.create(account=account, code="workshop-1", title="一车间")
    answer = send("subscribe", EventKey="qrscene_workshop-1", Ticket="T")
    assert follower().scene == scene
    assert follower().is_following
    assert follower().contact.source == "workshop-1"
    assert follower().contact.is_reachable
    welcome = wire.reply(answer)["Content"]
    assert "晨光电子厂" in welcome
    assert 'href="https://sunrise.wesupport.test/wechat/oauth/?next=/"' in welcome


def test_three_deliveries_of_one_event_have_one_effect(send):
    for _ in range(3):
        send("subscribe", EventKey="")
    assert InboundCallback.objects.get().attempts == 1
    assert Contact.objects.count() == Follower.objects.count() == 1


def test_the_first_poster_stays_the_source(send, account):
    for code in ("a", "b"):
        Scene.objects.create(account=account, code=code, title=code)
    send("subscribe", EventKey="qrscene_a")
    send("SCAN", at=NOW + 5, EventKey="b")
    assert follower().scene.code == follower().contact.source == "a"


def test_who_follows_already_is_not_noted_by_a_code_scanned_later(send, account):
    """It may stand in a notice to people whom nobody may know by name."""
    Scene.objects.create(account=account, code="a", title="a")
    send("subscribe", EventKey="")
    send("SCAN", at=NOW + 5, EventKey="a")
    assert (follower().scene, follower().contact.source) == (None, "")


@pytest.mark.parametrize("key", ["", "qrscene_unknown", "last_trade_no_4200001"])
def test_other_texts_where_the_scene_would_be_are_taken(send, key):
    send("subscribe", EventKey=key)
    assert follower().scene is None
    assert follower().is_following


def test_unfollowing_keeps_who_they_are(send):
    send("subscribe", EventKey="")
    send("unsubscribe", at=NOW + 60, EventKey="")
    assert follower().is_following is False
    assert not follower().contact.is_reachable
    send("subscribe", at=NOW + 120, EventKey="")
    assert follower().is_following
    assert follower().contact.is_reachable


def test_a_late_event_does_not_undo_a_newer_one(send):
    send("unsubscribe", at=NOW + 60, EventKey="")
    send("subscribe", at=NOW, EventKey="")
    assert follower().is_following is False
    send("CLICK", at=NOW + 30, EventKey="HELP")
    assert follower().is_following is False
    assert not follower().contact.is_reachable
    assert follower().window_left == 0


def test_writing_opens_five_answers_and_tapping_three(send, wire, account, sunrise):
    now = int(time.time())
    send("CLICK", at=now, EventKey="HELP")
    assert follower().window_left == 3
    wire.post(text_xml(account, CreateTime=now))
    callbacks_handle_task(schema_name=sunrise.schema_name)
    assert follower().window_left == 5
    assert follower().window_closes_at > timezone.now() + timedelta(hours=47)
    send("CLICK", at=now + 1, EventKey="HELP")
    assert follower().window_left == 5


def test_a_callback_that_fails_is_tried_again_and_then_shown(wire, account, sunrise):
    answer = wire.post(event_xml(account, "TEMPLATESENDJOBFINISH", MsgID="not a number", Status="success"))
    assert answer.content == b"success"
    callbacks_handle_task(schema_name=sunrise.schema_name)
    callback = InboundCallback.objects.get()
    assert (callback.state, callback.attempts) == ("received", 1)
    assert "ValueError" in callback.error
    callbacks_handle_task(schema_name=sunrise.schema_name, left_behind=True)
    assert InboundCallback.objects.get().attempts == 1  # not at once
    InboundCallback.objects.update(received_at=timezone.now() - timedelta(minutes=1))
    for _ in range(MOST_ATTEMPTS):
        callbacks_handle_task(schema_name=sunrise.schema_name, left_behind=True)
    callback.refresh_from_db()
    assert (callback.state, callback.attempts) == ("failed", MOST_ATTEMPTS)


def test_the_sweep_finds_what_the_queue_has_lost(wire, account, eager, django_capture_on_commit_callbacks):
    callback_store(keys=account_keys(account.uuid), inbound=message_of(event_xml(account, "subscribe", EventKey="")))
    InboundCallback.objects.update(received_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        callbacks_sweep_task()
    assert InboundCallback.objects.get().state == "done"
    assert Follower.objects.filter(openid=OPENID, is_following=True).exists()


def test_callbacks_are_not_kept_for_ever(wire, account, sunrise):
    for number in (1, 2, 3):
        wire.post(text_xml(account, msg_id=number))
    rows = list(InboundCallback.objects.order_by("pk"))
    now = timezone.now()
    for row, state, age in zip(rows, ["done", "done", "failed"], [KEPT_DONE, timedelta(), KEPT_FAILED], strict=True):
        InboundCallback.objects.filter(pk=row.pk).update(state=state, received_at=now - age - timedelta(minutes=1))
    assert callbacks_clean() == 2
    assert InboundCallback.objects.get() == rows[1]


def test_an_expired_verification_is_told_to_hr(send, account):
    send("verify_expired", ExpiredTime=NOW)
    account.refresh_from_db()
    assert account.status == "trouble"


def test_a_burst_is_queued_by_few_tasks(sunrise):
    with app.connection_for_read() as broker:
        queue = broker.default_channel.client
        before = queue.llen("celery")
        announce = Announcer()
        for _ in range(200):
            announce(schema_name=sunrise.schema_name)
        queued = queue.llen("celery") - before
        announce(schema_name="f_lakeside")
        assert 1 <= queued <= 10
        assert queue.llen("celery") == before + queued + 1
