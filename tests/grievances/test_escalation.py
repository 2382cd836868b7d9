"""What is late goes to the ombudsmen where the worker agreed when they wrote, once; and never otherwise."""

from datetime import timedelta

import pytest
from django_tenants.utils import schema_context, tenant_context

from grievances.models import OMBUDSMAN_PLACE, Case, CaseWrap, Lane, State
from grievances.services.calendar import today
from grievances.services.deadlines import deadlines_keep
from grievances.services.log import log_faults
from grievances.tasks import factory_nightly_task, nightly_task
from tests.grievances.rows import case_row, officer_row, wrap

LONG_AGO = timedelta(days=90)


@pytest.fixture
def ombudsman(in_sunrise):
    return officer_row("周老师", place=OMBUDSMAN_PLACE)


@pytest.fixture
def late(ombudsman):
    """`late(...)` is a case nobody answered, with a wrap kept back for the ombudsman."""

    def make(*, is_held: bool = True, has_wrap: bool = True, **fields) -> Case:
        case = case_row(today() - LONG_AGO, **{"agreed_escalation": True, **fields})
        if has_wrap:
            wrap(case, ombudsman, is_held=is_held)
        return case

    return make


def test_a_late_case_escalates_once(late):
    case = late()
    assert (deadlines_keep(), deadlines_keep()) == (1, 0)
    case.refresh_from_db()
    assert (case.lead, case.escalated_on, case.revision) == (Lane.OMBUDSMAN, today(), 1)
    assert not CaseWrap.objects.filter(key__case=case, is_held=True).exists()
    assert [(event.kind, event.detail) for event in case.events.all()][1:] == [("escalated", {"by": "clock"})]
    assert not log_faults(case.events.all())


@pytest.mark.parametrize(
    "fields",
    [
        {"agreed_escalation": False},
        {"has_wrap": False},
        {"state": State.ANSWERED, "answered_on": today()},
        {"answer_by": today(), "acknowledge_by": today()},
        {"lead": Lane.OMBUDSMAN},
    ],
    ids=["not agreed", "no wrap", "answered", "due today", "led there already"],
)
def test_it_stays_otherwise(late, fields):
    case = late(**fields)
    assert deadlines_keep() == 0
    case.refresh_from_db()
    assert case.escalated_on is None


def test_a_flood_stops_no_deadline(late):
    """Otherwise ten strangers an hour could keep every real case from the ombudsman."""
    late(is_quarantined=True)
    assert deadlines_keep() == 1


def test_a_case_acknowledged_in_time_escalates_when_its_answer_is_late(late):
    waiting = late(state=State.ACKNOWLEDGED, answer_by=today() + timedelta(days=1))
    overdue = late(state=State.IN_PROGRESS, answer_by=today() - timedelta(days=1))
    assert deadlines_keep() == 1
    assert set(Case.objects.filter(escalated_on=None)) == {waiting}
    assert set(Case.objects.exclude(escalated_on=None)) == {overdue}


def test_in_public_nothing_escalates(ombudsman):
    with schema_context("public"):
        case_row(today() - LONG_AGO, agreed_escalation=True)
        assert deadlines_keep() == 0


def test_the_nightly_task_runs_twice_and_does_it_once(late, sunrise):
    case = late()
    for _time in range(2):
        factory_nightly_task(schema_name=sunrise.schema_name)
    case.refresh_from_db()
    assert case.revision == 1
    assert case.events.filter(kind="escalated").count() == 1


def test_the_night_reaches_every_factory_and_no_other_case(late, lakeside, eager):
    case = late()
    with tenant_context(lakeside):
        theirs = case_row(today() - LONG_AGO, agreed_escalation=True)
        wrap(theirs, officer_row("周老师", place=OMBUDSMAN_PLACE), is_held=True)
    for _time in range(2):
        nightly_task()
    case.refresh_from_db()
    assert case.escalated_on == today()
    with tenant_context(lakeside):
        theirs.refresh_from_db()
        assert theirs.escalated_on == today()
        assert not Case.objects.filter(pk=case.pk).exists()
