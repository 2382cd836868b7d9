"""What is answered at once to a worker's words."""

import pytest
from django.utils import timezone

from lessons.models import Lesson, LessonVersion, Origin, Series
from lessons.services.publishing import version_columns
from tests.wechat.wire import event_xml, text_xml


@pytest.fixture
def lessons(in_sunrise):
    """Two lessons of the library in one series, a third in another, and one of the factory's own."""
    first, second = (
        Series.objects.create(slug=f"s{number}", title=f"系列{number}", position=number) for number in (1, 2)
    )
    return [
        lesson_make(series=first, title="睡得好", position=1),
        lesson_make(series=first, title="用电安全", position=2, summary="拔插头前先擦干手"),
        lesson_make(series=second, title="睡前讲故事", position=1),
        lesson_make(series=second, title="本厂睡眠调查", position=2, origin=Origin.OWN),
    ]


def lesson_make(*, origin=Origin.LIBRARY, **columns) -> Lesson:
    lesson = Lesson.objects.create(origin=origin, state=Lesson.State.PUBLISHED, **columns)
    lesson.current_version = LessonVersion.objects.create(
        lesson=lesson, number=1, checksum="0" * 64, document={}, published_at=timezone.now(), **version_columns(lesson)
    )
    lesson.save()
    return lesson


@pytest.mark.parametrize("words", ["安全", " 插头 ", "用电安全"])
def test_one_fitting_lesson_comes_as_a_card(wire, account, lessons, words):
    reply = wire.reply(wire.post(text_xml(account, words)))
    assert (reply["MsgType"], reply["ArticleCount"], reply["Title"]) == ("news", "1", "用电安全")
    assert reply["Url"].endswith(f"/wechat/oauth/?next=/lessons/{lessons[1].uuid}/")


@pytest.mark.parametrize("words", ["睡", "第1课", "第一课", "1"])
def test_several_come_as_links_and_own_lessons_are_not_told(wire, account, lessons, words):
    content = wire.reply(wire.post(text_xml(account, words)))["Content"]
    assert str(lessons[0].uuid) in content
    assert str(lessons[2].uuid) in content
    assert str(lessons[3].uuid) not in content


@pytest.mark.parametrize("words", ["没有", "你好", "", "x" * 500, "第99课", "%", "]]><a>"])
def test_otherwise_a_hint_comes(wire, account, lessons, words):
    content = wire.reply(wire.post(text_xml(account, words.replace("]]>", ""))))["Content"]
    assert "/wechat/oauth/?next=/lessons/" in content


def test_a_title_cannot_break_the_answer(wire, account, in_sunrise):
    series = Series.objects.create(slug="s", title="s")
    lesson_make(series=series, title="怪]]><b>题目", position=1)
    assert wire.reply(wire.post(text_xml(account, "怪")))["Title"] == "怪]] ><b>题目"


def test_the_menus_help_and_a_scan_are_answered(wire, account):
    for event, key in (("CLICK", "HELP"), ("SCAN", "workshop-1")):
        reply = wire.reply(wire.post(event_xml(account, event, EventKey=key)))
        assert "/wechat/oauth/?next=/" in reply["Content"]
