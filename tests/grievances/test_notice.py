"""Once a week everybody is told the same, whoever wrote."""

from datetime import timedelta

import pytest

from grievances.models import Channel, State
from grievances.services.calendar import today
from grievances.services.notice import KIND, notice_send
from grievances.tasks import factory_notice_task, notices_task
from tests.grievances.rows import answered, case_row, cases
from workers.models import Worker, WorkerMessage


@pytest.fixture
def workers(li_na, officers):
    gone = {"employee_number": "A003", "name": "赵磊", "name_pinyin": "zhao lei", "left_on": today()}
    Worker.objects.create(**gone)
    return [li_na, Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang")]


def test_everybody_employed_gets_the_same_words_once_a_week(workers):
    case_row()
    assert notice_send() == notice_send()
    sent = WorkerMessage.objects.filter(kind=KIND)
    assert {message.worker for message in sent} == set(workers)
    assert len({str(message.values) for message in sent}) == 1


def test_the_words_do_not_depend_on_what_waits(workers):
    cases(3, category="respect")
    first = dict(notice_send().values)
    WorkerMessage.objects.all().delete()
    answered(today() - timedelta(days=3))
    assert notice_send().values == first
    assert not any(letter.isdigit() for letter in str(first))


def test_it_comes_whether_cases_wait_or_not(workers):
    """Coming only while one waits, it would tell an officer that there is one for the ombudsman."""
    assert notice_send() is not None


def test_where_nobody_receives_cases_nobody_is_told_to_look(li_na):
    assert notice_send() is None


def test_a_factory_can_switch_it_off(workers):
    Channel.objects.update(tells_weekly=False)
    case_row(state=State.IN_PROGRESS)
    assert notice_send() is None


def test_the_tasks_run_twice_and_tell_once(workers, sunrise, eager):
    case_row()
    for _time in range(2):
        factory_notice_task(schema_name=sunrise.schema_name)
        notices_task()
    assert WorkerMessage.objects.filter(kind=KIND).count() == len(workers)


def test_the_clock_knows_every_task_and_the_notice_has_one_day_of_the_week(settings):
    from config.celery import app

    app.loader.import_default_modules()
    schedule = settings.CELERY_BEAT_SCHEDULE
    assert {entry["task"] for entry in schedule.values()} <= app.tasks.keys()
    assert len(schedule["voice-notices"]["schedule"].day_of_week) == 1
    assert str(app.timezone) == settings.TIME_ZONE
