"""HR's report as HR uses it: filters, order, Excel, few queries."""

from datetime import timedelta
from io import BytesIO

import pytest
import python_calamine
from django.utils import timezone

from lessons.models import Series
from progress.models import LessonProgress
from progress.reports import activity_by_day, completion_by_department, completion_by_series, learning_numbers
from tenants import sheets
from tests.progress.reports.cast import lesson_make, progress_make, workers_make
from workers.models import Worker

PROGRESS = "/admin/progress/lessonprogress/"


def names_on(response) -> set[str]:
    return {row.worker.name for row in response.context["cl"].result_list}


def sheet_of(response) -> list[list]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    return workbook.get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"工友1", "工友2", "工友3"}),
        ("?department={workshop}", {"工友1", "工友2", "工友3"}),
        ("?department={line}", {"工友1", "工友2", "工友3"}),
        ("?department={office}", set()),
        ("?department=999999", set()),
        ("?department=x", set()),
        ("?department=99999999999999999999", set()),
        ("?lesson=99999999999999999999", set()),
        ("?series={tracked}", {"工友1", "工友2", "工友3"}),
        ("?lesson={safety}", {"工友1", "工友2", "工友3"}),
        ("?state=completed", {"工友1", "工友2"}),
        ("?state=opened", {"工友3"}),
        ("?state=read", set()),
        ("?q=工友2", {"工友2"}),
        ("?opened_at_from={day}&opened_at_to={day}", {"工友1", "工友2", "工友3"}),
        ("?completed_at_from={day}&completed_at_to={day}", {"工友1", "工友2"}),
        ("?opened_at_from={next_day}", set()),
        ("?opened_at_to={day_before}", set()),
    ],
)
def test_the_list_and_its_excel_show_the_same_rows(cast, hr_client, query, expected):
    expected = {cast.workers[int(name[-1]) - 1].name for name in expected}
    day = timezone.localdate() - timedelta(days=2)
    query = query.format(
        **{name: department.pk for name, department in cast.departments.items()},
        tracked=cast.tracked.pk,
        safety=cast.safety.pk,
        day=day,
        next_day=day + timedelta(days=1),
        day_before=day - timedelta(days=1),
    ).replace("工友2", cast.workers[1].name)
    assert names_on(hr_client.get(PROGRESS + query)) == expected
    heading, *rows = sheet_of(hr_client.get(f"{PROGRESS}sheet/{query}"))
    assert {row[0] for row in rows} == expected
    assert heading == ["员工", "工号", "部门", "课程", "系列", "打开时间", "看完时间", "学完时间", "最好成绩"]


def test_the_excel_is_named_after_factory_and_day(cast, hr_client):
    response = hr_client.get(PROGRESS + "sheet/")
    assert f"{timezone.localdate():%Y-%m-%d}.xlsx" in response["Content-Disposition"]
    assert response["Content-Type"] == sheets.CONTENT_TYPE


@pytest.mark.parametrize("name", ["=1+1", "+86", "-2", "@SUM(A1)", "\tx"])
def test_a_name_that_looks_like_a_formula_stays_text(cast, hr_client, name):
    Worker.objects.filter(pk=cast.workers[0].pk).update(name=name)
    _heading, *rows = sheet_of(hr_client.get(PROGRESS + "sheet/?state=completed"))
    assert f"'{name}".strip() in {row[0].strip() for row in rows}


def test_a_list_that_is_too_long_for_a_file_says_so_and_keeps_its_filters(cast, hr_client, settings):
    LessonProgress.objects.all().delete()
    progress_make(workers_make(60, department=cast.departments["line"]), cast.safety, at=timezone.now())
    settings.EXPORT_MAX_ROWS = 50
    response = hr_client.get(PROGRESS + "sheet/?state=completed", follow=True)
    assert response.redirect_chain[-1][0] == PROGRESS + "?state=completed"
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


@pytest.mark.parametrize("verb", ["add/", "{pk}/delete/"])
def test_nobody_adds_or_deletes_learning_by_hand(cast, hr_client, verb):
    row = LessonProgress.objects.tracked().first()
    assert hr_client.post(PROGRESS + verb.format(pk=row.pk), {"post": "yes"}).status_code == 403
    assert hr_client.post(f"{PROGRESS}{row.pk}/change/", {"best_score_percent": "100"}).status_code == 403
    row.refresh_from_db()


def test_a_row_shows_who_when_and_every_attempt(cast, hr_client):
    row = LessonProgress.objects.get(worker=cast.workers[0], lesson=cast.safety)
    page = hr_client.get(f"{PROGRESS}{row.pk}/change/").content.decode()
    assert cast.workers[0].name in page
    assert "开机之前" in page
    assert "80%" in page


@pytest.mark.parametrize("path", [PROGRESS, "/admin/progress/quizattempt/"])
def test_a_longer_list_takes_no_more_queries(cast, hr_client, django_assert_max_num_queries, path):
    progress_make(workers_make(40, department=cast.departments["line"]), cast.safety, at=timezone.now())
    hr_client.get(path)  # the host is known from here on
    with django_assert_max_num_queries(12):
        hr_client.get(path)


def test_completion_counts_people_who_work_here_and_lessons_on_offer(cast):
    today = timezone.localdate()
    second = lesson_make(cast.tracked, "下班之后")
    rows = {row.name: row for row in completion_by_department(on=today)}
    assert (rows["一车间"].employees, rows["一车间"].completed, rows["一车间"].percent) == (3, 2, 33)
    assert (rows["办公室"].employees, rows["办公室"].completed, rows["办公室"].percent) == (2, 0, 0)
    assert [(row.name, row.employees, row.completed, row.percent) for row in completion_by_series(on=today)] == [
        ("安全生产", 5, 2, 20)
    ]
    Worker.objects.filter(pk=cast.workers[0].pk).update(left_on=today - timedelta(days=1))
    second.is_hidden = True
    second.save(update_fields=["is_hidden"])
    rows = {row.name: row for row in completion_by_department(on=today)}
    assert (rows["一车间"].employees, rows["一车间"].completed, rows["一车间"].percent) == (2, 1, 50)
    assert [(row.employees, row.completed, row.percent) for row in completion_by_series(on=today)] == [(4, 1, 25)]


def test_somebody_without_a_department_is_counted_apart(cast):
    workers_make(1, department=None)
    assert [(row.name, row.employees) for row in completion_by_department(on=timezone.localdate())][-1] == ("", 1)


def test_activity_shows_every_day_and_each_moment_on_its_own(cast):
    today = timezone.localdate()
    days = {day.on: day for day in activity_by_day(on=today)}
    assert len(days) == 30
    then = days[today - timedelta(days=2)]
    assert (then.opened, then.completed) == (3, 2)
    assert sum(day.opened for day in days.values()) == 3


def test_the_week_is_compared_with_the_one_before(cast):
    today = timezone.localdate()
    now = learning_numbers(on=today)
    assert (now.learners, now.opened, now.completed, now.learners_before) == (3, 3, 2, 0)
    later = learning_numbers(on=today + timedelta(days=7))
    assert (later.learners, later.learners_before) == (0, 3)


def test_a_factory_without_any_learning_has_empty_reports(in_sunrise):
    today = timezone.localdate()
    Series.objects.all().delete()
    assert completion_by_department(on=today) == completion_by_series(on=today) == []
    assert learning_numbers(on=today).learners == 0
    assert {day.opened for day in activity_by_day(on=today)} == {0}
