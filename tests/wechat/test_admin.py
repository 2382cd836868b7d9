"""HR's screens: secrets go in and do not come out, and nobody else's factory is seen."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.roles import role_on
from tests.wechat.conftest import AES_KEY, SECRET
from tests.wechat.wire import OPENID, event_xml, statements_of
from wechat.models import Account, Follower, InboundCallback, Scene
from wechat.services.effects import follower_ensure
from wechat.tasks import callbacks_handle_task

NEW_KEY = "Zz0bL9vT3xYwR7mN2cJ5hF8dS1gA4pU6eIoWzXtVuQk"


@pytest.fixture
def hr(sunrise, in_sunrise, site_client):
    return signed_in(site_client(sunrise), "hr")


@pytest.fixture
def editor(sunrise, in_sunrise, site_client):
    user = get_user_model().objects.create_user("writer", password="x", is_staff=True)
    user.groups.add(role_on("content_editor"))
    return signed_in(site_client(sunrise), "writer")


def signed_in(browser, username):
    browser.force_login(get_user_model().objects.get(username=username))
    return browser


def account_form(account, **changes) -> dict:
    stored = {"name": account.name, "appid": account.appid, "original_id": account.original_id, "mode": "safe"}
    return {**stored, "app_secret": "", "token": "", "encoding_aes_key": "", "is_active": "on", **changes}


def change_page(account) -> str:
    return f"/admin/wechat/account/{account.pk}/change/"


def test_the_page_shows_what_to_enter_and_no_secret(hr, account):
    assert hr.get("/admin/wechat/account/")["Location"] == change_page(account)
    page = hr.get(change_page(account)).content.decode()
    assert f"https://sunrise.wesupport.test/wechat/{account.uuid}/" in page
    for secret in (SECRET, account.token, AES_KEY):
        assert secret not in page


def test_empty_secret_fields_keep_what_is_stored(hr, account):
    assert hr.post(change_page(account), account_form(account, name="新名字")).status_code == 302
    stored = Account.objects.get()
    assert (stored.name, stored.app_secret, stored.encoding_aes_key) == ("新名字", SECRET, AES_KEY)


def test_a_new_key_keeps_the_old_one_readable(hr, account):
    hr.post(change_page(account), account_form(account, encoding_aes_key=NEW_KEY))
    stored = Account.objects.get()
    assert (stored.encoding_aes_key, stored.previous_encoding_aes_key) == (NEW_KEY, AES_KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {"appid": "gh_27ae11f35ea5"},
        {"mode": "plain"},
        {"encoding_aes_key": "short"},
        {"token": "no spaces!"},
        {"appid": ""},
    ],
)
def test_what_cannot_work_is_refused_beside_its_field(hr, account, changes):
    answer = hr.post(change_page(account), account_form(account, **changes))
    assert answer.status_code == 200
    assert set(changes) <= set(answer.context["adminform"].form.errors)
    account.refresh_from_db()
    assert (account.mode, account.encoding_aes_key) == ("safe", AES_KEY)


def test_the_connection_is_tested_and_the_menu_sent(hr, connected, simulator):
    for button in ("wechat_account_save_and_test", "wechat_account_save_and_send_menu"):
        hr.post(change_page(connected), account_form(connected, **{button: "1"}))
    assert Account.objects.get().status == "ok"
    assert simulator.state(connected.appid)["calls"]["cgi-bin/menu/create"] == 1
    hr.post(change_page(connected), account_form(connected, app_secret="0" * 32, wechat_account_save_and_test="1"))
    assert "(40125)" in Account.objects.get().last_error


def test_there_is_one_account_and_it_is_not_deleted(hr, account):
    assert hr.get("/admin/wechat/account/add/").status_code == 403
    assert hr.get(f"/admin/wechat/account/{account.pk}/delete/").status_code == 403


def test_a_poster_is_made_and_printed(hr, connected, simulator):
    answer = hr.post("/admin/wechat/scene/add/", {"title": "食堂", "department": "后勤", "code": "canteen"})
    assert answer.status_code == 302
    scene = Scene.objects.get()
    page = hr.get(f"/admin/wechat/scene/{scene.pk}/poster/").content.decode()
    assert "晨光电子厂" in page
    assert "<svg" in page
    assert "食堂" in page
    assert "打印" in hr.get("/admin/wechat/scene/").content.decode()


def test_a_poster_without_its_code_is_kept_and_said(hr, connected, simulator):
    simulator.fault("cgi-bin/qrcode/create", errcode=-1)
    answer = hr.post("/admin/wechat/scene/add/", {"title": "食堂", "code": "canteen"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]][0] == "warning"
    assert hr.get(f"/admin/wechat/scene/{Scene.objects.get().pk}/poster/").status_code == 404


def test_a_poster_that_people_came_by_is_not_deleted(hr, account):
    scene = Scene.objects.create(account=account, code="a", title="a")
    page = f"/admin/wechat/scene/{scene.pk}/delete/"
    assert hr.get(page).status_code == 200
    follower = follower_ensure(account=account, openid=OPENID)
    Follower.objects.filter(pk=follower.pk).update(scene=scene)
    assert hr.get(page).status_code == 403


def test_followers_are_listed_without_their_openid(hr, wire, account, sunrise):
    wire.post(event_xml(account, "subscribe", EventKey=""))
    callbacks_handle_task(schema_name=sunrise.schema_name)
    for page in ("/admin/wechat/follower/", "/admin/wechat/inboundcallback/"):
        shown = hr.get(page).content.decode()
        assert OPENID not in shown
    assert f"…{OPENID[-4:]}" in hr.get("/admin/wechat/follower/").content.decode()


def test_failed_callbacks_are_put_back(hr, wire, account):
    wire.post(event_xml(account, "subscribe", EventKey=""))
    InboundCallback.objects.update(state="failed", attempts=5)
    callback = InboundCallback.objects.get()
    hr.post("/admin/wechat/inboundcallback/", {"action": "again", "_selected_action": [callback.pk]})
    callback.refresh_from_db()
    assert (callback.state, callback.attempts) == ("received", 0)


@pytest.mark.parametrize("page", ["account", "scene", "follower", "inboundcallback"])
def test_who_only_writes_lessons_sees_nothing_of_it(editor, account, page):
    assert editor.get(f"/admin/wechat/{page}/").status_code == 403


@pytest.mark.parametrize("page", ["account", "scene", "follower", "inboundcallback", "scene/{scene}/poster"])
def test_another_factorys_hr_is_a_stranger(lakeside_client, hr, account, page):
    scene = Scene.objects.create(account=account, code="a", title="a", url="https://w.test/q/1")
    lakeside_client.cookies = hr.cookies
    answer = lakeside_client.get(f"/admin/wechat/{page.format(scene=scene.pk)}/")
    assert "/admin/login/" in answer.get("Location", "")


@pytest.mark.parametrize("page", ["scene", "follower"])
def test_lists_cost_the_same_for_one_and_for_many(hr, account, page):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert hr.get(f"/admin/wechat/{page}/").status_code == 200
        return len(statements_of(queries))

    rows(account, 0, 1)
    cost()
    few = cost()
    rows(account, 1, 12)
    assert cost() == few


def rows(account, start: int, end: int) -> None:
    for number in range(start, end):
        scene = Scene.objects.create(account=account, code=f"c{number}", title="x", url="https://w.test/q/1")
        follower = follower_ensure(account=account, openid=f"o{number}")
        Follower.objects.filter(pk=follower.pk).update(scene=scene)


@pytest.fixture
def add_form():
    return {"name": "晨光", "appid": "wx1", "original_id": "gh_1", "mode": "safe", "is_active": "on"}


def test_the_steps_in_the_console_stand_on_the_first_page(hr, settings):
    page = hr.get("/admin/wechat/account/add/").content.decode()
    assert "IP 白名单" in page
    assert "CCR CSR" in page
    settings.SERVER_IP = "203.0.113.7"
    assert "203.0.113.7" in hr.get("/admin/wechat/account/add/").content.decode()


def test_what_is_missing_is_said_in_words_beside_its_field(hr, add_form):
    answer = hr.post("/admin/wechat/account/add/", add_form)
    form = answer.context["adminform"].form
    assert form.errors.keys() == {"app_secret", "token", "encoding_aes_key"}
    assert "wechat_account" not in answer.content.decode()
    assert all(form.fields[name].required for name in form.errors)
    assert not Account.objects.exists()


def test_what_was_typed_stands_there_again_and_in_no_cache(hr, add_form):
    typed = {"app_secret": "5" * 32, "token": "Token5", "encoding_aes_key": "short"}
    answer = hr.post("/admin/wechat/account/add/", {**add_form, **typed})
    page = answer.content.decode()
    assert all(f'value="{value}"' in page for value in typed.values())
    assert "no-store" in answer["Cache-Control"]
    answer = hr.post("/admin/wechat/account/add/", {**add_form, **typed, "encoding_aes_key": NEW_KEY})
    assert answer.status_code == 302


def test_an_error_brings_no_stored_secret_out(hr, account):
    page = hr.post(change_page(account), account_form(account, token="no spaces!")).content.decode()
    assert "no spaces!" in page
    assert not any(secret in page for secret in (SECRET, account.token, AES_KEY))
