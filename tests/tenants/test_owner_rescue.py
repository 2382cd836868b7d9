"""A factory whose owners can no longer get in: what the server's operator may do, and who hears of it."""

from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.models import AuditEntry
from tenants.management.commands.owner_rescue import server_user
from tenants.models import Factory
from tenants.roles import role_on
from tenants.services import factory_create
from tenants.staff.models import Invitation

PASSWORD = "correct-horse-battery"
REASON = "电话回拨总机，厂长确认"
USERS = get_user_model().objects


@pytest.fixture
def operator(db):
    return USERS.create_user("op", is_staff=True)


def rescue(factory="sunrise", name="赵厂长", by="op", reason=REASON, **options) -> str:
    out = StringIO()
    call_command("owner_rescue", factory, name, by=by, reason=reason, **options, stdout=out)
    return urlsplit(out.getvalue().split()[-1]).path


def sign_in_and_open(client, name="hr") -> str:
    client.post("/admin/login/", {"username": name, "password": PASSWORD})
    return client.get("/admin/").content.decode()


def test_the_link_makes_a_further_owner_and_touches_nobodys_account(sunrise, operator, site_client):
    path = rescue()
    with tenant_context(sunrise):
        values = {"username": "zhao", "password": "green-river-seven", "again": "green-river-seven"}
        assert site_client(sunrise).post(path, values)["Location"] == "/admin/"
        assert set(Group.objects.get(name="owner").user_set.values_list("username", flat=True)) == {"hr", "zhao"}
        assert USERS.get(username="hr").check_password(PASSWORD)


def test_everybody_who_sees_personal_data_is_told_when_they_sign_in_next_and_once(sunrise, operator, site_client):
    with tenant_context(sunrise):
        for name, role in [("li", "people"), ("writer", "content_editor")]:
            USERS.create_user(name, password=PASSWORD, is_staff=True).groups.add(role_on(role))
        USERS.update(date_joined=timezone.now() - timedelta(days=400))
    rescue()
    with tenant_context(sunrise):
        for name, told in [("hr", True), ("li", True), ("writer", False), ("hr", False)]:
            assert (REASON in sign_in_and_open(site_client(sunrise), name)) == told, name


def test_both_trails_say_who_and_why(sunrise, lakeside, operator):
    path = rescue()
    for schema, actor in [("public", "op"), (sunrise.schema_name, "system")]:
        with schema_context(schema):
            entry = AuditEntry.objects.get(action="owner_rescued")
            facts = {"staff": "op", "reason": REASON, "server_user": server_user()}
            assert (entry.actor, entry.detail) == (actor, facts)
            assert path.split("/")[-2] not in str(list(AuditEntry.objects.values()))
    with tenant_context(lakeside):
        assert not AuditEntry.objects.filter(action="owner_rescued").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"factory": "nowhere"},
        {"by": "hr"},
        {"by": "nobody"},
        {"reason": "  "},
        {"reason": "x" * 301},
        {"force": "x" * 301},
    ],
    ids=lambda change: str(change),
)
def test_without_a_factory_a_reason_and_somebody_of_ccr_csr_nothing_is_made(sunrise, operator, changes):
    with pytest.raises(CommandError):
        rescue(**changes)
    with tenant_context(sunrise):
        assert not Invitation.objects.exists()


@pytest.mark.parametrize("days", [0, 4, 29])
def test_it_is_refused_while_any_owner_signs_in(sunrise, operator, days):
    with tenant_context(sunrise):
        USERS.filter(username="hr").update(last_login=timezone.now() - timedelta(days=days))
    for forced in ["", "  "]:
        with pytest.raises(CommandError):
            rescue(force=forced)
    with tenant_context(sunrise):
        assert not Invitation.objects.exists()
        USERS.update(last_login=timezone.now() - timedelta(days=31))
    assert rescue()


def test_an_owner_whose_account_was_closed_does_not_stand_in_the_way(sunrise, operator):
    with tenant_context(sunrise):
        USERS.filter(username="hr").update(last_login=timezone.now(), is_active=False)
    assert rescue()


def test_forced_while_the_owner_works_they_are_out_at_once_and_read_why(sunrise, operator, site_client):
    with tenant_context(sunrise):
        USERS.create_user("writer", password=PASSWORD, is_staff=True).groups.add(role_on("content_editor"))
    owner, writer = site_client(sunrise), site_client(sunrise)
    for client, name in [(owner, "hr"), (writer, "writer")]:
        sign_in_and_open(client, name)
    rescue(force="负责人手机昨天被盗")
    assert owner.get("/admin/workers/worker/")["Location"].startswith("/admin/login/")
    page = sign_in_and_open(owner)
    assert REASON in page
    assert "负责人手机昨天被盗" in page
    assert writer.get("/admin/").status_code == 200
    for schema in ["public", sunrise.schema_name]:
        with schema_context(schema):
            assert AuditEntry.objects.get(action="owner_rescued").detail["forced"] == "负责人手机昨天被盗"


def test_a_fourth_rescue_is_not_hidden_behind_three_others(sunrise, operator, site_client):
    for number in range(5):
        rescue(reason=f"第{number}次")
    page = sign_in_and_open(site_client(sunrise))
    assert [f"第{number}次" in page for number in range(5)] == [True] * 5


def test_it_is_refused_where_nobody_was_owner_or_all_is_closed(sunrise, lakeside, operator):
    factory_create(slug="riverside", name="江边玩具厂", admin_name="张主任")
    with pytest.raises(CommandError):
        rescue("riverside", force="急")
    Factory.objects.filter(pk=lakeside.pk).update(status=Factory.Status.SUSPENDED)
    with pytest.raises(CommandError):
        rescue("lakeside", force="急")
