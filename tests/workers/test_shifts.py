"""Shifts: cycles by days, weeks and months; days that differ; when a phone should stay silent."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tenants.audit.models import AuditEntry
from workers.models import Shift, ShiftDay, Turn, Worker
from workers.services.shifts import (
    ShiftRefused,
    month_calendar,
    shift_days_set,
    shifts_ensure,
    turn_on,
    worker_is_resting,
    worker_turn_on,
    workers_put_in_shift,
)

D, N, R = Turn.DAY, Turn.NIGHT, Turn.REST
MONDAY = date(2026, 11, 30)
HOURS = {"day_starts_at": time(8), "day_ends_at": time(20), "night_starts_at": time(20), "night_ends_at": time(8)}


def shift(name="甲班", cycle=(D, D, N, N, R), **values) -> Shift:
    values = {"kind": Shift.Kind.OWN, "cycle_starts_on": MONDAY, **HOURS, **values}
    return Shift.objects.create(name=name, cycle=list(cycle), **values)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_cycle_repeats_forwards_and_reaches_back(in_sunrise):
    own = shift()
    turns = [turn_on(own, date(2026, 11, 25 + number)) for number in range(5)]
    turns += [turn_on(own, date(2026, 12, number)) for number in range(1, 6)]
    assert turns == [D, D, N, N, R, D, N, N, R, D]


def test_weeks_turn_on_monday_and_months_on_the_first(in_sunrise):
    weekly = shift("周倒", [D, N], step=Shift.Step.WEEK, cycle_starts_on=date(2026, 12, 2))
    assert [turn_on(weekly, date(2026, 12, day)) for day in (1, 6, 7, 13, 14)] == [D, D, N, N, D]
    monthly = shift("月倒", [N, D], step=Shift.Step.MONTH, cycle_starts_on=date(2026, 11, 15))
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1), date(2026, 10, 31)]
    assert [turn_on(monthly, day) for day in days] == [N, D, D, N, D]


def test_a_day_shift_needs_no_beginning_and_rests_on_its_weekdays(in_sunrise):
    day = shift("白班", [D], kind=Shift.Kind.DAY, cycle_starts_on=None, rest_weekdays=[6])
    assert [turn_on(day, date(2026, 12, 5)), turn_on(day, date(2026, 12, 6))] == [D, R]


def test_a_holiday_is_set_for_several_shifts_and_taken_back(in_sunrise):
    both = [shift(), shift("白班", [D], kind=Shift.Kind.DAY)]
    first, last = date(2027, 2, 5), date(2027, 2, 11)
    assert shift_days_set(shifts=both, first=first, last=last, turn=R) == 14
    assert shift_days_set(shifts=both, first=first, last=first, turn=D) == 2
    assert [turn_on(both[1], first), turn_on(both[1], last), turn_on(both[1], date(2027, 2, 12))] == [D, R, D]
    assert shift_days_set(shifts=both[:1], first=first, last=last, turn=None) == 7
    assert ShiftDay.objects.count() == 7


@pytest.mark.parametrize(
    ("last", "code"), [(date(2026, 11, 29), "shift_days_backwards"), (date(9999, 12, 31), "shift_days_too_many")]
)
def test_a_range_backwards_or_without_end_is_refused(in_sunrise, last, code):
    with pytest.raises(ShiftRefused) as refusal:
        shift_days_set(shifts=[shift()], first=MONDAY, last=last, turn=R)
    assert refusal.value.code == code
    assert not ShiftDay.objects.exists()


def test_a_month_is_read_in_one_statement(in_sunrise, django_assert_num_queries):
    own = shift()
    shift_days_set(shifts=[own], first=date(2026, 12, 1), last=date(2026, 12, 1), turn=R)
    with django_assert_num_queries(1):
        weeks = month_calendar(own, date(2026, 12, 24))
    assert [day.on.day for day in weeks[0]] == [30, 1, 2, 3, 4, 5, 6]
    assert [(day.turn, day.differs, day.in_month) for day in weeks[0][:2]] == [(D, False, False), (R, True, True)]


def test_people_are_put_in_a_shift_at_once_and_it_is_on_record(li_na):
    own = shift()
    assert workers_put_in_shift(workers=Worker.objects.all(), shift=own, by="system") == 1
    assert workers_put_in_shift(workers=Worker.objects.all(), shift=own, by="system") == 0
    li_na.refresh_from_db()
    assert li_na.history.first().shift_id == own.pk
    assert AuditEntry.objects.filter(action="workers_put_in_shift").count() == 1
    assert worker_turn_on(li_na, MONDAY) == D
    assert workers_put_in_shift(workers=Worker.objects.all(), shift=None, by="system") == 1
    li_na.refresh_from_db()
    assert worker_turn_on(li_na, MONDAY) is None


@pytest.mark.parametrize(
    ("day", "hour", "rests"),
    [
        (date(2026, 12, 1), 23, True),  # after a day turn
        (date(2026, 12, 2), 21, False),  # at work
        (date(2026, 12, 3), 3, False),  # at work, the night belongs to the day before
        (date(2026, 12, 3), 12, True),  # asleep between two nights
        (date(2026, 12, 3), 17, False),
        (date(2026, 12, 4), 15, True),  # after the last night
        (date(2026, 12, 4), 16, False),
        (date(2026, 12, 4), 22, True),
    ],
)
def test_nobody_is_woken_after_a_night_turn(li_na, day, hour, rests):
    li_na.shift = shift()
    assert worker_is_resting(li_na, at(day, hour)) is rests


def test_without_a_shift_the_night_is_for_sleeping(li_na):
    assert [worker_is_resting(li_na, at(MONDAY, hour)) for hour in (6, 7, 21, 22)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("name", "kind", "cycle"),
    [
        ("白班", "day", [D]), ("行政班", "day", [D]), ("夜班", "night", [N]), ("晚班", "night", [N]),
        ("两班倒", "rotating", []), ("四班三运转轮班", "rotating", []), ("三班", "rotating", []), ("白夜倒班", "rotating", []),
    ],
)  # fmt: skip
def test_a_name_from_a_roster_makes_no_more_of_a_shift_than_it_says(in_sunrise, name, kind, cycle):
    assert shifts_ensure([name]) == [name]
    made = Shift.objects.get()
    assert (made.kind, made.cycle) == (kind, cycle)


def test_a_pattern_that_nobody_set_says_nothing_of_any_day(li_na):
    shifts_ensure(["两班倒"])
    li_na.shift = made = Shift.objects.get()
    assert {day.turn for week in month_calendar(made, MONDAY) for day in week} == {None}
    assert worker_turn_on(li_na, MONDAY) is None
    assert [worker_is_resting(li_na, at(MONDAY, hour)) for hour in (3, 12, 23)] == [True, False, True]
    shift_days_set(shifts=[made], first=MONDAY, last=MONDAY, turn=N)
    assert turn_on(made, MONDAY) == N
