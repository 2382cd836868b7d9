"""The access token has one owner; errors have two meanings; nothing secret is written down."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from tests.wechat.conftest import SECRET
from wechat.client import client_of, oauth_of
from wechat.errors import Refusal, WeChatRefused, WeChatUnavailable
from wechat.models import Account
from wechat.services.accounts import account_check

MENU = "get_current_selfmenu_info"


def ask(account):
    client = client_of(account)
    return client.call(lambda: client.get(MENU))


def calls(simulator, account, path):
    return simulator.state(account.appid)["calls"].get(f"cgi-bin/{path}", 0)


def test_the_token_is_fetched_once_and_shared(connected, simulator):
    for _ in range(3):
        ask(connected)
    assert calls(simulator, connected, "stable_token") == 1
    assert calls(simulator, connected, MENU) == 3
    assert calls(simulator, connected, "token") == 0


def test_many_at_once_fetch_one_token(connected, simulator):
    simulator.fault("cgi-bin/stable_token", delay_seconds=0.5)
    schema = connection.schema_name

    def in_thread(_number):
        with schema_context(schema):
            return client_of(connected).access_token

    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(in_thread, range(8)))
    assert len(tokens) == 1
    assert calls(simulator, connected, "stable_token") == 1


def test_an_expired_token_is_renewed_once_and_the_call_repeated(connected, simulator):
    ask(connected)
    simulator.ask("POST", f"/accounts/{connected.appid}/tokens/expire")
    assert "is_menu_open" in ask(connected)
    assert calls(simulator, connected, "stable_token") == 2


def test_a_token_that_is_always_refused_ends_after_one_more_try(connected, simulator):
    simulator.fault(f"cgi-bin/{MENU}", errcode=40001, times=50)
    with pytest.raises(WeChatRefused) as refused:
        ask(connected)
    assert refused.value.errcode == 40001
    state = simulator.state(connected.appid)["calls"]
    assert state["cgi-bin/stable_token"] <= 3  # asked, asked again, forced


def test_a_wrong_secret_is_told_to_hr(connected, simulator):
    connected.app_secret = "0" * 32
    connected.save()
    assert not account_check(account=connected)
    connected.refresh_from_db()
    assert connected.status == Account.Status.TROUBLE
    assert "(40125)" in connected.last_error
    connected.app_secret = SECRET
    connected.save()
    assert account_check(account=connected)
    connected.refresh_from_db()
    assert (connected.status, connected.last_error) == (Account.Status.OK, "")


def test_who_may_not_ask_from_here_is_told_about_the_whitelist(connected, simulator):
    simulator.fault("cgi-bin/stable_token", errcode=40164)
    with pytest.raises(WeChatRefused) as refused:
        ask(connected)
    assert refused.value.refusal is Refusal.ACCOUNT


@pytest.mark.parametrize("fault", [{"errcode": -1}, {"errcode": 45009}, {"errcode": 45011}, {"status": 502}])
def test_busy_and_broken_mean_later(connected, simulator, fault):
    simulator.fault(f"cgi-bin/{MENU}", **fault)
    with pytest.raises(WeChatUnavailable) as later:
        ask(connected)
    assert later.value.maybe_done == ("status" in fault)
    assert later.value.retry_after_seconds > 0


def test_nothing_secret_is_in_an_error_or_a_log_line(connected, settings, caplog):
    settings.WECHAT_API_BASE = "http://127.0.0.1:9"
    with caplog.at_level(logging.DEBUG):
        for request in (
            lambda: ask(connected),
            lambda: answered_oauth(connected),
        ):
            with pytest.raises(WeChatUnavailable) as later:
                request()
            assert not later.value.maybe_done
            assert later.value.__context__ is None or SECRET not in repr(later.value.__context__)
    written = caplog.text + repr(connected) + str(connected)
    assert SECRET not in written.replace("/sns/oauth2/access_token", "")
    assert connected.token not in written


def answered_oauth(account):
    from wechat.client import answered

    oauth = oauth_of(account, redirect_uri="")
    return answered(lambda: oauth.fetch_access_token("a-code"))


def test_secrets_are_not_in_the_table(connected):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM wechat_account a")
        dump = cursor.fetchone()[0]
    from django.core.serializers import serialize

    dump += serialize("json", Account.objects.all())
    for secret in (SECRET, connected.token, connected.encoding_aes_key):
        assert secret not in dump
    assert Account.objects.get().app_secret == SECRET
