"""The phone driven by JSON, QR codes, menus, and web OAuth."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.simulator.conftest import APPID, SECRET, Program, http

RETURN = "http://sunrise.localhost:8000/wechat/oauth/callback/?next=%2Fme%2F"
MENU: dict[str, Any] = {
    "button": [
        {"name": "今天的课", "type": "click", "key": "LESSON_NOW"},
        {
            "name": "学习",
            "sub_button": [{"name": "全部课程", "type": "view", "url": "http://sunrise.localhost:8000/lessons/"}],
        },
    ]
}


def authorize(program: Program, cookie: str = "", **changes: str):
    query = {"appid": APPID, "redirect_uri": RETURN, "response_type": "code", "scope": "snsapi_base", "state": "abc123"}
    pairs = "&".join(f"{key}={quote(value, safe='')}" for key, value in {**query, **changes}.items())
    return program.get(f"/connect/oauth2/authorize?{pairs}", headers={"Cookie": cookie} if cookie else {})


def code_of(answer) -> str:
    assert answer.status == 302, answer.body
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def exchange(program: Program, code: str) -> dict:
    query = f"appid={APPID}&secret={SECRET}&code={code}&grant_type=authorization_code"
    return program.get(f"/sns/oauth2/access_token?{query}").json


def test_an_unknown_openid_becomes_a_new_person_where_the_account_is_clear(account, webhook):
    assert account.post("/phone/oFirst/follow", {"name": "新来的"}).json["person"]["name"] == "新来的"
    account.account_put(webhook.url, appid="wxlakeside", original_id="gh_lakeside")
    refused = account.post("/phone/oSecond/follow")
    assert (refused.status, refused.json["error"]) == (404, "unknown_openid")
    assert [each["appid"] for each in refused.json["accounts"]] == [APPID, "wxlakeside"]
    assert account.post("/phone/oSecond/follow", {"appid": "wxlakeside"}).json["appid"] == "wxlakeside"
    wrong = account.post("/phone/oSecond/text", {"appid": APPID, "content": "x"})
    assert (wrong.status, wrong.json["error"]) == (409, "openid_of_another_account")
    assert account.get("/phone/oThird/inbox").status == 404


def test_openids_differ_by_account_and_stay(account, openid, webhook):
    account.account_put(webhook.url, appid="wxlakeside", original_id="gh_lakeside")
    openids = account.get("/people/1").json["openids"]
    assert openids[APPID] == openid != openids["wxlakeside"]
    assert all(len(each) == 28 and each.startswith("o") for each in openids.values())


def test_only_followers_write_and_following_twice_says_so(account, openid, webhook):
    assert account.post(f"/phone/{openid}/text", {"content": "在吗"}).json["error"] == "not_following"
    account.post(f"/phone/{openid}/follow")
    assert account.post(f"/phone/{openid}/follow").json["delivery"] is None
    account.post(f"/phone/{openid}/text", {"content": "在吗"})
    assert [line["content"] for line in account.get(f"/phone/{openid}/inbox").json] == ["在吗"]
    account.post(f"/phone/{openid}/unfollow")
    assert account.api("cgi-bin/user/info", openid=openid) == {"subscribe": 0, "openid": openid}
    assert account.post(f"/phone/{openid}/text", {}).status == 400


def test_menus_are_checked_shown_and_clicked(account, follower, webhook):
    assert account.api("cgi-bin/menu/get")["errcode"] == 46003
    assert account.api("cgi-bin/menu/create", {"button": [{**MENU["button"][0], "name": "x" * 17}]})["errcode"] == 40018
    assert account.api("cgi-bin/menu/create", {"button": [MENU["button"][0]] * 4})["errcode"] == 40016
    assert account.api("cgi-bin/menu/create", MENU)["errcode"] == 0
    account.post(f"/phone/{follower}/click", {"key": "LESSON_NOW"})
    assert "<EventKey><![CDATA[LESSON_NOW]]></EventKey>" in webhook.next().xml
    opened = account.post(f"/phone/{follower}/click", {"key": "全部课程"}).json
    assert opened["open"] == "http://sunrise.localhost:8000/lessons/"
    assert "<![CDATA[VIEW]]>" in webhook.next().xml
    refused = account.post(f"/phone/{follower}/click", {"key": "NO"})
    assert (refused.status, len(refused.json["buttons"])) == (404, 2)


def test_a_code_is_made_drawn_scanned_and_expires(account, openid, webhook):
    body = {"action_name": "QR_STR_SCENE", "expire_seconds": 600, "action_info": {"scene": {"scene_str": "f12_w3"}}}
    code = account.api("cgi-bin/qrcode/create", body)
    assert (code["expire_seconds"], code["url"]) == (600, f"{account.url}/q/{code['ticket']}")
    assert account.get(f"/cgi-bin/showqrcode?ticket={code['ticket']}").body.startswith(b"\x89PNG")
    assert "谁在扫码" in account.get(f"/q/{code['ticket']}").body.decode()
    account.post(f"/phone/{openid}/scan", {"url": code["url"]})
    event = webhook.next().xml
    assert "qrscene_f12_w3" in event
    assert code["ticket"] in event
    assert account.api("cgi-bin/user/info", openid=openid)["qr_scene_str"] == "f12_w3"
    assert account.post(f"/phone/{openid}/scan", {"scene": "elsewhere"}).json["scenes"] == ["f12_w3"]
    account.post("/clock", {"advance_seconds": 601})
    assert account.post(f"/phone/{openid}/scan", {"ticket": code["ticket"]}).status == 410


def test_a_permanent_code_for_a_scene_is_one(account):
    body: dict[str, Any] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "canteen"}}}
    assert account.api("cgi-bin/qrcode/create", body) == account.api("cgi-bin/qrcode/create", body)
    body["action_info"]["scene"]["scene_str"] = "x" * 65
    assert account.api("cgi-bin/qrcode/create", body)["errcode"] == 40053


def test_a_code_of_oauth_is_good_once_and_for_five_minutes(account, openid):
    answer = authorize(account, openid=openid)
    assert answer.headers["Location"].startswith(RETURN + "&code=")
    assert answer.headers["Location"].endswith("&state=abc123")
    assert exchange(account, code_of(answer))["openid"] == openid
    assert exchange(account, code_of(answer))["errcode"] == 40163
    assert exchange(account, "invented")["errcode"] == 40029
    late = code_of(authorize(account, openid=openid))
    account.post("/clock", {"advance_seconds": 301})
    assert exchange(account, late)["errcode"] == 42003


def test_who_it_is_comes_from_the_cookie_or_is_asked(account, openid):
    assert "你是谁" in authorize(account).body.decode()
    entered = account.get(f"/enter?person=1&appid={APPID}")
    assert entered.headers["Location"].startswith("http://phone.sunrise.localhost:")
    cookie = entered.headers["Set-Cookie"].split(";")[0]
    assert exchange(account, code_of(authorize(account, cookie)))["openid"] == openid


def test_a_phone_names_its_holder_for_the_page_in_its_frame(account, openid):
    query = f"appid={APPID}&redirect_uri={quote(RETURN, safe='')}&response_type=code&scope=snsapi_base&state=s"
    url = account.get(f"/phone/{openid}/authorize?{query}").json["url"]
    assert exchange(account, parse_qs(urlsplit(url).query)["code"][0])["openid"] == openid


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "http://evil.localhost/"},
        {"appid": "wxnobody"},
        {"scope": "all"},
        {"response_type": "token"},
        {"openid": "oNobody"},
        {"state": "x" * 129},
    ],
)
def test_a_wrong_authorise_request_goes_nowhere(account, change):
    assert authorize(account, **change).status == 400


def test_a_snapshot_visitor_gets_a_made_up_openid(account, openid):
    account.post(f"/phone/{openid}/snapshot", {"on": True})
    granted = exchange(account, code_of(authorize(account, openid=openid)))
    assert granted["is_snapshotuser"] == 1
    assert granted["openid"] != openid


def test_followers_are_listed(account, follower):
    listed = account.api("cgi-bin/user/get")
    assert (listed["total"], listed["data"]["openid"]) == (1, [follower])
    (info,) = account.api("cgi-bin/user/info/batchget", {"user_list": [{"openid": follower}]})["user_info_list"]
    assert info["subscribe"] == 1


def test_pages_open_and_the_phone_moves_to_the_host_of_its_account(account, follower):
    assert "阳光鞋厂" in account.get("/").body.decode()
    here = urlsplit(account.url).port
    moved = account.get(f"/phone/{follower}/")
    assert moved.headers["Location"] == f"http://phone.sunrise.localhost:{here}/phone/{follower}/"
    page = http("GET", f"{account.url}/phone/{follower}/", headers={"Host": f"phone.sunrise.localhost:{here}"})
    assert page.status == 200
    assert "李娜" in page.body.decode()
    assert account.get("/healthz").json == {"status": "ok"}


def test_a_phone_shows_what_its_owner_knows_of_themselves(account, webhook):
    person = account.get("/people/1").json
    account.account_put(webhook.url, cards={person["name"]: "工号 01001"})
    page = account.get(f"/phone/{person['openids'][APPID]}/", headers={"Host": urlsplit(_phone_of(account)).netloc})
    assert "工号 01001" in page.body.decode()
    assert account.account_put(webhook.url, cards=["x"]).json["error"] == "bad_cards"


def _phone_of(account) -> str:
    return account.get(f"/enter?person=1&appid={APPID}").headers["Location"]
