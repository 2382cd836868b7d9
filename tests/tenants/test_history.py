"""What people edit keeps its earlier versions, and the page 历史 tells them: when, who, each field before and after."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from announcements.models import Announcement
from tenants.roles import role_on
from tests.conftest import ADMIN_PASSWORD
from wechat.models import Account
from workers.models import Department


@pytest.fixture
def client_as(in_sunrise, site_client):
    def sign_in(role):
        user = User.objects.create_user(f"{role}-wang", password=ADMIN_PASSWORD, is_staff=True, first_name="王芳")
        user.groups.add(role_on(role))
        client = site_client(in_sunrise)
        client.force_login(user)
        return client

    return sign_in


def history(client, row):
    page = client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/history/")
    assert page.status_code == 200
    return page


def changes(page) -> list[list[tuple]]:
    return [[(each.field, each.before, each.after) for each in step.changes] for step in page.context["steps"]]


@pytest.fixture
def edited(li_na):
    """Li Na moved to another workshop, got a phone and a job, and left."""
    other = Department.objects.create(name="二车间", kind=Department.Kind.WORKSHOP, path="9/")
    for values in ({"department": other, "position": "组长"}, {"phone": "13800001111"}, {"is_line_manager": True}):
        for name, value in values.items():
            setattr(li_na, name, value)
        li_na.save()
    return li_na


def test_it_tells_each_field_before_and_after_newest_first(client_as, edited):
    page = history(client_as("people"), edited)
    newest, phone, moved, made = changes(page)
    assert made == []
    assert ("部门", "一车间", "二车间") in moved
    assert ("职位", "–", "组长") in moved
    assert phone == [("手机", "13800000001", "13800001111")]
    assert [each[1:] for each in newest] == [("否", "是")]


def test_personal_values_are_not_shown_to_those_who_do_not_see_them_on_the_page(client_as, edited):
    client = client_as("viewer")
    user = User.objects.get(username="viewer-wang")
    user.user_permissions.set(role_on("people").permissions.filter(codename__in=["view_worker", "see_all_departments"]))
    page = history(client, edited)
    assert "13800001111" not in page.content.decode()
    shown = [change[0] for change in sum(changes(page), [])]
    assert "职位" in shown
    assert "手机" not in shown


def test_who_edited_is_named_and_what_no_person_did_says_so(client_as, li_na):
    client = client_as("people")
    department = li_na.department
    client.post(f"/admin/workers/department/{department.pk}/change/", {"name": "三车间", "kind": "workshop"})
    department.refresh_from_db()
    assert department.name == "三车间"
    newest, made = history(client, department).context["steps"]
    assert (newest.who, made.who) == ("王芳 (people-wang)", "不是在后台由人修改的")


def test_a_long_history_has_pages_and_costs_the_same(client_as, li_na):
    client = client_as("people")
    counts = []
    for more in (4, 60):
        for each in range(more):
            li_na.position = f"岗位{each}"
            li_na.save()
        history(client, li_na)
        with CaptureQueriesContext(connection) as captured:
            page = history(client, li_na)
        counts.append(len(captured))
    assert counts[0] >= counts[1] - 1
    assert len(page.context["steps"]) == 50
    older = client.get(f"/admin/workers/worker/{li_na.pk}/history/?p=2").context["steps"]
    assert [step.kind for step in older][-1] == "+"
    assert all(step.changes for step in older[:-1])


def test_only_the_owner_is_led_on_to_who_looked(client_as, li_na):
    assert history(client_as("owner"), li_na).context["trail_url"].endswith(f"?subject=%23{li_na.pk}")
    assert history(client_as("people"), li_na).context["trail_url"] == ""


@pytest.mark.parametrize("kind", ["worker", "department"])
def test_a_row_that_is_not_there_leads_back(client_as, kind):
    assert client_as("people").get(f"/admin/workers/{kind}/999999/history/").status_code == 302


def test_a_notice_keeps_how_it_read_before(client_as, in_sunrise):
    notice = Announcement.objects.create(title="停电", body="<p>今晚停电</p>")
    notice.body = "<p>今晚 <b>八点</b>停电</p>"
    notice.save()
    newest, made = changes(history(client_as("communications"), notice))
    assert newest == [("正文", "今晚停电", "今晚 八点停电")]
    assert made == []


def test_no_secret_of_the_official_account_is_kept(in_sunrise):
    names = {field.name for field in Account.history.model._meta.fields}
    assert names.isdisjoint({"app_secret", "token", "encoding_aes_key", "previous_encoding_aes_key"})
    assert {"appid", "mode", "is_active"} <= names


def test_one_may_not_see_the_history_of_what_one_may_not_see(client_as, li_na):
    answer = client_as("content_editor").get(f"/admin/workers/worker/{li_na.pk}/history/")
    assert answer.status_code in (302, 403)
    assert "李娜" not in answer.content.decode()


def test_the_outsider_finds_no_history_of_it(client_as, li_na, lakeside, site_client):
    browser = site_client(lakeside)
    browser.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    assert "李娜" not in browser.get(f"/admin/workers/worker/{li_na.pk}/history/", follow=True).content.decode()
