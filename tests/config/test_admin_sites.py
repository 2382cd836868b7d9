"""Who may do what in the two admins, and what their first pages show."""

import json
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from lessons.models import Lesson
from tenants.roles import FACTORY_ROLES, role_on, roles_ensure
from tenants.staff.models import Invitation

PASSWORD = "correct-horse-battery"
USERS = "/admin/auth/user/"
INVITATIONS = "/admin/staff/invitation/"


def client_of(site_client, factory, user):
    client = site_client(factory)
    client.force_login(user)
    return client


@pytest.fixture
def hr(in_sunrise, site_client):
    return client_of(site_client, in_sunrise, get_user_model().objects.get(username="hr"))


@pytest.fixture
def role(in_sunrise):
    return {each.key: role_on(each.key) for each in FACTORY_ROLES}


def invitation_form(**changes) -> dict:
    return {"name": "王芳", "email": "", **changes}


def test_hr_invites_a_colleague_who_sets_their_own_password_and_is_in(hr, role, in_sunrise, site_client):
    response = hr.post(INVITATIONS + "add/", invitation_form(roles=[role["content_editor"].pk]))
    link = response.context["address"]
    assert not get_user_model().objects.filter(first_name="王芳").exists()
    client = site_client(in_sunrise)
    page = client.get(urlsplit(link).path)
    assert "王芳" in page.content.decode()
    done = client.post(urlsplit(link).path, {"username": "wang", "password": PASSWORD, "again": PASSWORD})
    assert done["Location"] == "/admin/"
    wang = get_user_model().objects.get(username="wang")
    assert (wang.is_staff, wang.is_superuser, wang.first_name) == (True, False, "王芳")
    assert client.get("/admin/").status_code == 200


def test_an_invitation_needs_a_role(hr, role):
    response = hr.post(INVITATIONS + "add/", invitation_form())
    assert response.status_code == 200
    assert "roles" in response.context["adminform"].errors


def test_hr_cannot_make_a_superuser_or_give_permissions_by_hand(hr, role):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    extra = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1"], "groups": [role["content_editor"].pk]}
    response = hr.post(f"{USERS}{wang.pk}/change/", {"username": "wang", "is_active": "on", **extra, **no_employee()})
    assert response.status_code == 302
    wang.refresh_from_db()
    assert not wang.is_superuser
    assert not wang.user_permissions.exists()
    assert hr.get(USERS + "add/").status_code == 403


def test_nobody_hands_on_what_they_do_not_hold(in_sunrise, role, site_client):
    """An editor who was let in to the accounts cannot invite an owner, nor take over one's account."""
    users = get_user_model().objects
    editor = users.create_user("editor", password=PASSWORD, is_staff=True)
    editor.groups.add(role["content_editor"])
    accounts = Group.objects.create(name="accounts")
    accounts.permissions.set(role["owner"].permissions.filter(content_type__app_label__in=["auth", "staff"]))
    editor.groups.add(accounts)
    client = client_of(site_client, in_sunrise, editor)
    response = client.post(INVITATIONS + "add/", invitation_form(roles=[role["owner"].pk]))
    assert "roles" in response.context["adminform"].errors
    boss = users.get(username="hr")
    assert client.post(f"{USERS}{boss.pk}/password/").status_code == 403
    for action in ["reset-second-step", "lift-wait", "end-sign-ins"]:
        assert client.post(f"{USERS}{boss.pk}/{action}/").status_code == 403
    assert not Invitation.objects.exists()


def test_a_superuser_is_out_of_reach_of_hr(hr, in_sunrise):
    root = get_user_model().objects.create_superuser("root", password=PASSWORD)
    assert hr.post(f"{USERS}{root.pk}/change/", {"username": "mine", "is_active": "on"}).status_code == 403
    assert hr.get(f"{USERS}{root.pk}/password/").status_code == 403


def no_employee() -> dict:
    return {"employee-TOTAL_FORMS": "0", "employee-INITIAL_FORMS": "0"}


def test_nobody_locks_themselves_out(hr, role):
    me = get_user_model().objects.get(username="hr")
    hr.post(
        f"{USERS}{me.pk}/change/",
        {"username": "hr", "first_name": "李经理", "groups": [role["content_editor"].pk], **no_employee()},
    )
    me.refresh_from_db()
    assert (me.first_name, me.is_active) == ("李经理", True)
    assert [group.name for group in me.groups.all()] == ["owner"]


def test_accounts_are_closed_not_deleted(hr, role):
    wang = get_user_model().objects.create_user("wang", password=PASSWORD, is_staff=True)
    assert hr.post(f"{USERS}{wang.pk}/delete/", {"post": "yes"}).status_code == 403
    hr.post(f"{USERS}{wang.pk}/change/", {"username": "wang", "groups": [role["content_editor"].pk], **no_employee()})
    wang.refresh_from_db()
    assert not wang.is_active


@pytest.mark.parametrize("path", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_roles_are_shown_and_not_edited(hr, role, path):
    path = "/admin/auth/group/" + path.format(pk=role["owner"].pk)
    assert hr.post(path, {"name": "x", "post": "yes"}).status_code == 403
    page = hr.get("/admin/auth/group/").content.decode()
    assert "负责人" in page
    assert "owner" not in page


def test_an_editor_sees_lessons_and_nothing_else(in_sunrise, role, site_client):
    editor = get_user_model().objects.create_user("editor", password=PASSWORD, is_staff=True)
    editor.groups.add(role["content_editor"])
    client = client_of(site_client, in_sunrise, editor)
    page = client.get("/admin/").content.decode()
    assert "/admin/lessons/lesson/" in page
    for app in ["workers", "wechat", "progress", "announcements", "auth"]:
        assert f"/admin/{app}/" not in page
        assert client.get(f"/admin/{app}/").status_code in (403, 404)


def test_a_session_of_one_factory_opens_nothing_in_another(hr, lakeside, site_client):
    other = site_client(lakeside)
    other.cookies = hr.cookies
    assert other.get("/admin/")["Location"].startswith("/admin/login/")


def test_too_many_failed_logins_get_a_page_that_says_what_to_do(in_sunrise, site_client, settings):
    client = site_client(in_sunrise)
    for _attempt in range(settings.AXES_FAILURE_LIMIT + 1):
        response = client.post("/admin/login/", {"username": "hr-guess", "password": "wrong"})
    assert response.status_code == 429
    assert "登录失败次数太多" in response.content.decode()


def test_the_library_home_counts_lessons_by_state_and_factories(db, sunrise, lakeside, site_client):
    roles_ensure()
    staff = get_user_model().objects.create_user("staff", password=PASSWORD, is_staff=True)
    staff.groups.set([role_on("operator"), role_on("ombudsman")])
    response = client_of(site_client, None, staff).get("/admin/")
    figures = {figure.label: figure.value for figure in response.context["figures"]}
    assert figures["使用中的工厂"] == 2
    assert len(figures) == len(Lesson.State) + 2  # factories, and those with a channel


def test_a_library_editor_does_not_see_factories(db, site_client):
    roles_ensure()
    editor = get_user_model().objects.create_user("editor", password=PASSWORD, is_staff=True)
    editor.groups.add(Group.objects.get(name="librarian"))
    client = client_of(site_client, None, editor)
    assert client.get("/admin/tenants/factory/").status_code == 403
    assert "/admin/tenants/" not in client.get("/admin/").content.decode()


def test_nothing_from_inside_a_factory_is_on_the_library_site(db, site_client):
    root = get_user_model().objects.create_superuser("root", password=PASSWORD)
    client = client_of(site_client, None, root)
    for path in ["workers/worker/", "progress/lessonprogress/", "wechat/account/", "announcements/announcement/"]:
        assert client.get(f"/admin/{path}").status_code == 404


def test_the_scripts_catalogue_carries_the_text_editors_words_too(hr):
    catalogue = hr.get("/admin/jsi18n/").content.decode()
    for word in ["今天", "在新窗口打开"]:
        assert json.dumps(word) in catalogue
