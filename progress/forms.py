"""What browsers send, checked and made into values. What is not understood is left out; only answers are refused."""

import re
from collections.abc import Mapping
from uuid import UUID

from django.http import QueryDict

from lessons.models import Audience, Format, LessonVersion
from progress.queries import Filters
from progress.services import AnswerUnknown

LONGEST_QUERY = 40
LAST_PAGE = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_SLUG = re.compile(r"[a-z0-9-]{1,50}")


def filters_from(query: Mapping[str, str]) -> Filters:
    audience, format, series = (query.get(name, "") for name in ("audience", "format", "series"))
    return Filters(
        audience=audience if audience in Audience.values else "",
        format=format if format in Format.values else "",
        series=series if _SLUG.fullmatch(series) else "",
        q=_CONTROL.sub(" ", query.get("q", "")[:LONGEST_QUERY]).strip(),
    )


def page_from(query: Mapping[str, str], name: str = "page") -> int:
    """The wanted page, counted from 1."""
    text = query.get(name, "")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def number_from(query: Mapping[str, str], name: str) -> int | None:
    """A number that fits into a column, or None."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def uuid_from(text: str) -> UUID | None:
    try:
        return UUID(text[:36])
    except ValueError:
        return None


def answers_from(post: QueryDict, version: LessonVersion) -> dict[UUID, set[UUID]]:
    """question UUID -> chosen choice UUIDs, for the questions that have an answer. Raises AnswerUnknown."""
    answers = {}
    for question in version.document["questions"]:
        if texts := post.getlist(f"q-{question['uuid']}"):
            chosen = [uuid_from(text) for text in texts[: len(question["choices"]) + 1]]
            if None in chosen:
                raise AnswerUnknown
            answers[UUID(question["uuid"])] = {choice for choice in chosen if choice}
    return answers
