"""What the words find that somebody looks for, the same as in the chat, and what is said where no lesson fits them."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grievances.templatetags import voice
from lessons.models import Series, Topic
from progress.queries import Filters, lesson_list
from tests.grievances.cast import holder_enrol, staff_make
from tests.progress.learner.conftest import lesson_make
from wechat.queries import _cards, lessons_matching


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_it_names_the_voice_channel_whatever_the_words_and_only_while_that_is_open(in_sunrise, site_client, headers):
    client = site_client(in_sunrise)

    def searched(words: str) -> str:
        return client.get("/lessons/", {"q": words}, headers=headers).content.decode()

    assert "不写名字" not in searched("工资")
    first = holder_enrol(get_user_model().objects.get(username="hr"), name="陈主管")
    holder_enrol(staff_make("wang"), name="王芳", by=first)
    voice._addresses.clear()
    told = searched("工资")
    assert '<a href="/">首页</a>' in told
    assert "不写名字" in searched("没有这个词")
    assert "不写名字" not in client.get("/lessons/", headers=headers).content.decode()
    with CaptureQueriesContext(connection) as asked:
        assert searched("工资") == told
    assert len(asked) <= 6


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        *[(words, True) for words in ("打工", "Parents", "成长", "DEVELOPMENT", "难过", "打工 三句话", "难过 growth")],
        *[(words, False) for words in ("难过 没有", "%", "_", "工爸", "难过成长")],
    ],
)
def test_the_chat_and_the_page_find_the_same(in_sunrise, words, is_found):
    series = Series.objects.create(slug="parents", title="打工的爸妈", title_en="Working parents")
    topic = Topic.objects.create(slug="growth", title="孩子的成长", title_en="Growth and development")
    lesson = lesson_make(series=series, topic=topic, title="看懂孩子心里的难过")
    lesson_make(series=Series.objects.create(slug="other", title="别的"), title="用电安全")
    _cards.clear()
    listed = [card.uuid for card in lesson_list(filters=Filters(q=words), worker_id=None)]
    told = [card.path for card in lessons_matching(words)]
    assert listed == ([lesson.uuid] if is_found else [])
    assert told == ([f"/lessons/{lesson.uuid}/"] if is_found else [])
