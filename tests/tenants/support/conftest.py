"""Sunrise's owner, staff of CCR CSR, and one of them inside."""

import pytest
from django.contrib.auth.models import Group, User
from django_tenants.utils import schema_context, tenant_context

from tenants import middleware
from tenants.roles import FACTORY_ROLES, role_on
from tenants.support.services import support_grant
from tests.conftest import ADMIN_PASSWORD
from tests.tenants.support.visits import pass_for, path_of


@pytest.fixture(autouse=True)
def _heard_anew():
    """What this process remembers of factories ends with each test."""
    yield
    middleware.domains_forget()


@pytest.fixture
def owner(sunrise, site_client):
    client = site_client(sunrise)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    return client


@pytest.fixture
def staff(db, site_client):
    """`staff(username, role)` is somebody of CCR CSR at the public site."""

    def sign_in(username="wang", role="factory_manager"):
        with schema_context("public"):
            user = User.objects.create_user(username, password=ADMIN_PASSWORD, is_staff=True, first_name="王芳")
            user.groups.add(role_on(role))
            client = site_client(None)
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def let_in(sunrise):
    def make(role="people", hours=4, factory=sunrise):
        with tenant_context(factory):
            hr = User.objects.get(username="hr")
            return support_grant(factory=factory, by=hr, role=role, hours=hours, reason="花名册导入不了")

    return make


@pytest.fixture
def inside(staff, let_in, sunrise, site_client):
    """Wang Fang of CCR CSR in Sunrise, as People for four hours: her browser there, and the grant."""

    def come(role="people"):
        grant, browser = let_in(role), site_client(sunrise)
        assert path_of(browser.get(pass_for(staff(), grant, browser))) == "/admin/"
        grant.refresh_from_db()
        return browser, grant

    return come


@pytest.fixture
def guest(in_sunrise, inside):
    """Wang Fang's browser there; the test is inside Sunrise."""
    with schema_context("public"):
        browser, _grant = inside()
    return browser


@pytest.fixture
def guest_of_all(guest):
    """A wrong table of roles has given her every role there is."""
    user = User.objects.get(username__startswith="support-")
    user.groups.set([role_on(role.key) for role in FACTORY_ROLES])
    assert Group.objects.count() == len(FACTORY_ROLES)
    return guest
