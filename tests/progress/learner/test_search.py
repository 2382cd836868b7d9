"""What is said where no lesson fits the words that somebody looks for."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grievances.templatetags import voice
from tests.grievances.cast import holder_enrol, staff_make


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
