"""Menu, posters and the QR code on our pages: what leads people to the account and from it."""

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.wechat.wire import statements_of
from wechat.errors import WeChatRefused
from wechat.models import Scene
from wechat.services import menu_push, scene_create
from wechat.services.menu import menu_build

BASE = "https://sunrise.wesupport.test"


def leaves(menu) -> list[dict]:
    return [leaf for button in menu["button"] for leaf in button.get("sub_button", [button])]


def test_the_menu_leads_to_the_factorys_own_pages_only(sunrise, site_client, account):
    menu = menu_build(base=BASE, is_open=False)
    browser = site_client(sunrise)
    for leaf in leaves(menu):
        if leaf["type"] == "click":
            continue
        address = urlsplit(leaf["url"])
        assert f"{address.scheme}://{address.hostname}" == BASE
        assert address.path == "/wechat/oauth/"
        assert browser.get(parse_qs(address.query)["next"][0]).status_code in (200, 302)


def test_the_menus_names_fit_the_phone():
    menu = menu_build(base=BASE, is_open=False)
    assert 1 <= len(menu["button"]) <= 3
    assert all(len(button["name"]) <= 4 for button in menu["button"])
    assert all(len(leaf["name"]) <= 8 for leaf in leaves(menu))
    assert all(len(button.get("sub_button", [])) <= 5 for button in menu["button"])


def test_the_menu_is_sent_in_the_factorys_language(connected, simulator):
    menu_push(account=connected)
    openid = simulator.person(connected.appid)
    shown = simulator.ask("GET", f"/phone/{openid}/state")["menu"]
    assert [button["name"] for button in shown] == ["学习", "通知", "我的"]


def test_a_refused_menu_is_shown_to_hr(connected, simulator):
    simulator.fault("cgi-bin/menu/create", errcode=48001)
    with pytest.raises(WeChatRefused):
        menu_push(account=connected)
    connected.refresh_from_db()
    assert (connected.status, "(48001)" in connected.last_error) == ("trouble", True)


def test_a_poster_is_made_once_and_scanned(connected, simulator):
    first = scene_create(account=connected, code="workshop-1", title="一车间")
    assert scene_create(account=connected, code="workshop-1", title="other") == first
    assert simulator.state(connected.appid)["calls"]["cgi-bin/qrcode/create"] == 1
    openid = simulator.person(connected.appid)
    followed = simulator.ask("POST", f"/phone/{openid}/scan?wait=0", url=first.url)
    assert followed["subscribed"]


def test_a_poster_that_wechat_refused_is_completed_later(connected, simulator):
    simulator.fault("cgi-bin/qrcode/create", errcode=48001)
    with pytest.raises(WeChatRefused):
        scene_create(account=connected, code="gate", title="厂门口")
    assert Scene.objects.get().url == ""
    assert scene_create(account=connected, code="gate", title="厂门口").url
    with pytest.raises(ValidationError):
        scene_create(account=connected, code="no spaces", title="x")


def test_the_qr_code_of_a_page_is_made_when_first_needed(connected, simulator, sunrise, site_client):
    answer = site_client(sunrise).get("/wechat/follow.png", {"s": "a-share-link"})
    assert answer["Content-Type"] == "image/png"
    assert "max-age" in answer["Cache-Control"]
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.width == picture.height > 300
    assert Scene.objects.get().code == "page"


def test_the_qr_code_of_a_poster_is_its_own(connected, simulator, sunrise, site_client):
    scene_create(account=connected, code="gate", title="厂门口")
    browser = site_client(sunrise)
    by_poster = browser.get("/wechat/follow.png", {"s": "gate"}).content
    assert by_poster != browser.get("/wechat/follow.png").content


def test_without_an_answer_there_is_no_picture_and_no_second_try(connected, simulator, sunrise, site_client):
    simulator.fault("cgi-bin/qrcode/create", errcode=45009, times=5)
    browser = site_client(sunrise)
    assert [browser.get("/wechat/follow.png").status_code for _ in range(3)] == [404] * 3
    assert simulator.ask("GET", "/faults")[0]["remaining"] == 4


def test_the_follow_page_tells_how(connected, sunrise, lakeside_client, site_client):
    page = site_client(sunrise).get("/wechat/follow/").content.decode()
    assert connected.name in page
    assert "/wechat/follow.png?s=page" in page
    assert connected.name not in lakeside_client.get("/wechat/follow/").content.decode()
    assert lakeside_client.get("/wechat/follow.png").status_code == 404


@pytest.mark.parametrize("path", ["/wechat/follow/", "/wechat/follow.png"])
def test_following_costs_few_queries(connected, simulator, sunrise, site_client, path):
    browser = site_client(sunrise)
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        browser.get(path)
    assert len(statements_of(queries)) == 1
