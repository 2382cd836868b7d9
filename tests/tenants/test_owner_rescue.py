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


def rescue(factory="sunrise", name="赵厂长", by="op", reason=REASON) -> str:
    out = StringIO()
    call_command("owner_rescue", factory, name, by=by, reason=reason, stdout=out)
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
            assert (entry.actor, entry.detail) == (actor, {"staff": "op", "reason": REASON})
            assert path.split("/")[-2] not in str(list(AuditEntry.objects.values()))
    with tenant_context(lakeside):
        assert not AuditEntry.objects.filter(action="owner_rescued").exists()


@pytest.mark.parametrize(
    "changes",
    [{"factory": "nowhere"}, {"by": "hr"}, {"by": "nobody"}, {"reason": "  "}],
    ids=lambda change: str(change),
)
def test_without_a_factory_a_reason_and_somebody_of_ccr_csr_nothing_is_made(sunrise, operator, changes):
    with pytest.raises(CommandError):
        rescue(**changes)
    with tenant_context(sunrise):
        assert not Invitation.objects.exists()


def test_it_is_refused_while_an_owner_is_at_work(sunrise, operator):
    with tenant_context(sunrise):
        USERS.filter(groups__name="owner").update(last_login=timezone.now())
    with pytest.raises(CommandError):
        rescue()
    with tenant_context(sunrise):
        USERS.update(last_login=timezone.now() - timedelta(days=4))
    assert rescue()


def test_it_is_refused_where_one_owner_can_help_another_or_nobody_was_owner_or_all_is_closed(
    sunrise, lakeside, operator
):
    factory_create(slug="riverside", name="江边玩具厂", admin_name="张主任")
    with pytest.raises(CommandError):
        rescue("riverside")
    with tenant_context(sunrise):
        USERS.create_user("second", is_staff=True).groups.add(role_on("owner"))
        USERS.update(last_login=timezone.now() - timedelta(days=4))
    with pytest.raises(CommandError):
        rescue()
    Factory.objects.filter(pk=lakeside.pk).update(status=Factory.Status.SUSPENDED)
    with pytest.raises(CommandError):
        rescue("lakeside")
