"""The door WeChat posts to: what is genuine comes in once, what is not changes nothing."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from tests.wechat.conftest import AES_KEY
from tests.wechat.wire import Wire, event_xml, sealed, sha1_of, statements_of, text_xml
from wechat.models import Account, InboundCallback
from wechat.services import account_create
from wechat.services.accounts import account_save

OTHER_KEY = "Zz0bL9vT3xYwR7mN2cJ5hF8dS1gA4pU6eIoWzXtVuQk"


def test_the_address_is_confirmed_to_wechat(wire, account):
    signed = {"timestamp": "1409659813", "nonce": "1372623149", "echostr": "4375120948345356249"}
    signed["signature"] = sha1_of(account.token, signed["timestamp"], signed["nonce"])
    answer = wire.client.get(wire.path, signed)
    assert (answer.status_code, answer.content) == (200, b"4375120948345356249")
    assert answer["Content-Type"] == "text/plain"
    assert wire.client.get(wire.path, {**signed, "signature": "0" * 40}).status_code == 403


def test_a_message_is_kept_and_answered(wire, account):
    reply = wire.reply(wire.post(text_xml(account, "没有这个词")))
    callback = InboundCallback.objects.get()
    assert (callback.kind, callback.state) == ("text", "received")
    assert "没有这个词" not in str(callback.payload)
    assert reply["MsgType"] == "text"
    assert reply["FromUserName"] == account.original_id
    assert "/wechat/oauth/?next=/lessons/" in reply["Content"]


def test_what_needs_no_answer_is_acknowledged(wire, account):
    assert wire.post(event_xml(account, "unsubscribe", EventKey="")).content == b"success"
    assert wire.post(event_xml(account, "VIEW", EventKey="https://example.test")).content == b"success"
    assert wire.post(event_xml(account, "brand_new_event", Something="x")).content == b"success"
    assert InboundCallback.objects.count() == 3


def test_a_repeated_message_is_kept_once_and_gets_the_same_answer(wire, account):
    replies = [wire.reply(wire.post(text_xml(account, "hello"))) for _ in range(3)]
    assert len({reply["Content"] for reply in replies}) == 1
    assert InboundCallback.objects.count() == 1


def test_two_events_of_one_second_are_two(wire, account):
    now = int(time.time())
    wire.post(event_xml(account, "CLICK", EventKey="A", CreateTime=now))
    wire.post(event_xml(account, "CLICK", EventKey="B", CreateTime=now))
    for msgid in (1, 2, 2):
        wire.post(event_xml(account, "TEMPLATESENDJOBFINISH", MsgID=msgid, Status="success", CreateTime=now))
    assert InboundCallback.objects.count() == 4


def test_the_same_message_id_on_two_accounts_is_two_messages(lakeside, wire, account, site_client):
    wire.post(text_xml(account))
    with tenant_context(lakeside):
        other = account_create(
            name="湖畔",
            appid="wxlake",
            original_id="gh_lake",
            app_secret="s" * 32,
            token="lakeside",
            encoding_aes_key=OTHER_KEY,
        )
        Wire(site_client(lakeside), other).post(text_xml(other))
        assert InboundCallback.objects.count() == 1
    assert InboundCallback.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"msg_signature": "0" * 40}, 403),
        ({"msg_signature": ""}, 403),
        ({"msg_signature": "ä" * 40}, 403),
        ({"nonce": "other"}, 403),
        ({"token": "leaked-from-elsewhere"}, 403),
        ({"appid": "wx0000000000other00"}, 403),
        ({"aes_key": OTHER_KEY}, 403),
        ({"timestamp": str(int(time.time()) - 3600)}, 403),
        ({"timestamp": "soon"}, 403),
        ({"body": "<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>"}, 403),
        ({"body": "no xml at all"}, 400),
        ({"body": ""}, 400),
        ({"body": "<xml><Content>in clear</Content></xml>"}, 400),
        ({"body": "<xml><Encrypt><b>x</b></Encrypt></xml>"}, 400),
        ({"body": '<!DOCTYPE x [<!ENTITY e "x">]><xml><Encrypt>&e;</Encrypt></xml>'}, 400),
        ({"body": "x" * 70_000}, 413),
    ],
)
def test_what_is_not_genuine_is_refused_and_changes_nothing(wire, account, change, status):
    assert wire.post(text_xml(account), **change).status_code == status
    assert not InboundCallback.objects.exists()


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<xml/>",
        "<xml>",
        "<a>1</a>",
        "<xml><MsgType>text</MsgType></xml>",
        '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><MsgType>&b;</MsgType></xml>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><MsgType>text</MsgType><Content>&f;</Content></xml>',
        "<xml><MsgType>text</MsgType>" + "<a>" * 1500 + "</a>" * 1500 + "</xml>",
        "<xml>" + "<MsgType>text</MsgType>" * 2 + "</xml>",
    ],
)
def test_a_genuine_envelope_around_no_message_is_refused(wire, xml):
    assert wire.post(xml).status_code == 400
    assert not InboundCallback.objects.exists()


@pytest.mark.parametrize("field", ["FromUserName", "CreateTime"])
def test_a_message_without_sender_or_time_is_refused(wire, account, field):
    assert wire.post(text_xml(account, **{field: ""})).status_code == 400
    assert wire.post(text_xml(account, CreateTime="yesterday")).status_code == 400
    assert not InboundCallback.objects.exists()


def test_a_message_to_another_account_is_refused(wire, account):
    assert wire.post(text_xml(account, ToUserName="gh_lakeside")).status_code == 403
    assert not InboundCallback.objects.exists()


def test_another_factorys_host_does_not_know_the_account(lakeside, wire, account, site_client):
    outsider = Wire(site_client(lakeside), account)
    assert outsider.post(text_xml(account)).status_code == 404
    assert outsider.client.get(outsider.path).status_code == 404
    assert Wire(site_client(None), account).post(text_xml(account)).status_code == 404


def test_an_account_that_is_switched_off_is_not_known(wire, account):
    account.is_active = False
    account_save(account=account)
    wire.forget()
    assert wire.post(text_xml(account)).status_code == 404


def test_messages_under_the_previous_key_still_arrive_and_are_answered_with_it(wire, account):
    account.encoding_aes_key = OTHER_KEY
    account_save(account=account)
    wire.forget()
    assert wire.post(text_xml(account, msg_id=1)).status_code == 200
    answer = wire.post(text_xml(account, msg_id=2), aes_key=AES_KEY)
    account.encoding_aes_key = AES_KEY  # what this side still uses
    assert "next=" in wire.reply(answer)["Content"]


def test_compatible_mode_reads_only_what_was_encrypted(wire, account):
    account.mode = Account.Mode.COMPATIBLE
    account_save(account=account)
    real = text_xml(account, "real")
    forged = event_xml(account, "unsubscribe", EventKey="")
    cipher_text = sealed(real, aes_key=AES_KEY, appid=account.appid)
    timestamp = str(int(time.time()))
    wire.post(
        real,
        timestamp=timestamp,
        msg_signature=sha1_of(account.token, timestamp, "1937051", cipher_text),
        body=forged.replace("</xml>", f"<Encrypt>{cipher_text}</Encrypt></xml>"),
    )
    assert InboundCallback.objects.get().kind == "text"
    plain = wire.post(real, body=real)
    assert plain.status_code == 400


def test_plain_mode_is_for_the_demo_only(wire, account, settings):
    settings.DEMO = True
    account.mode = Account.Mode.PLAIN
    account_save(account=account)
    assert "next=" in wire.reply(wire.post(text_xml(account)))["Content"]
    assert wire.post(text_xml(account, msg_id=2), signature="0" * 40).status_code == 403
    settings.DEMO = False
    wire.forget()
    assert wire.post(text_xml(account, msg_id=3)).status_code == 404
    assert InboundCallback.objects.count() == 1


def test_a_callback_costs_one_insert_and_opens_no_session(wire, account, sunrise):
    wire.post(text_xml(account, msg_id=1))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = wire.post(text_xml(account, msg_id=2))
    statements = statements_of(queries)
    assert len(statements) == 1, statements
    assert "'message:2'" in statements[0]
    assert not answer.cookies


def test_other_methods_are_refused(wire):
    assert wire.client.put(wire.path).status_code == 405
