"""Who was a child on the day they were hired: HR is told, and what the law asks of the factory."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django_tenants.utils import tenant_context

from tests.workers.pages import admin_url
from workers.models import Worker
from workers.services.people import hired_too_young


@pytest.mark.parametrize(
    ("born", "hired", "is_young"),
    [
        (date(2008, 3, 1), date(2024, 2, 29), True),
        (date(2008, 3, 1), date(2024, 3, 1), False),
        (date(2008, 3, 1), date(2007, 3, 1), True),
        (None, date(2024, 2, 29), False),
        (date(2008, 3, 1), None, False),
    ],
)
def test_nobody_is_hired_before_they_are_16(born, hired, is_young):
    assert hired_too_young(Worker(birth_date=born, hired_on=hired)) is is_young


BORN, HIRED = "2009-06-01", "2024-07-01"
TOLD = "入职时未满 16 岁"


def saved(client, **values) -> str:
    """What the page says after an employee of these days was added."""
    sent = {"employee_number": "B7", "name": "周婷", "birth_date": BORN, "hired_on": HIRED, **values}
    return client.post(admin_url("worker_add"), sent, follow=True).content.decode()


def test_the_form_saves_it_and_says_what_the_law_asks(sunrise, hr_client):
    told = saved(hr_client)
    assert TOLD in told
    for word in ("核对", "CCR CSR", "父母", "体检", "负责人"):
        assert word in told
    with tenant_context(sunrise):
        worker = Worker.objects.get(employee_number="B7")
    assert worker.birth_date == date(2009, 6, 1)
    sent = {"employee_number": "B7", "name": "周婷", "birth_date": BORN, "hired_on": HIRED, "position": "操作工"}
    assert TOLD not in hr_client.post(admin_url("worker_change", worker.pk), sent, follow=True).content.decode()
    sent["hired_on"] = "2024-08-01"
    assert TOLD in hr_client.post(admin_url("worker_change", worker.pk), sent, follow=True).content.decode()


@pytest.mark.parametrize("days", [{"hired_on": "2025-06-01"}, {"hired_on": ""}, {"birth_date": ""}])
def test_nothing_is_said_of_who_was_16_or_where_a_day_is_not_known(sunrise, hr_client, days):
    assert TOLD not in saved(hr_client, **days)


def test_who_may_not_see_birth_dates_does_not_learn_it_by_trying_hire_dates(sunrise, li_na, admin_of):
    with tenant_context(sunrise):
        Worker.objects.filter(pk=li_na.pk).update(birth_date=date(2009, 6, 1))
        user = User.objects.create_user("wang", is_staff=True)
        names = ["view_worker", "change_worker", "see_all_departments"]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
    sent = {"employee_number": "A001", "name": "李娜", "hired_on": HIRED}
    told = admin_of(sunrise, "wang").post(admin_url("worker_change", li_na.pk), sent, follow=True).content.decode()
    assert TOLD not in told
    with tenant_context(sunrise):
        assert Worker.objects.get(pk=li_na.pk).hired_on == date(2024, 7, 1)


def test_a_hire_date_before_the_birth_date_is_a_mistake(sunrise, hr_client):
    assert "入职日期早于出生日期" in saved(hr_client, birth_date="2000-01-01", hired_on="1999-01-01")
    with tenant_context(sunrise):
        assert not Worker.objects.exists()
