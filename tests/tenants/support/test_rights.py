"""What a factory cannot let support do, and who may let it in."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.models import SupportGrant
from tenants.roles import role_on
from tenants.support.services import SupportRefused, support_end, support_grant
from tests.conftest import ADMIN_PASSWORD
from tests.tenants.support.visits import ACCESS


@pytest.mark.parametrize(
    "path",
    [
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        "/admin/auth/group/",
        "/admin/audit/auditentry/",
        "/admin/support/",
        "/admin/workers/apitoken/",
        "/admin/workers/privacyrequest/",
        "/admin/workers/worker/sheet/",
        "/admin/progress/lessonprogress/sheet/",
        "/admin/password_change/",
        "/admin/account/",
    ],
)
def test_support_neither_hands_out_rights_nor_takes_data_along(inside, path, sunrise):
    browser, _grant = inside()
    assert browser.get(path).status_code in (403, 404)


def test_support_changes_no_account_not_even_its_own(inside, sunrise):
    browser, _grant = inside()
    with tenant_context(sunrise):
        user = User.objects.get(username__startswith="support-")
        owner_group = Group.objects.get(name="owner")
        # Even where a role were to hold it: the backend refuses before anybody else is asked.
        user.groups.add(owner_group)
    body = {"username": user.username, "groups": [owner_group.pk], "is_active": "on"}
    assert browser.post(f"/admin/auth/user/{user.pk}/change/", body).status_code == 403
    assert browser.post(ACCESS, {"role": "people", "hours": "24", "reason": "x"}).status_code == 403
    assert browser.post(f"{ACCESS}{SupportGrant.objects.get().uuid}/end/").status_code == 403
    assert SupportGrant.objects.count() == 1


def test_an_owner_neither_sees_nor_changes_the_account_of_support(inside, owner, sunrise):
    inside()
    with tenant_context(sunrise):
        user, hr = User.objects.get(username__startswith="support-"), User.objects.get(username="hr")
        group = Group.objects.get(name="owner")
    assert user.username not in owner.get("/admin/auth/user/").content.decode()
    page = f"/admin/auth/user/{user.pk}/change/"
    owner.post(page, {"username": user.username, "groups": [group.pk], "is_active": "on"})
    with tenant_context(sunrise):
        assert [role.name for role in user.groups.all()] == ["people"]
    for taken in (user.username, "support-li", "System", "worker"):
        owner.post(f"/admin/auth/user/{hr.pk}/change/", {"username": taken, "first_name": "", "email": ""})
        with tenant_context(sunrise):
            assert User.objects.get(pk=hr.pk).username == "hr"  # names never change; new ones: test_signin_names.py


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"role": "owner"}, "bad_role"),
        ({"role": "grievance_officer"}, "bad_role"),
        ({"role": "line_leader"}, "bad_role"),
        ({"role": "viewer"}, "bad_role"),  # not switched on here
        ({"hours": 48}, "bad_hours"),
        ({"hours": 0}, "bad_hours"),
        ({"reason": "  "}, "no_reason"),
    ],
)
def test_a_factory_cannot_let_in_too_much(in_sunrise, values, code):
    given = {"role": "people", "hours": 4, "reason": "x", **values}
    with pytest.raises(SupportRefused) as refusal:
        support_grant(factory=in_sunrise, by=User.objects.get(username="hr"), **given)
    assert refusal.value.code == code
    with schema_context("public"):
        assert not SupportGrant.objects.exists()


def test_the_database_holds_the_twenty_four_hours(sunrise):
    late = timezone.now() + timedelta(hours=25)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportGrant.objects.create(factory=sunrise, role="people", reason="x", granted_by="hr", expires_at=late)


def test_a_page_shows_what_is_wrong_beside_its_field(owner):
    page = owner.post(ACCESS, {"role": "owner", "hours": "48", "reason": ""})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"role", "hours", "reason"}


def test_there_is_a_most_of_open_ones(let_in):
    for _each in range(5):
        let_in()
    with pytest.raises(SupportRefused) as refusal:
        let_in()
    assert refusal.value.code == "too_many"


@pytest.mark.parametrize("role", ["people", "content_editor", "viewer"])
def test_only_the_owner_lets_support_in(in_sunrise, site_client, role):
    user = User.objects.create_user("zhou", password=ADMIN_PASSWORD, is_staff=True)
    user.groups.add(role_on(role))
    client = site_client(in_sunrise)
    client.force_login(user)
    assert client.get(ACCESS).status_code == 403
    assert client.post(ACCESS, {"role": "people", "hours": "4", "reason": "x"}).status_code == 403


def test_the_outsider_neither_sees_nor_ends_anothers_grant(let_in, lakeside, site_client):
    grant = let_in()
    client = site_client(lakeside)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    page = client.get(ACCESS)
    assert (page.context["open"], page.context["past"]) == ([], [])
    assert client.post(f"{ACCESS}{grant.uuid}/end/").status_code == 404
    with tenant_context(lakeside), pytest.raises(SupportRefused):
        support_end(factory=lakeside, uuid=grant.uuid)
    grant.refresh_from_db()
    assert grant.ended_at is None
