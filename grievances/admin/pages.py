"""How the channel does, in numbers: statistics, the scorecard, and the poster with the officers' fingerprints."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import segno
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from grievances import protocol
from grievances.models import Channel, Officer
from grievances.protocol.words import numbers_of_digits, word_list
from grievances.queries.addresses import voice_address
from grievances.queries.criteria import CRITERIA, readings
from grievances.queries.scorecard import scorecard
from grievances.queries.statistics import Statistics, statistics
from grievances.services.calendar import today
from grievances.services.channel import channel_is_open
from tenants.privacy import SMALL_GROUP

# One for each category, told apart in both themes and, beside each other, by who sees few colours.
COLOURS = ["#048444", "#3f86b8", "#d97706", "#7c5cbf", "#c2410c", "#14a3a3", "#9ca33a", "#7b8494"]
MOST_LARGE = 4  # people on a poster in large letters; with more of them each gets a smaller line
BAR = {"borderRadius": 3}
GREY, GRID = "#7b8494", {"color": "rgba(156, 163, 175, 0.2)"}


@dataclass(frozen=True, slots=True)
class Chart:
    """What unfold's chart component takes."""

    title: str
    note: str
    data: str
    options: str
    height: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A person who receives cases, with the words by which a phone recognises their keys: (word, pinyin) six times."""

    name: str
    words: list[tuple[str, str]]

    @classmethod
    def of(cls, officer: Officer) -> "Signature":
        keys = bytes(officer.sign_key), bytes(officer.box_key)
        digits, words = protocol.fingerprint(*keys)
        pinyins = word_list().canonical(numbers_of_digits(digits)).split()
        return cls(officer.name, list(zip(words, pinyins, strict=True)))


def statistics_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    found = statistics(on=today())
    context = {
        **site.each_context(request),
        "title": _("Case statistics"),
        "months": found.months,
        "years": found.years,
        "rows": found.rows,
        "least": SMALL_GROUP,
        "charts": [_by_month(found), _by_year(found)],
        "is_factory": request.factory is not None,
    }
    return TemplateResponse(request, "grievances/admin/statistics.html", context)


def scorecard_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": _("Channel scorecard"),
        "criteria": criteria_read(scorecard(on=today())),
    }
    return TemplateResponse(request, "grievances/admin/scorecard.html", context)


def criteria_read(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The criteria in the reader's language, as _criteria.html takes them."""
    return [
        {"number": number, "title": criterion.title, "why": criterion.why, "readings": readings(criterion, values)}
        for number, criterion in enumerate(CRITERIA, start=1)
    ]


def poster_page(request: HttpRequest, channel: Channel) -> HttpResponse:
    """One A4 page for the wall. Printed on the day it names: keys of people who come later are not on it."""
    address = voice_address(request.factory)
    officers = [Signature.of(officer) for officer in Officer.objects.active().own()]
    ombudsmen = [Signature.of(officer) for officer in Officer.objects.active().ombudsmen()]
    code = segno.make(address, error="q", micro=False).svg_inline(scale=1, border=2, omitsize=True, dark="#111")
    context = {
        "factory": request.factory,
        "channel": channel,
        "address": address,
        "code": mark_safe(code),
        "officers": officers,
        "ombudsmen": ombudsmen,
        "is_open": channel_is_open(),
        "are_many": len(officers) + len(ombudsmen) > MOST_LARGE,
        "on": today(),
        "back": reverse("admin:grievances_channel_changelist"),
    }
    return TemplateResponse(request, "grievances/admin/poster.html", context)


def _by_month(found: Statistics) -> Chart:
    datasets = [
        {
            "label": row.label,
            "data": row.months,
            "backgroundColor": colour,
            **BAR,
            "maxBarThickness": 28,
            "skipNull": True,
        }
        for row, colour in zip(found.rows, COLOURS, strict=True)
        if any(row.months)
    ]
    labels = [f"{month:%Y-%m}" for month in found.months]
    return Chart(
        title=_("Cases by month and category"),
        note=_("ten or more of a kind in a month"),
        data=json.dumps({"labels": labels, "datasets": datasets}) if datasets else "",
        options=json.dumps(_options(legend=True, axis="y")),
        height=280,
    )


def _by_year(found: Statistics) -> Chart:
    bars = [
        (row.label, row.years[-1], colour) for row, colour in zip(found.rows, COLOURS, strict=True) if row.years[-1]
    ]
    labels, counts, colours = zip(*bars, strict=True) if bars else ((), (), ())
    dataset = {"data": counts, "backgroundColor": colours, **BAR, "maxBarThickness": 22}
    return Chart(
        title=_("Cases by category"),
        note=_("in %(year)s") % {"year": found.years[-1]},
        data=json.dumps({"labels": labels, "datasets": [dataset]}) if bars else "",
        options=json.dumps({**_options(legend=False, axis="x"), "indexAxis": "y"}),
        height=60 + 34 * max(len(bars), 2),
    )


def _options(*, legend: bool, axis: str) -> dict[str, Any]:
    """unfold's defaults lay bars over one another and show no axis. axis: the one that counts."""
    counting = {"beginAtZero": True, "ticks": {"color": GREY, "precision": 0}, "grid": GRID}
    naming = {"ticks": {"color": GREY, "autoSkip": False}, "grid": {"display": False}}
    other = "x" if axis == "y" else "y"
    labels = {"usePointStyle": True, "pointStyle": "circle", "boxHeight": 6, "color": GREY}
    return {
        "responsive": True,
        "maintainAspectRatio": False,
        "animation": False,
        "plugins": {"legend": {"display": legend, "align": "end", "labels": labels}},
        "scales": {axis: counting, other: naming},
    }
