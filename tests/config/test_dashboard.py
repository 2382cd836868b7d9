"""The first page: a new factory is led through its set-up, everybody sees what waits for them, and nobody more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from announcements.models import Announcement
from config.dashboard.facts import FACTS
from config.dashboard.kinds import DRAFTS, OF_A_FACTORY, OF_THE_LIBRARY
from config.dashboard.waiting import tasks_of
from grievances.models import FactoryFigures
from grievances.queries.opening import WHO
from lessons.models import Lesson
from progress.models import LessonProgress
from tenants import middleware
from tenants.audit.actors import SUPPORT_PREFIX
from tenants.roles import roles_ensure
from tenants.sql import sql_of
from tenants.staff.models import Invitation
from tests.config.rows import row_make
from wechat.admin.scenes import PRINTED
from wechat.models import Account, Follower, InboundCallback
from workers.models import BindAttempt, BindCode, Colleague, Contact, Department, PrivacyRequest, RosterImport, Worker
from workers.services.binding import binding_policy


def signed_in(site_client, factory, user):
    client = site_client(factory)
    client.force_login(user)
    return client


def somebody(role: str):
    user = get_user_model().objects.create_user(f"a-{role}", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    roles_ensure()
    return user


@pytest.fixture
def hr(in_sunrise, site_client):
    return signed_in(site_client, in_sunrise, get_user_model().objects.get(username="hr"))


@pytest.fixture
def at_work(in_sunrise):
    """Somebody is employed: the factory is no longer new."""
    return row_make(Worker, name="李娜")


def steps(client) -> dict[str, bool]:
    return {step.title: step.is_done for step in client.get("/admin/").context["checklist"].steps}


def test_a_new_factory_sees_the_checklist_and_nothing_else(hr):
    context = hr.get("/admin/").context
    assert [step.is_done for step in context["checklist"].steps] == [False] * 7
    assert [name for name in ("figures", "charts", "tasks", "notices") if name in context] == []


def test_every_step_leads_to_a_page_and_says_why_and_how_long(hr):
    for step in hr.get("/admin/").context["checklist"].steps:
        assert step.why
        assert step.time
        assert hr.get(step.href, follow=True).status_code == 200, step.title


def test_each_step_is_done_by_its_fact(hr, in_sunrise):
    done = lambda: [name for name, is_done in steps(hr).items() if is_done]  # noqa: E731
    assert done() == []
    row_make(Worker)
    assert done() == ["导入员工花名册"]
    binding_policy()
    assert "选择绑定方式" not in done()
    policy = {"second_factor": "id_card", "phones_allowed": "1"}
    hr.post("/admin/workers/bindingpolicy/1/change/", policy)
    assert "选择绑定方式" in done()
    account = row_make(Account, is_active=True, status=Account.Status.TROUBLE)
    assert "接入公众号" not in done()
    Account.objects.filter(pk=account.pk).update(status=Account.Status.OK)
    assert "接入公众号" not in done()
    Account.objects.filter(pk=account.pk).update(template_ids={"default": {"id": "T1", "fields": {}}})
    row_make(InboundCallback, account=account)
    before = len(done())
    assert before == 3
    row_make(Lesson, is_pinned=True)
    assert len(done()) == before + 1
    get_user_model().objects.create_user("second", is_staff=True)
    assert len(done()) == before + 2


def test_an_account_that_was_begun_says_what_it_still_lacks(hr, in_sunrise):
    why = lambda: next(step.why for step in hr.get("/admin/").context["checklist"].steps if step.title == "接入公众号")  # noqa: E731
    assert "控制台" in why() or "后台" in why()
    row_make(Account, is_active=True, status=Account.Status.OK, template_ids={"default": {}})
    assert "还没有收到微信发来的消息" in why()


def test_opening_a_poster_to_print_it_is_remembered_once(hr, in_sunrise):
    scene = row_make(Follower._meta.get_field("scene").related_model, url="https://example.com/q")
    for _time in range(2):
        assert hr.get(f"/admin/wechat/scene/{scene.pk}/poster/").status_code == 200
    assert LogEntry.objects.filter(action_flag=PRINTED).count() == 1
    assert steps(hr)["打印海报或绑定纸条"]


def test_printed_slips_are_as_good_as_a_poster(hr, at_work):
    row_make(BindCode, worker=at_work)
    assert steps(hr)["打印海报或绑定纸条"]


@pytest.fixture
def in_open_sunrise(in_sunrise):
    in_sunrise.enrolment = in_sunrise.Enrolment.OPEN
    with schema_context("public"):
        in_sunrise.save()
    middleware._domains.clear()
    yield
    middleware._domains.clear()  # the next test finds the factory as it was


def test_an_open_factory_has_neither_roster_nor_binding_to_set_up(hr, in_open_sunrise):
    assert len(steps(hr)) == 5


def test_an_editor_is_not_asked_to_set_the_factory_up(in_sunrise, site_client, at_work):
    editor = signed_in(site_client, in_sunrise, somebody("content_editor"))
    context = editor.get("/admin/").context
    assert "checklist" not in context
    assert all("/lessons/" in figure.href for figure in context["figures"])


@pytest.fixture
def much_waits(in_sunrise, at_work):
    """One row of every kind that waits, made a few days ago, and a row beside it that does not."""
    user = get_user_model().objects.get(username="hr")
    RosterImport.objects.bulk_create(
        RosterImport(by=user, file_name=state, state=state, content=content)
        for state, content in [("checked", b"x"), ("checked", None), ("refused", b"x"), ("saved", None)]
    )
    row_make(PrivacyRequest, worker=at_work, due_on=timezone.localdate() + timedelta(days=3))
    row_make(PrivacyRequest, worker=at_work, state="done")
    row_make(Lesson, state="draft")
    row_make(Announcement, state="draft")
    old = timezone.now() - timedelta(days=3)
    row_make(Follower, is_following=True, subscribed_at=old)
    row_make(Follower, is_following=True, subscribed_at=timezone.now())
    row_make(Follower, is_following=True, subscribed_at=old, contact=row_make(Contact, worker=at_work))
    row_make(InboundCallback, state="failed")
    Account.objects.filter(pk=row_make(Account).pk).update(is_active=True, status="trouble")


def test_what_waits_leads_to_exactly_its_rows(hr, much_waits):
    tasks = hr.get("/admin/").context["tasks"]
    assert len(tasks) >= 8
    for task in tasks:
        response = hr.get(task.href, follow=True)
        assert response.status_code == 200, task.href
        if "cl" in response.context:
            assert response.context["cl"].result_count == 1, task.sentence


def test_what_does_harm_by_waiting_stands_first(hr, much_waits):
    urgent = [task.is_urgent for task in hr.get("/admin/").context["tasks"]]
    assert {*urgent} == {True, False}
    assert urgent == sorted(urgent, reverse=True)


def test_nobody_is_told_of_what_they_cannot_open(in_sunrise, site_client, much_waits):
    for role in ["content_editor", "communications", "people", "line_leader", "viewer", "grievance_officer"]:
        client = signed_in(site_client, in_sunrise, somebody(role))
        context = client.get("/admin/").context
        for entry in [*context["tasks"], *context.get("figures", [])]:
            if entry.href:
                assert client.get(entry.href, follow=True).status_code == 200, (role, entry)


def test_many_failed_tries_to_bind_ring_an_alarm(hr, at_work):
    contact = row_make(Contact)
    BindAttempt.objects.bulk_create(BindAttempt(contact=contact, employee_number=str(n)) for n in range(60))
    assert any(task.is_urgent and "60" in task.sentence for task in hr.get("/admin/").context["tasks"])


def test_a_number_that_strangers_have_locked_waits_for_hr(hr, at_work):
    contact = row_make(Contact)
    tries = [BindAttempt(contact=contact, employee_number=at_work.employee_number) for _n in range(10)]
    BindAttempt.objects.bulk_create(tries)
    task = next(task for task in hr.get("/admin/").context["tasks"] if "解除锁定" in task.sentence)
    assert at_work.name in hr.get(task.href).content.decode()


def test_a_line_leader_sees_their_own_line_only(in_sunrise, site_client):
    line, other = (row_make(Department, name=name, path="") for name in ["一线", "二线"])
    for department in (line, other):
        Department.objects.filter(pk=department.pk).update(path=f"{department.pk}/")
    leader = row_make(Worker, name="组长", department=line)
    row_make(Worker, department=line), row_make(Worker, department=other)
    Department.objects.filter(pk=line.pk).update(leader=leader)
    user = somebody("line_leader")
    Colleague.objects.create(user=user, worker=leader)
    figures = signed_in(site_client, in_sunrise, user).get("/admin/").context["figures"]
    assert [figure.value for figure in figures] == [2, 2, 0, 0]
    assert figures[1].note == "向人事要带绑定码的纸条"  # there is no page of their own to do it on


@pytest.mark.parametrize("kind", ["is_private", "is_personal"])
def test_a_notice_to_people_nobody_may_know_is_there_without_its_figures(in_sunrise, site_client, at_work, kind):
    columns = {"state": "sent", "sent_at": timezone.now(), "recipient_count": 37}
    row_make(Announcement, title="亲子开放日", **columns, **{kind: True})
    client = signed_in(site_client, in_sunrise, somebody("communications"))
    page = client.get("/admin/").content.decode()
    assert "亲子开放日" in page
    assert "还没有通知" not in page
    assert "37" not in page.partition("亲子开放日")[2].partition("</li>")[0]


def test_the_first_page_takes_few_statements_however_much_waits(hr, much_waits, django_assert_max_num_queries):
    hr.get("/admin/")
    with django_assert_max_num_queries(17):
        hr.get("/admin/")


def test_another_factory_sees_none_of_it(sunrise, lakeside, site_client, much_waits):
    with tenant_context(lakeside):
        outsider = signed_in(site_client, lakeside, get_user_model().objects.get(username="hr"))
    assert "tasks" not in outsider.get("/admin/").context


def test_the_library_tells_which_factories_need_attention(db, site_client):
    roles_ensure()
    row_make(FactoryFigures, silence="closed")
    row_make(FactoryFigures, silence="")
    row_make(Lesson, state="draft")
    root = get_user_model().objects.create_superuser("root", password="correct-horse-battery")
    client = signed_in(site_client, None, root)
    tasks = client.get("/admin/").context["tasks"]
    assert [task.is_urgent for task in tasks][:1] == [True]
    for task in tasks:
        assert client.get(task.href).context["cl"].result_count == 1, task.sentence


def test_the_first_owners_own_invitation_is_no_second_colleague(hr, in_sunrise):
    step = "邀请第二位同事"
    row_make(Invitation, name="张主任", invited_by=None)
    assert not steps(hr)[step]
    row_make(Invitation, name="李芳", invited_by=get_user_model().objects.get(username="hr"))
    assert steps(hr)[step]


def test_support_that_was_let_in_is_no_second_colleague(hr, in_sunrise):
    step = "邀请第二位同事"
    get_user_model().objects.create(username=f"{SUPPORT_PREFIX}wang-1", is_staff=True)
    assert not steps(hr)[step]
    get_user_model().objects.create_user("li", is_staff=True)
    assert steps(hr)[step]


def test_a_planned_notice_of_the_dismissed_is_told_before_its_time(hr, at_work):
    planner = somebody("communications")
    notice = row_make(Announcement, title="停电通知", state="scheduled", send_at=timezone.now(), sent_by=planner)
    told = lambda: [task for task in hr.get("/admin/").context["tasks"] if "停电通知" in task.sentence]  # noqa: E731
    assert told() == []
    get_user_model().objects.filter(pk=planner.pk).update(is_active=False)
    (task,) = told()
    assert task.is_urgent
    assert [row.pk for row in hr.get(task.href).context["cl"].result_list] == [notice.pk]


def test_a_kind_that_the_orm_knows_to_be_empty_does_not_stop_the_others(in_sunrise, at_work):
    """Django raises instead of writing such a statement."""
    user = somebody("content_editor")
    row_make(Lesson, state=Lesson.State.DRAFT)
    empty = replace(DRAFTS, rows=Lesson.objects.none)
    assert tasks_of(user, [empty]) == []
    assert len(tasks_of(user, [empty, DRAFTS, replace(DRAFTS, rows=lambda: Lesson.objects.filter(pk__in=[]))])) == 1


def test_the_days_of_notices_are_said_as_people_say_them(in_sunrise, site_client, at_work):
    row_make(Announcement, title="停电", state="sent", sent_at=datetime(2026, 3, 9, 4, tzinfo=UTC))
    page = signed_in(site_client, in_sunrise, somebody("communications")).get("/admin/").content.decode()
    assert "2026年3月9日" in page
    assert "2026-03-09" not in page


def test_charts_say_that_nobody_has_learned_until_somebody_has(hr, at_work):
    page = hr.get("/admin/")
    assert [chart.is_empty for chart in page.context["charts"]] == [True]
    assert page.content.decode().count("还没有人学习") == 1
    lesson = row_make(Lesson, state=Lesson.State.PUBLISHED)
    now = timezone.now()
    progress = row_make(LessonProgress, worker=at_work, lesson=lesson)
    opened = hr.get("/admin/")
    assert [chart.kind for chart in opened.context["charts"]] == ["line"]
    assert "还没有人学习" not in opened.content.decode()
    LessonProgress.objects.filter(pk=progress.pk).update(read_at=now, completed_at=now)
    later = hr.get("/admin/")
    assert [chart.is_empty for chart in later.context["charts"]] == [False] * 3
    assert "还没有人学习" not in later.content.decode()


def test_leaders_without_a_line_wait_while_a_line_has_no_leader(hr, at_work):
    told = lambda: "还没有设到产线" in hr.get("/admin/").content.decode()  # noqa: E731
    line = row_make(Department, name="A线", kind=Department.Kind.LINE, path="000001/", leader=None)
    assert not told(), "nobody is said to lead"
    leader, chief = (row_make(Worker, name=name, is_line_manager=True) for name in ("王强", "周婷"))
    assert told()
    Department.objects.filter(pk=line.pk).update(leader=leader)
    assert not told(), "周婷 may lead all of them"
    Department.objects.filter(pk=line.pk).update(leader=None)
    Worker.objects.filter(pk__in=[leader.pk, chief.pk]).update(left_on=timezone.localdate())
    assert not told()


def test_two_requests_of_one_employee_are_no_two_employees(hr, at_work):
    for kind in ("export", "erase"):
        row_make(PrivacyRequest, worker=at_work, kind=kind, due_on=timezone.localdate())
    page = hr.get("/admin/").content.decode()
    assert "有 2 份" in page
    assert "2 名员工" not in page


def test_what_is_written_once_holds_no_moment_of_the_first_time(in_sunrise):
    """Whatever asks `timezone.now()` for the time would be asked about the morning for as long as the process lives."""
    every = [(kind.rows, kind.since) for kind in (*OF_A_FACTORY, *OF_THE_LIBRARY)]
    every += [*((rows, "pk") for _name, rows in FACTS), *((rows, "pk") for rows, *_columns in WHO)]
    assert len(every) > 25
    for rows, column in every:
        (sql, values), (sql_later, values_later) = sql_of(rows(), column), sql_of(rows(), column)
        assert (sql, [str(value) for value in values]) == (sql_later, [str(value) for value in values_later])
