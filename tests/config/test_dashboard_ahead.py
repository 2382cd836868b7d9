"""The first page says what comes next, and what should have gone out and did not."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django_tenants.utils import tenant_context

from announcements.models import Announcement
from tenants.roles import roles_ensure
from tenants.staff.models import Invitation
from tests.config.rows import row_make
from workers.models import Audience, Department, Worker


def signed_in(site_client, factory, user):
    client = site_client(factory)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def hr(in_sunrise, site_client):
    row_make(Worker, name="李娜")
    return signed_in(site_client, in_sunrise, get_user_model().objects.get(username="hr"))


@pytest.fixture
def of_role(in_sunrise, site_client):
    row_make(Worker, name="王强")

    def sign_in(role: str):
        user = get_user_model().objects.create_user(f"a-{role}", is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        roles_ensure()
        return signed_in(site_client, in_sunrise, user)

    return sign_in


def planned(title: str, *, hours: float, **columns) -> Announcement:
    user = get_user_model().objects.get(username="hr")
    at = timezone.now() + timedelta(hours=hours)
    return row_make(Announcement, title=title, state="scheduled", send_at=at, sent_by=user, **columns)


def ahead(client) -> list[tuple[str, str]] | None:
    plans = client.get("/admin/").context.get("ahead")
    return plans if plans is None else [(plan.sentence, plan.whom) for plan in plans]


def test_what_is_planned_stands_there_soonest_first_with_whom_it_is_for(hr):
    workshop = row_make(Department, name="一车间", path="")
    audience = Audience.objects.create(name="有孩子的", is_private=True)
    planned("体检", hours=50, aim_kind="department", department=workshop)
    planned("停电", hours=2)
    planned("亲子日", hours=30, aim_kind="audience", audience=audience)
    planned("没有人群了", hours=60, aim_kind="audience")
    row_make(Announcement, state="draft", title="草稿")
    assert ahead(hr) == [
        ("通知：停电", "全体员工"),
        ("通知：亲子日", "有孩子的"),
        ("通知：体检", "一车间"),
        ("通知：没有人群了", ""),
    ]


def test_every_line_leads_to_a_page_that_opens_and_is_kept_to_a_few(hr):
    for number in range(9):
        planned(f"通知{number}", hours=number + 1)
    row_make(Invitation, name="张主任", used_at=None, expires_at=timezone.now() + timedelta(minutes=5))
    plans = hr.get("/admin/").context["ahead"]
    assert len(plans) == 6
    assert "张主任" in plans[0].sentence
    for plan in plans:
        assert hr.get(plan.href).status_code == 200
        assert plan.note in hr.get("/admin/").content.decode()


def test_when_nothing_is_planned_it_says_what_could_be(hr):
    assert ahead(hr) == []
    page = hr.get("/admin/").content.decode()
    assert "写一条通知，定个时间发" in page


@pytest.mark.parametrize("role", ["people", "viewer", "line_leader", "content_editor", "grievance_officer"])
def test_who_may_see_no_notices_is_told_of_none(of_role, role):
    planned("停电", hours=2)
    client = of_role(role)
    assert not ahead(client)
    assert "停电" not in client.get("/admin/").content.decode()


def test_communications_see_notices_and_no_invitations(of_role):
    planned("停电", hours=2)
    row_make(Invitation, name="张主任", used_at=None, expires_at=timezone.now() + timedelta(minutes=5))
    assert ahead(of_role("communications")) == [("通知：停电", "全体员工")]


def test_what_did_not_go_out_is_urgent_and_named(hr):
    for title in ("停电", "体检"):
        at = timezone.now() - timedelta(days=2)
        row_make(Announcement, title=title, state="draft", send_at=at, unsent_because="missed")
    row_make(Announcement, title="草稿", state="draft")
    tasks = {task.sentence: task for task in hr.get("/admin/").context["tasks"] if "通知" in task.sentence}
    failed = next(task for sentence, task in tasks.items() if "停电" in sentence)
    assert failed.is_urgent
    assert "体检" in failed.sentence
    assert not any("草稿" in sentence for sentence in tasks)
    assert hr.get(failed.href).context["cl"].result_count == 2
    others = next(task for task in tasks.values() if task is not failed)
    assert hr.get(others.href).context["cl"].result_count == 1


def test_however_much_is_planned_it_is_one_statement(hr, django_assert_max_num_queries):
    for number in range(9):
        planned(f"通知{number}", hours=number + 1)
    hr.get("/admin/")
    with django_assert_max_num_queries(17):
        hr.get("/admin/")


def test_another_factory_is_told_of_none_of_it(lakeside, site_client, hr):
    planned("停电", hours=2)
    with tenant_context(lakeside):
        row_make(Worker, name="周婷")
        outsider = signed_in(site_client, lakeside, get_user_model().objects.get(username="hr"))
    assert ahead(outsider) == []
