"""The cast: Sunrise with Li Na, and Lakeside, the outsider who must see nothing. Really migrated, once per run."""

import shutil

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_tenants.utils import schema_context, tenant_context
from playwright.sync_api import sync_playwright

ADMIN_PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A test database with public, the template and two factories."""
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        config = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
        call_command("migrate_factories", verbosity=0)
        _factories_make()
    yield
    with django_db_blocker.unblock():
        teardown_databases(config, verbosity=0)


def _factories_make():
    from tenants.services import factory_create

    for slug, name in [("sunrise", "晨光电子厂"), ("lakeside", "湖畔服装厂")]:
        factory_create(slug=slug, name=name, admin_username="hr", admin_password=ADMIN_PASSWORD)


def _factory(slug: str):
    from tenants.models import Factory

    with schema_context("public"):  # the test may be inside another factory already
        return Factory.objects.get(slug=slug)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What a process remembers for seconds of one test's rows is not the next one's."""
    from grievances.templatetags import voice
    from wechat import queries

    voice._addresses.clear()
    queries._cards.clear()


@pytest.fixture
def sunrise(db):
    """The factory of the story. The test runs in public; enter it with `tenant_context` or the `in_sunrise` fixture."""
    return _factory("sunrise")


@pytest.fixture
def lakeside(db):
    return _factory("lakeside")


@pytest.fixture
def in_sunrise(sunrise):
    with tenant_context(sunrise):
        yield sunrise


@pytest.fixture
def li_na(in_sunrise):
    """A worker of Sunrise's sewing line, on the roster, not bound. Leaves the test inside Sunrise."""
    from workers.models import Department, Worker

    workshop = Department(name="一车间", kind=Department.Kind.WORKSHOP, path="")
    workshop.save()
    workshop.path = f"{workshop.pk}/"
    workshop.save(update_fields=["path"])
    return Worker.objects.create(
        employee_number="A001", name="李娜", name_pinyin="li na", department=workshop, phone="13800000001"
    )


class SiteClient(Client):
    """Django's test client on one site, over https; afterwards the test is in the schema it was in before."""

    def __init__(self, factory):
        with schema_context("public"):
            self.host = factory.get_primary_domain().domain if factory else settings.PUBLIC_HOSTS[0]
        super().__init__(headers={"host": self.host})
        self.factory = factory

    def force_login(self, user, backend="django.contrib.auth.backends.ModelBackend"):
        """As the door does it; support comes in by a backend of its own."""
        super().force_login(user, backend)

    def force_phone(self, contact):
        """WeChat's browser of this contact, as the sign-in there leaves it."""
        from workers.sessions import session_open

        response = HttpResponse()
        with tenant_context(self.factory):
            session_open(contact=contact, response=response)
        self.cookies.update(response.cookies)
        return self

    def request(self, **request):
        from tenants import middleware

        tenant = connection.tenant
        if domain := middleware._domains.get(self.host):  # known once, known for the whole test: statements are counted
            middleware._domains.put(self.host, domain)
        try:
            return super().request(**{**request, "wsgi.url_scheme": "https"})
        finally:
            connection.set_tenant(tenant)


@pytest.fixture
def site_client():
    """`site_client(factory)` is a browser on that factory's site; `site_client(None)` on the public one."""
    return SiteClient


@pytest.fixture
def admin_of(site_client):
    """`admin_of(factory)` is the browser of its first HR admin, signed in; `admin_of(factory, "wang")` somebody else's."""

    def sign_in(factory, username="hr"):
        client = site_client(factory)
        with tenant_context(factory):
            client.force_login(get_user_model().objects.get(username=username))
        return client

    return sign_in


@pytest.fixture
def hr_client(sunrise, admin_of):
    return admin_of(sunrise)


@pytest.fixture
def eager():
    """Queued tasks run where they are queued, as in a worker with nothing else to do."""
    from config.celery import app

    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture(scope="session")
def chromium():
    """One headless Chromium for all browser tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Browser tests last: while Playwright runs, Django takes this thread for an asynchronous one and refuses the database."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
