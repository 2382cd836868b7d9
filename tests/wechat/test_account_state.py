"""The account's page says what is known: right keys alone bring no message in and no notice out."""

import pytest
from django.utils import timezone

from tests.config.rows import row_make
from tests.wechat.test_admin import account_form, change_page, signed_in
from tests.wechat.wire import event_xml
from wechat.models import Account, Follower, InboundCallback
from wechat.services.accounts import account_lacks
from wechat.services.effects import follower_ensure

TEMPLATE = {"default": {"id": "T1", "fields": {}}}


@pytest.fixture
def hr(sunrise, in_sunrise, site_client):
    return signed_in(site_client(sunrise), "hr")


@pytest.fixture
def tested(account) -> Account:
    """AppID and AppSecret are right; nothing else is known."""
    account.status, account.checked_at = Account.Status.OK, timezone.now()
    account.save(update_fields=["status", "checked_at"])
    return account


def heard() -> bool:
    return Account.objects.with_sign().get(is_active=True).is_heard


def test_right_keys_alone_are_not_called_working(hr, tested):
    told = hr.get(change_page(tested)).content.decode()
    assert "还没有收到微信发来的消息" in told
    assert "还没有通知用的模板" in told
    assert ">正常<" not in told
    Account.objects.create(name="旧号", appid="wx2", original_id="gh_2", is_active=False, mode="plain")
    listed = hr.get("/admin/wechat/account/").content.decode()
    assert "还没接好" in listed


def test_a_message_from_wechat_and_a_template_are_all_that_is_lacking(hr, wire, tested):
    Account.objects.update(template_ids=TEMPLATE)
    assert len(account_lacks()) == 1
    wire.post(event_xml(tested, "subscribe", EventKey=""))
    assert account_lacks() == []
    assert Account.objects.complete().exists()
    assert "正常" in hr.get(change_page(tested)).content.decode()


def test_that_wechat_has_called_is_known_after_its_calls_are_forgotten(tested):
    follower = follower_ensure(account=tested, openid="o1")
    assert not heard()
    Follower.objects.filter(pk=follower.pk).update(
        changed_at=timezone.now()
    )  # a refused message tells that they are gone
    assert not heard()
    Follower.objects.filter(pk=follower.pk).update(subscribed_at=timezone.now())
    assert heard()


def test_what_another_account_was_told_is_no_sign(tested):
    row_make(InboundCallback)
    assert not heard()


def test_what_is_wrong_with_the_keys_is_said_first(hr, account):
    assert "还没有测试" in account_lacks()[0]
    Account.objects.update(status=Account.Status.TROUBLE, last_error="AppSecret 不对")
    assert account_lacks()[0] == "AppSecret 不对"
    assert hr.get(change_page(account)).content.decode().count("AppSecret 不对") == 1


def test_a_test_looks_for_a_template_too(hr, connected, simulator):
    hr.post(change_page(connected), account_form(connected, wechat_account_save_and_test="1"))
    stored = Account.objects.get()
    assert stored.status == "ok"
    assert simulator.state(connected.appid)["calls"]["cgi-bin/template/get_all_private_template"] == 1
    assert bool(stored.template_ids) == (len(account_lacks()) == 1)


def test_a_test_whose_templates_cannot_be_read_is_passed_all_the_same(hr, connected, simulator):
    simulator.fault("cgi-bin/template/get_all_private_template", errcode=-1)
    hr.post(change_page(connected), account_form(connected, wechat_account_save_and_test="1"))
    assert Account.objects.get().status == "ok"
