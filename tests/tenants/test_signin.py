"""From the password to the first page: second step, waits, sessions."""

import time
from base64 import b32decode
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from django_otp.oath import TOTP

from tenants.audit.models import AuditEntry
from tenants.staff.lockout import FREE_GUESSES, LONGEST_WAIT, wait_after
from tenants.staff.models import Account, AppKey, Invitation, Scan, SignIn
from tenants.staff.services.factors import app_begin, codes_make, factors_reset
from tenants.staff.tasks import factory_sign_ins_clean_task

PASSWORD = "correct-horse-battery"
SUBMITTED = {"_form_submitted": "on"}  # of a dialog
LOGIN, STEP, ACCOUNT = "/admin/login/", "/admin/sign-in/", "/admin/account/"


@pytest.fixture(autouse=True)
def _no_waits_of_earlier_tests():
    cache.clear()


@pytest.fixture
def hr(in_sunrise):
    return get_user_model().objects.get(username="hr")


@pytest.fixture
def browser(in_sunrise, site_client):
    return site_client(in_sunrise)


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SECOND_FACTOR_GRACE_DAYS = 7
    return settings


def sign_in(client, username="hr", password=PASSWORD, **headers):
    return client.post(LOGIN, {"username": username, "password": password}, headers=headers)


def code_of(app: AppKey, steps: int = 0) -> str:
    totp = TOTP(b32decode(app.key), drift=app.drift)
    totp.time = time.time() + steps * 30
    return f"{totp.token():06d}"


def app_of(user) -> AppKey:
    return AppKey.objects.create(user=user, is_confirmed=True)


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


# --- the second step ---


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


def sign_in_and_open(browser) -> str:
    sign_in(browser)
    return browser.get(ACCOUNT).content.decode()


# --- waits ---


def test_waits_grow_and_end():
    waits = [wait_after(failures) for failures in range(20)]
    assert not any(waits[:FREE_GUESSES])
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT == wait_after(10**6)


def guess(client, count=FREE_GUESSES, username="hr", address="127.0.0.1"):
    answer = None
    for _guess in range(count):
        answer = sign_in(client, username, "wrong", x_forwarded_for=address)
    return answer


def test_too_many_wrong_passwords_wait_and_the_page_says_until_when(hr, browser):
    answer = guess(browser)
    assert answer.status_code == 429
    assert timezone.localtime(timezone.now() + timedelta(minutes=2)).strftime("%H:")[:2] in answer.content.decode()
    assert sign_in(browser, x_forwarded_for="127.0.0.1").status_code == 429


def test_nobody_locks_the_real_person_out_from_elsewhere(hr, browser, in_sunrise, site_client):
    assert guess(site_client(in_sunrise), 12, address="203.0.113.9").status_code == 429
    assert sign_in(browser, x_forwarded_for="198.51.100.7")["Location"] == "/admin/"


def test_a_colleague_at_the_next_desk_does_not_lock_a_browser_that_has_signed_in_before(
    hr, browser, in_sunrise, site_client
):
    sign_in(browser)
    browser.post("/admin/logout/")
    assert guess(site_client(in_sunrise), 12).status_code == 429  # the same address
    assert sign_in(site_client(in_sunrise)).status_code == 429  # another browser of it must wait
    assert sign_in(browser)["Location"] == "/admin/"


def test_a_known_browser_has_a_count_of_its_own(hr, browser):
    sign_in(browser)
    browser.post("/admin/logout/")
    assert guess(browser).status_code == 429


def test_a_forged_or_borrowed_mark_of_a_known_browser_counts_for_nothing(
    hr, browser, lakeside, site_client, in_sunrise
):
    other = site_client(lakeside)
    sign_in(other)
    stranger = site_client(in_sunrise)
    guess(stranger)
    for value in ["x", "", other.cookies["known_browser"].value]:
        stranger.cookies["known_browser"] = value
        assert sign_in(stranger).status_code == 429


def test_an_owner_lifts_the_wait(hr, browser, in_sunrise, site_client):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    wang.groups.add(Group.objects.get(name="owner"))
    guess(browser, username="wang")
    owner = site_client(in_sunrise)
    sign_in(owner)
    owner.post(f"/admin/auth/user/{wang.pk}/lift-wait/", SUBMITTED)
    assert sign_in(browser, "wang")["Location"] == "/admin/"


def test_a_visitor_cannot_choose_the_address_that_is_counted(hr, browser):
    for last in range(FREE_GUESSES):
        answer = sign_in(browser, "hr", "wrong", x_forwarded_for=f"10.0.0.{last}, 203.0.113.9")
    assert answer.status_code == 429


# --- sessions ---


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
