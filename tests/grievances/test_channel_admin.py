"""The channel's pages in both admins: in Chinese, for the roles they are for, in few statements."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django_tenants.utils import schema_context, tenant_context

from grievances import protocol
from grievances.models import OMBUDSMAN_PLACE, Channel, FactoryFigures, Officer, ReplyTemplate
from grievances.queries.criteria import CRITERIA
from grievances.services.calendar import today
from grievances.services.figures import figures_push
from tests.config.test_admin_language import english_of, read
from tests.grievances.cast import staff_make
from tests.grievances.rows import answered, case_row, cases, closed, officer_row, wrap

CHANNEL = "/admin/grievances/channel/"
PAGES = [
    *[CHANNEL, f"{CHANNEL}statistics/", f"{CHANNEL}scorecard/", f"{CHANNEL}poster/"],
    *["/admin/grievances/boardentry/", "/admin/grievances/replytemplate/", "/admin/grievances/replytemplate/add/"],
]
LIBRARY_PAGES = [
    *[CHANNEL, f"{CHANNEL}statistics/", f"{CHANNEL}scorecard/"],
    *["/admin/grievances/factoryfigures/", "/admin/grievances/replytemplate/"],
]


@pytest.fixture
def browser(site_client):
    """`browser(factory, user)` is their browser; run it where the user is."""

    def of(factory, user):
        client = site_client(factory)
        client.force_login(user)
        return client

    return of


@pytest.fixture
def officers(in_sunrise) -> list[Officer]:
    users = [User.objects.get(username="hr"), staff_make("wang", role="grievance_officer")]
    return [officer_row(name, user=user) for name, user in zip(["陈主管", "王芳"], users, strict=True)]


@pytest.fixture
def hr(officers, sunrise, browser):
    return browser(sunrise, officers[0].user)


@pytest.fixture
def zhou(db, browser):
    """An ombudsman, in public."""
    with schema_context("public"):
        return browser(None, staff_make("zhou", role="ombudsman"))


def english_on(response) -> set[str]:
    return english_of(read(response)) - {"wang", "zhou"}


def settings_form(**changes) -> dict:
    fields = {name: getattr(Channel(), name) for name in [
        "acknowledge_days", "answer_days", "close_answered_days", "keep_closed_days", "keep_open_days", "flood_from",
        "most_per_hour", "keep_quarantined_days", "closed_days",
    ]}  # fmt: skip
    return {**fields, "counts_working_days": "on", "tells_weekly": "on", **changes}


# --- who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_an_officers_pages_are_chinese(officers, sunrise, browser, path):
    """Who has the officers' role and no other."""
    response = browser(sunrise, officers[1].user).get(path)
    assert response.status_code == 200
    assert not english_on(response)


@pytest.mark.parametrize("path", LIBRARY_PAGES)
def test_an_ombudsmans_pages_are_chinese(zhou, path):
    response = zhou.get(path)
    assert response.status_code == 200
    assert not english_on(response)


def test_an_officer_sees_nothing_else_of_the_admin(officers, sunrise, browser):
    page = browser(sunrise, officers[1].user).get("/admin/").content.decode()
    assert f"{CHANNEL}scorecard/" in page
    for app in ["workers", "lessons", "progress", "wechat", "announcements", "auth"]:
        assert f"/admin/{app}/" not in page


def test_an_editor_sees_none_of_it(in_sunrise, browser):
    editor = browser(in_sunrise, staff_make("editor", role="content_editor"))
    assert {editor.get(path).status_code for path in PAGES} == {403}
    assert "/admin/grievances/" not in editor.get("/admin/").content.decode()


def test_cases_and_keys_are_on_no_list(hr, zhou):
    for client in (hr, zhou):
        for model in ["case", "message", "officer", "casewrap", "note", "caseevent", "receiptsalt"]:
            assert client.get(f"/admin/grievances/{model}/").status_code == 404


def test_a_signed_in_officer_of_one_factory_is_nobody_in_another(hr, lakeside, site_client):
    other = site_client(lakeside)
    other.cookies = hr.cookies
    assert all(other.get(path)["Location"].startswith("/admin/login/") for path in PAGES)


def test_the_factorys_pages_are_not_on_the_library_site_nor_the_other_way_round(hr, zhou):
    assert zhou.get(f"{CHANNEL}poster/").status_code in (302, 404)
    assert zhou.get("/admin/grievances/boardentry/").status_code == 404
    assert hr.get("/admin/grievances/factoryfigures/").status_code == 404


# --- settings --------------------------------------------------------------------------------------------------------


def test_settings_are_one_page_made_or_changed(hr):
    assert not Channel.objects.exists()
    for days in ("5", "6"):
        assert hr.post(CHANNEL, settings_form(acknowledge_days=days))["Location"] == CHANNEL
        assert Channel.objects.get().acknowledge_days == int(days)
    assert hr.post(f"{CHANNEL}{Channel.objects.get().pk}/delete/", {"post": "yes"}).status_code == 403
    assert hr.get(f"{CHANNEL}add/").status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"acknowledge_days": "20", "answer_days": "10"}, "acknowledge_days"),
        ({"closed_days": "2027-02-10\n10.2.2027"}, "closed_days"),
        ({"closed_days": "2027-02-30"}, "closed_days"),
        ({"answer_days": "0"}, "answer_days"),
    ],
)
def test_settings_that_cannot_be_are_refused_beside_the_field(hr, changes, field):
    response = hr.post(CHANNEL, settings_form(**changes))
    assert response.status_code == 200
    assert set(response.context["adminform"].errors) == {field}
    assert not english_on(response)


def test_open_cases_keep_their_days_when_the_settings_change(hr):
    case = case_row()
    before = case.answer_by
    hr.post(CHANNEL, settings_form(answer_days="60"))
    case.refresh_from_db()
    assert case.answer_by == before


# --- numbers ---------------------------------------------------------------------------------------------------------


def a_month_ago():
    return today().replace(day=1) - timedelta(days=20)


def test_statistics_show_ten_and_hide_nine(hr):
    cases(10, a_month_ago(), category="living")
    cases(9, a_month_ago(), category="pay")
    response = hr.get(f"{CHANNEL}statistics/")
    shown = {row.category: row.months[-1] for row in response.context["rows"]}
    assert (shown["living"], shown["pay"]) == (10, None)
    assert "工资" not in response.context["charts"][0].data


def test_the_scorecard_says_what_is_low_and_what_to_do(hr):
    for _case in range(12):
        answered(a_month_ago() - timedelta(days=60), after=50, rating=2)
    response = hr.get(f"{CHANNEL}scorecard/")
    criteria = response.context["criteria"]
    assert len(criteria) == len(CRITERIA)
    low = {reading.label for criterion in criteria for reading in criterion["readings"] if reading.is_low}
    assert {"员工评分（1 到 5 分）"} <= low
    assert not english_on(response)


@pytest.mark.parametrize("count", [1, 60])
def test_the_pages_cost_the_same_for_few_and_many_cases(hr, officers, django_assert_max_num_queries, count):
    for _case in range(count):
        wrap(closed(a_month_ago()), officers[0])
    for path in PAGES:
        hr.get(path)
        with django_assert_max_num_queries(18):
            hr.get(path)


# --- the poster ------------------------------------------------------------------------------------------------------


def test_the_poster_has_everybodys_six_words(hr, officers):
    ombudsman = officer_row("周老师", place=OMBUDSMAN_PLACE)
    page = hr.get(f"{CHANNEL}poster/").content.decode()
    for officer in [*officers, ombudsman]:
        _digits, words = protocol.fingerprint(bytes(officer.sign_key), bytes(officer.box_key))
        assert len(words) == 6
        assert officer.name in page
        assert all(f"<b>{word}</b>" in page for word in words)
    assert "voice-sunrise.wesupport.test/" in page
    assert 'role="alert"' not in page


def test_the_poster_warns_while_the_channel_is_not_open(hr, officers):
    Officer.objects.filter(pk=officers[1].pk).update(state="left")
    assert 'role="alert"' in hr.get(f"{CHANNEL}poster/").content.decode()


# --- the ombudsmen's list --------------------------------------------------------------------------------------------


def test_the_alarm_comes_first_and_says_what_to_do(zhou, in_sunrise, lakeside):
    cases(4, today() - timedelta(days=120))
    for name in ("陈主管", "王芳"):
        officer_row(name)
    figures_push()
    with tenant_context(lakeside):
        figures_push()
    response = zhou.get("/admin/grievances/factoryfigures/")
    shown = [row.place for row in response.context["cl"].result_list]
    assert shown == ["sunrise", "lakeside"]
    with schema_context("public"):
        pk = FactoryFigures.objects.get(place="sunrise").pk
    page = zhou.get(f"/admin/grievances/factoryfigures/{pk}/change/")
    assert 'role="alert"' in page.content.decode()
    assert not english_on(page)
    assert zhou.post(f"/admin/grievances/factoryfigures/{pk}/change/", {"silence": ""}).status_code != 302
    assert zhou.get("/admin/grievances/factoryfigures/99999/change/").status_code == 404


def test_figures_that_do_not_arrive_are_an_alarm_too(zhou):
    with schema_context("public"):
        FactoryFigures.objects.create(place="gone", name="某厂", on=today() - timedelta(days=3), is_open=True)
    assert "几天没有数据" in zhou.get("/admin/grievances/factoryfigures/").content.decode()


# --- the first page --------------------------------------------------------------------------------------------------


def tasks_of(response) -> dict[str, tuple[str, bool]]:
    return {task.sentence: (task.note, task.is_urgent) for task in response.context["tasks"]}


def test_home_counts_what_waits_for_me(hr, officers):
    for officer, came in [(officers[0], today()), (officers[0], today() - timedelta(days=90)), (officers[1], today())]:
        wrap(case_row(came), officer)
    assert tasks_of(hr.get("/admin/"))["有 2 个申诉等你处理"] == ("1 件已超期", True)


def test_home_asks_for_two_officers_until_there_are(hr, officers):
    def steps() -> dict[str, bool]:
        return {step.title: step.is_done for step in hr.get("/admin/?checklist").context["checklist"].steps}

    assert steps()["开通员工心声"]
    Officer.objects.filter(pk=officers[1].pk).update(state="waiting")
    assert not steps()["开通员工心声"]


def test_the_ombudsmans_home_names_alarms(zhou):
    with schema_context("public"):
        FactoryFigures.objects.create(place="lakeside", name="湖畔服装厂", on=today(), silence="closed")
    assert any(is_urgent for _note, is_urgent in tasks_of(zhou.get("/admin/")).values())


def test_templates_are_kept(hr):
    hr.post("/admin/grievances/replytemplate/add/", {"title": "收到", "text": "你好，已经收到。"})
    assert ReplyTemplate.objects.get().title == "收到"
