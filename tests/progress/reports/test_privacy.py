"""What a curious manager tries on the learning report of a private series. Each of these must find nothing."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import python_calamine
from django.contrib.auth import get_user_model
from django.utils import timezone
from django_tenants.utils import tenant_context

from lessons.models import Series
from progress.models import LessonProgress, QuizAttempt
from progress.reports import (
    activity_by_day,
    completion_by_department,
    completion_by_series,
    learning_numbers,
    private_counts,
)
from tenants.roles import role_on
from tests.progress.reports.cast import progress_make, workers_make

PROGRESS = "/admin/progress/lessonprogress/"
ATTEMPTS = "/admin/progress/quizattempt/"
EXPORT = PROGRESS + "sheet/"
PRIVATE = PROGRESS + "private/"


def text_of(response) -> str:
    return response.content.decode()


def rows_of(response) -> list[list]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    return [row for name in workbook.sheet_names for row in workbook.get_sheet_by_name(name).to_python()]


@pytest.mark.parametrize("path", [PROGRESS, ATTEMPTS, "/admin/"])
def test_no_page_shows_a_private_lesson_its_readers_or_its_score(cast, hr_client, path):
    page = text_of(hr_client.get(path))
    assert "难过的时候" not in page
    assert "心里的事" not in page
    assert cast.workers[3].name not in page
    assert "47%" not in page


@pytest.mark.parametrize(
    "query",
    [
        "?series={private}",
        "?lesson={distress}",
        "?lesson__series={private}",
        "?lesson__series__id__exact={private}",
        "?lesson__series__privacy=private",
        "?lesson__id__exact={distress}",
        "?was_private__exact=1",
        "?worker__id__exact={reader}",
        "?q={reader_name}",
        "?q=难过",
        "?all=&o=-1",
    ],
)
@pytest.mark.parametrize("path", [PROGRESS, ATTEMPTS, EXPORT])
def test_no_filter_search_or_typed_lookup_reaches_private_rows(cast, hr_client, path, query):
    reader = cast.workers[3]
    query = query.format(
        private=cast.private.pk, distress=cast.distress.pk, reader=reader.pk, reader_name=reader.employee_number
    )
    response = hr_client.get(path + query)
    if response.status_code != 200:
        assert response.status_code in (302, 400)
        return
    content = str(rows_of(response)) if path == EXPORT else re.sub(r"value=\"[^\"]*\"", "", text_of(response))
    assert reader.name not in content
    assert "难过的时候" not in content


def test_the_row_itself_cannot_be_opened_by_its_number(cast, hr_client):
    for model, path in [(LessonProgress, PROGRESS), (QuizAttempt, ATTEMPTS)]:
        hidden = model.objects.get(worker=cast.workers[3])
        for suffix in ["change/", "history/", "delete/"]:
            response = hr_client.get(f"{path}{hidden.pk}/{suffix}")
            assert response.status_code in (302, 403, 404)


def test_a_list_of_people_cannot_be_asked_backwards_who_has_a_row(cast, hr_client):
    hidden = LessonProgress.objects.get(worker=cast.workers[3])
    for lookup in [
        "lesson_progress",
        "lesson_progress__id",
        "lesson_progress__isnull",
        "quiz_attempts__id",
        "visits__id",
    ]:
        for path in ["/admin/workers/worker/", "/admin/auth/user/"]:
            response = hr_client.get(f"{path}?{lookup}={hidden.pk}")
            assert response.status_code in (302, 400, 404)


def test_private_rows_stay_private_when_the_series_is_turned_to_tracked(cast, hr_client):
    Series.objects.filter(pk=cast.private.pk).update(privacy=Series.Privacy.TRACKED)
    assert cast.workers[3].name not in text_of(hr_client.get(PROGRESS))
    assert cast.workers[3].name not in text_of(hr_client.get(ATTEMPTS))
    progress_make(cast.workers[:1], cast.distress, at=timezone.now())
    assert set(LessonProgress.objects.tracked().filter(lesson=cast.distress).values_list("worker", flat=True)) == {
        cast.workers[0].pk
    }


def test_private_rows_stay_private_when_the_lesson_is_moved_to_a_tracked_series(cast, hr_client):
    cast.distress.series = cast.tracked
    cast.distress.save(update_fields=["series"])
    assert cast.workers[3].name not in text_of(hr_client.get(PROGRESS))
    assert cast.workers[3].name not in str(rows_of(hr_client.get(EXPORT)))


def test_what_is_added_to_a_tracked_row_while_the_series_is_private_hides_it_for_good(cast):
    row = LessonProgress.objects.get(worker=cast.workers[2])
    Series.objects.filter(pk=cast.tracked.pk).update(privacy=Series.Privacy.PRIVATE)
    LessonProgress.objects.filter(pk=row.pk).update(read_at=timezone.now(), completed_at=timezone.now())
    Series.objects.filter(pk=cast.tracked.pk).update(privacy=Series.Privacy.TRACKED)
    assert row not in LessonProgress.objects.tracked()


def test_numbers_and_charts_count_tracked_series_only(cast):
    today = timezone.localdate()
    before = learning_numbers(on=today), completion_by_department(on=today), completion_by_series(on=today)
    activity = activity_by_day(on=today)
    progress_make(cast.workers[:3], cast.distress, at=timezone.now())
    assert (learning_numbers(on=today), completion_by_department(on=today), completion_by_series(on=today)) == before
    assert activity_by_day(on=today) == activity


def test_the_private_page_never_shows_fewer_than_ten_nor_more_than_full_tens(cast, hr_client):
    yesterday = timezone.now() - timedelta(days=1)
    counts = {count.title: count for count in private_counts(on=timezone.localdate())}
    assert (counts["心里的事"].opened, counts["心里的事"].completed) == (None, None)
    progress_make(workers_make(7, department=cast.departments["line"]), cast.distress, at=yesterday)
    assert [count.opened for count in private_counts(on=timezone.localdate())] == [None]
    progress_make(workers_make(10, department=cast.departments["line"]), cast.distress, at=yesterday, completed=False)
    assert [(count.opened, count.completed) for count in private_counts(on=timezone.localdate())] == [(10, None)]
    page = text_of(hr_client.get(PRIVATE))
    assert "心里的事" in page
    assert "安全生产" not in page
    assert cast.workers[3].name not in page


def test_somebody_who_reads_now_changes_nothing_before_tomorrow(cast):
    progress_make(
        workers_make(7, department=cast.departments["line"]), cast.distress, at=timezone.now() - timedelta(days=1)
    )
    today = timezone.localdate()
    before = private_counts(on=today)
    progress_make(workers_make(1, department=cast.departments["line"]), cast.distress, at=timezone.now())
    assert private_counts(on=today) == before
    assert [count.opened for count in private_counts(on=today + timedelta(days=1))] == [10]


def test_nothing_that_hr_can_edit_moves_the_private_numbers(cast):
    """Marking one person after the other as having left, or moving them about, would tell who is among the ten."""
    readers = workers_make(8, department=cast.departments["line"])
    progress_make(readers, cast.distress, at=timezone.now() - timedelta(days=1))
    before = private_counts(on=timezone.localdate())
    assert before[0].opened == 10
    readers[0].left_on = timezone.localdate() - timedelta(days=30)
    readers[0].department = cast.departments["office"]
    readers[0].save()
    assert private_counts(on=timezone.localdate()) == before


@pytest.mark.parametrize("path", [PROGRESS, ATTEMPTS, EXPORT, PRIVATE])
def test_a_content_editor_sees_nobodys_learning(cast, site_client, sunrise, path):
    with tenant_context(sunrise):
        editor = get_user_model().objects.create_user("editor", password="x", is_staff=True)
        editor.groups.add(role_on("content_editor"))
        client = site_client(sunrise)
        client.force_login(editor)
    assert client.get(path).status_code == 403
    home = text_of(client.get("/admin/"))
    assert "/admin/progress/" not in home
    assert cast.workers[0].name not in home


@pytest.mark.parametrize("path", [PROGRESS, ATTEMPTS, EXPORT, PRIVATE])
def test_the_outsider_sees_none_of_it(lakeside, cast, admin_of, path):
    response = admin_of(lakeside).get(path)
    content = str(rows_of(response)) if path == EXPORT else text_of(response)
    for secret in [cast.workers[0].name, cast.workers[3].name, "开机之前", "心里的事"]:
        assert secret not in content


@pytest.mark.parametrize("path", [PROGRESS, ATTEMPTS, EXPORT, PRIVATE])
def test_a_stranger_is_sent_to_the_login_page(cast, site_client, sunrise, path):
    response = site_client(sunrise).get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_keys_of_rows_do_not_count_what_is_between_them(cast):
    """Numbers in a row would tell by their gaps how much was read in private."""
    for model in (LessonProgress, QuizAttempt):
        assert model._meta.pk.get_internal_type() == "UUIDField"
    progress_make(workers_make(3, department=cast.departments["line"]), cast.safety, at=timezone.now())
    keys = [key.int for key in LessonProgress.objects.order_by("opened_at").values_list("pk", flat=True)]
    assert min(abs(a - b) for a, b in zip(keys, keys[1:], strict=False)) > 2**32
