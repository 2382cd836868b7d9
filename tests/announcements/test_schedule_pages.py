"""HR plans a notice on the page that sends it, sees it planned, takes it back; and nobody else can."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from announcements.admin.sending import moments_offered
from announcements.models import Announcement, Receipt
from announcements.services import announcement_schedule, announcement_send, announcement_send_due
from tenants import middleware
from tenants.models import Factory
from tenants.roles import role_on
from tenants.sites import factory_site

State = Announcement.State


def url(name: str, *args) -> str:
    return reverse(f"admin:announcements_announcement_{name}", args=args, urlconf="config.urls_tenant")


@pytest.fixture
def client_of(site_client):
    def on(factory, user: User):
        client = site_client(factory)
        with tenant_context(factory):
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return on


@pytest.fixture
def hr_client(sunrise, hr, client_of):
    return client_of(sunrise, hr)


@pytest.fixture
def planned(notice, hr) -> Announcement:
    return announcement_schedule(announcement=notice, at=timezone.now() + timedelta(hours=3), by=hr)


@pytest.fixture
def missed(planned) -> Announcement:
    Announcement.objects.update(send_at=timezone.now() - timedelta(days=2))
    announcement_send_due(announcement_id=planned.pk)
    planned.refresh_from_db()
    return planned


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_the_page_offers_now_the_usual_times_and_any_other(hr_client, notice):
    response = hr_client.get(url("send", notice.pk))
    page = response.content.decode()
    assert "发给 2 人" in page
    assert "明天午休 12:10" in page
    assert 'type="date"' in page
    assert 'type="time"' in page
    assert "之后入职的人也会收到" in page


def test_the_usual_times_lie_ahead_and_each_is_there_once():
    moments = [moment for moment, _words in moments_offered()]
    assert moments == sorted(set(moments))
    assert moments[0] > timezone.now()


def test_one_press_on_a_usual_time_plans_it(hr_client, notice, hr):
    moment, _words = hr_client.get(url("send", notice.pk)).context["moments"][-1]
    response = hr_client.post(url("send", notice.pk), {"to": "plan", "moment": moment}, follow=True)
    notice.refresh_from_db()
    assert (notice.state, notice.sent_by, f"{timezone.localtime(notice.send_at):%Y-%m-%dT%H:%M}") == (
        State.SCHEDULED,
        hr,
        moment,
    )
    assert "定于" in response.content.decode()
    assert not Receipt.objects.exists()


def test_a_day_and_a_time_are_meant_by_the_factorys_clock(sunrise, hr_client, notice):
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(time_zone="Asia/Jakarta")
    middleware.domains_forget()
    hr_client.post(url("send", notice.pk), {"to": "plan", "day": day(2), "time": "12:10"})
    notice.refresh_from_db()
    noon = datetime.fromisoformat(f"{day(2)}T12:10").replace(tzinfo=ZoneInfo("Asia/Jakarta"))
    assert notice.send_at == noon
    page = hr_client.get(url("changelist")).content.decode()
    middleware.domains_forget()
    assert "12:10 发送" in page


@pytest.mark.parametrize(
    "values",
    [
        {"day": day(-1), "time": "12:00"},
        {"day": day(61), "time": "12:00"},
        {"day": "", "time": "12:00"},
        {"day": day(1), "time": ""},
        {"day": "2026-02-31", "time": "12:00"},
        {"day": "99999-01-01", "time": "12:00"},
        {"day": "9999-12-31", "time": "23:59"},
        {"day": "0001-01-01", "time": "00:00"},
        {"day": day(1), "time": "25:00"},
        {"moment": "x"},
        {"moment": "2026-01-01T12:10"},
        {"moment": f"{day(1)}T"},
        {},
    ],
)
def test_a_time_that_is_none_is_refused_on_the_page_and_nothing_is_sent(hr_client, notice, values):
    response = hr_client.post(url("send", notice.pk), {"to": "plan", **values})
    assert response.status_code == 200
    assert response.context["form"].errors
    notice.refresh_from_db()
    assert notice.is_draft
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("hour", ["22:00", "23:30", "06:59"])
def test_at_night_the_page_asks_once_and_then_obeys(hr_client, notice, hour):
    values = {"to": "plan", "day": day(2), "time": hour}
    response = hr_client.post(url("send", notice.pk), values)
    notice.refresh_from_db()
    assert response.context["form"].asks
    assert 'name="at_night"' in response.content.decode()
    assert notice.is_draft
    hr_client.post(url("send", notice.pk), {**values, "at_night": "on"})
    notice.refresh_from_db()
    assert notice.is_scheduled


@pytest.mark.parametrize("hour", ["07:00", "21:59"])
def test_in_the_day_it_asks_nothing(hr_client, notice, hour):
    hr_client.post(url("send", notice.pk), {"to": "plan", "day": day(2), "time": hour})
    notice.refresh_from_db()
    assert notice.is_scheduled


def test_a_planned_notice_is_read_only_until_it_is_taken_back(hr_client, planned):
    values = {"title": "改了", "body": "<p>x</p>", "aim": "everybody", "_save": "1"}
    page = hr_client.get(url("change", planned.pk)).content.decode()
    assert url("send", planned.pk) in page
    assert 'name="title"' not in page
    assert hr_client.post(url("change", planned.pk), values).status_code == 403
    assert hr_client.post(url("delete", planned.pk), {"post": "yes"}).status_code == 403
    hr_client.post(url("send", planned.pk), {"to": "draft"})
    hr_client.post(url("change", planned.pk), values)
    planned.refresh_from_db()
    assert (planned.state, planned.title) == (State.DRAFT, "改了")


@pytest.mark.parametrize("deed", [announcement_send, announcement_schedule])
def test_a_form_opened_before_does_not_write_over_what_was_planned_or_sent_since(notice, hr, deed):
    stale = Announcement.objects.get(pk=notice.pk)
    deed(
        announcement=notice, by=hr, **({"at": timezone.now() + timedelta(hours=1)} if deed != announcement_send else {})
    )
    admin = factory_site._registry[Announcement]
    with pytest.raises(PermissionDenied):
        admin.save_model(None, stale, None, True)
    with pytest.raises(PermissionDenied):
        admin.delete_model(None, stale)
    assert not Announcement.objects.get().is_draft


def test_send_now_on_a_planned_one_sends_it(hr_client, planned):
    hr_client.post(url("send", planned.pk))
    planned.refresh_from_db()
    assert planned.is_sent
    assert Receipt.objects.count() == 2


def test_list_and_page_say_when_or_why_not(hr_client, missed, hr):
    other = Announcement.objects.create(title="年度体检", body="<p>周三。</p>")
    announcement_schedule(announcement=other, at=timezone.now() + timedelta(hours=3), by=hr)
    page = hr_client.get(url("changelist")).content.decode()
    assert "定于" in page
    assert "没有发出" in page
    assert missed.get_unsent_because_display() in page
    assert missed.get_unsent_because_display() in hr_client.get(url("change", missed.pk)).content.decode()
    assert hr_client.get(url("sheet")).status_code == 200


def test_what_is_saved_anew_is_an_ordinary_draft(hr_client, missed):
    values = {"title": "停电改期", "body": "<p>周日。</p>", "aim": "everybody", "_save": "1"}
    hr_client.post(url("change", missed.pk), values)
    missed.refresh_from_db()
    assert (missed.state, missed.unsent_because, missed.send_at, missed.sent_by) == (State.DRAFT, "", None, None)


def test_the_history_tells_who_planned_it_and_took_it_back(hr_client, notice, hr):
    hr_client.post(url("send", notice.pk), {"to": "plan", "day": day(2), "time": "12:10"})
    hr_client.post(url("send", notice.pk), {"to": "draft"})
    steps = list(notice.history.order_by("history_id").values_list("state", "history_user_id"))
    assert steps[-2:] == [("scheduled", hr.pk), ("draft", hr.pk)]
    page = hr_client.get(url("history", notice.pk)).content.decode()
    assert "已定时" in page
    assert "12:10" in page


def test_planned_notices_take_no_more_statements_than_drafts(hr_client, hr, notice, django_assert_max_num_queries):
    hr_client.get(url("changelist"))
    for number in range(20):
        each = Announcement.objects.create(title=f"通知 {number}", body="<p>x</p>")
        announcement_schedule(announcement=each, at=timezone.now() + timedelta(hours=3), by=hr)
    with django_assert_max_num_queries(12):
        hr_client.get(url("changelist"))


@pytest.mark.parametrize("role", ["people", "viewer", "line_leader", "content_editor", "grievance_officer"])
def test_who_may_not_send_may_not_plan_or_take_back(sunrise, client_of, planned, role):
    user = User.objects.create_user(f"a-{role}", is_staff=True)
    user.groups.add(role_on(role))
    client = client_of(sunrise, user)
    for to in ("plan", "draft", ""):
        values = {"to": to, "day": day(3), "time": "12:10"}
        assert client.post(url("send", planned.pk), values).status_code == 403
    assert Announcement.objects.get().send_at == planned.send_at


def test_another_factorys_hr_finds_nothing_to_plan(lakeside, planned, client_of):
    with tenant_context(lakeside):
        outsider = client_of(lakeside, User.objects.get(username="hr"))
    for to in ("plan", "draft", ""):
        values = {"to": to, "day": day(3), "time": "12:10"}
        assert outsider.post(url("send", planned.pk), values).status_code == 404
    planned.refresh_from_db()
    assert planned.is_scheduled
