"""Once a week everybody is told the same, whoever wrote."""

from datetime import timedelta

import pytest

from grievances.models import Channel, State
from grievances.services.calendar import today
from grievances.services.notice import KIND, notice_send
from grievances.tasks import factory_notice_task, notices_task
from tests.grievances.rows import answered, case_row, cases, closed
from workers.models import Worker, WorkerMessage


@pytest.fixture
def workers(li_na):
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


@pytest.mark.parametrize(
    ("make", "is_sent"),
    [
        (lambda: None, False),
        (lambda: closed(today() - timedelta(days=40), after=10), False),
        (lambda: closed(today() - timedelta(days=20), after=10), True),
        (lambda: answered(today() - timedelta(days=60), after=10), True),
        (lambda: case_row(is_flood=True), False),
        (lambda: closed(today() - timedelta(days=20), erased_on=today(), closing="withdrawn"), False),
    ],
    ids=["nothing", "over for long", "answered lately", "open to the end", "a flood", "taken back"],
)
def test_only_while_there_may_be_an_answer(workers, make, is_sent):
    make()
    assert (notice_send() is not None) is is_sent


def test_a_factory_can_switch_it_off(workers):
    Channel.objects.create(tells_weekly=False)
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
