"""Recognised in the browser that went out, once, in this factory; everybody else reads on as a stranger."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.utils import timezone
from django_tenants.utils import tenant_context

from wechat.models import Follower, OAuthState
from wechat.services.accounts import account_save
from workers.models import Contact, WorkerSession
from workers.sessions import COOKIE_NAME

PATH = "/lessons/?series=1"
PHONE = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"


@pytest.fixture
def browser(sunrise, site_client):
    return site_client(sunrise)


@pytest.fixture
def openid(simulator, connected):
    return simulator.person(connected.appid)


def out(browser, next_path=PATH) -> str:
    """The authorise address that the browser is sent to."""
    answer = browser.get("/wechat/oauth/", {"next": next_path})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def authorise(address: str, openid: str) -> str:
    """What WeChat's browser does there: path and query of the way back."""
    page, _, _ = address.partition("#")
    answer = requests.get(f"{page}&openid={openid}", allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert back.hostname == "sunrise.wesupport.test"
    return f"{back.path}?{back.query}"


def test_the_way_out_is_what_wechat_expects(browser, connected):
    address = out(browser)
    page, _, fragment = address.partition("?")
    query, _, mark = fragment.partition("#")
    assert page.endswith("/connect/oauth2/authorize")
    assert mark == "wechat_redirect"
    assert list(parse_qs(query)) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    assert asked["scope"] == "snsapi_base"
    assert asked["redirect_uri"] == "https://sunrise.wesupport.test/wechat/oauth/callback/"
    assert asked["state"].isalnum()
    assert len(asked["state"]) <= 128
    assert asked["state"] not in OAuthState.objects.get().nonce_hash


def test_a_worker_is_recognised_and_led_on(browser, connected, openid):
    back = authorise(out(browser), openid)
    answer = browser.get(back)
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    contact = Contact.objects.get()
    assert contact.address == f"{connected.appid}:{openid}"
    assert WorkerSession.objects.get().contact == contact
    follower = Follower.objects.get()
    assert follower.is_following is None
    assert not contact.is_reachable
    cookie = answer.cookies[COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert out_at_once(browser) == PATH


def out_at_once(browser) -> str:
    """Who is recognised is not sent to WeChat again."""
    return browser.get("/wechat/oauth/", {"next": PATH})["Location"]


def test_coming_again_is_the_same_contact(sunrise, browser, connected, openid, site_client):
    browser.get(authorise(out(browser), openid))
    other = site_client(sunrise)
    other.get(authorise(out(other), openid))
    assert Contact.objects.count() == Follower.objects.count() == 1
    assert WorkerSession.objects.count() == 2


def test_a_state_works_in_its_own_browser_only(sunrise, browser, connected, openid, site_client):
    back = authorise(out(browser), openid)
    thief = site_client(sunrise)
    out(thief)  # has a browser cookie of its own
    answer = thief.get(back)
    assert answer.status_code == 403
    assert not WorkerSession.objects.exists()
    assert browser.get(back).status_code == 302  # it was not used up


def test_a_state_of_another_factory_is_refused(lakeside, browser, connected, openid, site_client):
    back = authorise(out(browser), openid)
    outsider = site_client(lakeside)
    outsider.cookies.update(browser.cookies)
    assert outsider.get(back).status_code == 403
    with tenant_context(lakeside):
        assert not WorkerSession.objects.exists()


@pytest.mark.parametrize("state", ["", "x", "0" * 32, "../../etc", "a" * 400])
def test_a_made_up_state_is_refused(browser, connected, state):
    out(browser)
    answer = browser.get("/wechat/oauth/callback/", {"code": "c", "state": state})
    assert answer.status_code == 403
    assert not Contact.objects.exists()


def test_the_way_back_reloaded_leads_on_without_asking_wechat_again(browser, connected, openid, simulator):
    back = authorise(out(browser), openid)
    browser.get(back)
    answer = browser.get(back)
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    assert simulator.state(connected.appid)["calls"]["sns/oauth2/access_token"] == 1


def test_a_used_code_starts_once_more_and_then_stops(browser, connected, openid, simulator):
    simulator.fault("sns/oauth2/access_token", errcode=40163, times=2)
    again = browser.get(authorise(out(browser), openid))
    assert again.status_code == 302
    assert urlsplit(again["Location"]).path == "/connect/oauth2/authorize"
    stopped = browser.get(authorise(again["Location"], openid))
    assert stopped.status_code == 403
    assert OAuthState.objects.count() == 2
    assert not WorkerSession.objects.exists()


def test_a_page_left_open_starts_once_more(browser, connected, openid):
    back = authorise(out(browser), openid)
    OAuthState.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    again = browser.get(back)
    assert urlsplit(again["Location"]).path == "/connect/oauth2/authorize"
    browser.get(authorise(again["Location"], openid))
    assert WorkerSession.objects.count() == 1


def test_nobody_is_recognised_by_a_snapshot(browser, connected, openid, simulator):
    simulator.ask("POST", f"/phone/{openid}/snapshot", on=True)
    answer = browser.get(authorise(out(browser), openid))
    assert answer.status_code == 403
    assert not Contact.objects.exists()
    assert not WorkerSession.objects.exists()


def test_when_wechat_does_not_answer_the_page_says_so(browser, connected, openid, simulator):
    back = authorise(out(browser), openid)
    simulator.fault("sns/oauth2/access_token", status=502)
    answer = browser.get(back)
    assert answer.status_code == 503
    assert "/wechat/oauth/?next=" in answer.content.decode()


def test_who_says_no_reads_on(browser, connected):
    state = parse_qs(urlsplit(out(browser)).query)["state"][0]
    assert browser.get("/wechat/oauth/callback/", {"state": state}).status_code == 403


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "lessons",
        "",
        "/" + "x" * 600,
        "/wechat/oauth/?next=/",
    ],
)
def test_the_way_on_stays_on_this_site(browser, connected, openid, foreign):
    assert browser.get(authorise(out(browser, foreign), openid))["Location"] == "/"


def test_without_an_account_the_page_says_what_is_missing(browser, connected):
    connected.is_active = False
    account_save(account=connected)
    assert browser.get("/wechat/oauth/").status_code == 503


def test_wechats_browser_is_sent_to_be_recognised_once(browser, connected, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "wechat.middleware.RecogniseMiddleware"]
    headers = {"user-agent": PHONE}
    first = browser.get("/lessons/", headers=headers)
    assert (first.status_code, first["Location"]) == (302, "/wechat/oauth/?next=/lessons/")
    assert browser.get("/lessons/", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/s/x/", "/admin/", "/static/a.css", "/wechat/follow/", "/api/v1/"])
def test_some_pages_are_left_alone(browser, connected, settings, path):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "wechat.middleware.RecogniseMiddleware"]
    answer = browser.get(path, headers={"user-agent": PHONE})
    assert "/wechat/oauth/" not in answer.get("Location", "")


def test_other_browsers_are_not_sent_anywhere(browser, connected, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "wechat.middleware.RecogniseMiddleware"]
    assert browser.get("/lessons/").status_code == 200


def test_no_code_state_or_openid_is_in_a_log_line(browser, connected, openid, caplog):
    back = authorise(out(browser), openid)
    with caplog.at_level("INFO"):
        browser.get(back)
    query = parse_qs(urlsplit(back).query)
    assert "/wechat/oauth/callback/" in caplog.text
    for secret in (query["code"][0], query["state"][0], openid):
        assert secret not in caplog.text
