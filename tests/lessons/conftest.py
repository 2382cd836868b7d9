"""Lessons of the cast: one in the shared library, published from its rows."""

import io
from pathlib import Path

import pytest
from PIL import Image

from lessons.models import Asset, Block, Choice, Lesson, Question, Series
from lessons.services import asset_store


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = dict(settings.STORAGES)  # the storage remembers the folder it was made with


def picture_bytes(width=800, height=450, colour="teal", kind="JPEG", **options) -> bytes:
    out = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), (width, height), colour).save(out, kind, **options)
    return out.getvalue()


def lesson_make(
    *, series: Series, title="离得远，也能聊得近", picture=b"", asset: Asset | None = None, **columns
) -> Lesson:
    """A draft with a text, a picture and a question, in the present schema."""
    asset = asset or asset_store(content=picture or picture_bytes(), name="call.jpg")
    lesson = Lesson.objects.create(series=series, title=title, audiences=["parent"], cover=asset, **columns)
    Block.objects.create(lesson=lesson, position=1, body="<p>问一件<strong>具体</strong>的小事。</p>")
    Block.objects.create(
        lesson=lesson, position=2, kind=Block.Kind.IMAGE, asset=asset, alt="妈妈在打电话", caption="晚上八点"
    )
    question = Question.objects.create(lesson=lesson, prompt="先说哪句？", position=1)
    Choice.objects.create(question=question, text="今天在学校跟谁玩？", is_right=True, feedback="对。", position=1)
    Choice.objects.create(question=question, text="作业写了没？", feedback="一个字就答完了。", position=2)
    return lesson


@pytest.fixture
def library_series(db):
    return Series.objects.create(slug="parents", title="打工的爸妈")


@pytest.fixture
def library_lesson(library_series):
    """A draft in the shared library; the test runs in public."""
    return lesson_make(series=library_series)


@pytest.fixture
def own_lesson(in_sunrise):
    """A draft of Sunrise's own; leaves the test inside Sunrise."""
    series = Series.objects.create(slug="our-factory", title="我们厂的课")
    return lesson_make(series=series, title="新员工第一天", picture=picture_bytes(colour="orange"))


@pytest.fixture
def tiny_library(tmp_path) -> Path:
    """A folder of library files: one topic, one series, one lesson."""
    folder = tmp_path / "library"
    lesson = folder / "parents" / "01-call"
    lesson.mkdir(parents=True)
    (folder / "topics.yaml").write_text("- slug: communication\n  title: {zh-hans: 沟通, en: Communication}\n")
    (folder / "parents" / "series.yaml").write_text(
        "uuid: 0b0e8f0a-57d5-4ad5-8a0b-3f6a4a2a5a01\nslug: parents\ntitle: {zh-hans: 打工的爸妈, en: Parents}\nprivacy: private\n"
    )
    (lesson / "cover.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 36"><path d="M0 0h9"/></svg>'
    )
    (lesson / "lesson.yaml").write_text(TINY_LESSON)
    return folder


TINY_LESSON = """\
uuid: 0b0e8f0a-57d5-4ad5-8a0b-3f6a4a2a5a02
title: 打好一个电话
audiences: [parent]
format: lesson
topic: communication
minutes: 4
source: 本项目原创
licence: CC BY-NC-SA 4.0
cover: cover.svg
blocks:
  - kind: text
    body: |
      ## 换一种问法

      - **睡**：睡得好吗
  - kind: image
    file: cover.svg
    alt: 一条线
questions:
  - kind: single
    prompt: 先说哪句？
    choices:
      - {text: 今天跟谁玩？, right: true, feedback: 对。}
      - {text: 作业写了没？, right: false}
"""
