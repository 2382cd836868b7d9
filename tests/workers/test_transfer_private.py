"""Private lessons that are taken along: they show on the phone that brings them, and tell nothing of what it does not show."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from lessons.models import Lesson, Series
from progress.models import LessonProgress
from progress.services.luggage import own_rows
from tests.progress.reports.cast import progress_make
from tests.workers.records import code_for
from workers.models import Contact
from workers.services import worker_unbind
from workers.services.transfers import TransferRefused, record_take


def bound(worker, *hours: int) -> None:
    """Phones of theirs, bound so many hours ago."""
    for number, ago in enumerate(hours):
        at = timezone.now() - timedelta(hours=ago)
        Contact.objects.create(channel="wechat", address=f"{worker.pk}-{number}", worker=worker, bound_at=at)


def shown(worker) -> list[tuple[str, int | None]]:
    rows = own_rows(LessonProgress.objects.completed(), worker, "opened_at").order_by("lesson__title")
    return [(row.lesson.title, row.best_score_percent) for row in rows]


def test_what_was_private_shows_on_the_phone_that_brings_it_though_bound_only_now(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前", "难过的时候")
    with tenant_context(lakeside):
        bound(newcomer, 1)
        assert record_take(worker=newcomer, code=code).taken == 2
        assert shown(newcomer) == [("开机之前", 80), ("难过的时候", 80)]
        assert LessonProgress.objects.get(was_private=True).completed_at < timezone.now() - timedelta(days=1)
        Contact.objects.update(bound_at=timezone.now())  # another phone than that one
        assert shown(newcomer) == [("开机之前", 80)]


def test_a_work_lesson_of_a_series_that_is_private_here_shows_too(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前")
    with tenant_context(lakeside):
        bound(newcomer, 1)
        Series.objects.update(privacy="private")
        record_take(worker=newcomer, code=code)
        assert shown(newcomer) == [("开机之前", 80)]


@pytest.mark.parametrize("phones", [(1,), (1, 2)])
@pytest.mark.parametrize(("score", "completed"), [(90, False), (None, True), (90, True)])
def test_taking_in_tells_nothing_of_what_this_phone_does_not_show(
    learned, newcomer, lakeside, phones, score, completed
):
    """Whoever binds a phone to somebody else could bring a record of their own to find out."""
    code = code_for(learned, lakeside, "开机之前")
    with tenant_context(lakeside):
        bound(newcomer, *phones)
        lesson = Lesson.objects.get(title="开机之前")
        progress_make([newcomer], lesson, at=timezone.now() - timedelta(days=50), completed=completed)
        LessonProgress.objects.update(best_score_percent=score, was_private=True)
        assert record_take(worker=newcomer, code=code).taken == 1
        assert shown(newcomer) == [("开机之前", 80)]


def test_what_was_read_in_private_on_this_phone_is_completed_and_keeps_the_better_score(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "难过的时候")
    with tenant_context(lakeside):
        bound(newcomer, 1)
        progress_make([newcomer], Lesson.objects.get(title="难过的时候"), at=timezone.now(), completed=False)
        LessonProgress.objects.update(best_score_percent=90)
        assert record_take(worker=newcomer, code=code).taken == 1
        assert shown(newcomer) == [("难过的时候", 90)]


def test_while_two_phones_are_bound_nothing_private_comes_in_and_nothing_is_lost(learned, newcomer, lakeside):
    code = code_for(learned, lakeside, "开机之前", "难过的时候")
    with tenant_context(lakeside):
        bound(newcomer, 1, 2)
        with pytest.raises(TransferRefused) as refusal:
            record_take(worker=newcomer, code=code)
        assert refusal.value.code == "transfer_two_phones"
        assert not LessonProgress.objects.exists()
        worker_unbind(contact=newcomer.contacts.first(), by="hr")
        assert record_take(worker=newcomer, code=code).taken == 2
        assert len(shown(newcomer)) == 2
