"""Where whole sentences meet: a full stop of Chinese brings its own gap, one of English does not."""

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Context, Template

from tenants.words import sentences

CATALOGUES = sorted(settings.BASE_DIR.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (["没有封面。", "没有题目。"], "没有封面。没有题目。"),
        (["是吗？", "“好。”", "好的"], "是吗？“好。”好的"),
        (["No cover.", "", "No questions."], "No cover. No questions."),
        (["没有封面。", "See Word's own help.", "请重试。"], "没有封面。See Word's own help. 请重试。"),
        (["一车间 A线", "已发给 3 人。"], "一车间 A线 已发给 3 人。"),
        ([], ""),
    ],
)
def test_sentences_meet_as_their_language_writes_them(said, read):
    assert sentences(*said) == read


def page(text: str) -> str:
    return Template("{% load sentences %}<p>{% sentences %}" + text + "{% endsentences %}</p>").render(
        Context({"name": "<i>甲。 乙"})
    )


def test_sentences_of_a_page_meet_across_lines_and_tags():
    assert page("共 3 人。\n  <strong>其中 1 人没有绑定。</strong>\n  请核对。\n") == (
        "<p>共 3 人。<strong>其中 1 人没有绑定。</strong>请核对。</p>"
    )
    assert page("Three. <b>One.</b> Look.") == "<p>Three. <b>One.</b> Look.</p>"


def test_what_somebody_wrote_stays_escaped_between_them():
    assert "&lt;i&gt;甲" in page("发给：{{ name }}。")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_no_chinese_of_a_catalogue_leaves_a_gap_after_a_full_stop(path):
    with path.open("rb") as file:
        entries = read_po(file, locale="zh_Hans")
    said = [text for entry in entries for text in ([entry.string] if isinstance(entry.string, str) else entry.string)]
    assert said
    assert not [text for text in said if any(f"{stop} " in text for stop in "。！？")]
