"""Counting visits."""

import pytest
from django.db import connection

from lessons.models import Series
from progress.models import Visit
from progress.services import visit_note, visits, visits_flush, visits_waiting
from progress.tasks import factory_visits_flush_task, visits_flush_task


def waiting() -> list[str]:
    visits.valkey().push()
    return visits.valkey().client.lrange(f"visits:{connection.schema_name}", 0, -1)


def test_a_visit_becomes_a_row_once_however_often_it_is_moved(li_na, tracked):
    visit_note(lesson_id=tracked.pk, worker_id=li_na.pk, is_private=False, source="poster-1")
    row = waiting()[0]
    assert visits_flush() == 1
    visits.valkey().client.lpush(f"visits:{connection.schema_name}", row)  # a process that died before taking it off
    assert visits_flush() == 1
    visit = Visit.objects.get()
    assert (visit.lesson_id, visit.worker_id, visit.source) == (tracked.pk, li_na.pk, "poster-1")
    assert visits_flush() == 0


def test_a_visit_to_a_private_lesson_never_names_its_visitor(li_na, shelf):
    visit_note(lesson_id=shelf.private.pk, worker_id=li_na.pk, is_private=True)
    assert f" {shelf.private.pk}  2" in waiting()[0]
    visit_note(lesson_id=shelf.tracked.pk, worker_id=li_na.pk, is_private=False)
    Series.objects.update(privacy=Series.Privacy.PRIVATE)  # between the visit and its row
    visits_flush()
    assert Visit.objects.count() == 2
    assert not Visit.objects.exclude(worker=None).exists()


def test_visits_of_what_is_gone_are_left_out(li_na, tracked):
    visit_note(lesson_id=10**9, worker_id=li_na.pk, is_private=False)
    visit_note(lesson_id=tracked.pk, worker_id=10**9, is_private=False)
    visits_flush()
    assert Visit.objects.get().worker is None


def test_a_large_batch_is_moved_whole(tracked):
    for _ in range(25):
        visit_note(lesson_id=tracked.pk, worker_id=None, is_private=False)
    assert visits_flush(batch=10) == 25
    assert Visit.objects.count() == 25


def test_the_task_moves_what_waits_and_may_run_twice(tracked, sunrise, lakeside):
    visit_note(lesson_id=tracked.pk, worker_id=None, is_private=False)
    assert visits_waiting([sunrise.schema_name, lakeside.schema_name]) == [sunrise.schema_name]
    factory_visits_flush_task(schema_name=sunrise.schema_name)
    factory_visits_flush_task(schema_name=sunrise.schema_name)
    assert Visit.objects.count() == 1


def test_beat_queues_a_flush_for_every_factory_with_visits(tracked, sunrise, eager):
    visit_note(lesson_id=tracked.pk, worker_id=None, is_private=False)
    visits_flush_task()
    assert Visit.objects.count() == 1


@pytest.fixture
def _valkey_gone(settings):
    settings.CACHE_URL = "redis://127.0.0.1:1/0"


@pytest.mark.usefixtures("_valkey_gone")
def test_pages_open_while_valkey_is_away(stranger, tracked):
    assert stranger.get(f"/lessons/{tracked.uuid}/").status_code == 200
    visits.valkey().push()
    assert visits.valkey().silent_until > 0
