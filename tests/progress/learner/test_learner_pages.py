"""The pages as a browser gets them: what each visitor sees, in how many statements, and what bad input does."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from lessons.models import Lesson, Origin, Series
from progress.models import LessonProgress, QuizAttempt, ShareLink, Visit
from progress.services import visits_flush
from tests.progress.learner.conftest import lesson_make, quiz_form, right_answers, words_seen


def text(response) -> str:
    return response.content.decode()


def statements(client, path: str) -> int:
    """How many SQL statements the page takes once this process has met its version."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.fixture
def pages(shelf) -> list[str]:
    lesson = f"/lessons/{shelf.tracked.uuid}/"
    return ["/", "/lessons/", "/lessons/?q=批评&audience=parent", lesson, f"{lesson}quiz/", "/me/", "/q/poster-1/"]


def test_pages_take_few_statements(her, shelf, django_assert_max_num_queries):
    lesson = f"/lessons/{shelf.tracked.uuid}/"
    counts = {path: statements(her, path) for path in ["/", "/lessons/", lesson, f"{lesson}quiz/", "/me/"]}
    assert counts["/"] <= 8
    assert max(count for path, count in counts.items() if path != "/") <= 6, counts


def test_more_lessons_take_no_more_statements(her, shelf):
    before = statements(her, "/lessons/"), statements(her, "/")
    for number in range(10):
        lesson_make(series=shelf.tracked.series, title=f"又一课{number}", questions=0)
    assert (statements(her, "/lessons/"), statements(her, "/")) == before


def test_a_quiz_post_takes_few_statements(her, version, tracked):
    path, form = f"/lessons/{tracked.uuid}/quiz/", quiz_form(version, right_answers(version))
    her.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert her.post(path, form).status_code == 302
    assert len(captured) <= 4


@pytest.mark.parametrize("who", ["her", "stranger"])
def test_chinese_pages_hold_no_english(request, who, pages, shelf):
    client = request.getfixturevalue(who)
    for path in [*pages, "/lessons/?q=没有的", "/nowhere/"]:
        assert words_seen(text(client.get(path))) == set(), path
    quiz = f"/lessons/{shelf.tracked.uuid}/quiz/"
    version = shelf.tracked.current_version
    wrong = {question: {max(chosen)} for question, chosen in right_answers(version).items()}
    for answers in ({}, wrong, right_answers(version)):
        page = client.post(quiz, quiz_form(version, answers), follow=True)
        assert words_seen(text(page)) == set()


def test_pages_hold_no_inline_script_or_style(her, pages):
    for path in pages:
        html = text(her.get(path))
        assert " style=" not in html
        assert "<style" not in html
        assert "<script>" not in html
        assert " on" + "click=" not in html


def test_a_page_is_asked_for_anew_each_time(her, pages):
    for path in pages:
        assert her.get(path).headers["Cache-Control"] == "private, no-cache"


def test_library_lessons_open_without_binding(stranger, shelf):
    assert "先讲自己一件小事" in text(stranger.get(f"/lessons/{shelf.tracked.uuid}/"))
    assert not LessonProgress.objects.exists()


def test_the_factorys_own_lessons_ask_a_stranger_to_sign_in_and_a_contact_to_bind(stranger, browser, sunrise, shelf):
    path = f"/lessons/{shelf.own.uuid}/"
    assert stranger.get(path).headers["Location"] == f"{settings.SIGN_IN_URL}?next={path}"
    assert browser(sunrise, known=True).get(path).headers["Location"] == f"/bind/?next={path}"
    assert "本厂的消防通道" not in text(stranger.get("/lessons/")) + text(stranger.get("/"))


def test_a_bound_worker_sees_the_factorys_own_lessons(her, shelf):
    assert "本厂的消防通道" in text(her.get("/lessons/"))
    assert her.get(f"/lessons/{shelf.own.uuid}/").status_code == 200


def test_a_cookie_of_another_factory_is_a_strangers(outsider, shelf, lakeside):
    assert "王强" not in text(outsider.get("/"))
    assert "本厂的消防通道" not in text(outsider.get("/lessons/"))
    assert outsider.get(f"/lessons/{shelf.own.uuid}/").status_code == 302
    assert "绑定工号" in text(outsider.get("/me/"))
    outsider.post(f"/lessons/{shelf.tracked.uuid}/read/")
    outsider.get(f"/lessons/{shelf.tracked.uuid}/")
    assert not LessonProgress.objects.exists()
    with tenant_context(lakeside):
        assert not LessonProgress.objects.exists()


def test_a_lesson_of_one_factory_is_not_there_in_another(browser, lakeside, shelf):
    assert browser(lakeside).get(f"/lessons/{shelf.own.uuid}/").status_code == 404
    assert browser(lakeside).get(f"/lessons/{shelf.own.uuid}/quiz/").status_code == 404


@pytest.mark.parametrize("change", [{"is_hidden": True}, {"state": Lesson.State.WITHDRAWN}])
def test_a_lesson_taken_down_is_gone_and_stays_in_the_record(her, tracked, version, change):
    her.post(f"/lessons/{tracked.uuid}/quiz/", quiz_form(version, right_answers(version)))
    her.post(f"/lessons/{tracked.uuid}/read/")
    Lesson.objects.filter(pk=tracked.pk).update(**change)
    for page in ["", "quiz/"]:
        assert her.get(f"/lessons/{tracked.uuid}/{page}").status_code == 404
    assert "批评怎么说" not in text(her.get("/lessons/"))
    mine = text(her.get("/me/"))
    assert "批评怎么说" in mine
    assert "已收起" in mine


def test_the_path_from_opening_to_completion(her, li_na, tracked, version):
    lesson = f"/lessons/{tracked.uuid}/"
    assert "我看完了" in text(her.get(lesson))
    assert her.post(f"{lesson}read/").headers["Location"] == f"{lesson}quiz/"
    assert her.post(f"{lesson}read/").status_code == 302
    result = her.post(f"{lesson}quiz/", quiz_form(version, right_answers(version)), follow=True)
    assert "100" in text(result)
    assert LessonProgress.objects.get(worker=li_na).completed_at
    assert "已学完" in text(her.get(lesson))
    assert "100 分" in text(her.get("/me/"))


def test_opening_counts_a_visit_with_its_worker_only_where_tracked(her, li_na, shelf):
    her.get(f"/lessons/{shelf.tracked.uuid}/")
    her.get(f"/lessons/{shelf.private.uuid}/")
    visits_flush()
    visitors = dict(Visit.objects.values_list("lesson", "worker"))
    assert visitors == {shelf.tracked.pk: li_na.pk, shelf.private.pk: None}
    assert LessonProgress.objects.filter(worker=li_na).count() == 2
    assert "只有你自己看得到" in text(her.get("/me/"))


def test_a_quiz_with_a_gap_comes_back_with_its_answers(her, tracked, version):
    answers, key = right_answers(version), uuid4()
    missing, _chosen = answers.popitem()
    page = her.post(f"/lessons/{tracked.uuid}/quiz/", quiz_form(version, answers, key=key))
    html = text(page)
    assert html.count(" checked") == sum(len(chosen) for chosen in answers.values())
    assert str(key) in html
    assert html.count("question_missing") == 1
    assert str(missing) in html
    assert not QuizAttempt.objects.exists()


@pytest.mark.parametrize("bad", [str(uuid4()), "x" * 5000, "", "\x00"])
def test_a_tampered_answer_is_refused(her, tracked, version, bad):
    form = quiz_form(version, right_answers(version))
    form[next(name for name in form if name.startswith("q-"))] = [bad]
    assert her.post(f"/lessons/{tracked.uuid}/quiz/", form).status_code == 400
    assert not QuizAttempt.objects.exists()


@pytest.mark.parametrize(
    "change", [{"version": "99"}, {"version": "x"}, {"version": "9" * 40}, {"submission_key": "no"}]
)
def test_a_form_that_names_no_version_or_key_is_refused(her, tracked, version, change):
    form = {**quiz_form(version, right_answers(version)), **change}
    assert her.post(f"/lessons/{tracked.uuid}/quiz/", form).status_code == 400
    assert not QuizAttempt.objects.exists()


def test_a_stranger_takes_the_quiz_and_nothing_is_kept(stranger, tracked, version):
    page = text(stranger.post(f"/lessons/{tracked.uuid}/quiz/", quiz_form(version, right_answers(version))))
    assert "全答对了" in page
    assert "还没有保存" in page
    assert not QuizAttempt.objects.exists()


def test_not_passing_is_said_kindly_and_keeps_the_right_answer(her, tracked, version):
    wrong = {question: {max(chosen)} for question, chosen in right_answers(version).items()}
    single = next(question for question, chosen in right_answers(version).items() if len(chosen) == 1)
    choices = next(q["choices"] for q in version.document["questions"] if q["uuid"] == str(single))
    wrong[single] = {choice["uuid"] for choice in choices if choice["text"] == "答案丙"}
    page = text(her.post(f"/lessons/{tracked.uuid}/quiz/", quiz_form(version, wrong), follow=True))
    assert "再试一次" in page
    assert "不及格" not in page
    assert "说明丙" in page


def test_a_result_is_for_its_worker_only(her, browser, sunrise, tracked, version, stranger):
    from workers.models import Worker

    address = her.post(f"/lessons/{tracked.uuid}/quiz/", quiz_form(version, right_answers(version))).headers["Location"]
    other = Worker.objects.create(employee_number="A002", name="陈丽", name_pinyin="chen li")
    assert her.get(address).status_code == 200
    assert browser(sunrise, worker=other).get(address).status_code == 404
    assert stranger.get(address).status_code == 404


def test_a_page_changes_nothing_without_its_token(her, tracked):
    her.handler.enforce_csrf_checks = True
    for page in ["read/", "share/", "quiz/"]:
        assert her.post(f"/lessons/{tracked.uuid}/{page}").status_code == 403
    assert her.get(f"/lessons/{tracked.uuid}/read/").status_code == 405
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize(
    "query", ["?q=" + "长" * 3000, "?q=%00%00", "?q=%25_\\", "?audience=x&format=' OR 1=1--&series=../"]
)
def test_odd_filters_are_left_out(her, query):
    assert her.get(f"/lessons/{query}").status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "500", "٣"])
def test_odd_pages_are_answered(her, page):
    assert her.get("/lessons/", {"page": page}).status_code == 200
    assert her.get("/me/", {"page": page}).status_code == 200


def test_a_list_narrows_and_turns_its_pages(her, shelf):
    for number in range(14):
        lesson_make(series=shelf.tracked.series, title=f"又一课{number:02}", questions=0, format="comic")
    first = text(her.get("/lessons/?format=comic"))
    assert first.count("又一课") == 12
    assert "format=comic&amp;page=2" in first
    assert text(her.get("/lessons/?format=comic&page=2")).count("又一课") == 2
    assert text(her.get("/lessons/?q=又一课13")).count("又一课13</span>") == 1
    assert "批评怎么说" in text(her.get("/lessons/?series=safety&q=批评"))
    assert "批评怎么说" not in text(her.get("/lessons/?series=parents"))


def test_a_shared_lesson_opens_for_everybody_and_its_opens_are_counted(
    her, stranger, tracked, sunrise, lakeside, browser
):
    address = her.post(f"/lessons/{tracked.uuid}/share/").headers["Location"]
    guide = text(her.get(address))
    assert "链接做好了" in guide
    shared = text(stranger.get(address))
    link = ShareLink.objects.get()
    assert "先讲自己一件小事" in shared
    assert f"?s={link.source}" in shared
    visits_flush()
    assert Visit.objects.filter(source=link.source).count() == 1
    assert browser(lakeside).get(address).status_code == 404


def test_own_and_hidden_lessons_cannot_be_shared(her, stranger, shelf):
    assert her.post(f"/lessons/{shelf.own.uuid}/share/").status_code == 404
    address = her.post(f"/lessons/{shelf.tracked.uuid}/share/").headers["Location"]
    Lesson.objects.filter(pk=shelf.tracked.pk).update(origin=Origin.OWN)
    assert stranger.get(address).status_code == 404
    assert stranger.get("/s/nowhere/").status_code == 404


def test_an_empty_factory_has_kind_pages(browser, lakeside):
    client = browser(lakeside)
    for path in ["/", "/lessons/", "/me/"]:
        assert client.get(path).status_code == 200


def test_a_series_that_turns_private_hides_its_progress_from_reports(her, li_na, shelf):
    her.get(f"/lessons/{shelf.tracked.uuid}/")
    assert LessonProgress.objects.tracked().count() == 1
    Series.objects.update(privacy=Series.Privacy.PRIVATE)
    her.post(f"/lessons/{shelf.tracked.uuid}/read/")
    Series.objects.update(privacy=Series.Privacy.TRACKED)
    assert not LessonProgress.objects.tracked().exists()
