"""The alarm rings where cases go unanswered while fewer come, and where a channel closes on cases that wait."""

from datetime import timedelta

import pytest
from django_tenants.utils import schema_context, tenant_context

from grievances.models import FactoryFigures, Lane
from grievances.services.calendar import today
from grievances.services.figures import CLOSED, UNANSWERED, Flow, figures_push, flow_of, silence_of
from grievances.tasks import factory_nightly_task
from tests.grievances.rows import answered, case_row, cases, closed, officer_row

BEFORE, LATELY = today() - timedelta(days=120), today() - timedelta(days=40)


@pytest.fixture
def open_channel(in_sunrise):
    for name in ("陈主管", "王芳"):
        officer_row(name)


def alarm() -> str:
    return silence_of(flow_of(today()), is_open=True)


@pytest.mark.parametrize(
    ("flow", "rings"),
    [
        (Flow(recent=2, before=4, due=4, unanswered=2, waiting=2), True),
        (Flow(recent=3, before=4, due=4, unanswered=4, waiting=4), False),  # they still come
        (Flow(recent=0, before=2, due=2, unanswered=2, waiting=2), False),  # too few before to say
        (Flow(recent=0, before=3, due=3, unanswered=1, waiting=1), False),  # most are answered
        (Flow(recent=0, before=3, due=2, unanswered=1, waiting=1), True),
        (Flow(recent=0, before=9, due=0, unanswered=0, waiting=0), False),  # all is well, and quiet
        (Flow(recent=100, before=300, due=300, unanswered=150, waiting=150), True),
    ],
)
def test_the_rule(flow, rings):
    assert silence_of(flow, is_open=True) == (UNANSWERED if rings else "")


def test_people_give_up_where_nobody_answers(in_sunrise):
    cases(4, BEFORE)
    cases(2, LATELY)
    assert alarm() == UNANSWERED


def test_it_does_not_ring_where_cases_are_answered(in_sunrise):
    for _case in range(4):
        closed(BEFORE)
    answered(LATELY)
    assert alarm() == ""


def test_what_escalated_counts_as_unanswered(in_sunrise):
    cases(4, BEFORE, lead=Lane.OMBUDSMAN, escalated_on=today() - timedelta(days=30))
    assert alarm() == UNANSWERED


def test_a_flood_and_the_ombudsmens_own_cases_do_not_count(in_sunrise):
    cases(4, BEFORE)
    cases(9, LATELY, is_flood=True)
    cases(9, LATELY, to=(Lane.OMBUDSMAN,))
    assert alarm() == UNANSWERED


def test_a_channel_that_closes_on_waiting_cases_rings(in_sunrise):
    case = case_row()
    assert figures_push().silence == CLOSED
    case.state, case.answered_on = "answered", today()
    case.save()
    assert figures_push().silence == ""


def test_since_when_it_rings_stays_while_it_rings(open_channel, sunrise):
    cases(4, BEFORE)
    first = figures_push()
    assert (first.silence, first.silence_since, first.is_open) == (UNANSWERED, today(), True)
    since = today() - timedelta(days=5)
    with schema_context("public"):
        FactoryFigures.objects.update(silence_since=since)
    assert figures_push().silence_since == since
    cases(9, LATELY)
    assert figures_push().silence_since is None


def test_the_nightly_task_runs_twice_and_leaves_one_row(open_channel, sunrise, lakeside):
    cases(4, BEFORE)
    for _time in range(2):
        factory_nightly_task(schema_name=sunrise.schema_name)
    with schema_context("public"):
        figures = FactoryFigures.objects.get()
    assert (figures.place, figures.silence, figures.silence_since) == ("sunrise", UNANSWERED, today())
    with tenant_context(lakeside):
        assert flow_of(today()) == Flow(recent=0, before=0, due=0, unanswered=0, waiting=0)
