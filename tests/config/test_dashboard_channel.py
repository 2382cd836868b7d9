"""Opening the voice channel: checklist, first page and desk say what lacks now, and who does it."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from grievances.models import Officer
from grievances.queries.opening import opening_lack
from tenants.roles import role_on
from tenants.staff.models import Invitation
from tests.config.rows import row_make
from tests.config.test_dashboard import signed_in
from tests.grievances.rows import officer_row
from workers.models import Worker

STATE = "/admin/grievances/desk/api/state/"


@pytest.fixture
def chen(in_sunrise):
    """The owner, with people at work: the first page is whole."""
    row_make(Worker)
    user = get_user_model().objects.get(username="hr")
    user.first_name = "陈小姐"
    user.save()
    return user


def officer_make(username: str, name: str):
    user = get_user_model().objects.create_user(username, first_name=name, is_staff=True)
    user.groups.add(role_on("grievance_officer"))
    return user


def lack_of(user):
    return opening_lack(user, Officer.objects.own().present())


@pytest.fixture
def first_page(in_sunrise, site_client):
    return lambda user: signed_in(site_client, in_sunrise, user).get("/admin/").context


@pytest.fixture
def desk_says(in_sunrise, site_client):
    return lambda user: signed_in(site_client, in_sunrise, user).get(STATE).json()["lacks"]


def step(context):
    return next(step for step in context["checklist"].steps if step.title == "开通员工心声")


def keys_of(user, state=Officer.State.ACTIVE):
    row = officer_row(user.first_name, user=user, passphrase_wrap={}, recovery_wrap=b"0")
    Officer.objects.filter(pk=row.pk).update(state=state)
    return row


def test_the_checklist_follows_the_opening_step_by_step(chen, first_page, in_sunrise, site_client):
    said = lambda: (step(first_page(chen)).why, step(first_page(chen)).href)  # noqa: E731
    assert "生成你自己的密钥" in said()[0]
    assert "启用“受理人”" in said()[0]
    row = keys_of(chen)
    assert "密钥。启" not in said()[0]
    assert "group" in said()[1]
    role_on("grievance_officer")
    assert "启用" not in said()[0]
    assert "同事账号" in said()[0]
    assert signed_in(site_client, in_sunrise, chen).get(said()[1]).status_code == 200
    liu = officer_make("liu", "刘主管")
    assert "请刘主管登录" in said()[0]
    waiting = keys_of(liu, Officer.State.WAITING)
    assert ("刘主管已建好密钥" in said()[0], said()[1].endswith("desk/#/officers")) == (True, True)
    Officer.objects.filter(pk=waiting.pk).update(state=Officer.State.ACTIVE)
    assert step(first_page(chen)).is_done
    assert lack_of(chen) is None
    Officer.objects.filter(pk=row.pk).update(state=Officer.State.LEFT, passphrase_wrap=None, recovery_wrap=None)
    assert "生成你自己的密钥" in said()[0]


def test_who_can_let_a_colleague_in_has_it_as_a_task_and_the_colleague_knows_whom_to_ask(chen, first_page, desk_says):
    keys_of(chen)
    liu = officer_make("liu", "刘主管")
    keys_of(liu, Officer.State.WAITING)
    (task,) = first_page(chen)["tasks"]
    assert ("刘主管已建好密钥" in task.sentence, task.is_urgent) == (True, False)
    (task,) = first_page(liu)["tasks"]
    assert "请陈小姐让你加入" in task.sentence
    assert "刘主管已建好密钥" in desk_says(chen)
    assert "请陈小姐让你加入" in desk_says(liu)
    assert "登录" not in desk_says(chen)


def test_a_third_one_waits_for_the_two_and_for_nobody_else(chen, first_page, desk_says):
    two = officer_make("liu", "刘主管"), officer_make("wang", "王主管")
    for user in two:
        keys_of(user)
    zhao = officer_make("zhao", "赵敏")
    row = keys_of(zhao, Officer.State.WAITING)
    assert all("赵敏已建好密钥" in first_page(user)["tasks"][0].sentence for user in two)
    assert "请刘主管、王主管让你加入" in first_page(zhao)["tasks"][0].sentence
    assert first_page(chen)["tasks"] == []
    zhao.is_active = False
    zhao.save()
    assert first_page(two[0])["tasks"] == []
    assert Officer.objects.get(pk=row.pk).state == Officer.State.WAITING


def test_an_officer_who_may_not_open_the_roles_is_told_whom_to_ask(chen, first_page, desk_says):
    liu = officer_make("liu", "刘主管")
    keys_of(liu)
    (task,) = first_page(liu)["tasks"]
    assert ("请陈小姐登录" in task.sentence, task.href) == (True, "")
    owners = Group.objects.get(name="owner")
    owners.permissions.remove(owners.permissions.get(codename="view_case"))
    (task,) = first_page(liu)["tasks"]
    assert ("请陈小姐" in task.sentence, "受理人" in task.sentence, task.href) == (True, True, "")
    assert desk_says(liu) == task.sentence


def test_whoever_was_invited_with_the_role_is_not_asked_for_again(chen):
    keys_of(chen)
    invitation = row_make(
        Invitation, name="刘主管", user=None, used_at=None, expires_at=timezone.now() + timedelta(days=1)
    )
    invitation.roles.add(role_on("grievance_officer"))
    assert "刘主管已受邀" in lack_of(chen).sentence


def test_nobody_can_be_let_in_by_nobody(chen):
    keys_of(chen, Officer.State.WAITING)
    assert "放弃" in lack_of(chen).sentence


def test_what_lacks_is_one_statement_whoever_has_to_do_it(chen, django_assert_num_queries):
    keys_of(chen)
    liu = officer_make("liu", "刘主管")
    present = list(Officer.objects.own().present())
    for user in (chen, liu):
        user.get_all_permissions()
        with django_assert_num_queries(1):
            assert opening_lack(user, present)
    liu.groups.clear()
    with django_assert_num_queries(1):
        assert "同事账号" in opening_lack(chen, present).sentence
