"""The eight criteria, from figures the system has: shares over ten and more, in full steps, of finished months."""

from datetime import date, timedelta

import pytest
from django_tenants.utils import schema_context, tenant_context

from grievances.models import OMBUDSMAN_PLACE, BoardEntry, Channel, FactoryFigures, Lane, State
from grievances.queries.criteria import CRITERIA, readings
from grievances.queries.scorecard import scorecard, share
from grievances.services.figures import figures_push
from tests.grievances.rows import answered, case_row, cases, closed, message, officer_row

ON = date(2026, 6, 15)
MARCH = date(2026, 3, 10)


def values(**expected) -> dict:
    """What the scorecard says of these keys."""
    found = scorecard(on=ON)
    return {key: found[key] for key in expected}


def test_there_are_eight_criteria_with_two_to_four_figures_each(in_sunrise):
    assert len(CRITERIA) == 8
    assert all(2 <= len(criterion.measures) <= 4 for criterion in CRITERIA)
    keys = [measure.key for criterion in CRITERIA for measure in criterion.measures]
    assert len(keys) == len(set(keys))
    assert set(keys) == set(scorecard(on=ON))
    assert all(measure.advice for criterion in CRITERIA for measure in criterion.measures)


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(9, 9, None), (10, 10, 100), (9, 10, 90), (10, 11, 90), (1, 30, 0)]
)
def test_a_share_stands_for_ten_and_is_rounded_down(part, whole, percent):
    assert share(part, whole) == percent


def test_in_time_and_late(in_sunrise):
    for _case in range(8):
        closed(MARCH, after=10)
    for _case in range(3):
        answered(MARCH, after=80)
    cases(1, MARCH)
    expected = {"acknowledged_in_time": 90, "answered_in_time": 65, "days_to_answer": 10}
    assert values(**expected) == expected


def test_nine_are_too_few(in_sunrise):
    for _case in range(9):
        closed(MARCH, rating=1, appealed_on=MARCH)
    expected = dict.fromkeys(["answered_in_time", "days_to_answer", "rated", "rating", "appealed", "withdrawn"])
    assert values(**expected) == expected


def test_only_finished_months_count(in_sunrise):
    for _case in range(12):
        closed(date(2026, 6, 1), after=3, rating=5)
    assert values(rated=None, rating=None) == {"rated": None, "rating": None}
    assert scorecard(on=date(2026, 7, 1))["rating"] == 5


def test_taken_back_merged_and_emptied_wait_for_no_answer(in_sunrise):
    for closing in ["withdrawn"] * 4 + ["merged"] * 4 + ["emptied"] * 2:
        case_row(MARCH, state=State.CLOSED, closing=closing, closed_on=MARCH)
    expected = {"answered_in_time": None, "withdrawn": 40}
    assert values(**expected) == expected


def test_appeals_and_ratings(in_sunrise):
    for number in range(10):
        answered(MARCH, rating=4 if number < 5 else 3, appealed_on=MARCH + timedelta(days=20) if number < 2 else None)
    for _case in range(10):
        came = {"answered_on": MARCH + timedelta(days=30), "appealed_on": MARCH + timedelta(days=20)}
        closed(MARCH, rating=None, **came)
    expected = {"appealed": 60, "appeals_answered": 80, "rated": 50, "rating": 3.5}
    assert values(**expected) == expected


def test_who_wrote_how_often(in_sunrise):
    officer = officer_row()
    for number in range(10):
        case = case_row(MARCH)
        message(case)
        if number < 8:
            message(case, officer)
        if number < 4:
            message(case)
    expected = {"worker_messages": 1.4, "officer_messages": 0.8, "informed": 80, "answered_back": None}
    assert values(**expected) == expected


def test_what_came_back_and_who_was_asked_besides(in_sunrise):
    for number in range(10):
        to = (Lane.FACTORY, Lane.OMBUDSMAN) if number < 3 else (Lane.FACTORY,)
        answered(MARCH, to=to, agreed_publication=number < 5)
    cases(5, MARCH, to=(Lane.OMBUDSMAN,))
    expected = {"to_ombudsman": 30, "agreed": 50, "reopened": 0}
    assert values(**expected) == expected


def test_the_channel_itself(in_sunrise):
    officer = officer_row()
    Channel.objects.create(tells_weekly=False)
    case = closed(MARCH)
    BoardEntry.objects.create(
        case=case, category="pay", you_said="x", we_did="y", state="published", drafted_by=officer, drafted_on=MARCH,
        published_on=ON,
    )  # fmt: skip
    for name in ("周老师", "吴老师"):
        officer_row(name, place=OMBUDSMAN_PLACE)
    expected = {"officers": 1, "open": False, "ombudsman": True, "weekly": False, "board": 1, "languages": 2}
    assert values(**expected) == expected


def test_a_low_figure_says_what_to_do_and_a_good_one_does_not(in_sunrise):
    found = {reading.label: reading for criterion in CRITERIA for reading in readings(criterion, scorecard(on=ON))}
    assert len(found) == len(scorecard(on=ON))
    low = [reading for reading in found.values() if reading.is_low]
    assert low
    assert all(bool(reading.advice) == bool(reading.is_low) for reading in found.values())


def test_in_public_it_is_about_the_ombudsmens_own_cases(in_sunrise):
    cases(20, MARCH)
    with schema_context("public"):
        for _case in range(10):
            closed(MARCH, rating=5)
        found = scorecard(on=ON)
        assert (found["rating"], found["withdrawn"]) == (5, 0)
        assert not {"weekly", "to_ombudsman", "board", "reopened"} & found.keys()
        assert all(readings(criterion, found) for criterion in CRITERIA)


def test_figures_go_up_once_and_name_no_other_factory(in_sunrise, lakeside):
    for _time in range(2):
        figures_push()
    with tenant_context(lakeside):
        figures_push()
        assert not FactoryFigures.objects.exists()
    with schema_context("public"):
        assert set(FactoryFigures.objects.values_list("place", "name")) == {
            ("sunrise", in_sunrise.name),
            ("lakeside", lakeside.name),
        }


def test_it_takes_as_many_statements_for_few_cases_as_for_many(in_sunrise, django_assert_max_num_queries):
    for _case in range(30):
        closed(MARCH)
    with django_assert_max_num_queries(15):
        scorecard(on=ON)
    with django_assert_max_num_queries(5):  # worked out once a month
        scorecard(on=ON)


def test_one_message_does_not_show_before_the_next_month(in_sunrise):
    """Looked at every minute, a figure that moved would tell the minute in which somebody wrote."""
    several = [closed(MARCH) for _case in range(12)]
    before = scorecard(on=ON)
    message(several[0])
    closed(MARCH, closing="withdrawn")
    assert scorecard(on=ON + timedelta(days=10)) == before
    assert scorecard(on=ON + timedelta(days=20)) != before
