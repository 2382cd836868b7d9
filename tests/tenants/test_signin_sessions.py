"""Who is signed in, where, until when; and what ends it."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.utils import timezone

from tenants.audit.models import AuditEntry
from tenants.staff.models import Invitation, Scan, SignIn
from tenants.staff.services.factors import app_begin, factors_reset
from tenants.staff.tasks import factory_sign_ins_clean_task
from tests.tenants.signing_in import ACCOUNT, LOGIN, PASSWORD, STEP, app_of, code_of, is_in, sign_in

SUBMITTED = {"_form_submitted": "on"}  # of a dialog


def test_a_session_nobody_uses_is_over(hr, browser, settings):
    sign_in(browser)
    assert is_in(browser)
    session = browser.session
    session["seen_at"] = (timezone.now() - settings.ADMIN_IDLE_TIME - timedelta(seconds=1)).timestamp()
    session.save()
    assert browser.get("/admin/")["Location"].startswith(LOGIN)
    assert not SignIn.objects.filter(user=hr, session_key=session.row_key).exists()


def test_a_session_in_use_is_over_after_a_day_of_work(hr, browser, settings):
    sign_in(browser)
    session = browser.session
    session["started_at"] = (timezone.now() - settings.ADMIN_SESSION_TIME - timedelta(seconds=1)).timestamp()
    session.save()
    assert not is_in(browser)


def test_sessions_are_listed_and_ended_one_by_one(hr, browser, in_sunrise, site_client):
    phone = site_client(in_sunrise)
    sign_in(browser, user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537")
    sign_in(phone, user_agent="Mozilla/5.0 (iPhone) MicroMessenger/8")
    page = browser.get(ACCOUNT)
    assert {row.browser for row in page.context["sign_ins"]} == {"Chrome · Windows", "WeChat · iPhone"}
    other = SignIn.objects.get(browser="WeChat · iPhone")
    browser.post("/admin/account/sign-ins/end/", {"sign_in": other.pk})
    assert is_in(browser)
    assert not is_in(phone)
    assert AuditEntry.objects.filter(action="sign_ins_ended", actor="hr").exists()


@pytest.mark.parametrize("wanted", ["others", "", "abc", "9" * 30, "-1"])
def test_ending_the_others_spares_ones_own_and_nonsense_ends_nothing(hr, browser, in_sunrise, site_client, wanted):
    other = site_client(in_sunrise)
    sign_in(other)
    sign_in(browser)
    assert browser.post("/admin/account/sign-ins/end/", {"sign_in": wanted}).status_code == 302
    assert is_in(browser)
    assert is_in(other) == (wanted != "others")


def test_nobody_ends_the_session_of_another_by_its_number(hr, browser, in_sunrise, site_client):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    other = site_client(in_sunrise)
    sign_in(other, "wang")
    sign_in(browser)
    browser.post("/admin/account/sign-ins/end/", {"sign_in": SignIn.objects.get(user=wang).pk})
    assert is_in(other)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(hr, browser, in_sunrise, site_client):
    other = site_client(in_sunrise)
    sign_in(other)
    sign_in(browser)
    new = "three-green-rivers"
    answer = browser.post("/admin/account/password/", {"old": PASSWORD, "password": new, "again": new})
    assert answer["Location"] == ACCOUNT
    assert is_in(browser)
    assert not is_in(other)
    assert [row.session_key for row in SignIn.objects.filter(user=hr)] == [browser.session.row_key]


@pytest.mark.parametrize(
    "values",
    [
        {"old": "wrong", "password": "three-green-rivers", "again": "three-green-rivers"},
        {"old": PASSWORD, "password": "three-green-rivers", "again": "three-green-river"},
        {"old": PASSWORD, "password": "short", "again": "short"},
        {"old": PASSWORD, "password": "1234567890123", "again": "1234567890123"},
        {"old": PASSWORD, "password": "password123456", "again": "password123456"},
    ],
)
def test_a_bad_new_password_changes_nothing(hr, browser, values):
    sign_in(browser)
    assert browser.post("/admin/account/password/", values).status_code == 200
    hr.refresh_from_db()
    assert hr.check_password(PASSWORD)


@pytest.mark.parametrize("change", [{"is_active": ""}, {"groups": []}])
def test_taking_access_or_roles_away_ends_the_sessions(hr, browser, in_sunrise, site_client, change):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    wang.groups.add(Group.objects.get(name="people"))
    other = site_client(in_sunrise)
    sign_in(other, "wang")
    sign_in(browser)
    values = {"username": "wang", "is_active": "on", "groups": [Group.objects.get(name="people").pk], **change}
    values |= {"employee-TOTAL_FORMS": "0", "employee-INITIAL_FORMS": "0"}
    values = {name: value for name, value in values.items() if value}
    assert browser.post(f"/admin/auth/user/{wang.pk}/change/", values).status_code == 302
    assert not is_in(other)
    assert AuditEntry.objects.filter(actor="hr", action__in=["roles_changed", "access_changed"]).exists()


def test_what_changes_how_one_signs_in_takes_the_password_again(hr, browser):
    sign_in(browser)
    session = browser.session
    session["confirmed_at"] = (timezone.now() - timedelta(hours=1)).timestamp()
    session.save()
    for path in ["/admin/account/app/", "/admin/account/codes/"]:
        assert browser.get(path)["Location"].startswith("/admin/account/confirm/")
    answer = browser.post("/admin/account/confirm/", {"password": "wrong", "next": "/admin/account/app/"})
    assert answer.status_code == 200
    answer = browser.post("/admin/account/confirm/", {"password": PASSWORD, "next": "/admin/account/app/"})
    assert answer["Location"] == "/admin/account/app/"
    assert browser.get("/admin/account/app/").status_code == 200


def test_a_reset_of_the_factors_ends_the_sessions(hr, browser):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    sign_in(browser)
    factors_reset(user=hr, by=wang)
    assert not is_in(browser)


def test_the_account_page_takes_few_statements_however_many_sessions(hr, browser, django_assert_max_num_queries):
    sign_in(browser)
    for number in range(30):
        SignIn.objects.create(user=hr, session_key=f"old-{number}")
    browser.get(ACCOUNT)
    with django_assert_max_num_queries(14):
        browser.get(ACCOUNT)


@pytest.mark.parametrize(
    "path",
    ["", "confirm/", "password/", "app/", "phone/", "phone/forget/", "codes/", "sign-ins/end/", "alive/"],
)
def test_a_logged_out_visitor_and_another_factorys_hr_get_nothing_of_an_account(
    hr, browser, lakeside, site_client, in_sunrise, path
):
    for method in ["get", "post"]:
        assert getattr(browser, method)(ACCOUNT + path)["Location"].startswith(LOGIN)
    outsider = site_client(lakeside)
    sign_in(outsider)
    stolen = site_client(in_sunrise)
    stolen.cookies = outsider.cookies
    assert stolen.get(ACCOUNT + path)["Location"].startswith(LOGIN)


def test_a_workers_page_reads_no_session_of_the_admin(hr, browser):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sign_in(browser)
    browser.get("/")
    with CaptureQueriesContext(
        connection,
    ) as statements:
        browser.get("/")
    assert not [one for one in statements.captured_queries if "django_session" in one["sql"] or "staff_" in one["sql"]]


def test_the_key_of_the_app_is_not_shown_again(hr, browser):
    device = app_of(hr)
    sign_in(browser)
    browser.post(STEP, {"code": code_of(device)})
    waiting = app_begin(hr)
    assert waiting.key != device.key
    assert waiting.key not in browser.get(ACCOUNT).content.decode()


def test_what_is_left_of_ended_sessions_is_cleaned_and_cleaning_twice_takes_no_more(hr, browser):
    sign_in(browser)
    SignIn.objects.create(user=hr, session_key="long-gone")
    Scan.objects.create(
        user=hr, purpose="link", secret_hash="x", number=10, expires_at=timezone.now() - timedelta(days=1)
    )
    for _run in range(2):
        factory_sign_ins_clean_task(schema_name="f_sunrise")
        assert SignIn.objects.filter(user=hr).count() == 1
        assert not Scan.objects.exists()
    assert is_in(browser)


def test_a_session_that_nobody_came_back_to_is_cleaned_with_its_sign_in(hr, browser, settings):
    sign_in(browser)
    SignIn.objects.update(seen_at=timezone.now() - settings.ADMIN_IDLE_TIME)
    for _run in range(2):
        factory_sign_ins_clean_task(schema_name="f_sunrise")
        assert not SignIn.objects.exists()
        assert not Session.objects.exists()


def test_invitations_are_kept_until_used_or_over_as_the_register_says(hr):
    def invitation(name, **fields):
        soon = timezone.now() + timedelta(days=1)
        Invitation.objects.create(**{"name": name, "secret_hash": name, "expires_at": soon, **fields})

    invitation("open")
    invitation("used", used_at=timezone.now())
    invitation("expired", expires_at=timezone.now())
    invitation("new password, used", user=hr, invited_by=hr, used_at=timezone.now())
    for _run in range(2):
        factory_sign_ins_clean_task(schema_name="f_sunrise")
        assert [row.name for row in Invitation.objects.all()] == ["open"]


def test_no_log_line_holds_the_secret_of_a_link():
    from config.secrets import secrets_hidden

    assert secrets_hidden("GET /admin/join/abc-123/") == "GET /admin/join/…/"
    assert secrets_hidden("Gone: /staff/sign-in/abc/") == "Gone: /staff/sign-in/…/"
    assert secrets_hidden("GET /admin/account/") == "GET /admin/account/"
