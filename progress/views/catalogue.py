"""Home, the list of lessons, and what one has learned."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lessons.models import Audience, Format
from progress import queries
from progress.cards import card_html
from progress.forms import filters_from, page_from
from progress.views.common import page, require_read

NEWEST_SHOWN = 5


@require_read
def home(request: HttpRequest) -> HttpResponse:
    worker_id = request.visitor.worker_id
    newest = queries.lesson_newest(worker_id=worker_id, limit=NEWEST_SHOWN)
    begun = queries.learning_record(worker_id=worker_id, is_done=False, limit=1) if worker_id else []
    context = {
        "tab": "home",
        "greeting": _greeting(timezone.localtime().hour),
        "featured": [card_html(card, shape="wide") for card in newest[:1]],
        "newest": [card_html(card) for card in newest[1:]],
        "begun": [card_html(card) for card in begun[:1] if card.is_visible],
        "audiences": Audience.choices,
    }
    return page(request, "progress/home.html", context)


@require_read
def lesson_list(request: HttpRequest) -> HttpResponse:
    filters, number = filters_from(request.GET), page_from(request.GET)
    visitor = request.visitor
    cards = queries.lesson_list(filters=filters, worker_id=visitor.worker_id, offset=(number - 1) * queries.PAGE_SIZE)
    series = queries.series_list(is_bound=visitor.is_bound)
    english = get_language() == "en"
    titles = [(slug, title_en if english and title_en else title) for slug, title, title_en, _summary in series]
    context = {
        "tab": "lessons",
        "filters": filters,
        "chips": [
            (_("For whom"), _chips(filters, "audience", Audience.choices)),
            (_("Format"), _chips(filters, "format", Format.choices)),
            (_("Series"), _chips(filters, "series", titles)),
        ],
        "cards": [card_html(card) for card in cards[: queries.PAGE_SIZE]],
        **_pages(filters, number, has_next=len(cards) > queries.PAGE_SIZE),
    }
    template = (
        "progress/_lesson_list.html" if request.htmx and not request.htmx.boosted else "progress/lesson_list.html"
    )
    return page(request, template, context)


@require_read
def me(request: HttpRequest) -> HttpResponse:
    worker_id = request.visitor.worker_id
    if worker_id is None:
        return page(request, "progress/me_unbound.html", {"tab": "me"})
    number = page_from(request.GET)
    done_count, begun_count = queries.record_counts(worker_id=worker_id)
    begun = queries.learning_record(worker_id=worker_id, is_done=False) if number == 1 else []
    done = queries.learning_record(worker_id=worker_id, is_done=True, offset=(number - 1) * queries.PAGE_SIZE)
    context = {
        "tab": "me",
        "done_count": done_count,
        "begun_count": begun_count,
        "begun": [card_html(card, shape="record") for card in begun[: queries.PAGE_SIZE]],
        "done": [card_html(card, shape="record") for card in done[: queries.PAGE_SIZE]],
        "has_private": any(card.is_private for card in [*begun, *done]),
        "previous_page": number - 1,
        "next_page": number + 1 if len(done) > queries.PAGE_SIZE else None,
    }
    return page(request, "progress/me.html", context)


def _greeting(hour: int) -> str:
    if 5 <= hour < 11:
        return _("Good morning")
    if 11 <= hour < 14:
        return _("Good day")
    if 14 <= hour < 18:
        return _("Good afternoon")
    return _("Good evening")


def _chips(filters: queries.Filters, name: str, choices: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """One chip for "all", one for each choice; a chip keeps the other filters."""
    now = getattr(filters, name)
    return [
        {"label": label, "is_on": value == now, "query": _query(filters, **{name: value})}
        for value, label in [("", _("All")), *choices]
    ]


def _pages(filters: queries.Filters, number: int, *, has_next: bool) -> dict[str, Any]:
    return {
        "previous_query": _query(filters, page=number - 1) if number > 1 else "",
        "next_query": _query(filters, page=number + 1) if has_next else "",
    }


def _query(filters: queries.Filters, **changes: str | int) -> str:
    values = {name: getattr(filters, name) for name in ("audience", "format", "series", "q")} | changes
    return urlencode({name: value for name, value in values.items() if value})
