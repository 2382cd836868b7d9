"""CCR CSR puts factories of one owner into a group."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from tenants.models import Factory, FactoryGroup

GROUPS = "/admin/tenants/factorygroup/"


@pytest.fixture
def staff_client(db, site_client):
    client = site_client(None)
    client.force_login(get_user_model().objects.create_superuser("staff", password="x"))
    return client


def test_a_group_is_made_and_a_factory_put_into_it(staff_client, sunrise):
    staff_client.post(f"{GROUPS}add/", {"name": "晨光集团"})
    group = FactoryGroup.objects.get()
    form = {
        "name": sunrise.name, "language": "zh-hans", "time_zone": "Asia/Shanghai", "enrolment": "roster",
        "follow_policy": "all", "status": "active", "group": group.pk,
    }  # fmt: skip
    inline = {f"domains-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    answer = staff_client.post(f"/admin/tenants/factory/{sunrise.pk}/change/", {**form, **inline})
    assert answer.status_code == 302
    assert Factory.objects.get(pk=sunrise.pk).group == group
    page = staff_client.get(GROUPS).content.decode()
    assert "晨光集团" in page


def test_a_group_with_a_factory_in_it_is_not_deleted(staff_client, sunrise):
    group = FactoryGroup.objects.create(name="晨光集团")
    Factory.objects.filter(pk=sunrise.pk).update(group=group)
    assert staff_client.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"}).status_code == 403
    Factory.objects.filter(pk=sunrise.pk).update(group=None)
    assert staff_client.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not FactoryGroup.objects.exists()


def test_the_list_costs_the_same_for_one_and_for_many(staff_client):
    FactoryGroup.objects.create(name="一")
    staff_client.get(GROUPS)
    with CaptureQueriesContext(connection) as few:
        staff_client.get(GROUPS)
    FactoryGroup.objects.bulk_create(FactoryGroup(name=f"组{number}") for number in range(20))
    with CaptureQueriesContext(connection) as many:
        staff_client.get(GROUPS)
    assert len(many) == len(few)


def test_no_factory_sees_groups(lakeside, site_client):
    client = site_client(lakeside)
    with tenant_context(lakeside):
        client.force_login(get_user_model().objects.get(username="hr"))
    assert client.get(GROUPS).status_code == 404
