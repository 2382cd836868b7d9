"""By which day something is due: working days of the factory's country, without its own closed days, or all days."""

from datetime import date

import pytest
from django_tenants.utils import tenant_context

from grievances.models import Channel
from grievances.services.calendar import closed_days, due_on


def day_after(factory, start: date, days: int, **settings) -> date:
    with tenant_context(factory):
        return due_on(start, days=days, channel=Channel(**settings))


@pytest.fixture
def in_zone(sunrise):
    def of(zone: str):
        sunrise.time_zone = zone
        return sunrise

    return of


def test_weekends_do_not_count(sunrise):
    assert day_after(sunrise, date(2026, 6, 1), 7) == date(2026, 6, 10)  # Monday; Wednesday of the week after


def test_spring_festival_does_not_count_and_the_saturday_worked_for_it_does(sunrise):
    """2026: off from 15 to 23 February; worked for it are Saturday the 14th and Saturday the 28th (State Council, 2025)."""
    assert day_after(sunrise, date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert day_after(sunrise, date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert day_after(sunrise, date(2026, 2, 27), 1) == date(2026, 2, 28)


def test_a_case_of_a_closed_day_counts_from_the_next_working_day(sunrise):
    assert day_after(sunrise, date(2026, 2, 18), 7) == day_after(sunrise, date(2026, 2, 23), 7) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("zone", "holiday"),
    [
        ("Asia/Hong_Kong", date(2026, 7, 1)),  # establishment day
        ("Asia/Ho_Chi_Minh", date(2026, 9, 2)),  # national day
        ("Asia/Bangkok", date(2026, 4, 14)),  # Songkran
        ("Asia/Jakarta", date(2026, 8, 17)),  # independence day
    ],
)
def test_each_country_has_its_own_holidays(in_zone, zone, holiday):
    before = date.fromordinal(holiday.toordinal() - 1)
    assert day_after(in_zone(zone), before, 1) != holiday
    assert day_after(in_zone("Asia/Shanghai"), before, 1) == holiday


def test_the_factorys_closed_days_do_not_count(sunrise):
    closed = "2026-06-02\n\n 2026-06-03 \n"
    assert day_after(sunrise, date(2026, 6, 1), 1, closed_days=closed) == date(2026, 6, 4)


def test_without_the_tick_every_day_counts(sunrise):
    assert day_after(sunrise, date(2026, 2, 13), 7, counts_working_days=False) == date(2026, 2, 20)


@pytest.mark.parametrize("line", ["10.2.2027", "2027-02-30", "tomorrow"])
def test_a_line_that_is_no_day_is_refused(line):
    with pytest.raises(ValueError, match=r".+"):
        closed_days(f"2027-02-10\n{line}")
