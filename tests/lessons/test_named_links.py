"""A text for people whom nobody may know by name links to no page that notes who opens it."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from lessons.models import Block, Series
from lessons.richtext import richtext_clean
from lessons.services import LessonIncomplete, lesson_publish
from lessons.services.named_links import named_link
from tests.lessons.conftest import lesson_make

HOST = "sunrise.wesupport.test"
NOTICE = f"/announcements/{uuid4()}/"


def linked(address: str) -> str:
    return richtext_clean(f'<p>请看<a href="{address}">这里</a></p>')


@pytest.mark.parametrize(
    "address",
    [
        NOTICE,
        f"https://{HOST}{NOTICE}",
        f"http://{HOST}:8000{NOTICE}",
        f"HTTPS://SUNRISE.WeSupport.TEST{NOTICE}",
        f"//{HOST}{NOTICE}",
        f"////{HOST}{NOTICE}",
        f"/\\{HOST}{NOTICE}",
        f"https:\\\\{HOST}{NOTICE}",
        f"https:{NOTICE}",
        f"https://{HOST}.{NOTICE}",
        f"https://somebody:word@{HOST}{NOTICE}",
        f"https://a.example@{HOST}:443{NOTICE}",
        f"https://sun\u3164rise.wesupport.test{NOTICE}",
        f"https://sunrise%2Ewesupport.test{NOTICE}",
        f"https://sunrise。wesupport。test{NOTICE}",
        f"https://ｓｕｎｒｉｓｅ.wesupport.test{NOTICE}",
        f"https://sun&shy;rise.wesupport.test{NOTICE}",
        f"https://🅂unrise.wesupport.test{NOTICE}",
        f"https://sunrise.wesup&#9;port.test{NOTICE}",
        f"https://{HOST}/%61nnouncements/{uuid4()}/",
        f"https://{HOST}/lessons/..{NOTICE}",
        f"/lessons/%2e%2e{NOTICE}",
        f"../{NOTICE[15:]}",
        NOTICE[1:],
        "/s/Ab3dEf/",
        "/q/p1234/",
        "/bind/",
        "/me/",
        f"/wechat/oauth/?next={NOTICE}",
        f"/i18n/setlang/?next={NOTICE}",
        f"https://open.weixin.qq.com/connect?redirect_uri=https%3A%2F%2F{HOST}%2Fwechat%2Foauth%2Fcallback%2F",
        f"https://go.example/?u=https%253A%252F%252F{HOST}{NOTICE}",
    ],
)
def test_no_spelling_of_a_page_that_notes_who_opens_it_passes(in_sunrise, address):
    assert named_link(linked(address))


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/lessons/",
        "/announcements/",
        f"https://{HOST}",
        f"https://{HOST}/lessons/?q=a#b",
        "https://mp.weixin.qq.com/s/abc",
        "//a.example/x",
    ],
)
def test_pages_that_note_nobody_and_other_sites_pass(in_sunrise, address):
    assert not named_link(linked(address))


@pytest.mark.parametrize("host", ["lakeside.wesupport.test", f"voice-{HOST}", f"my{HOST}:8000", "a.example"])
def test_other_factories_and_the_voice_channel_are_other_sites(in_sunrise, host):
    assert not named_link(linked(f"https://{host}{NOTICE}"))
    assert not named_link(f"<p>{host}/x</p>")


def test_an_address_in_plain_text_counts_as_a_link(in_sunrise):
    for text in (f"打开{HOST}{NOTICE}。", f"（https://{HOST}/s/abc/）", f"{HOST.upper()}/q/x/"):
        assert named_link(f"<p>{text}</p>")
    for text in (f"网址：{HOST}。", f"https://{HOST}/lessons/.", "12/31 8:00-12:00 https://a.example/"):
        assert not named_link(f"<p>{text}</p>")


def test_lessons_pass_as_their_series_is_private(in_sunrise):
    for privacy, passes in ((Series.Privacy.PRIVATE, True), (Series.Privacy.TRACKED, False)):
        series = Series.objects.create(slug=privacy, title=privacy, privacy=privacy)
        lesson = lesson_make(series=series)
        for address in (f"/lessons/{lesson.uuid}/", f"https://{HOST}/lessons/{lesson.uuid}/?from=a"):
            assert (named_link(linked(address)) == "") is passes
        assert named_link(linked(f"/lessons/{lesson.uuid}/quiz/"))


@pytest.mark.parametrize("privacy", Series.Privacy.values)
def test_a_private_lesson_that_links_to_a_named_page_is_not_published(in_sunrise, privacy):
    lesson = lesson_make(series=Series.objects.create(slug="a", title="a", privacy=privacy))
    Block.objects.create(lesson=lesson, position=3, body=linked(NOTICE))
    if privacy == Series.Privacy.TRACKED:
        assert lesson_publish(lesson=lesson, by=None)
        return
    with pytest.raises(LessonIncomplete, match=NOTICE):
        lesson_publish(lesson=lesson, by=None)


@pytest.mark.parametrize("is_published", [True, False])
def test_what_was_published_as_private_moves_to_no_tracked_series(in_sunrise, site_client, is_published):
    """Notices to private audiences may link to it, and its readers trusted."""
    private, tracked = (Series.objects.create(slug=p, title=p, privacy=p) for p in Series.Privacy.values)
    lesson = lesson_make(series=private)
    if is_published:
        lesson_publish(lesson=lesson, by=None)
    client = site_client(in_sunrise)
    client.force_login(User.objects.get(username="hr"))
    form = client.get(f"/admin/lessons/lesson/{lesson.pk}/change/").context["adminform"].form
    moved = type(form)({**form.initial, "audiences": ["parent"], "series": tracked.pk}, instance=lesson)
    assert ("series" in moved.errors) is is_published
    assert moved.errors.keys() <= {"series"}
