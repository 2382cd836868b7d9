"""Sunrise's shifts, leaders of lines, and a login for each role that sees less than an owner."""

from dataclasses import dataclass
from datetime import date, time

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet

from tenants.roles import LINE_LEADER, PEOPLE, VIEWER
from workers.models import Colleague, Department, Shift, Turn, Worker
from workers.services.departments import department_change
from workers.services.shifts import workers_put_in_shift

DAY, NIGHT = (time(8), time(20)), (time(20), time(8))


@dataclass(frozen=True)
class DemoLogin:
    """name: empty of the line leader, who is one of the employees."""

    username: str
    role: str
    name: str = ""


LOGINS = [DemoLogin("people", PEOPLE, "孙娟"), DemoLogin("leader", LINE_LEADER), DemoLogin("viewer", VIEWER, "何敏")]


def people_load(*, day_only: set[str]) -> None:
    """Once: again, or where somebody has made a shift, it changes nothing. day_only: names of those who never work at night."""
    if Shift.objects.exists():
        return
    shifts = _shifts_make()
    people = Worker.objects.employed()
    lines = Department.objects.standing().filter(kind=Department.Kind.LINE)
    for number, line in enumerate(lines):
        workers_put_in_shift(
            workers=people.filter(department=line).exclude(name__in=day_only),
            shift=shifts[number % len(shifts)],
            by="system",
        )
        _leader_choose(line, people.filter(department=line))
    workers_put_in_shift(workers=people.filter(shift=None), shift=shifts[0], by="system")


def leader_link(user: User) -> None:
    """The line leader's login belongs to whoever leads the line with the most people, unless it has been given to somebody."""
    if Colleague.objects.filter(user=user, worker__isnull=False).exists():
        return
    led = Department.objects.standing().filter(leader__left_on=None, leader__colleague=None, leader__isnull=False)
    line = led.annotate(size=Count("workers")).order_by("-size", "path").first()
    if line is None:
        return
    Colleague.objects.update_or_create(user=user, defaults={"worker": line.leader})
    user.first_name = line.leader.name
    user.save(update_fields=["first_name"])


def _shifts_make() -> list[Shift]:
    hours = dict(zip(("day_starts_at", "day_ends_at"), DAY, strict=True))
    nights = dict(zip(("night_starts_at", "night_ends_at"), NIGHT, strict=True))
    kinds = Shift.Kind
    return [
        Shift.objects.create(name="白班", kind=kinds.DAY, cycle=[Turn.DAY], rest_weekdays=[6], **hours),
        Shift.objects.create(name="夜班", kind=kinds.NIGHT, cycle=[Turn.NIGHT], rest_weekdays=[6], **nights),
        Shift.objects.create(
            name="两班倒",
            kind=kinds.ROTATING,
            cycle=[Turn.DAY, Turn.NIGHT],
            step=Shift.Step.WEEK,
            cycle_starts_on=date(2026, 1, 5),  # a Monday
            rest_weekdays=[6],
            **hours,
            **nights,
        ),
    ]


def _leader_choose(line: Department, people: QuerySet[Worker]) -> None:
    """Who is a line manager already; where nobody is, whoever has been there longest becomes one."""
    leader = people.order_by("-is_line_manager", "hired_on", "pk").first()
    if leader is None:
        return
    if not leader.is_line_manager:
        leader.is_line_manager, leader.position = True, "班组长"
        leader.save(update_fields=["is_line_manager", "position", "updated_at"])
    department_change(department=line, name=line.name, kind=line.kind, parent=line.parent, leader=leader)
