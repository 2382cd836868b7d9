"""A stranger can lock somebody's number: HR sees it, prints a slip or lifts the lock."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.audit.models import AuditEntry
from tests.workers.pages import admin_url
from tests.workers.phones import bind, phone_of, refused
from workers.models import BindAttempt, Worker
from workers.services.bind_locks import number_unlock, workers_locked
from workers.services.binding import CONTACT_LIMITS, NUMBER_LIMITS, failed_today, worker_unbind
from workers.services.slips import slip_workers, slips_make


def guess(number: str, count: int, *, days_ago: int = 0) -> None:
    phones = [phone_of(f"guesser-{number}-{n}") for n in range(count)]
    made = BindAttempt.objects.bulk_create(BindAttempt(contact=each, employee_number=number) for each in phones)
    then = timezone.now() - timedelta(days=days_ago, minutes=1)
    BindAttempt.objects.filter(pk__in=[each.pk for each in made]).update(attempted_at=then)


@pytest.fixture
def locked(li_na):
    guess("A001", NUMBER_LIMITS[0][0])
    return li_na


@pytest.mark.parametrize("limit", range(len(NUMBER_LIMITS)))
def test_locked_is_who_binding_itself_refuses(li_na, contact, limit):
    most, within = NUMBER_LIMITS[limit]
    guess("A001", most - 1, days_ago=within.days - 1)
    guess("Z999", most)  # nobody's
    assert not workers_locked().exists()
    guess("A001", 1, days_ago=within.days - 1)
    assert workers_locked().get() == li_na
    assert refused(contact).code == "bind_too_often"


def test_after_the_time_nobody_is_locked(locked, contact):
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(days=1, seconds=1))
    assert not workers_locked().exists()
    assert bind(contact) == locked


def test_who_has_bound_with_a_slip_is_listed_no_more(locked, hr, contact):
    [slip] = slips_make(workers=slip_workers(worker=locked), by=hr)
    assert bind(contact, proof=slip.code) == locked
    assert not workers_locked().exists()
    worker_unbind(contact=contact, by=hr)
    assert workers_locked().get() == locked


def test_hr_lifts_the_lock_and_it_is_on_record(locked, hr, contact):
    failed = failed_today()
    assert number_unlock(worker=locked, by=hr) == NUMBER_LIMITS[0][0]
    assert number_unlock(worker=locked, by=hr) == 0
    assert not workers_locked().exists()
    assert bind(contact) == locked
    entry = AuditEntry.objects.get(action="binding_unlocked")
    assert (entry.actor, entry.subject_ids) == ("hr", [locked.pk])
    assert failed_today() == failed  # the alarm still counts them


def test_whoever_guessed_is_not_let_off(li_na, hr):
    guesser = phone_of("guesser")
    BindAttempt.objects.bulk_create(
        BindAttempt(contact=guesser, employee_number="A001") for _n in range(CONTACT_LIMITS[-1][0])
    )
    number_unlock(worker=li_na, by=hr)
    assert refused(guesser).code == "bind_too_often"


def test_nobody_can_lock_what_was_lifted(locked, hr, contact):
    number_unlock(worker=locked, by=hr)
    assert refused(contact, number=BindAttempt.LIFTED).code == "bind_mismatch"


def test_the_page_of_slips_lists_them_with_both_ways_out(locked, hr_client):
    page = hr_client.get(admin_url("slips"))
    assert f'href="?worker={locked.pk}"' in page.content.decode()
    lift = admin_url("lock_lift", locked.pk)
    assert lift in page.content.decode()
    assert hr_client.get(lift).status_code == 405
    assert workers_locked().exists()
    assert "李娜" in hr_client.post(lift, follow=True).content.decode()
    assert not workers_locked().exists()
    assert 'id="bind-locked"' not in hr_client.get(admin_url("slips")).content.decode()


def test_the_page_takes_as_many_statements_for_many_locked(locked, hr_client):
    hr_client.get(admin_url("slips"))
    with CaptureQueriesContext(connection) as one:
        hr_client.get(admin_url("slips"))
    for n in range(2):  # below the alarm, which counts the employees
        Worker.objects.create(employee_number=f"L{n}", name="王强", name_pinyin="x", department=locked.department)
        guess(f"L{n}", NUMBER_LIMITS[0][0])
    with CaptureQueriesContext(connection) as many:
        hr_client.get(admin_url("slips"))
    assert len(many) == len(one)


def test_who_may_not_bind_lifts_nothing_nor_does_the_outsider(sunrise, lakeside, locked, site_client, admin_of):
    with tenant_context(sunrise):
        editor = User.objects.create_user("editor", password="correct-horse-battery", is_staff=True)
        client = site_client(sunrise)
        client.force_login(editor)
    assert client.post(admin_url("lock_lift", locked.pk)).status_code == 403
    outsider = admin_of(lakeside)
    assert outsider.post(admin_url("lock_lift", locked.pk)).status_code == 404
    with tenant_context(sunrise):
        assert workers_locked().exists()
