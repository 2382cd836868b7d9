"""The first page tells somebody new what to do first, instead of that nothing waits for them."""

import pytest
from django_tenants.utils import schema_context

from grievances.models import FactoryFigures, Officer
from lessons.models import Lesson
from tests.config.rows import row_make
from tests.config.test_dashboard import signed_in, somebody
from tests.grievances.rows import officer_row
from workers.models import Colleague, Department, Worker


def tasks(site_client, factory, user) -> list:
    return signed_in(site_client, factory, user).get("/admin/").context["tasks"]


def test_an_officer_without_keys_is_led_to_the_desk_until_they_have_made_them(in_sunrise, site_client):
    officer_row("王主管")
    officer = somebody("grievance_officer")
    (task,) = tasks(site_client, in_sunrise, officer)
    assert "生成密钥" in task.sentence
    assert signed_in(site_client, in_sunrise, officer).get(task.href, follow=True).status_code == 200
    row = officer_row("李主管", user=officer)
    assert tasks(site_client, in_sunrise, officer) == []
    Officer.objects.filter(pk=row.pk).update(state=Officer.State.LEFT)
    assert len(tasks(site_client, in_sunrise, officer)) == 1


def test_so_is_an_ombudsman(db, site_client):
    with schema_context("public"):
        (task,) = tasks(site_client, None, somebody("ombudsman"))
    assert "生成密钥" in task.sentence


def test_an_editor_is_told_to_write_the_first_lesson_of_the_factorys_own(in_sunrise, site_client):
    editor = somebody("content_editor")
    row_make(Lesson, origin="library", state="published")
    (task,) = tasks(site_client, in_sunrise, editor)
    assert signed_in(site_client, in_sunrise, editor).get(task.href).status_code == 200
    row_make(Lesson, origin="own", state="published")
    assert tasks(site_client, in_sunrise, editor) == []


def test_an_editor_sees_how_their_lessons_stand(in_sunrise, site_client):
    row_make(Lesson, origin="own", state="published")
    client = signed_in(site_client, in_sunrise, somebody("content_editor"))
    figures = client.get("/admin/").context["figures"]
    assert sum(figure.value for figure in figures) == Lesson.objects.count()
    for figure in figures:
        assert client.get(figure.href).context["cl"].result_count == figure.value


def test_a_line_leader_is_told_why_they_see_nobody(in_sunrise, site_client):
    leader = somebody("line_leader")
    (task,) = tasks(site_client, in_sunrise, leader)
    assert ("对应的员工" in task.sentence, task.href) == (True, "")
    page = signed_in(site_client, in_sunrise, leader).get("/admin/").content.decode()
    assert task.sentence in page
    assert 'href=""' not in page
    employee = row_make(Worker)
    Colleague.objects.create(user=leader, worker=employee)
    (task,) = tasks(site_client, in_sunrise, leader)
    assert "对应的员工" not in task.sentence
    line = row_make(Department, leader=employee, path="")
    Department.objects.filter(pk=line.pk).update(path=f"{line.pk}/")
    assert tasks(site_client, in_sunrise, leader) == []


def test_a_researcher_is_led_to_what_there_is_and_told_what_is_not(db, site_client):
    with schema_context("public"):
        row_make(Lesson, state="published")
        client = signed_in(site_client, None, somebody("researcher"))
        before = client.get("/admin/")
        assert [figure.value for figure in before.context["figures"] if "factoryfigures" in figure.href] == [None]
        assert "None" not in before.content.decode(), "how many are open is known after the first night"
        row_make(FactoryFigures, is_open=True)
        row_make(FactoryFigures, is_open=False)
        page = client.get("/admin/")
        assert "还没有汇总" in page.content.decode()
        figures = page.context["figures"]
        assert {figure.value for figure in figures if "factoryfigures" in figure.href} == {1}
        assert any("lessons" in figure.href for figure in figures)
        assert all(client.get(figure.href).status_code == 200 for figure in figures)


@pytest.mark.parametrize("role", ["librarian", "factory_manager", "ombudsman", "operator"])
def test_who_does_something_else_is_not_told_of_studies(db, site_client, role):
    with schema_context("public"):
        assert "还没有汇总" not in signed_in(site_client, None, somebody(role)).get("/admin/").content.decode()


def test_who_sets_the_factory_up_has_the_checklist_instead(in_sunrise, site_client):
    row_make(Worker)
    owner = somebody("owner")
    assert tasks(site_client, in_sunrise, owner) == []


def test_the_first_steps_cost_an_officer_no_statement(in_sunrise, site_client, django_assert_max_num_queries):
    client = signed_in(site_client, in_sunrise, somebody("grievance_officer"))
    client.get("/admin/")
    with django_assert_max_num_queries(6):
        client.get("/admin/")
