"""Customer, template and mass messages with WeChat's windows, limits and receipts."""

import pytest

from tests.simulator.conftest import APPID, Program, http

TEMPLATE = "TPL_notice_0000000000000000000000000000000"


def custom(account: Program, openid: str) -> int:
    body = {"touser": openid, "msgtype": "text", "text": {"content": "你好"}}
    return account.api("cgi-bin/message/custom/send", body)["errcode"]


def template(account: Program, openid: str, **changes) -> dict:
    body = {"touser": openid, "template_id": TEMPLATE, "url": "http://sunrise.localhost/n/9", "client_msg_id": "n9"}
    values = {"thing1": {"value": "明日停电检修，请大家提前保存工作并关好电源"}, "time2": {"value": "2026-11-25"}}
    return account.api("cgi-bin/message/template/send", {**body, "data": values, **changes})


def inbox(account: Program, openid: str, via: str) -> list[dict]:
    return [line for line in account.get(f"/phone/{openid}/inbox").json if line["via"] == via]


@pytest.fixture
def followers(account: Program, webhook) -> list[str]:
    people = account.get("/people").json[:3]
    openids = [person["openids"][APPID] for person in people]
    for openid in openids:
        account.post(f"/phone/{openid}/follow")
        webhook.next()
    return openids


def mass(account: Program, openids: list[str], **changes) -> dict:
    body = {"touser": openids, "msgtype": "text", "text": {"content": "本周内容"}, **changes}
    return account.api("cgi-bin/message/mass/send", body)


def test_following_opens_a_minute_for_three_customer_messages(account, follower):
    assert [custom(account, follower) for _ in range(4)] == [0, 0, 0, 45047]
    account.post("/clock", {"advance_seconds": 61})
    assert custom(account, follower) == 45015


def test_writing_opens_two_days_for_five(account, follower, webhook):
    account.post("/clock", {"advance_seconds": 61})
    account.post(f"/phone/{follower}/text", {"content": "在吗"})
    account.post("/clock", {"advance_seconds": 47 * 3600})
    assert [custom(account, follower) for _ in range(6)] == [0] * 5 + [45047]
    account.post(f"/phone/{follower}/text", {"content": "在吗"})
    account.post("/clock", {"advance_seconds": 49 * 3600})
    assert custom(account, follower) == 45015


def test_nobody_is_reached_who_does_not_follow(account, openid):
    assert custom(account, openid) == template(account, openid)["errcode"] == 43004
    assert custom(account, "oNobody") == template(account, "oNobody")["errcode"] == 40003


def test_a_template_message_arrives_once_per_key_cut_to_size_with_a_receipt(account, follower, webhook):
    first, second = template(account, follower), template(account, follower)
    assert first["errcode"] == 0
    assert first["msgid"] == second["msgid"]
    (line,) = inbox(account, follower, "template")
    assert (line["url"], line["card"]["rows"][0]) == (
        "http://sunrise.localhost/n/9",
        {"label": "通知事项", "value": "明日停电检修，请大家提前保存工作并关好电"},
    )
    receipt = webhook.next().xml
    assert "TEMPLATESENDJOBFINISH" in receipt
    assert f"<MsgID>{first['msgid']}</MsgID>" in receipt
    assert "<Status><![CDATA[success]]></Status>" in receipt
    assert template(account, follower, template_id="TPL_x")["errcode"] == 40037
    assert template(account, follower, data=[])["errcode"] == 47001


def test_who_refuses_messages_gets_none_and_the_receipt_says_so(account, follower, webhook):
    account.post(f"/phone/{follower}/blocked", {"on": True})
    assert template(account, follower)["errcode"] == 0
    assert "failed:user block" in webhook.next().xml
    assert inbox(account, follower, "template") == []


def test_a_follower_gets_four_mass_messages_a_month(account, followers, webhook):
    for number in range(5):
        assert mass(account, followers[:2], clientmsgid=f"n{number}")["errcode"] == 0
    assert len(inbox(account, followers[0], "mass")) == 4
    receipts = [webhook.next().xml for _ in range(5)]
    assert sum("<SentCount>2</SentCount>" in receipt for receipt in receipts) == 4
    assert sum("<FilterCount>0</FilterCount>" in receipt for receipt in receipts) == 1
    account.post("/clock", {"advance_seconds": 31 * 86400})
    mass(account, followers[:2])
    assert len(inbox(account, followers[0], "mass")) == 5


def test_a_repeated_clientmsgid_answers_with_the_first_job(account, followers):
    first, second = mass(account, followers, clientmsgid="job-1"), mass(account, followers, clientmsgid="job-1")
    assert (second["errcode"], second["msg_id"]) == (45065, first["msg_id"])
    assert len(inbox(account, followers[0], "mass")) == 1
    assert mass(account, followers, clientmsgid="x" * 65)["errcode"] == 45067
    assert mass(account, followers[:1])["errcode"] == 40130
    assert account.api("cgi-bin/message/mass/get", {"msg_id": first["msg_id"]})["msg_status"] == "SEND_SUCCESS"


def test_a_tag_reaches_its_members_only_and_everybody_only_once_a_day(account, followers):
    tag = account.api("cgi-bin/tags/create", {"tag": {"name": "一车间"}})["tag"]["id"]
    tagging = {"tagid": tag, "openid_list": followers[:1]}
    assert account.api("cgi-bin/tags/members/batchtagging", tagging)["errcode"] == 0
    text = {"msgtype": "text", "text": {"content": "给一车间"}}
    to_tag = {"filter": {"is_to_all": False, "tag_id": tag}, **text}
    assert account.api("cgi-bin/message/mass/sendall", to_tag)["errcode"] == 0
    assert [len(inbox(account, openid, "mass")) for openid in followers] == [1, 0, 0]
    to_all = {"filter": {"is_to_all": True}, **text}
    sent = [account.api("cgi-bin/message/mass/sendall", to_all)["errcode"] for _ in range(2)]
    assert sent == [0, 45028]
    assert account.api("cgi-bin/tags/get")["tags"] == [{"id": tag, "name": "一车间", "count": 1}]
    account.post(f"/phone/{followers[0]}/unfollow")
    assert account.api("cgi-bin/tags/get")["tags"][0]["count"] == 0


def test_an_article_is_drafted_sent_published_and_read(account, followers, webhook):
    boundary = "b0undary"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    url = f"{account.url}/cgi-bin/material/add_material?type=image&access_token={account.token()}"
    body = head.encode() + b"\x89PNG-picture" + f"\r\n--{boundary}--\r\n".encode()
    thumb = http("POST", url, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}).json["media_id"]
    article = {"title": "第3课", "content": "<p>手湿别碰开关</p>", "thumb_media_id": thumb}
    draft = account.api("cgi-bin/draft/add", {"articles": [article]})["media_id"]
    assert mass(account, followers, msgtype="mpnews", mpnews={"media_id": draft})["errcode"] == 0
    (line,) = inbox(account, followers[0], "mass")
    assert line["articles"][0]["title"] == "第3课"
    assert "手湿别碰开关" in http("GET", line["articles"][0]["url"]).body.decode()
    assert http("GET", line["articles"][0]["picurl"]).body == b"\x89PNG-picture"
    assert "MASSSENDJOBFINISH" in webhook.next().xml
    assert account.api("cgi-bin/freepublish/submit", {"media_id": draft})["errcode"] == 0
    assert "PUBLISHJOBFINISH" in webhook.next().xml
