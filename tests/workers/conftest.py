import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django_tenants.utils import tenant_context

from tenants.models import Factory
from tests.workers.programs import Program, token_of
from workers.models import BindingPolicy, Contact
from workers.services import contact_seen, worker_bind
from workers.services.binding import binding_policy


@pytest.fixture
def contact(in_sunrise) -> Contact:
    """Somebody who follows Sunrise's account and has not bound."""
    return contact_seen(channel="wechat", address="openid-of-a-follower")


@pytest.fixture
def bound_contact(li_na) -> Contact:
    """Li Na's phone."""
    phone = contact_seen(channel="wechat", address="openid-of-li-na")
    worker_bind(contact=phone, employee_number=li_na.employee_number, name=li_na.name, proof=li_na.phone[-4:])
    phone.refresh_from_db()
    return phone


@pytest.fixture
def open_factory(sunrise):
    """Sunrise, had it opened its doors to anybody. Leaves the test inside."""
    sunrise.enrolment = Factory.Enrolment.OPEN
    sunrise.save()
    with tenant_context(sunrise):
        yield sunrise


@pytest.fixture
def payroll(in_sunrise, site_client) -> Program:
    """Sunrise's payroll program, with a token that may do everything. Nobody has asked anything before."""
    cache.clear()
    return Program(site_client(in_sunrise), token_of(in_sunrise)[1])


@pytest.fixture
def hr(in_sunrise) -> User:
    return User.objects.get(username="hr")


@pytest.fixture
def policy(in_sunrise) -> BindingPolicy:
    return binding_policy()


@pytest.fixture
def browser_of(sunrise, site_client):
    """`browser_of(contact)` is the browser on that phone."""

    def on(contact):
        return site_client(sunrise).force_phone(contact)

    return on


@pytest.fixture
def phone(contact, browser_of):
    """The browser of a contact that has not bound."""
    return browser_of(contact)
