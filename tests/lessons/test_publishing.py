import pytest
from django.db import IntegrityError, transaction
from django_tenants.utils import tenant_context

from lessons.models import Block, Choice, Lesson, LessonVersion, Question, Series
from lessons.services import (
    LessonIncomplete,
    NotOurs,
    PrivacyPromised,
    lesson_publish,
    lesson_withdraw,
    library_version_receive,
    series_save,
)
from lessons.services.document import checksum_of
from lessons.services.sync import library_parcels
from tests.lessons.conftest import lesson_make


def test_publishing_freezes_the_rows(library_lesson):
    version = lesson_publish(lesson=library_lesson, by=None)
    assert (version.number, library_lesson.state, library_lesson.current_version) == (1, "published", version)
    library_lesson.blocks.filter(kind="text").update(body="<p>改过</p>")
    version.refresh_from_db()
    assert "改过" not in version.body_html
    assert version.document["blocks"][0]["html"] == "<p>问一件<strong>具体</strong>的小事。</p>"
    assert checksum_of(version.document, version.answer_key) == version.checksum


def test_publishing_again_without_a_change_returns_the_same_version(library_lesson):
    first = lesson_publish(lesson=library_lesson, by=None)
    assert lesson_publish(lesson=library_lesson, by=None) == first
    library_lesson.title = "换个题目"
    library_lesson.save(update_fields=["title"])
    second = lesson_publish(lesson=library_lesson, by=None)
    assert (second.number, second.title) == (2, "换个题目")
    assert first.title != second.title


def test_a_version_cannot_be_changed_in_the_library_nor_in_a_factory(library_lesson, sunrise):
    lesson_publish(lesson=library_lesson, by=None)
    parcel = library_parcels()[0]
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        LessonVersion.objects.update(title="x")
    with tenant_context(sunrise):
        library_version_receive(parcel=parcel)
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            LessonVersion.objects.update(title="x")


def test_the_document_never_tells_which_answer_is_right(library_lesson):
    version = lesson_publish(lesson=library_lesson, by=None)
    question = library_lesson.questions.get()
    right, wrong = question.choices.all()
    assert version.document["questions"] == [
        {
            "uuid": str(question.uuid),
            "kind": "single",
            "prompt": "先说哪句？",
            "choices": [{"uuid": str(c.uuid), "text": c.text} for c in (right, wrong)],
        }
    ]
    assert version.answer_key == {
        str(question.uuid): {
            "kind": "single",
            "right": [str(right.uuid)],
            "feedback": {str(right.uuid): "对。", str(wrong.uuid): "一个字就答完了。"},
        }
    }


def test_the_body_is_plain_html_without_styles(library_lesson):
    html = lesson_publish(lesson=library_lesson, by=None).body_html
    sha = library_lesson.cover.sha256
    assert f'src="/assets/{sha}-360.jpg"' in html
    assert f'srcset="/assets/{sha}-360.jpg 360w, /assets/{sha}-720.jpg 720w, /assets/{sha}.jpg 800w"' in html
    assert 'width="800" height="450" alt="妈妈在打电话" loading="lazy"' in html
    assert "<figcaption>晚上八点</figcaption>" in html
    assert "style" not in html
    assert "<script" not in html


def test_words_around_a_picture_cannot_become_markup(library_lesson):
    library_lesson.blocks.filter(kind="image").update(alt='"><script>alert(1)</script>', caption="<b>x</b>")
    html = lesson_publish(lesson=library_lesson, by=None).body_html
    assert "<script" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda lesson: (lesson.blocks.all().delete(), lesson.questions.all().delete()), "empty"),
        (lambda lesson: Lesson.objects.update(audiences=[]), "group"),
        (lambda lesson: lesson.blocks.filter(kind="image").update(alt=" "), "Block 2"),
        (lambda lesson: lesson.blocks.filter(kind="image").update(asset=None), "Block 2"),
        (lambda lesson: lesson.blocks.filter(kind="text").update(body=""), "Block 1"),
        (lambda lesson: Choice.objects.filter(is_right=False).delete(), "two answers"),
        (lambda lesson: Choice.objects.update(is_right=False), "exactly one"),
        (lambda lesson: Choice.objects.update(is_right=True), "exactly one"),
        (lambda lesson: Question.objects.update(kind="multiple"), "at least two"),
    ],
)
def test_an_incomplete_lesson_is_not_published_and_the_reason_is_said(library_lesson, spoil, word, settings):
    from django.utils import translation

    spoil(library_lesson)
    with translation.override("en"), pytest.raises(LessonIncomplete, match=word):
        lesson_publish(lesson=library_lesson, by=None)
    assert not LessonVersion.objects.exists()
    library_lesson.refresh_from_db()
    assert library_lesson.state == "draft"


def test_withdrawing_keeps_the_versions_and_can_be_taken_back(library_lesson):
    version = lesson_publish(lesson=library_lesson, by=None)
    for _ in range(2):
        lesson_withdraw(lesson=library_lesson, by=None)
        assert library_lesson.state == "withdrawn"
    assert not Lesson.objects.published().exists()
    assert lesson_publish(lesson=library_lesson, by=None) == version
    assert Lesson.objects.published().exists()


def test_a_factory_cannot_publish_or_withdraw_a_library_lesson(library_lesson, sunrise):
    lesson_publish(lesson=library_lesson, by=None)
    parcel = library_parcels()[0]
    with tenant_context(sunrise):
        library_version_receive(parcel=parcel)
        copy = Lesson.objects.get()
        with pytest.raises(NotOurs):
            lesson_publish(lesson=copy, by=None)
        with pytest.raises(NotOurs):
            lesson_withdraw(lesson=copy, by=None)


def test_publishing_reads_a_long_lesson_in_few_statements(library_series, django_assert_max_num_queries):
    lesson = lesson_make(series=library_series)
    for number in range(20):
        Block.objects.create(lesson=lesson, body="<p>x</p>", position=number)
    with django_assert_max_num_queries(16):
        lesson_publish(lesson=lesson, by=None)


def test_a_private_series_that_was_read_cannot_be_tracked_later(library_lesson, library_series):
    library_series.privacy = Series.Privacy.TRACKED
    series_save(series=library_series)
    library_series.privacy = Series.Privacy.PRIVATE
    series_save(series=library_series)
    lesson_publish(lesson=library_lesson, by=None)
    library_series.privacy = Series.Privacy.TRACKED
    with pytest.raises(PrivacyPromised):
        series_save(series=library_series)
    library_series.refresh_from_db()
    assert library_series.is_private
