"""Home, the list of lessons, and what one has learned."""

from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lessons.models import Audience, Format
from progress import queries
from progress.cards import card_html
from progress.forms import filters_from, page_from
from progress.rendered import rendered, rendered_page
from progress.views.common import page, require_read

NEWEST_SHOWN = 4


@require_read
def home(request: HttpRequest) -> HttpResponse:
    visitor = request.visitor
    newest = queries.lesson_newest(worker_id=visitor.worker_id, limit=NEWEST_SHOWN)
    begun = queries.learning_record(worker_id=visitor.worker_id, is_done=False, limit=1) if visitor.is_bound else []
    context = {
        "tab": "home",
        "greeting": _greeting(timezone.localtime().hour),
        "shelf": rendered(
            "progress/_home_shelf.html",
            begun=tuple(card_html(card) for card in begun[:1] if card.is_visible),
            featured=tuple(card_html(card, shape="wide") for card in newest[:1]),
            newest=tuple(card_html(card) for card in newest[1:]),
            audiences=tuple(Audience.choices),
            is_bound=visitor.is_bound,
            is_open=request.factory.is_open,
            here=request.path,
        ),
    }
    return page(request, "progress/home.html", context)


@require_read
def lesson_list(request: HttpRequest) -> HttpResponse:
    filters, number = filters_from(request.GET), page_from(request.GET)
    visitor = request.visitor
    cards = queries.lesson_list(filters=filters, worker_id=visitor.worker_id, offset=(number - 1) * queries.PAGE_SIZE)
    found = {
        "filters": filters,
        "chips": _chips_html(filters, queries.series_list(is_bound=visitor.is_bound), get_language()),
        "cards": tuple(card_html(card) for card in cards[: queries.PAGE_SIZE]),
        "previous_query": _query(filters, page=number - 1) if number > 1 else "",
        "next_query": _query(filters, page=number + 1) if len(cards) > queries.PAGE_SIZE else "",
        "voice": _voice_html() if filters.q and not cards else "",
    }
    if request.htmx and not request.htmx.history_restore_request:
        return rendered_page(request, "progress/_lesson_list.html", **found)
    return rendered_page(
        request, "progress/lesson_list.html", tab="lessons", factory_name=request.factory.name, **found
    )


@require_read
def me(request: HttpRequest) -> HttpResponse:
    worker_id = request.visitor.worker_id
    if request.visitor.has_left:
        return redirect("workers:bind")  # which says so, kindly
    if worker_id is None:
        return page(request, "progress/me_unbound.html", {"tab": "me", "here": request.path})
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


def _voice_html() -> SafeString:
    """What the chat says of the voice channel where it finds nothing, whatever the words were; empty while it is closed."""
    return mark_safe(render_to_string("wechat/voice.txt", {"home": reverse("progress:home")}).strip())


def _greeting(hour: int) -> str:
    if 5 <= hour < 11:
        return _("Good morning")
    if 11 <= hour < 14:
        return _("Good day")
    if 14 <= hour < 18:
        return _("Good afternoon")
    return _("Good evening")


@lru_cache(maxsize=256)
def _chips_html(filters: queries.Filters, series: tuple[tuple[str, str, str], ...], language: str) -> SafeString:
    """The rows of chips: in each one for "all" and one for each choice. A chip keeps the other filters."""
    titles = [(slug, title_en if language == "en" and title_en else title) for slug, title, title_en in series]
    rows = [
        (_("For whom"), "audience", Audience.choices),
        (_("Format"), "format", Format.choices),
        (_("Series"), "series", titles),
    ]
    context = {
        "rows": [
            {
                "label": label,
                "chips": [
                    {"label": text, "is_on": value == getattr(filters, name), "query": _query(filters, **{name: value})}
                    for value, text in [("", _("All")), *choices]
                ],
            }
            for label, name, choices in rows
        ]
    }
    return mark_safe(render_to_string("progress/_chips.html", context))


def _query(filters: queries.Filters, **changes: str | int) -> str:
    values = {name: getattr(filters, name) for name in ("audience", "format", "series", "q")} | changes
    return urlencode({name: value for name, value in values.items() if value})
