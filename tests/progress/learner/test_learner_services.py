"""Reading, quizzes and sharing below the pages."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from lessons.models import Lesson, LessonVersion, Origin, Series
from lessons.services import lesson_publish
from progress import queries
from progress.models import LessonProgress, QuizAttempt, ShareLink
from progress.services import (
    AnswerUnknown,
    NotShareable,
    QuizIncomplete,
    SubmissionKeyTaken,
    lesson_open,
    lesson_read,
    quiz_attempt_submit,
    quiz_score,
    share_link_create,
)
from tests.progress.learner.conftest import lesson_make, right_answers
from workers.models import Contact, Worker

KEY = UUID("5d1f4d0e-6d0b-4bb2-9f3c-0f3f7d7a2c11")


def read(worker, version, *, has_quiz=True):
    pass_mark = version.pass_mark_percent if has_quiz else None
    lesson_read(worker_id=worker.pk, lesson_id=version.lesson_id, version_id=version.pk, pass_mark_percent=pass_mark)


def submit(worker, version, answers=None, key=None) -> QuizAttempt:
    return quiz_attempt_submit(
        worker_id=worker.pk,
        version=version,
        answers=right_answers(version) if answers is None else answers,
        submission_key=key or uuid4(),
    )


def test_opening_twice_keeps_the_first_moment(li_na, version):
    lesson_open(worker_id=li_na.pk, lesson_id=version.lesson_id, version_id=version.pk)
    first = LessonProgress.objects.get().opened_at
    lesson_open(worker_id=li_na.pk, lesson_id=version.lesson_id, version_id=version.pk)
    assert LessonProgress.objects.get().opened_at == first


def test_reading_completes_a_lesson_without_a_quiz(li_na, shelf):
    read(li_na, shelf.own.current_version, has_quiz=False)
    progress = LessonProgress.objects.get()
    assert progress.read_at
    assert progress.completed_at
    read(li_na, shelf.own.current_version, has_quiz=False)
    assert LessonProgress.objects.get().completed_at == progress.completed_at


@pytest.mark.parametrize("quiz_first", [True, False])
def test_a_lesson_with_a_quiz_is_completed_by_both_in_any_order(li_na, version, quiz_first):
    steps = [lambda: submit(li_na, version), lambda: read(li_na, version)]
    first, second = steps if quiz_first else reversed(steps)
    first()
    assert LessonProgress.objects.get().completed_at is None
    second()
    assert LessonProgress.objects.get().completed_at


def test_a_quiz_not_passed_completes_nothing(li_na, version):
    read(li_na, version)
    answers = {question: {min(chosen)} for question, chosen in right_answers(version).items()}
    attempt = submit(li_na, version, answers)
    assert (attempt.score_percent, attempt.is_passed) == (50, False)
    progress = LessonProgress.objects.get()
    assert (progress.completed_at, progress.best_score_percent) == (None, 50)


def test_the_best_score_stays(li_na, version):
    submit(li_na, version)
    wrong = {question: {max(chosen)} for question, chosen in right_answers(version).items()}
    submit(li_na, version, wrong)
    assert LessonProgress.objects.get().best_score_percent == 100
    assert list(QuizAttempt.objects.order_by("created_at").values_list("attempt_number", flat=True)) == [1, 2]


def test_several_right_answers_need_exactly_these(version):
    right = right_answers(version)
    multiple = next(question for question, chosen in right.items() if len(chosen) == 2)
    choices = next(q["choices"] for q in version.document["questions"] if q["uuid"] == str(multiple))
    everything = {UUID(choice["uuid"]) for choice in choices}
    assert multiple in quiz_score(version=version, answers=right).right
    for chosen in ({min(right[multiple])}, everything):
        assert multiple not in quiz_score(version=version, answers={**right, multiple: chosen}).right


def test_posting_the_same_form_twice_counts_once(li_na, version):
    first, second = submit(li_na, version, key=KEY), submit(li_na, version, {}, key=KEY)
    assert second == first
    assert li_na.quiz_attempts.count() == 1
    assert not li_na.messages.exists()


def test_a_key_of_somebody_else_is_refused(li_na, version):
    submit(li_na, version, key=KEY)
    other = Worker.objects.create(employee_number="A002", name="陈丽", name_pinyin="chen li")
    with pytest.raises(SubmissionKeyTaken):
        submit(other, version, key=KEY)
    assert not other.quiz_attempts.exists()


def test_a_missing_answer_writes_nothing(li_na, version):
    answers = right_answers(version)
    answers.popitem()
    with pytest.raises(QuizIncomplete):
        submit(li_na, version, answers)
    assert not QuizAttempt.objects.exists()
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize("where", ["choice", "question"])
def test_an_answer_from_elsewhere_is_refused(li_na, version, where):
    answers = right_answers(version)
    answers[next(iter(answers)) if where == "choice" else uuid4()] = {uuid4()}
    with pytest.raises(AnswerUnknown):
        submit(li_na, version, answers)
    assert not QuizAttempt.objects.exists()


def test_an_older_version_is_scored_against_itself(li_na, tracked, version):
    Lesson.objects.filter(pk=tracked.pk).update(origin=Origin.OWN)
    tracked.questions.all().delete()
    newer = lesson_publish(lesson=Lesson.objects.get(pk=tracked.pk), by=None)
    attempt = submit(li_na, version)
    assert newer.number == 2
    assert (attempt.version_id, attempt.score_percent) == (version.pk, 100)


def test_sharing_again_gives_the_same_link(li_na, shelf):
    contact = Contact.objects.create(channel="test", address="1", worker=li_na)
    lesson = Lesson.objects.select_related("series").get(pk=shelf.tracked.pk)
    links = {share_link_create(lesson=lesson, contact_id=contact.pk).code for _ in range(2)}
    assert len(links) == 1
    assert len(links.pop()) >= 10


def test_a_private_lesson_does_not_say_who_shared_it(li_na, shelf):
    contact = Contact.objects.create(channel="test", address="1", worker=li_na)
    share_link_create(lesson=shelf.private, contact_id=contact.pk)
    assert ShareLink.objects.get().contact is None


def test_a_lesson_of_the_factory_is_not_shared(shelf):
    with pytest.raises(NotShareable):
        share_link_create(lesson=shelf.own, contact_id=None)


def test_another_factory_sees_none_of_it(li_na, version, lakeside):
    submit(li_na, version)
    with tenant_context(lakeside):
        assert not QuizAttempt.objects.exists()
        assert not LessonProgress.objects.exists()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A worker and a version that other connections see too; removed afterwards."""
    from tenants.models import Factory

    with django_db_blocker.unblock(), tenant_context(Factory.objects.get(slug="sunrise")):
        series = Series.objects.create(slug="race", title="同时")
        version = LessonVersion.objects.get(lesson=lesson_make(series=series, title="同时提交"))
        worker = Worker.objects.create(employee_number="R1", name="赵敏", name_pinyin="zhao min")
        yield worker, version, connection.tenant
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE lessons_series, lessons_asset, workers_worker CASCADE")


def at_once(committed, keys) -> set[int]:
    """Post the right answers with each key, all at the same moment; the attempts' ids."""
    worker, version, factory = committed

    def post(key):
        with tenant_context(factory):
            try:
                return submit(worker, version, key=key).pk
            finally:
                connection.close()

    with ThreadPoolExecutor(len(keys)) as threads:
        return set(threads.map(post, keys))


def test_the_same_post_at_the_same_moment_counts_once(committed):
    assert len(at_once(committed, [KEY] * 4)) == 1
    assert QuizAttempt.objects.count() == 1


def test_different_posts_at_the_same_moment_are_numbered_one_by_one(committed):
    assert len(at_once(committed, [uuid4() for _ in range(4)])) == 4
    assert sorted(QuizAttempt.objects.values_list("attempt_number", flat=True)) == [1, 2, 3, 4]


def test_what_was_private_stays_with_the_phone_that_read_it(browser, sunrise, li_na, shelf):
    """HR has the roster and can undo a binding: the next phone sees the work lessons and nothing else."""
    hers = browser(sunrise, worker=li_na)
    for lesson in (shelf.private, shelf.tracked):
        hers.get(f"/lessons/{lesson.uuid}/")
    li_na.contacts.update(worker=None, bound_at=None)
    other = browser(sunrise, worker=li_na)
    page = other.get("/me/").content.decode()
    assert "批评怎么说" in page
    assert "看懂孩子的难过" not in page
    assert not queries.lesson_state(lesson_uuid=shelf.private.uuid, worker_id=li_na.pk).opened_at
    other.get(f"/lessons/{shelf.private.uuid}/")
    assert queries.lesson_state(lesson_uuid=shelf.private.uuid, worker_id=li_na.pk).opened_at
    assert LessonProgress.objects.filter(worker=li_na).count() == 2
