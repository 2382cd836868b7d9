"""Which lessons a word means, for answers in the chat."""

import re
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.urls import reverse

from lessons.assets import asset_url
from lessons.models import Lesson, Origin
from lessons.search import searched_text, words_wanted
from tenants.memory import Remembered
from wechat import cries

# "第3课", "第三课", "3"
LESSON_NUMBER = re.compile(r"^(?:第\s*)?(\d{1,2}|[一二三四五六七八九十]{1,2})\s*(?:课)?$")
CHINESE_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)}
# Not a search, though a summary may hold the word.
GREETINGS = frozenset(["你好", "您好", "hi", "hello", "在吗", "有人吗", "谢谢", "好的", "好", "嗯", "ok"])
# "搜索 压力", "search: stress"
SEARCH = re.compile(r"^(?:(?:搜索|查找)[\s:：,，]*|(?:搜|找|查|search)[\s:：]+)(?=\S)")
# What lessons are about, as it is met within a sentence: Chinese does not part its words.
SUBJECTS = ("孩子", "压力", "批评", "吵架", "争吵", "沟通", "睡眠", "安全", "child", "stress", "sleep", "safety")
PICTURES = frozenset(["image/jpeg", "image/png"])  # what a card in the chat can show


@dataclass(frozen=True)
class LessonCard:
    """number: the lesson's place in its series, from 1. words: what a keyword is looked for in. path: of its page. cover: a
    path, or empty. is_private: who reads it stays unknown to the factory."""

    path: str
    number: int
    title: str
    summary: str
    words: str
    cover: str
    is_private: bool


_cards: Remembered[list[LessonCard]] = Remembered(seconds=60)


def lessons_matching(text: str, *, most: int = 5) -> list[LessonCard]:
    """The lessons that a worker's words name, by number or by what lessons are found by; titles first.

    The library's only: who writes may not be bound, and a factory's own lessons are for those who are.
    """
    wanted = SEARCH.sub("", text.strip().casefold())
    if not 1 <= len(wanted) <= 30 or wanted in GREETINGS:
        return []
    if number := _number(wanted):
        return [card for card in _lesson_cards() if card.number == number][:most]
    found = [card for card in _lesson_cards() if all(word in card.words for word in words_wanted(wanted))]
    return sorted(found, key=lambda card: wanted not in card.title.casefold())[:most]


def lessons_touched(text: str, *, most: int = 3) -> list[LessonCard]:
    """The lessons on the first subject that a sentence speaks of and that has any."""
    spoken = text.casefold()
    found = (lessons_matching(subject, most=most) for subject in SUBJECTS if subject in spoken)
    return next(filter(None, found), [])


def lesson_of_help() -> LessonCard | None:
    """The first lesson for hard days that this factory shows. A private one: that somebody opened it is nobody's to read."""
    cards = {card.path: card for card in _lesson_cards() if card.is_private}
    return next((card for uuid in cries.LESSONS if (card := cards.get(_path(uuid)))), None)


def _path(uuid: UUID) -> str:
    return reverse("progress:lesson", args=[uuid])


def _number(text: str) -> int:
    if not (match := LESSON_NUMBER.match(text)):
        return 0
    digits = match[1]
    if digits.isdecimal():
        return int(digits)
    tens, _, ones = digits.rpartition("十")
    if "十" in digits:
        return 10 * CHINESE_DIGITS.get(tens, 1) + CHINESE_DIGITS.get(ones, 0)
    return CHINESE_DIGITS[digits] if len(digits) == 1 else 0


def _lesson_cards() -> list[LessonCard]:
    """All of this factory's, read once a minute and process: a few hundred short rows at most."""
    schema = connection.schema_name
    if (cards := _cards.get(schema)) is None:
        cards = _cards.put(schema, _read_lesson_cards())
    return cards


def _read_lesson_cards() -> list[LessonCard]:
    lessons = (
        Lesson.objects.published()
        .filter(origin=Origin.LIBRARY)
        .select_related("series", "topic", "current_version__cover")
        .order_by("series__position", "series_id", "position", "pk")
    )
    return [
        _card(lesson, number)
        for _series, members in groupby(lessons, key=lambda lesson: lesson.series_id)
        for number, lesson in enumerate(members, start=1)
    ]


def _card(lesson: Lesson, number: int) -> LessonCard:
    """As it was published: the row itself may be in the middle of an edit."""
    version = lesson.current_version
    words = searched_text(version=version, series=lesson.series, topic=lesson.topic)
    cover = asset_url(version.cover, 720) if version.cover and version.cover.mime in PICTURES else ""
    is_private = lesson.series.is_private
    return LessonCard(_path(lesson.uuid), number, version.title, version.summary, words, cover, is_private)
