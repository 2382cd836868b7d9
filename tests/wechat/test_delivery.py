"""What waits in the outbox goes out once, by the way WeChat allows, and what WeChat says is kept."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.wechat.wire import Wire, event_xml
from wechat.models import Follower, MessageDelivery
from wechat.services.delivery import CLAIM_LASTS, REMEMBERED, RETRY_SECONDS, claims_release, messages_claim
from wechat.services.effects import follower_ensure
from wechat.services.templates import fields_of, template_data, value_fit
from wechat.tasks import callbacks_handle_task, messages_deliver_task
from workers.models import Contact, Worker, WorkerMessage
from workers.services import broadcast_queue, message_queue

TEMPLATE = "TPL_notice_0000000000000000000000000000000"
TITLE = "明天上午八点到十点停电检修,请提前保存好工作"


@pytest.fixture
def deliver(sunrise):
    def run() -> None:
        messages_deliver_task(schema_name=sunrise.schema_name)

    return run


@pytest.fixture
def follower(connected, simulator, li_na) -> Follower:
    """Li Na, bound, follows at the simulator and here; no window is open."""
    return follower_make(connected, simulator, li_na)


def follower_make(account, simulator, worker) -> Follower:
    openid = simulator.person(account.appid, worker.name)
    simulator.phone(openid, "follow", wait=0)
    follower = follower_ensure(account=account, openid=openid)
    follower.contact.worker = worker
    follower.contact.save()
    follower.is_following = True
    follower.save()
    return follower


def window_open(simulator, follower) -> None:
    simulator.ask("POST", f"/phone/{follower.openid}/text?wait=0", content="你好")
    follower.window_left, follower.window_closes_at = 5, timezone.now() + timedelta(hours=48)
    follower.save()


def queue(worker, number: int = 1) -> WorkerMessage:
    return message_queue(
        worker=worker,
        kind="announcement",
        values={"title": TITLE, "summary": "一车间", "path": "/announcements/7/"},
        dedupe_key=f"announcement:{number}",
    )


def fresh(message: WorkerMessage) -> WorkerMessage:
    return WorkerMessage.objects.select_related("wechat_delivery").get(pk=message.pk)


def received(simulator, follower) -> list[dict]:
    return [each for each in simulator.inbox(follower.openid) if each.get("via") in ("template", "custom")]


def test_outside_the_window_a_template_message_goes_out_once(deliver, follower, li_na, simulator):
    message = queue(li_na)
    deliver()
    deliver()
    (shown,) = received(simulator, follower)
    assert shown["via"] == "template"
    assert "明天上午八点到十点停电检修,请提前保存…" in shown["content"]
    assert shown["url"] == "https://sunrise.wesupport.test/wechat/oauth/?next=/announcements/7/"
    sent = fresh(message)
    assert (sent.state, sent.attempts, sent.claimed_at) == ("sent", 1, None)
    assert sent.wechat_delivery.msgid


def test_within_the_window_a_card_goes_out_and_uses_it_up(deliver, follower, li_na, simulator):
    window_open(simulator, follower)
    queue(li_na)
    deliver()
    (shown,) = received(simulator, follower)
    assert shown["via"] == "custom"
    follower.refresh_from_db()
    assert follower.window_left == 4


def test_a_window_that_was_closed_after_all_leads_to_a_template(deliver, follower, li_na, simulator):
    window_open(simulator, follower)
    simulator.fault("cgi-bin/message/custom/send", errcode=45015)
    message = queue(li_na)
    deliver()
    assert [each["via"] for each in received(simulator, follower)] == ["template"]
    follower.refresh_from_db()
    assert follower.window_left == 0
    assert fresh(message).state == "sent"


def test_who_has_left_is_noted_and_not_asked_again(deliver, follower, li_na, simulator):
    simulator.phone(follower.openid, "unfollow")
    message = queue(li_na)
    deliver()
    assert (fresh(message).state, fresh(message).refusal_code) == ("refused", "unreachable")
    follower.refresh_from_db()
    assert follower.is_following is False
    assert not follower.contact.is_reachable
    second = queue(li_na, 2)
    deliver()
    assert (fresh(second).state, fresh(second).refusal_code) == ("refused", "unreachable")


def test_nobody_to_write_to_is_said(deliver, connected, li_na):
    message = queue(li_na)
    deliver()
    assert (fresh(message).state, fresh(message).refusal_code) == ("refused", "unbound")
    assert "发送时还没有绑定" in fresh(message).refusal_text, "as of then: it stays there after the binding"


def test_whose_only_phone_was_undone_is_unbound_and_a_stranger_is_not_written_to(deliver, follower, li_na, simulator):
    follower.contact.worker = None
    follower.contact.save()
    message = queue(li_na)
    deliver()
    assert fresh(message).refusal_code == "unbound"
    assert received(simulator, follower) == []


def test_whose_binding_phone_is_there_and_follows_nothing_is_not_called_unbound(deliver, connected, li_na):
    Contact.objects.create(channel="wechat", address="opened a page only", worker=li_na, is_reachable=False)
    message = queue(li_na)
    deliver()
    assert fresh(message).refusal_code == "unreachable"


def test_who_has_left_the_factory_gets_nothing(deliver, follower, li_na, simulator):
    message = queue(li_na)
    Worker.objects.update(left_on=timezone.localdate())
    deliver()
    assert (fresh(message).state, fresh(message).refusal_code) == ("refused", "left")
    assert received(simulator, follower) == []


def test_who_blocks_is_not_asked_again(deliver, follower, li_na, simulator):
    simulator.fault("cgi-bin/message/template/send", errcode=43101)
    message = queue(li_na)
    deliver()
    deliver()
    assert (fresh(message).state, fresh(message).attempts, fresh(message).refusal_code) == ("refused", 1, "blocked")


def test_busy_comes_back_later_and_not_for_ever(deliver, follower, li_na, simulator):
    simulator.fault("cgi-bin/message/template/send", errcode=-1, times=100)
    message = queue(li_na)
    for _ in range(len(RETRY_SECONDS) + 1):
        deliver()
        waiting = fresh(message)
        if waiting.state == "queued":
            assert waiting.not_before > timezone.now()
        cache.clear()
        WorkerMessage.objects.update(not_before=None)
    assert (waiting.state, waiting.refusal_code) == ("refused", "channel_unavailable")
    assert waiting.attempts == len(RETRY_SECONDS) + 1


def test_a_lost_answer_is_asked_for_again_with_the_same_number(deliver, follower, li_na, simulator, settings):
    message = queue(li_na)
    simulator.fault("cgi-bin/message/template/send", status=502)
    deliver()
    assert fresh(message).state == "queued"
    assert fresh(message).wechat_delivery.doubtful_since
    cache.clear()
    WorkerMessage.objects.update(not_before=None)
    deliver()
    assert fresh(message).state == "sent"
    assert len(received(simulator, follower)) == 1


def test_a_chat_message_whose_answer_is_lost_is_not_repeated(deliver, follower, li_na, simulator):
    window_open(simulator, follower)
    simulator.fault("cgi-bin/message/custom/send", status=502)
    message = queue(li_na)
    deliver()
    cache.clear()
    deliver()
    assert fresh(message).state == "unknown"


def test_a_wrong_secret_stops_the_run_and_keeps_the_messages(deliver, follower, li_na, simulator, connected):
    for number in range(30):
        queue(li_na, number)
    connected.app_secret = "0" * 32
    connected.save()
    deliver()
    deliver()
    states = list(WorkerMessage.objects.values_list("state", "attempts"))
    assert {state for state, _attempts in states} == {"queued"}
    assert sum(attempts for _state, attempts in states) <= 20
    connected.refresh_from_db()
    assert connected.status == "trouble"


def test_an_account_without_templates_says_so(deliver, connected, simulator, li_na):
    follower_make(connected, simulator, li_na)
    simulator.register(connected, templates=[])
    message = queue(li_na)
    deliver()
    assert (fresh(message).state, fresh(message).refusal_code) == ("refused", "channel_not_ready")


def test_the_template_is_chosen_from_those_of_the_account(deliver, follower, li_na, connected):
    queue(li_na)
    deliver()
    connected.refresh_from_db()
    assert connected.template_ids["default"]["id"] == TEMPLATE
    assert connected.template_ids["default"]["fields"] == {"thing1": "title", "time2": "time", "thing3": "summary"}


def test_a_claim_is_nobody_elses(follower, li_na):
    queue(li_na)
    assert len(messages_claim()) == 1
    assert messages_claim() == []


def test_the_claim_of_a_dead_process_is_taken_up(deliver, follower, li_na, simulator):
    message = queue(li_na)
    messages_claim()
    assert claims_release() == 0
    WorkerMessage.objects.update(claimed_at=timezone.now() - CLAIM_LASTS - timedelta(seconds=1))
    assert claims_release() == 1
    deliver()
    assert fresh(message).state == "sent"


@pytest.mark.parametrize(
    ("way", "age", "state"),
    [("template", CLAIM_LASTS, "queued"), ("template", REMEMBERED, "unknown"), ("customer", CLAIM_LASTS, "unknown")],
)
def test_what_a_dead_process_may_have_sent_is_repeated_only_while_wechat_would_notice(follower, li_na, way, age, state):
    message = queue(li_na)
    messages_claim()
    then = timezone.now() - age - timedelta(seconds=1)
    WorkerMessage.objects.update(claimed_at=then)
    MessageDelivery.objects.create(message=message, follower=follower, way=way, tried_at=then)
    assert claims_release() == 1
    assert fresh(message).state == state


@pytest.mark.parametrize(
    ("status", "state"), [("success", "sent"), ("failed:user block", "refused"), ("failed: system failed", "refused")]
)
def test_wechats_report_is_kept(deliver, follower, li_na, sunrise, site_client, connected, status, state):
    message = queue(li_na)
    deliver()
    report(connected, sunrise, site_client, follower, fresh(message).wechat_delivery.msgid, status)
    assert fresh(message).state == state
    assert fresh(message).wechat_delivery.report == status
    if state == "refused":
        assert fresh(message).refusal_code in ("blocked", "channel_failed")


def test_a_report_settles_a_message_whose_answer_was_lost(follower, li_na, sunrise, site_client, connected):
    message = queue(li_na)
    MessageDelivery.objects.create(message=message, follower=follower, way="template", tried_at=timezone.now())
    WorkerMessage.objects.update(state="unknown")
    report(connected, sunrise, site_client, follower, 77, "success")
    assert (fresh(message).state, fresh(message).wechat_delivery.msgid) == ("sent", 77)


def report(account, sunrise, site_client, follower, msgid, status) -> None:
    xml = event_xml(
        account,
        "TEMPLATESENDJOBFINISH",
        FromUserName=follower.openid,
        MsgID=msgid,
        Status=status,
        CreateTime=int(time.time()),
    )
    assert Wire(site_client(sunrise), account).post(xml).status_code == 200
    callbacks_handle_task(schema_name=sunrise.schema_name)


def test_a_broadcast_reaches_each_once(deliver, connected, simulator, in_sunrise):
    workers = [
        Worker.objects.create(employee_number=f"B{number}", name=f"员工{number}", name_pinyin="y")
        for number in range(25)
    ]
    followers = [follower_make(connected, simulator, worker) for worker in workers]
    for _ in range(2):
        broadcast_queue(
            audience=Worker.objects.all(), kind="announcement", values={"title": "停电", "path": "/"}, dedupe_key="b:1"
        )
    deliver()
    deliver()
    assert set(WorkerMessage.objects.values_list("state", flat=True)) == {"sent"}
    assert [len(received(simulator, follower)) for follower in followers] == [1] * 25


def test_template_values_fit(settings):
    assert value_fit("thing1", "一" * 30) == "一" * 19 + "…"
    assert value_fit("thing1", "一\n二") == "一 二"
    assert value_fit("phrase2", "学习提醒通知") == "学习提醒…"
    data = template_data(fields={"thing1": "title", "thing3": "summary", "phrase2": "新"}, values={"title": "停电"})
    assert data["thing3"]["value"] == "停电"
    assert data["phrase2"]["value"] == "新"


def test_a_templates_keywords_are_understood():
    content = "{{first.DATA}}\n课程:{{keyword1.DATA}}\n时间:{{time4.DATA}}\n说明:{{thing5.DATA}}\n{{remark.DATA}}"
    assert fields_of(content) == {"keyword1": "title", "time4": "time", "thing5": "summary"}
