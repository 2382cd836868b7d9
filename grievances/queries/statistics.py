"""How many cases came, by category and month: nothing that could be traced to a person, and nothing to subtract.

What is shown of a month never changes afterwards, so that looking again teaches nothing:
- only finished months. A case counts in the month in which it came here, by the first entry of its log, which nobody can
  change. Cases that came in a flood are left out for good, let in later or not.
- fewer than ten of a category in a month are not shown, nought included. There is no total over categories.
- a category's total only for a finished calendar year, never for a window that moves (two windows' difference would be a
  month), and only where it has no hidden month, or so many that each hidden one may still be anything from 0 to 9. The
  rule looks at what each hidden month could be, so that its being kept says nothing either.
- in a factory, cases that went past it to the ombudsmen are not counted: its officers know how many they hold.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncMonth

from grievances.models import Case, CaseEvent, Category, Lane
from grievances.services.sealed import own_lane
from tenants.privacy import SMALL_GROUP, is_small

MONTHS_SHOWN, YEARS_SHOWN = 12, 3
MOST_HIDDEN = SMALL_GROUP - 1


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """months, years: in the order of Statistics.months and .years; None: not shown."""

    category: str
    label: str
    months: tuple[int | None, ...]
    years: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """months: the first day of each, oldest first."""

    months: tuple[date, ...]
    years: tuple[int, ...]
    rows: tuple[CategoryRow, ...]


def statistics(*, on: date) -> Statistics:
    """The last twelve finished months and the last three finished years before a day."""
    counts = _counts(before=on.replace(day=1))
    months, years = finished_months(on), tuple(range(on.year - YEARS_SHOWN, on.year))
    rows = [
        CategoryRow(
            category=category,
            label=str(label),
            months=tuple(shown(counts[category, month]) for month in months),
            years=tuple(
                total_shown([counts[category, date(year, month, 1)] for month in range(1, 13)]) for year in years
            ),
        )
        for category, label in Category.choices
    ]
    return Statistics(months, years, tuple(rows))


def shown(count: int) -> int | None:
    return None if is_small(count) else count


def total_shown(months: Sequence[int]) -> int | None:
    """The total of twelve months, or None where it would tell something of a hidden one.

    With k hidden months that make up S: 10 <= S lets each of them be 9, S <= 9(k - 1) lets each of them be 0.
    """
    hidden = [count for count in months if is_small(count)]
    if hidden and not SMALL_GROUP <= sum(hidden) <= MOST_HIDDEN * (len(hidden) - 1):
        return None
    return sum(months)


def finished_months(on: date, *, count: int = MONTHS_SHOWN) -> tuple[date, ...]:
    """The first days of the months before the one a day is in, oldest first."""
    present = on.year * 12 + on.month - 1  # months since the beginning of the calendar
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(present - count, present))


def cases_of_here() -> QuerySet[Case]:
    """The cases that count here, each with `came_on`, the day of the first entry of its log."""
    first = CaseEvent.objects.filter(case=OuterRef("pk"), number=0)
    flooded = Q(events__number=0, events__detail__quarantined=True)
    cases = Case.objects.exclude(pk__in=Case.objects.filter(flooded).values("pk"))
    if own_lane() == Lane.FACTORY:
        cases = cases.filter(Q(lead=Lane.FACTORY) | Q(escalated_on__isnull=False))
    came_on = Coalesce(Subquery(first.values("on")[:1]), F("arrived_on"), output_field=DateField())
    return cases.annotate(came_on=came_on).order_by()


def _counts(*, before: date) -> Counter[tuple[str, date]]:
    """(category, first day of a month) -> how many cases came."""
    found = cases_of_here().filter(came_on__lt=before).annotate(month=TruncMonth("came_on"))
    rows = found.values_list("category", "month").annotate(Count("pk"))
    return Counter({(category, month): count for category, month, count in rows})
