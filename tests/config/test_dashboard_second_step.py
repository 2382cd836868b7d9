"""Whoever sees people's data is told on their first page, once, that a password alone does not keep others out."""

import pytest
from django.contrib.auth import get_user_model
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.actors import SUPPORT_PREFIX
from tenants.staff.models import AppKey
from tests.config.rows import row_make
from tests.config.test_dashboard import signed_in, somebody
from workers.models import Colleague, Contact, Worker

LINE = "设置登录第二步"
GUARDED = ["owner", "people", "communications", "grievance_officer", "line_leader"]


def told(client) -> int:
    return client.get("/admin/").content.decode().count(LINE)


@pytest.mark.parametrize("role", [*GUARDED, "content_editor", "viewer"])
def test_who_sees_peoples_data_is_told_once_until_they_have_a_second_step(in_sunrise, site_client, role):
    user = somebody(role)
    client = signed_in(site_client, in_sunrise, user)
    assert told(client) == (role in GUARDED)
    app = AppKey.objects.create(user=user, is_confirmed=False)
    assert told(client) == (role in GUARDED)
    app.is_confirmed = True
    app.save()
    assert told(client) == 0


def test_so_it_is_when_the_factory_is_no_longer_new(in_sunrise, site_client):
    client = signed_in(site_client, in_sunrise, somebody("owner"))
    row_make(Worker)
    assert told(client) == 1
    page = client.get("/admin/")
    assert "没有要处理的事" not in page.content.decode()
    (task,) = page.context["own_tasks"]
    assert client.get(task.href).status_code == 200


def test_their_own_phone_is_a_second_step(in_sunrise, site_client):
    user = somebody("people")
    Colleague.objects.create(user=user, contact=row_make(Contact))
    assert told(signed_in(site_client, in_sunrise, user)) == 0


def test_a_colleagues_second_step_is_not_ones_own(in_sunrise, site_client):
    AppKey.objects.create(user=somebody("owner"), is_confirmed=True)
    assert told(signed_in(site_client, in_sunrise, somebody("people"))) == 1


def test_so_is_staff_of_ccr_csr(db, site_client):
    with schema_context("public"):
        assert told(signed_in(site_client, None, somebody("ombudsman"))) == 1
        assert told(signed_in(site_client, None, somebody("librarian"))) == 0


def test_support_has_no_account_to_protect(in_sunrise, site_client):
    user = somebody("people")
    get_user_model().objects.filter(pk=user.pk).update(username=f"{SUPPORT_PREFIX}wang-1")
    assert told(signed_in(site_client, in_sunrise, user)) == 0


def test_the_outsider_is_told_of_their_own_account(sunrise, lakeside, site_client):
    with tenant_context(sunrise):
        AppKey.objects.create(user=get_user_model().objects.get(username="hr"), is_confirmed=True)
    with tenant_context(lakeside):
        assert told(signed_in(site_client, lakeside, get_user_model().objects.get(username="hr"))) == 1
