from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from lessons.models import Series
from progress.models import LessonProgress
from tenants.middleware import _domains
from tenants.models import Factory, FactoryGroup
from tests.progress.reports.cast import lesson_make, progress_make
from tests.workers.programs import Program, token_of
from tests.workers.records import library_make
from tests.workers.rosters import LI_NA, workbook
from workers.models import BindingPolicy, Contact, Worker
from workers.services import contact_seen, roster_import, worker_bind
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
def known(in_sunrise) -> Worker:
    """李娜 of `rosters.LI_NA`, 0012, with a bound phone."""
    roster_import(content=workbook(LI_NA))
    worker = Worker.objects.get()
    Contact.objects.filter(pk=contact_seen(channel="wechat", address="openid-of-li-na").pk).update(worker=worker)
    return worker


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


@pytest.fixture
def group(sunrise, lakeside):
    with schema_context("public"):
        group = FactoryGroup.objects.create(name="晨光集团")
        for factory in (sunrise, lakeside):
            factory.group = group
            factory.save()
    cache.clear()
    _domains.clear()
    yield group
    _domains.clear()


@pytest.fixture
def learned(group, li_na):
    """Li Na has completed a work lesson and a private one of the library, and one of the factory's own."""
    lessons = library_make()
    own = lesson_make(Series.objects.create(slug="own", title="本厂", privacy="tracked"), "本厂的课")
    for lesson in (*lessons.values(), own):
        progress_make([li_na], lesson, at=timezone.now() - timedelta(days=9))
    LessonProgress.objects.filter(lesson=lessons["开机之前"]).update(best_score_percent=80)
    Contact.objects.create(
        channel="wechat", address="li-na", worker=li_na, bound_at=timezone.now() - timedelta(days=99)
    )
    return li_na


@pytest.fixture
def newcomer(lakeside, learned):
    """Li Na in the other factory, under another number. The test stays in Sunrise."""
    with tenant_context(lakeside):
        library_make()
        return Worker.objects.create(employee_number="L77", name="李 娜", name_pinyin="li na")
