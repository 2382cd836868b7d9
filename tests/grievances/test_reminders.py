"""Officers hear that something waits: how many, and where to sign in. At most once a day, and nothing of any case."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django_tenants.utils import schema_context

from grievances.models import Case, Category, FactoryFigures, Lane, State
from grievances.services.calendar import today
from grievances.services.deadlines import ReminderNotSent, reminders_send
from grievances.tasks import factory_reminders_task, ombudsman_reminders_task
from tests.grievances.rows import case_row, officer_row, wrap

SOON = today() + timedelta(days=2)


@pytest.fixture
def officer(in_sunrise):
    user = User.objects.get(username="hr")
    user.email = "chen@factory.example"
    user.save()
    return officer_row(user=user)


@pytest.fixture
def waiting(officer):
    """Two to acknowledge, of which one is due soon."""
    cases = [case_row(acknowledge_by=SOON, category="respect"), case_row(acknowledge_by=today() + timedelta(days=3))]
    for case in cases:
        wrap(case, officer)
    return cases


def test_counts_and_nothing_else(waiting, sunrise):
    assert reminders_send() == 1
    (message,) = mail.outbox
    assert message.to == ["chen@factory.example"]
    assert "2 件待确认，1 件快到期" in message.body
    assert "sunrise.wesupport.test/admin/grievances/desk/" in message.body
    said = message.subject + message.body
    assert not any(case.reference in said for case in waiting)
    assert not any(str(label) in said for label in Category.labels)
    assert not re.search(r"\d{4}-\d", said)


def test_once_a_day(waiting):
    assert (reminders_send(), reminders_send()) == (1, 0)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"acknowledge_by": today() + timedelta(days=3)},
        {"state": State.ANSWERED, "answered_on": today()},
        {"lead": Lane.OMBUDSMAN},
    ],
    ids=["not due", "answered", "the ombudsman's"],
)
def test_nothing_is_sent_when_nothing_is_due(waiting, fields):
    Case.objects.update(**fields)
    assert reminders_send() == 0


def test_overdue_is_due(waiting):
    Case.objects.update(state=State.IN_PROGRESS, answer_by=today() - timedelta(days=9))
    reminders_send()
    assert "2 件快到期" in mail.outbox[0].body


def test_who_does_not_hold_a_case_hears_nothing_of_it(waiting, officer):
    other = User.objects.create_user("wang", email="wang@factory.example")
    officer_row("王芳", user=other)
    assert reminders_send() == 1


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_neither_does_who_has_no_address_or_no_account(waiting, officer, change):
    User.objects.filter(pk=officer.user_id).update(**change)
    assert reminders_send() == 0


def test_a_mail_server_that_is_away_is_tried_again(waiting, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(ReminderNotSent):
        reminders_send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert reminders_send() == 1


def test_an_ombudsman_hears_of_silent_factories(in_sunrise):
    with schema_context("public"):
        officer_row("周老师", user=User.objects.create_user("zhou", email="zhou@ccrcsr.example"))
        FactoryFigures.objects.create(place="lakeside", name="湖畔服装厂", on=today(), silence="unanswered")
        assert (reminders_send(), reminders_send()) == (1, 0)
    assert "1 家工厂有沉默警报" in mail.outbox[0].body
    assert "湖畔" not in mail.outbox[0].body


def test_the_tasks_run_twice_and_write_once(waiting, sunrise):
    for _time in range(2):
        factory_reminders_task(schema_name=sunrise.schema_name)
        ombudsman_reminders_task()
    assert len(mail.outbox) == 1
