"""From the password to the first page: the second step."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from tenants.audit.models import AuditEntry
from tenants.staff.lockout import FREE_GUESSES
from tenants.staff.models import Account, AppKey
from tenants.staff.services.factors import codes_make
from tests.tenants.signing_in import ACCOUNT, LOGIN, PASSWORD, STEP, app_of, code_of, is_in, sign_in, sign_in_and_open

SUBMITTED = {"_form_submitted": "on"}  # of a dialog


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SECOND_FACTOR_GRACE_DAYS = 7
    return settings


def test_without_a_second_factor_and_where_none_is_required_the_password_is_enough(hr, browser):
    assert sign_in(browser)["Location"] == "/admin/"
    assert is_in(browser)


def test_a_password_alone_opens_nothing_of_an_account_with_a_second_factor(hr, browser):
    device = app_of(hr)
    assert sign_in(browser)["Location"] == STEP
    for path in ["/admin/", ACCOUNT, "/admin/workers/worker/", "/admin/grievances/desk/"]:
        assert browser.get(path).status_code == 302
    assert browser.get("/admin/grievances/desk/api/state/").status_code in (401, 403)
    assert browser.get("/admin/account/app/")["Location"] == STEP  # nor adds a factor of one's own
    assert browser.post(STEP, {"code": code_of(device)})["Location"] == "/admin/"
    assert is_in(browser)


def test_a_code_works_once(hr, browser, in_sunrise, site_client):
    device, other = app_of(hr), site_client(in_sunrise)
    code = code_of(device)
    sign_in(browser)
    browser.post(STEP, {"code": code})
    sign_in(other)
    assert other.post(STEP, {"code": code}).status_code == 200
    assert not is_in(other)


def test_a_recovery_code_works_once_however_it_is_written(hr, browser, in_sunrise, site_client):
    app_of(hr)
    code = codes_make(hr)[0]
    sign_in(browser)
    assert browser.post(STEP, {"code": f" {code.upper()} "})["Location"] == "/admin/"
    other = site_client(in_sunrise)
    sign_in(other)
    assert other.post(STEP, {"code": code}).status_code == 200


@pytest.mark.parametrize("code", ["", "000000", "abc", "１２３４５６", "9" * 20, "x" * 21, "\u0000", "-1"])
def test_a_wrong_code_lets_nobody_in_and_is_recorded(hr, browser, code):
    app_of(hr)
    codes_make(hr)
    sign_in(browser)
    assert browser.post(STEP, {"code": code}).status_code == 200
    assert not is_in(browser)


def test_wrong_codes_are_recorded_and_then_wait(hr, browser):
    device = app_of(hr)
    sign_in(browser)
    answers = [browser.post(STEP, {"code": "000000"}).status_code for _guess in range(FREE_GUESSES)]
    assert answers == [200] * (FREE_GUESSES - 1) + [429]
    assert AuditEntry.objects.filter(action="second_factor_failed").count() == FREE_GUESSES
    assert browser.post(STEP, {"code": code_of(device)}).status_code == 429
    assert not is_in(browser)


def test_the_second_step_of_an_hour_ago_or_of_an_old_password_leads_back_to_the_first(hr, browser):
    device = app_of(hr)
    sign_in(browser)
    hr.set_password("another-horse-battery")
    hr.save()
    assert browser.post(STEP, {"code": code_of(device)})["Location"] == LOGIN
    assert not is_in(browser)


def test_it_is_asked_of_the_owner_and_may_wait_for_the_days_of_grace(hr, browser, required):
    assert sign_in(browser)["Location"] == STEP
    assert not is_in(browser)
    assert browser.get(STEP).context["days"] == 7
    assert browser.post(STEP, {"later": "1"})["Location"] == "/admin/"
    assert is_in(browser)
    browser.post("/admin/logout/")
    Account.objects.update(asked_at=timezone.now() - timedelta(days=7, minutes=1))
    sign_in(browser)
    page = browser.get(STEP)
    assert page.context["days"] == 0
    assert browser.post(STEP, {"later": "1"})["Location"] == STEP
    assert not is_in(browser)


def test_somebody_who_sees_no_personal_data_is_not_asked(in_sunrise, browser, required):
    from tenants.roles import role_on

    editor = get_user_model().objects.create_user("editor", password=PASSWORD, is_staff=True)
    editor.groups.add(role_on("content_editor"))
    assert sign_in(browser, "editor")["Location"] == "/admin/"


def test_setting_up_an_app_at_the_door_lets_in_and_shows_the_recovery_codes_once(hr, browser, required):
    sign_in(browser)
    assert browser.get("/admin/account/app/").status_code == 200
    device = AppKey.objects.get(user=hr)
    assert browser.post("/admin/account/app/", {"code": "000000"}).status_code == 200
    assert not is_in(browser)
    done = browser.post("/admin/account/app/", {"code": code_of(device)})
    assert len(done.context["codes"]) == 10
    assert is_in(browser)
    assert done.context["codes"][0] not in browser.get(ACCOUNT).content.decode()
    browser.post("/admin/logout/")
    sign_in(browser)
    assert browser.post(STEP, {"code": done.context["codes"][0]})["Location"] == "/admin/"


def test_where_to_go_then_is_kept_and_leads_nowhere_else(hr, browser):
    device = app_of(hr)
    sign_in_at = f"{LOGIN}?next=/admin/workers/worker/"
    browser.post(sign_in_at, {"username": "hr", "password": PASSWORD, "next": "/admin/workers/worker/"})
    assert browser.post(STEP, {"code": code_of(device)})["Location"] == "/admin/workers/worker/"
    browser.post("/admin/logout/")
    AppKey.objects.all().delete()
    answer = browser.post(LOGIN, {"username": "hr", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/admin/"


def test_the_public_site_asks_for_it_too(db, site_client, required):
    root = get_user_model().objects.create_superuser("root", password=PASSWORD)
    device, client = app_of(root), site_client(None)
    assert sign_in(client, "root")["Location"] == STEP
    assert client.post(STEP, {"code": code_of(device)})["Location"] == "/admin/"
    page = client.get(ACCOUNT)
    assert page.status_code == 200
    assert not page.context["with_phone"]
    assert client.get("/admin/account/phone/")["Location"] == ACCOUNT


def test_a_lost_factor_is_reset_by_another_owner_and_the_person_is_told(hr, browser):
    device = app_of(hr)
    codes_make(hr)
    wang = get_user_model().objects.create_user("wang", first_name="王芳", password=PASSWORD, is_staff=True)
    wang.groups.add(Group.objects.get(name="owner"))
    sign_in(browser)
    browser.post(STEP, {"code": code_of(device)})
    assert browser.post(f"/admin/auth/user/{hr.pk}/reset-second-step/").status_code == 403  # not one's own
    browser.post("/admin/logout/")
    sign_in(browser, "wang")
    page = browser.post(f"/admin/auth/user/{hr.pk}/reset-second-step/", SUBMITTED)
    assert page.status_code in (200, 204)
    assert not AppKey.objects.filter(user=hr).exists()
    assert AuditEntry.objects.filter(actor="wang", action="second_factor_reset").exists()
    browser.post("/admin/logout/")
    assert "王芳" in sign_in_and_open(browser)
    browser.post("/admin/logout/")
    assert "王芳重置" not in sign_in_and_open(browser)
