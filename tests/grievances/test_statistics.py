"""Cases by category and month: small ones hidden, and nothing from which a hidden one could be worked out."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from django.db.models import F
from django_tenants.utils import tenant_context

from grievances.models import Case, Category, Channel, Lane
from grievances.queries.scorecard import scorecard
from grievances.queries.statistics import finished_months, statistics, total_shown
from grievances.services.figures import figures_push
from tests.grievances.rows import case_row, cases

JUNE = date(2026, 6, 15)


def counts_of(on: date = JUNE, category: str = "pay") -> dict[date, int | None]:
    found = statistics(on=on)
    (row,) = (row for row in found.rows if row.category == category)
    return dict(zip(found.months, row.months, strict=True))


def test_months_are_the_twelve_finished_ones():
    assert finished_months(date(2026, 1, 31)) == tuple(date(2025, month, 1) for month in range(1, 13))
    assert finished_months(date(2026, 3, 1))[-1] == date(2026, 2, 1)


def test_ten_are_shown_and_nine_are_not(in_sunrise):
    cases(10, date(2026, 5, 31))
    cases(9, date(2026, 4, 1))
    shown = counts_of()
    assert (shown.pop(date(2026, 5, 1)), set(shown.values())) == (10, {None})


def test_the_present_month_is_never_shown(in_sunrise):
    cases(30, date(2026, 6, 1))
    assert set(counts_of(JUNE).values()) == {None}
    assert counts_of(date(2026, 7, 1))[date(2026, 6, 1)] == 30


def test_what_was_shown_does_not_change_when_cases_end(in_sunrise):
    cases(12, date(2026, 5, 4))
    before = statistics(on=JUNE)
    some = list(Case.objects.values_list("pk", flat=True)[:5])
    Case.objects.filter(pk__in=some).update(
        state="closed", closed_on=JUNE, closing="withdrawn", erased_on=JUNE, category=F("category")
    )
    assert statistics(on=JUNE) == before


def test_a_flood_is_left_out_also_when_it_was_let_in_later(in_sunrise):
    cases(9, date(2026, 5, 4))
    (flooded,) = cases(1, date(2026, 5, 4), is_flood=True)
    Case.objects.filter(pk=flooded.pk).update(is_quarantined=False)
    assert counts_of()[date(2026, 5, 1)] is None


def test_what_went_past_the_factory_is_not_counted_there(in_sunrise):
    """An officer who holds ten of twelve would know that two went to the ombudsman alone."""
    cases(10, date(2026, 5, 4))
    cases(2, date(2026, 5, 5), to=(Lane.OMBUDSMAN,))
    cases(3, date(2026, 5, 6), to=(Lane.FACTORY, Lane.OMBUDSMAN))
    assert counts_of()[date(2026, 5, 1)] == 13
    Case.objects.filter(lead=Lane.FACTORY).update(lead=Lane.OMBUDSMAN, escalated_on=JUNE)
    assert counts_of()[date(2026, 5, 1)] == 13


def test_the_ombudsmen_count_by_the_day_a_case_reached_them(db):
    """An old case handed on today must not lift a month that has been seen hidden."""
    cases(9, date(2026, 4, 4))
    (late,) = cases(1, date(2026, 6, 2))
    Case.objects.filter(pk=late.pk).update(arrived_on=date(2026, 4, 4))
    assert counts_of()[date(2026, 4, 1)] is None


@pytest.mark.parametrize(
    ("months", "total"),
    [
        ([10] * 12, 120),
        ([10] * 11 + [0], None),  # one hidden month would be the rest
        ([10] * 10 + [9, 9], None),  # two that make 18 are nine each
        ([10] * 10 + [5, 5], None),  # neither could be nought
        ([10] * 9 + [3, 3, 4], 100),
        ([10] * 9 + [3, 3, 3], None),  # nine together is under ten
        ([10] * 9 + [9, 9, 1], None),
        ([1] * 12, 12),
        ([0] * 12, None),
        ([9] * 12, None),
    ],
)
def test_a_year_has_a_total_only_where_it_says_nothing_of_a_month(months, total):
    assert total_shown(months) == total


def test_another_factory_counts_its_own(in_sunrise, lakeside):
    cases(11, date(2026, 5, 4))
    with tenant_context(lakeside):
        assert set(counts_of().values()) == {None}


def test_it_takes_one_statement_however_many_there_are(in_sunrise, django_assert_num_queries):
    cases(30, date(2026, 5, 4))
    with django_assert_num_queries(1):
        statistics(on=JUNE)


# --- the attack ------------------------------------------------------------------------------------------------------


class Attacker:
    """Looks at the page on the first of every month, keeps everything, and narrows every hidden cell by it.

    What they know: which cells are shown, with which number; that the others are 0 to 9; and sums of cells. Two published
    sums give a third one, their difference, so that windows which move are subtracted from each other.
    """

    def __init__(self):
        self.cells: dict[tuple[str, date], int | None] = {}
        self.sums: list[tuple[frozenset, int]] = []

    def look(self, on: date) -> None:
        found = statistics(on=on)
        for row in found.rows:
            for month, count in zip(found.months, row.months, strict=True):
                assert self.cells.setdefault((row.category, month), count) == count, "a finished month has changed"
            for year, total in zip(found.years, row.years, strict=True):
                months = frozenset((row.category, date(year, month, 1)) for month in range(1, 13))
                if total is not None and months <= self.cells.keys():
                    self.learn(months, total)

    def learn(self, cells: frozenset, total: int) -> None:
        hidden = frozenset(cell for cell in cells if self.cells[cell] is None)
        rest = total - sum(self.cells[cell] or 0 for cell in cells)
        if (hidden, rest) not in self.sums:
            self.sums.append((hidden, rest))

    def recovered(self) -> dict[tuple[str, date], tuple[int, int]]:
        """Hidden cells that cannot be everything from 0 to 9 any more: cell -> (least, most)."""
        sums = list(dict.fromkeys([*self.sums, *self._differences()]))
        bounds = {cell: (0, 9) for cell, count in self.cells.items() if count is None}
        is_new = True
        while is_new:
            is_new = False
            for hidden, total in sums:
                for cell in hidden:
                    others = [bounds[other] for other in hidden if other != cell]
                    least = max(bounds[cell][0], total - sum(most for _least, most in others))
                    most = min(bounds[cell][1], total - sum(least for least, _most in others))
                    is_new |= (least, most) != bounds[cell]
                    bounds[cell] = (least, most)
        return {cell: bound for cell, bound in bounds.items() if bound != (0, 9)}

    def _differences(self) -> Iterator[tuple[frozenset, int]]:
        for one, total in self.sums:
            for other, less in self.sums:
                if other < one:
                    yield one - other, total - less


def fill(counts: dict[tuple[str, date], int]) -> None:
    Channel.objects.get_or_create(pk=1)
    for (category, month), count in counts.items():
        cases(count, month + timedelta(days=9), category=category)


def watched(until: date = date(2026, 3, 1), months: int = 15) -> Attacker:
    attacker = Attacker()
    for first in [*finished_months(until, count=months), until]:
        attacker.look(first)
    return attacker


@pytest.mark.parametrize("seed", range(3))
def test_nothing_hidden_is_recovered_by_watching_and_subtracting(in_sunrise, seed):
    """Two years of months around ten, where differences hurt most."""
    draw = random.Random(seed)
    chosen = draw.sample(list(Category.values), 3)
    months = finished_months(date(2026, 3, 1), count=16)
    fill({(category, month): draw.choice([0, 1, 3, 8, 9, 10, 11]) for category in chosen for month in months})
    attacker = watched()
    assert any(count is None for count in attacker.cells.values())
    assert not attacker.recovered()


@pytest.mark.parametrize(
    "hidden", [{3: 9}, {3: 0}, {3: 9, 4: 9}, {3: 5, 4: 5}, {3: 1, 4: 9, 5: 9}, {3: 9, 4: 9, 5: 9}, {3: 4, 4: 4, 5: 4}]
)
def test_a_year_with_a_few_hidden_months_gives_none_of_them_away(in_sunrise, hidden):
    fill({("pay", date(2025, month, 1)): hidden.get(month, 10) for month in range(1, 13)})
    assert not watched().recovered()


@pytest.mark.parametrize("hidden", [1, 2, 3, 4])
def test_who_knows_the_rule_learns_nothing_from_a_missing_total_either(hidden):
    """All that the hidden months could be, sorted by what is published: in each heap each month is everything from 0 to 9."""
    heaps: dict[int | None, list[set[int]]] = defaultdict(lambda: [set() for _month in range(hidden)])
    for counts in product(range(10), repeat=hidden):
        for seen, count in zip(heaps[total_shown([10] * (12 - hidden) + list(counts))], counts, strict=True):
            seen.add(count)
    assert all(seen == set(range(10)) for heap in heaps.values() for seen in heap)


def test_the_attack_itself_works():
    """It finds a hidden month out from totals of a window that moves: so that its finding nothing says something."""
    attacker = Attacker()
    months = finished_months(date(2026, 3, 1), count=13)
    truth = {("pay", month): 10 for month in months} | {
        ("pay", months[0]): 3,
        ("pay", months[5]): 4,
        ("pay", months[6]): 5,
    }
    attacker.cells = {cell: count if count > 9 else None for cell, count in truth.items()}
    for window in (months[:12], months[1:]):
        cells = frozenset(("pay", month) for month in window)
        attacker.learn(cells, sum(truth[cell] for cell in cells))
    assert attacker.recovered()[("pay", months[0])] == (3, 3)


def test_no_figure_holds_a_small_count(in_sunrise):
    """Whatever is told outside the table is a share in steps of 5 %, or "ten or more"."""
    fill({("pay", date(2026, month, 1)): count for month, count in [(1, 3), (2, 12), (3, 7)]})
    pushed = figures_push()
    assert pushed.figures == {"officers": 0, "open": 10, "overdue": 10}
    values = scorecard(on=JUNE)
    percents = ["acknowledged_in_time", "answered_in_time", "withdrawn", "agreed", "to_ombudsman"]
    assert all(values[key] is None or values[key] % 5 == 0 for key in percents)
    assert not {3, 7, 12, 22} & {value for value in values.values() if isinstance(value, int)}


def test_what_is_pushed_is_the_same_for_any_two_factories_with_ten_or_more(in_sunrise):
    """ "Ten or more open" is true of 11 as of 300, so that it bounds no hidden cell."""
    for _case in range(11):
        case_row()
    few = figures_push().figures
    cases(90)
    assert figures_push().figures == few
