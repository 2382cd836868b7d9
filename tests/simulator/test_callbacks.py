"""What the account's server is sent, and what becomes of its answer. The other side is wechatpy, not our own code."""

import re
import time

import pytest
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from tests.simulator.conftest import AES_KEY, APPID, ORIGINAL_ID, RETRY_SECONDS, TOKEN, Program, Pushed, Webhook


def reply_xml(pushed: Pushed, content: str = "你好", *, to: str = "") -> str:
    openid = to or re.findall(r"<FromUserName><!\[CDATA\[(.*?)]]", pushed.xml)[0]
    return (
        f"<xml><ToUserName><![CDATA[{openid}]]></ToUserName><FromUserName><![CDATA[{ORIGINAL_ID}]]></FromUserName>"
        f"<CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content></xml>"
    )


def encrypted(pushed: Pushed, xml: str, *, token: str = TOKEN) -> str:
    return WeChatCrypto(token, AES_KEY, APPID).encrypt_message(xml, pushed.query["nonce"], pushed.query["timestamp"])


def last_line(account: Program, openid: str) -> dict:
    return account.get(f"/phone/{openid}/inbox").json[-1]


def test_a_push_in_safe_mode_is_signed_and_encrypted_for_other_implementations(account, follower, webhook):
    account.post(f"/phone/{follower}/text", {"content": "第3课]]>"})
    pushed = webhook.next()
    check_signature(TOKEN, pushed.query["signature"], pushed.query["timestamp"], pushed.query["nonce"])
    message = parse_message(pushed.xml)
    assert (message.type, message.content, message.source, message.target) == (
        "text",
        "第3课]]>",
        follower,
        ORIGINAL_ID,
    )
    assert "<Content>" not in pushed.body
    assert pushed.query["openid"] == follower


@pytest.mark.parametrize("mode", ["plain", "compatible"])
def test_the_other_modes_carry_the_message_readable(program, webhook, mode):
    program.account_put(webhook.url, mode=mode)
    program.post("/phone/oAnybody/follow")
    pushed = webhook.next()
    assert parse_message(pushed.body).event == "subscribe"
    assert ("encrypt_type" in pushed.query) == ("<Encrypt>" in pushed.body) == (mode == "compatible")


def test_a_follow_by_code_says_the_scene_and_a_second_scan_is_a_scan(account, openid, webhook):
    account.post(f"/phone/{openid}/follow", {"scene": "f12_w3"})
    assert "<![CDATA[qrscene_f12_w3]]>" in webhook.next().xml
    account.post(f"/phone/{openid}/follow", {"scene": "f12_w3"})
    second = webhook.next().xml
    assert "<![CDATA[SCAN]]>" in second
    assert "<EventKey><![CDATA[f12_w3]]></EventKey>" in second


def test_an_encrypted_reply_is_shown_in_the_chat(account, follower, webhook):
    webhook.respond = lambda pushed: (200, encrypted(pushed, reply_xml(pushed)), 0)
    answer = account.post(f"/phone/{follower}/text", {"content": "在吗"}).json
    assert (answer["reply"]["content"], answer["delivery"]["state"]) == ("你好", "answered")
    assert last_line(account, follower) | {"id": 0, "at": 0} == {
        "id": 0, "at": 0, "direction": "received", "via": "passive", "msgtype": "text", "content": "你好",
        "articles": [], "url": "", "media_url": "", "card": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        lambda pushed: '{"errcode": 0}',
        lambda pushed: reply_xml(pushed),  # not encrypted in safe mode
        lambda pushed: encrypted(pushed, reply_xml(pushed), token="another-token"),
        lambda pushed: encrypted(pushed, reply_xml(pushed, to="oSomebodyElse")),
        lambda pushed: '<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>',
    ],
    ids=["json", "plain", "signature", "openid", "entity"],
)
def test_a_broken_reply_shows_the_notice_and_is_not_asked_for_again(account, follower, webhook, body):
    webhook.respond = lambda pushed: (200, body(pushed), 0)
    answer = account.post(f"/phone/{follower}/text?wait=5", {"content": "在吗"}).json
    assert (answer["delivery"]["state"], len(answer["delivery"]["attempts"])) == ("refused", 1)
    assert last_line(account, follower)["via"] == "notice"


def test_a_failing_server_is_asked_three_times_with_the_same_message(account, follower, webhook):
    webhook.respond = lambda pushed: (500, "", 0)
    started = time.monotonic()
    answer = account.post(f"/phone/{follower}/text?wait=5", {"content": "在吗"}).json
    assert time.monotonic() - started >= 2 * RETRY_SECONDS
    assert answer["delivery"]["state"] == "failed"
    assert [attempt["status"] for attempt in answer["delivery"]["attempts"]] == [500, 500, 500]
    assert len({parse_message(webhook.next().xml).id for _ in range(3)}) == 1
    assert last_line(account, follower)["via"] == "notice"


def test_the_second_attempt_may_succeed(account, follower, webhook):
    answers = iter([(500, "", 0), (200, "success", 0)])
    webhook.respond = lambda pushed: next(answers)
    delivery = account.post(f"/phone/{follower}/text?wait=5", {"content": "在吗"}).json["delivery"]
    assert (delivery["state"], len(delivery["attempts"])) == ("silent", 2)


def test_a_test_can_ask_for_duplicates_wrong_signatures_and_late_pushes(account, follower, webhook):
    account.post(f"/phone/{follower}/text?wait=5", {"content": "一", "duplicates": 2})
    assert len({parse_message(webhook.next().xml).id for _ in range(3)}) == 1
    account.post(f"/phone/{follower}/text", {"content": "二", "wrong_signature": True})
    assert set(webhook.next().query["msg_signature"]) == {"0"}
    account.post(f"/phone/{follower}/text?wait=0", {"content": "先", "delay_seconds": 0.5})
    account.post(f"/phone/{follower}/text", {"content": "后"})
    assert [parse_message(webhook.next().xml).content for _ in range(2)] == ["后", "先"]


def test_saving_the_address_is_checked_with_an_echo(account):
    assert account.post(f"/accounts/{APPID}/verify").json["ok"]


def test_nothing_is_listening(program: Program, webhook: Webhook):
    program.account_put("http://sunrise.localhost:1/")
    answer = program.post("/phone/oAnybody/follow?wait=5").json
    assert answer["delivery"]["state"] == "failed"
    assert "no connection" in answer["delivery"]["attempts"][0]["error"]
