"""A lesson in a list, as HTML. Rendered once per process for each thing it shows, because lists are opened all day."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from lessons.assets import asset_url
from lessons.models import Format
from progress.queries import LessonCard


def card_html(card: LessonCard, *, shape: str = "row") -> SafeString:
    """shape: "row" with a small picture, "wide" with a large one, "record" with marks and who can see it."""
    marks = (card.is_private, card.best_score_percent, card.is_visible) if shape == "record" else (False, None, True)
    status = "done" if card.completed_at else "started" if card.opened_at else ""
    shown = (str(card.uuid), card.title, card.summary, card.format, card.minutes, card.is_own, card.cover)
    return _render(get_language(), shape, status, shown, marks)


@lru_cache(maxsize=4096)
def _render(language: str, shape: str, status: str, shown: tuple, marks: tuple) -> SafeString:
    uuid, title, summary, format, minutes, is_own, cover = shown
    is_private, score, is_visible = marks
    context = {
        "uuid": uuid,
        "title": title,
        "summary": summary,
        "format": Format(format).label,
        "minutes": minutes,
        "is_own": is_own,
        "picture": _picture(cover),
        "shape": shape,
        "status": status,
        "is_private": is_private,
        "score": score,
        "is_visible": is_visible,
    }
    return mark_safe(render_to_string("progress/_card.html", context).strip())


def _picture(cover: tuple[str, str, int | None] | None) -> str:
    if not cover:
        return ""
    sha256, mime, width = cover
    return asset_url({"sha256": sha256, "mime": mime}, width)
