"""Shifts: who works when. A shift repeats its cycle; single days differ."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.services import audit_record
from tenants.errors import DomainError
from workers.models import Shift, ShiftDay, Turn, Worker
from workers.services.history import CHANGED, history_insert
from workers.services.spelling import name_written, natural_key

LONGEST_RANGE = 62  # days set at once
SLEEP = timedelta(hours=8)  # after a night turn
NIGHT_FROM, NIGHT_UNTIL = time(22), time(7)
NEW_AT_ONCE = 20
# In the name of a shift.
ROTATING_SIGNS, NIGHT_SIGNS = ("倒", "轮", "翻班", "两班", "三班"), ("夜", "晚")


class ShiftRefused(DomainError):
    """codes: shift_days_backwards, shift_days_too_many."""

    code = "shift_refused"


@dataclass(frozen=True)
class CalendarDay:
    """turn: None where nobody has set the pattern. differs: set for this day alone. in_month: not of the weeks' ends that belong
    to a neighbour."""

    on: date
    turn: Turn | None
    differs: bool
    in_month: bool


def turn_on(shift: Shift, day: date) -> Turn | None:
    """What the shift does on that day. None: nobody has set its pattern."""
    differing = shift.days.filter(on=day).values_list("turn", flat=True).first()
    return Turn(differing) if differing else turn_by_pattern(shift, day)


def worker_turn_on(worker: Worker, day: date) -> Turn | None:
    """None: nobody has said which shift they are in, or how it goes."""
    return turn_on(worker.shift, day) if worker.shift else None


def turn_by_pattern(shift: Shift, day: date) -> Turn | None:
    """What the cycle says, whatever was set for the single day. It reaches back before its beginning as well."""
    if day.weekday() in shift.rest_weekdays:
        return Turn(Turn.REST)
    if not shift.cycle:
        return None
    return Turn(shift.cycle[_steps(shift, day) % len(shift.cycle)])


def _steps(shift: Shift, day: date) -> int:
    """Whole steps of the cycle between its beginning and the day: days, weeks from Monday, months from the 1st."""
    start = shift.cycle_starts_on
    if start is None:
        return 0
    if shift.step == Shift.Step.MONTH:
        return (day.year - start.year) * 12 + day.month - start.month
    if shift.step == Shift.Step.WEEK:
        return ((day - start).days + start.weekday()) // 7
    return (day - start).days


def month_calendar(shift: Shift, month: date) -> list[list[CalendarDay]]:
    """The weeks of the month of that day, Monday first. One statement; a shift that is not saved yet takes none."""
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    differing = {}
    if shift.pk:
        differing = dict(shift.days.filter(on__range=(weeks[0][0], weeks[-1][-1])).values_list("on", "turn"))
    return [
        [
            CalendarDay(
                on=day,
                turn=Turn(differing[day]) if day in differing else turn_by_pattern(shift, day),
                differs=day in differing,
                in_month=day.month == month.month,
            )
            for day in week
        ]
        for week in weeks
    ]


@transaction.atomic
def shift_days_set(*, shifts: Iterable[Shift], first: date, last: date, turn: Turn | None) -> int:
    """Let the shifts differ from their pattern from `first` to `last`; None: follow it again. How many days were set.

    Raises ShiftRefused, and then nothing has been written.
    """
    if last < first:
        raise ShiftRefused(_("The last day lies before the first. Change one of the two."), code="shift_days_backwards")
    days = [first + timedelta(days=number) for number in range(min((last - first).days, LONGEST_RANGE) + 1)]
    if len(days) > LONGEST_RANGE:
        text = _("At most %(most)d days can be set at once. Choose a shorter time.") % {"most": LONGEST_RANGE}
        raise ShiftRefused(text, code="shift_days_too_many")
    if turn is None:
        return ShiftDay.objects.filter(shift__in=list(shifts), on__range=(first, last)).delete()[0]
    rows = [ShiftDay(shift=shift, on=day, turn=turn) for shift in shifts for day in days]
    ShiftDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["shift", "on"], update_fields=["turn"], batch_size=1000
    )
    return len(rows)


def shifts_ensure(names: Iterable[str]) -> list[str]:
    """Make those that are not there yet, as their names say: of nights, rotating (how, HR has to set), else of days. Which ones.

    None where they are too many, or longer than a name: then the names are something else.
    """
    new = set(names) - {name_written(name) for name in Shift.objects.values_list("name", flat=True)}
    if len(new) > NEW_AT_ONCE or any(len(name) > Shift.NAME_LENGTH for name in new):
        return []
    for name in (made := sorted(new, key=natural_key)):
        Shift.objects.create(name=name, **_as_named(name))
    return made


def _as_named(name: str) -> dict[str, Any]:
    if any(sign in name for sign in ROTATING_SIGNS):
        starts = timezone.localdate()
        return {"kind": Shift.Kind.ROTATING, "cycle": [], "step": Shift.Step.WEEK, "cycle_starts_on": starts}
    if any(sign in name for sign in NIGHT_SIGNS):
        return {"kind": Shift.Kind.NIGHT, "cycle": [Turn.NIGHT]}
    return {"kind": Shift.Kind.DAY, "cycle": [Turn.DAY]}


@transaction.atomic
def workers_put_in_shift(*, workers: QuerySet[Worker], shift: Shift | None, by: User | str) -> int:
    """Who was in it already is not touched. How many changed over."""
    others = workers.exclude(shift=shift) if shift else workers.filter(shift__isnull=False)
    ids = list(others.values_list("pk", flat=True))
    if ids:
        Worker.objects.filter(pk__in=ids).update(shift=shift, updated_at=timezone.now())
        history_insert(Worker, ids, kind=CHANGED, user_id=by.pk if isinstance(by, User) else None, reason="shift")
        audit_record(by=by, action="workers_put_in_shift", about=shift, subjects=ids)
    return len(ids)


def worker_is_resting(worker: Worker, at: datetime) -> bool:
    """Is it likely that they sleep, so that a phone should not ring?

    Within eight hours of the end of a night turn; otherwise from 22:00 to 7:00, unless they are at work. `at` is aware and
    is looked at in the factory's time zone.
    """
    local = timezone.localtime(at).replace(tzinfo=None)
    if worker.shift:
        for day in (local.date() - timedelta(days=1), local.date()):
            if turn_on(worker.shift, day) == Turn.NIGHT:
                starts, ends = night_of(worker.shift, day)
                if starts <= local < ends + SLEEP:
                    return local >= ends
    return local.time() >= NIGHT_FROM or local.time() < NIGHT_UNTIL


def night_of(shift: Shift, day: date) -> tuple[datetime, datetime]:
    """When the night turn that begins on that day begins and ends, in the factory's own time."""
    starts = datetime.combine(day, shift.night_starts_at or time(20))
    ends = datetime.combine(day, shift.night_ends_at or time(8))
    return starts, ends if ends > starts else ends + timedelta(days=1)
