"""A lesson in a list, as HTML."""

from django.db import connection
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lessons.assets import asset_url
from lessons.models import Format
from progress.queries import LessonCard
from progress.rendered import rendered


def card_html(card: LessonCard, *, shape: str = "row") -> SafeString:
    """shape: "row" with a small picture, "wide" with a large one, "record" with marks and who can see it."""
    version, is_record = card.version, shape == "record"
    return rendered(
        "progress/_card.html",
        shape=shape,
        uuid=str(card.uuid),
        title=version.title,
        summary="" if is_record else version.summary,
        format=Format(version.format).label,
        minutes=version.minutes,
        own=_own_words() if card.is_own else "",
        picture=_picture(version.cover),
        status="done" if card.completed_at else "started" if card.opened_at else "",
        is_private=is_record and card.is_private,
        score=card.best_score_percent if is_record else None,
        is_visible=card.is_visible,
    )


def _own_words() -> str:
    """Of a lesson that is not of the library."""
    factory = connection.tenant
    return factory.name if factory.is_open else _("Our factory")


def _picture(cover: tuple[str, str, int | None] | None) -> str:
    if not cover:
        return ""
    sha256, mime, width = cover
    return asset_url({"sha256": sha256, "mime": mime}, width)
