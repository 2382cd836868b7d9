"""The phone in a real browser: what follows from cookies, frames and clicks cannot be seen otherwise."""

import json
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page

from tests.simulator.conftest import APPID, SECRET, Program, Webhook, http

pytestmark = pytest.mark.browser


@pytest.fixture
def site(account: Program, webhook: Webhook) -> str:
    """The account's pages: they know the visitor by web OAuth and a session cookie, as the product's do."""
    origin = "http://" + urlsplit(webhook.url).netloc

    def visit(path: str, query: dict[str, str], cookies: str) -> tuple[int, dict[str, str], str]:
        if path == "/callback/":
            grant = f"appid={APPID}&secret={SECRET}&code={query['code']}&grant_type=authorization_code"
            openid = account.get(f"/sns/oauth2/access_token?{grant}").json["openid"]
            cookie = f"worker={openid}; Path=/; HttpOnly; SameSite=Lax"
            return 302, {"Location": "/lesson/", "Set-Cookie": cookie}, ""
        if "worker=" not in cookies:
            target = quote(f"{origin}/callback/", safe="")
            query_text = f"appid={APPID}&redirect_uri={target}&response_type=code&scope=snsapi_base&state=s"
            return 302, {"Location": f"{account.url}/connect/oauth2/authorize?{query_text}#wechat_redirect"}, ""
        page = f"<p id=who>{cookies.partition('=')[2]}</p><a href=/next/>下一页</a><p id=path>{path}</p>"
        return 200, {"Content-Type": "text/html; charset=utf-8"}, page

    webhook.visit = visit
    button = {"name": "学习", "type": "view", "url": f"{origin}/lesson/"}
    account.api("cgi-bin/menu/create", {"button": [button]})
    return origin


def take_up(page: Page, account: Program, name: str) -> None:
    page.goto(account.url)
    page.get_by_text(name).click()
    page.get_by_role("button", name="拿起手机").click()


def test_two_people_in_one_browser_are_known_apart_in_the_frame(account, site, chromium):
    context = chromium.new_context()
    for person in account.get("/people").json[:2]:
        account.post(f"/phone/{person['openids'][APPID]}/follow")
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message, to=complaints: to.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error, to=complaints: to.append(str(error)))
        take_up(page, account, person["name"])
        page.get_by_role("button", name="学习").click()
        frame = page.frame_locator("#web iframe")
        assert frame.locator("#who").inner_text() == person["openids"][APPID]
        assert complaints == []


def test_back_in_the_frame_goes_back_page_by_page_and_then_to_the_chat(account, site, chromium):
    openid = account.get("/people/1").json["openids"][APPID]
    account.post(f"/phone/{openid}/follow")
    page = chromium.new_page()
    take_up(page, account, "李娜")
    page.get_by_role("button", name="学习").click()
    frame = page.frame_locator("#web iframe")
    frame.get_by_text("下一页").click()
    frame.get_by_text("/next/").wait_for()
    page.get_by_label("后退").click()
    frame.get_by_text("/lesson/").wait_for()
    page.get_by_label("后退").click()
    page.locator("#view-web").wait_for(state="hidden")
    page.locator("#view-chat").wait_for(state="visible")


def test_a_stranger_scans_follows_writes_and_leaves(account, webhook, chromium):
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "f12_w3"}}}
    code = account.api("cgi-bin/qrcode/create", body)
    page = chromium.new_page()
    page.goto(code["url"])
    page.get_by_text("王强").click()
    page.get_by_text("来自二维码：f12_w3").wait_for()
    page.get_by_role("button", name="关注公众号").click()
    assert "qrscene_f12_w3" in webhook.next().xml
    page.get_by_label("消息", exact=True).fill('看<a href="javascript:alert(1)">这里</a><b>粗</b>')
    page.get_by_role("button", name="发送").click()
    line = page.locator(".line.sent .bubble")
    assert line.inner_text() == "看这里<b>粗</b>"
    assert line.locator("a, b").count() == 0
    page.get_by_label("公众号资料").click()
    page.get_by_role("button", name="不再关注").click()
    page.locator("#view-home").wait_for(state="visible")
    openid = account.get("/people/2").json["openids"][APPID]
    assert not json.loads(http("GET", f"{account.url}/phone/{openid}/state").body)["subscribed"]
