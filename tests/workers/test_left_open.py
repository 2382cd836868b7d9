"""Somebody is dismissed: what they had opened for programs and for support does not stay open behind them unseen."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from django_tenants.utils import schema_context

from tenants import middleware
from tenants.audit.models import AuditEntry
from tenants.errors import DomainError
from tenants.models import SupportGrant
from tenants.roles import role_on
from tenants.staff.services.reach import users_who_may
from tenants.support.services import support_enter, support_grant
from tests.tenants.support.visits import pass_for, path_of
from workers.models import ApiToken
from workers.services.integrations import TakeOverRefused, token_create, token_revoke, token_take_over

SUBMITTED = {"_form_submitted": "True"}
TOKENS = "/admin/workers/apitoken/"


@pytest.fixture
def zhao(in_sunrise):
    """A second owner."""
    user = User.objects.create_user("zhao", password="three-green-rivers", is_staff=True, first_name="赵敏")
    user.groups.add(role_on("owner"))
    return user


@pytest.fixture
def hr(in_sunrise, admin_of):
    return admin_of(in_sunrise)


@pytest.fixture
def payroll(zhao) -> tuple[ApiToken, str]:
    return token_create(name="工资系统", scopes=["workers:read"], days=730, by=zhao)


@pytest.fixture(autouse=True)
def _guests_forgotten():
    yield
    middleware.domains_forget()


def save(client, user, **changes):
    values = {"first_name": user.first_name, "groups": [group.pk for group in user.groups.all()], "is_active": "on"}
    values |= {"employee-TOTAL_FORMS": "0", "employee-INITIAL_FORMS": "0", **changes}
    answer = client.post(f"/admin/auth/user/{user.pk}/change/", {k: v for k, v in values.items() if v != ""})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return answer


def reads(site_client, factory, secret) -> int:
    headers = {"authorization": f"Bearer {secret}"}
    return site_client(factory).get("/api/v1/workers/", headers=headers).status_code


def urgent(client) -> list[str]:
    return [task.sentence for task in client.get("/admin/").context.get("tasks") or [] if task.is_urgent]


# --- tokens ---


def test_the_page_of_a_colleague_names_their_tokens_ticked(hr, zhao, payroll):
    form = hr.get(f"/admin/auth/user/{zhao.pk}/change/").context["adminform"].form
    assert [form.fields["tokens"].label_from_instance(each) for each in form.fields["tokens"].queryset] == [
        "工资系统 · 最近使用：–"
    ]
    assert form["tokens"].value() == [payroll[0].pk]


def test_without_tokens_nothing_is_asked(hr, zhao):
    assert "tokens" not in hr.get(f"/admin/auth/user/{zhao.pk}/change/").context["adminform"].form.fields


def test_dismissed_with_the_tick_the_token_opens_nothing(hr, zhao, payroll, in_sunrise, site_client):
    assert reads(site_client, in_sunrise, payroll[1]) == 200
    save(hr, zhao, is_active="", tokens=[payroll[0].pk])
    assert reads(site_client, in_sunrise, payroll[1]) == 401
    entry = AuditEntry.objects.get(action="api_token_revoked")
    assert (entry.actor, entry.object_id) == ("hr", str(payroll[0].pk))
    assert urgent(hr) == []


@pytest.mark.parametrize("change", [{"is_active": ""}, {"groups": ""}])
def test_without_the_tick_the_program_goes_on_and_the_first_page_asks_until_somebody_answers(
    hr, zhao, payroll, in_sunrise, site_client, change
):
    token, secret = payroll
    save(hr, zhao, **change)
    assert reads(site_client, in_sunrise, secret) == 200
    assert [sentence for sentence in urgent(hr) if "工资系统" in sentence]
    assert "没有人负责" in hr.get(TOKENS).content.decode()
    hr.post(f"{TOKENS}{token.pk}/take-over/", SUBMITTED)
    assert urgent(hr) == []
    page = hr.get(f"{TOKENS}{token.pk}/change/").content.decode()
    assert "赵敏" in page
    entry = AuditEntry.objects.get(action="api_token_taken_over")
    assert (entry.actor, entry.detail["of"]) == ("hr", "zhao")
    assert reads(site_client, in_sunrise, secret) == 200


def test_a_later_change_of_the_dismissed_revokes_nothing_unless_ticked(hr, zhao, payroll):
    save(hr, zhao, is_active="")
    zhao.refresh_from_db()
    form = hr.get(f"/admin/auth/user/{zhao.pk}/change/").context["adminform"].form
    assert form["tokens"].value() == []
    save(hr, zhao, is_active="", email="zhao@example.com")
    payroll[0].refresh_from_db()
    assert payroll[0].revoked_at is None


def test_a_tick_ends_nothing_while_the_person_stays(hr, zhao, payroll):
    save(hr, zhao, first_name="赵明", tokens=[payroll[0].pk])
    payroll[0].refresh_from_db()
    assert payroll[0].revoked_at is None


def test_a_tick_for_anothers_token_is_refused(hr, zhao, payroll):
    own, _secret = token_create(name="考勤机", scopes=["workers:read"], days=9, by=User.objects.get(username="hr"))
    values = {"groups": [], "employee-TOTAL_FORMS": "0", "employee-INITIAL_FORMS": "0", "tokens": [own.pk]}
    assert hr.post(f"/admin/auth/user/{zhao.pk}/change/", values).context["adminform"].form.errors["tokens"]
    zhao.refresh_from_db()
    assert zhao.is_active


def test_a_token_that_was_taken_over_is_asked_of_the_other(hr, zhao, payroll):
    token_take_over(token=payroll[0], by=User.objects.get(username="hr"))
    assert "tokens" not in hr.get(f"/admin/auth/user/{zhao.pk}/change/").context["adminform"].form.fields
    save(hr, zhao, is_active="")
    assert urgent(hr) == []


def test_an_ended_token_is_neither_asked_about_nor_taken_over(hr, zhao, payroll):
    token_revoke(token=payroll[0], by=zhao)
    save(hr, zhao, is_active="")
    assert urgent(hr) == []
    with pytest.raises(TakeOverRefused):
        token_take_over(token=payroll[0], by=User.objects.get(username="hr"))
    assert hr.post(f"{TOKENS}{payroll[0].pk}/take-over/", SUBMITTED).status_code == 403


def test_taking_over_twice_leaves_one_entry_and_ones_own_is_not_offered(hr, zhao, payroll):
    for _time in range(2):
        token_take_over(token=payroll[0], by=User.objects.get(username="hr"))
    assert AuditEntry.objects.filter(action="api_token_taken_over").count() == 1
    assert hr.post(f"{TOKENS}{payroll[0].pk}/take-over/", SUBMITTED).status_code == 403


def test_the_outsider_and_who_may_make_no_tokens_take_none_over(hr, payroll, in_sunrise, lakeside, admin_of):
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.groups.add(role_on("people"))
    for client in [admin_of(lakeside), admin_of(in_sunrise, "clerk")]:
        client.post(f"{TOKENS}{payroll[0].pk}/take-over/", SUBMITTED)
    payroll[0].refresh_from_db()
    assert payroll[0].taken_over_by is None


def test_the_list_names_the_makers_with_no_statement_more_for_each(hr, zhao, payroll, django_assert_max_num_queries):
    for number in range(9):
        maker = User.objects.create_user(f"maker{number}", is_staff=True)
        token_create(name=f"{number}", scopes=["workers:read"], days=9, by=maker)
    assert "赵敏" in hr.get(TOKENS).content.decode()
    with django_assert_max_num_queries(12):
        hr.get(TOKENS)


def test_who_may_is_asked_of_living_accounts_and_roles(zhao):
    assert set(users_who_may("workers.add_apitoken").values_list("username", flat=True)) == {"hr", "zhao"}
    User.objects.filter(username="hr").update(is_active=False)
    zhao.groups.set(Group.objects.filter(name="people"))
    assert not users_who_may("workers.add_apitoken").exists()


# --- support ---


@pytest.fixture
def let_in(zhao, in_sunrise):
    return support_grant(factory=in_sunrise, by=zhao, role="people", hours=24, reason="花名册")


@pytest.fixture
def staff(in_sunrise, site_client):
    with schema_context("public"):
        user = User.objects.create_user("wang", is_staff=True, first_name="王芳")
        user.groups.add(role_on("factory_manager"))
        client = site_client(None)
        client.force_login(user)
    return client


@pytest.mark.parametrize("change", [{"is_active": ""}, {"groups": ""}])
def test_support_that_a_dismissed_owner_let_in_is_out_at_once(hr, zhao, let_in, staff, in_sunrise, site_client, change):
    guest = site_client(in_sunrise)
    with schema_context("public"):
        assert path_of(guest.get(pass_for(staff, let_in, guest))) == "/admin/"
    assert guest.get("/admin/").status_code == 200
    save(hr, zhao, **change)
    middleware.domains_forget()
    assert guest.get("/admin/").status_code != 200
    with schema_context("public"):
        assert SupportGrant.objects.get().ended_at <= timezone.now()
    assert AuditEntry.objects.get(action="support_ended").actor == "hr"


def test_what_others_let_in_stays(hr, zhao, let_in):
    other = User.objects.create_user("liu", is_staff=True)
    save(hr, other, is_active="")
    save(hr, zhao, first_name="赵明")
    with schema_context("public"):
        assert SupportGrant.objects.open().count() == 1


def test_an_access_does_not_outlive_the_right_to_give_it_however_that_was_lost(zhao, let_in, staff, in_sunrise):
    from tenants.support.services import pass_issue

    User.objects.filter(pk=zhao.pk).update(is_active=False)
    with schema_context("public"):
        secret = pass_issue(uuid=let_in.uuid, by=User.objects.get(username="wang"), browser="x")
    with pytest.raises(DomainError):
        support_enter(factory=in_sunrise, secret=secret, browser="x")
    assert not User.objects.filter(username__startswith="support-").exists()
    with schema_context("public"):
        assert SupportGrant.objects.get().expires_at > timezone.now() + timedelta(hours=23)
