"""The charts of HR's first page. Numbers of learning come from progress.reports and so from tracked series only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from progress.reports import Completion, activity_by_day, completions
from tenants.enrolment import by_enrolment

GREEN, PALE, GREY = "var(--color-primary-600)", "var(--color-primary-400)", "#7b8494"
GRID = {"color": "rgba(156, 163, 175, 0.2)"}
MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """What unfold's chart component takes, and the same numbers as a table for those who cannot see it.

    The table holds texts: a page asks of every number how the reader's language writes it, and that cost as much as the rest.
    is_empty: nobody has learned anything yet: bars of nothing only confuse.
    """

    title: str
    note: str
    kind: str  # "line" or "bar"
    data: str
    options: str
    height: int
    table: dict
    is_empty: bool


def charts_of(today: date, *, has_roster: bool) -> list[Chart]:
    """Those with something in them; where nobody has learned yet, one that says so. has_roster: there are departments."""
    by_department, by_series = _completion_charts(today)
    charts = [_activity_chart(today), *([by_department] if has_roster else []), by_series]
    return [chart for chart in charts if not chart.is_empty] or charts[:1]


def _activity_chart(today: date) -> Chart:
    days = activity_by_day(on=today)
    labels = [f"{day.on.month}-{day.on.day}" for day in days]
    opened, completed = [day.opened for day in days], [day.completed for day in days]
    line = {"borderWidth": 2, "pointRadius": 0, "cubicInterpolationMode": "monotone"}
    data = {
        "labels": labels,
        "datasets": [
            {
                "label": pgettext("of a chart", "opened"),
                "data": opened,
                "borderColor": PALE,
                "backgroundColor": PALE,
                **line,
            },
            {
                "label": pgettext("of a chart", "completed"),
                "data": completed,
                "borderColor": GREEN,
                "backgroundColor": GREEN,
                **line,
            },
        ],
    }
    options = _options(legend=True, x={"maxTicksLimit": 10, "maxRotation": 0}, y={"precision": 0})
    return Chart(
        title=_("Learning by day"),
        note=_("last 30 days, tracked series"),
        kind="line",
        data=json.dumps(data),
        options=json.dumps(options),
        height=220,
        table={
            "headers": [_("day"), pgettext("of a chart", "opened"), pgettext("of a chart", "completed")],
            "rows": list(zip(labels, map(str, opened), map(str, completed), strict=True)),
        },
        is_empty=not any(opened + completed),
    )


def _completion_charts(today: date) -> list[Chart]:
    by_department, by_series = completions(on=today)
    return [
        _completion_chart(_("Completion by department"), _("department"), by_department),
        _completion_chart(_("Completion by series"), _("series"), by_series),
    ]


def _completion_chart(title: str, column: str, completions: Sequence[Completion]) -> Chart:
    bars = completions[:MOST_BARS]
    names = [bar.name or _("without department") for bar in bars]
    data = {
        "labels": [Truncator(name).chars(10) for name in names],
        "datasets": [
            {
                "label": _("completed (%)"),
                "data": [bar.percent for bar in bars],
                "backgroundColor": GREEN,
                "borderRadius": 4,
                "maxBarThickness": 18,
            }
        ],
    }
    options = _options(legend=False, x={"stepSize": 25}, y={"autoSkip": False}) | {"indexAxis": "y"}
    options["scales"]["x"] |= {"min": 0, "max": 100, "grid": GRID}
    options["scales"]["y"] |= {"grid": {"display": False}}
    return Chart(
        title=title,
        note=_("share of the tracked lessons on offer, in %"),
        kind="bar",
        data=json.dumps(data),
        options=json.dumps(options),
        height=40 + 34 * max(len(bars), 2),
        table={
            "headers": [
                column,
                str(by_enrolment(_("employees"), pgettext("of a chart", "learners"))),
                pgettext("of a chart", "completed"),
                _("completed (%)"),
            ],
            "rows": [
                [name, str(bar.employees), str(bar.completed), f"{bar.percent}%"]
                for name, bar in zip(names, bars, strict=True)
            ],
        },
        is_empty=not any(bar.completed for bar in completions),
    )


def _options(*, legend: bool, x: dict, y: dict) -> dict:
    """unfold's defaults lay bars over one another and show no axis, so every chart brings its own."""
    return {
        "responsive": True,
        "maintainAspectRatio": False,
        "animation": False,
        "interaction": {"mode": "index", "intersect": False},
        "plugins": {
            "legend": {
                "display": legend,
                "align": "end",
                "labels": {"usePointStyle": True, "pointStyle": "circle", "boxHeight": 6, "color": GREY},
            }
        },
        "scales": {
            "x": {"ticks": {"color": GREY, **x}, "grid": {"display": False}},
            "y": {"beginAtZero": True, "ticks": {"color": GREY, **y}, "grid": GRID},
        },
    }
