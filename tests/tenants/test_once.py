"""A page that shows a secret once answers a post; to load it again posts the same form and makes nothing new."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django_tenants.utils import tenant_context

from tenants.roles import role_on
from tenants.services import factory_create
from tenants.staff.models import Invitation

USERS = get_user_model().objects


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def hashes(factory) -> list[str]:
    with tenant_context(factory):
        return list(Invitation.objects.order_by("pk").values_list("secret_hash", flat=True))


def test_the_first_owners_link_outlives_a_reload_and_is_replaced_by_a_new_form(db, site_client):
    riverside = factory_create(slug="riverside", name="江边玩具厂", admin_name="张主任", admin_email="")
    manager = USERS.create_user("guan", is_staff=True)
    manager.groups.add(role_on("factory_manager"))
    client = site_client(None)
    client.force_login(manager)
    page, form = f"/admin/tenants/factory/{riverside.pk}/owner-link/", {"admin_name": "张主任"}
    assert client.post(page, {**form, "csrfmiddlewaretoken": "one"}).context["address"]
    made = hashes(riverside)
    assert client.post(page, {**form, "csrfmiddlewaretoken": "one"}).status_code == 302
    assert hashes(riverside) == made
    assert client.post(page, {**form, "csrfmiddlewaretoken": "two"}).context["address"]
    assert hashes(riverside) != made


def test_an_invitation_outlives_a_reload(in_sunrise, site_client):
    client = site_client(in_sunrise)
    client.force_login(USERS.get(username="hr"))
    page, roles = "/admin/staff/invitation/add/", [Group.objects.get(name="people").pk]
    form = {"name": "小王", "roles": roles, "csrfmiddlewaretoken": "one"}
    assert client.post(page, form).context["address"]
    assert client.post(page, form).status_code == 302
    assert len(hashes(in_sunrise)) == 1
    assert client.post(page, {**form, "csrfmiddlewaretoken": "two"}).context["address"]
    assert len(hashes(in_sunrise)) == 2


def test_a_link_for_a_new_password_outlives_a_reload(in_sunrise, site_client):
    client = site_client(in_sunrise)
    client.force_login(USERS.get(username="hr"))
    other = USERS.create_user("editor", is_staff=True)
    page = f"/admin/auth/user/{other.pk}/password/"
    assert client.post(page, {"csrfmiddlewaretoken": "one"}).context["address"]
    made = hashes(in_sunrise)
    assert "address" not in client.post(page, {"csrfmiddlewaretoken": "one"}).context
    assert hashes(in_sunrise) == made
