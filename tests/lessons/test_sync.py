import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context, tenant_context

from lessons.models import Asset, Block, Lesson, LessonVersion, Series, Topic
from lessons.services import (
    WrongSide,
    asset_store,
    lesson_publish,
    lesson_withdraw,
    library_lesson_update,
    library_parcels,
    library_reconcile,
    library_version_receive,
    series_follow,
    series_save,
)
from lessons.tasks import (
    factory_reconcile_task,
    library_fan_out_task,
    library_lesson_update_task,
    library_reconcile_task,
)
from tenants.services import factory_create
from tenants.tasks import FactoryGone
from tests.lessons.conftest import lesson_make, picture_bytes


@pytest.fixture
def version(library_lesson):
    library_lesson.topic = Topic.objects.create(slug="communication", title="沟通")
    library_lesson.save()
    return lesson_publish(lesson=library_lesson, by=None)


def receive(factory, lesson):
    with tenant_context(factory):
        library_lesson_update(lesson_uuid=lesson.uuid)


def copy_in(factory) -> Lesson:
    with tenant_context(factory):
        return Lesson.objects.select_related("series", "topic", "cover", "current_version").get()


def test_a_published_version_arrives_whole_and_once(version, library_lesson, sunrise):
    for _ in range(2):
        receive(sunrise, library_lesson)
    copy = copy_in(sunrise)
    assert (copy.uuid, copy.title, copy.origin, copy.state) == (
        library_lesson.uuid,
        library_lesson.title,
        "library",
        "published",
    )
    assert copy.series.uuid == library_lesson.series.uuid
    assert copy.topic.slug == "communication"
    assert (copy.cover.sha256, copy.cover.origin) == (library_lesson.cover.sha256, "library")
    mine = copy.current_version
    assert (mine.number, mine.checksum, mine.document, mine.answer_key, mine.body_html) == (
        1,
        version.checksum,
        version.document,
        version.answer_key,
        version.body_html,
    )
    with tenant_context(sunrise):
        assert LessonVersion.objects.count() == Lesson.objects.count() == 1


def test_an_edit_arrives_only_when_it_is_published(version, library_lesson, sunrise):
    library_lesson.title = "还没发布"
    library_lesson.save()
    receive(sunrise, library_lesson)
    assert copy_in(sunrise).title == version.title
    lesson_publish(lesson=library_lesson, by=None)
    receive(sunrise, library_lesson)
    copy = copy_in(sunrise)
    assert (copy.title, copy.current_version.number) == ("还没发布", 2)
    with tenant_context(sunrise):
        assert LessonVersion.objects.count() == 2


def test_an_older_number_is_ignored(version, library_lesson, sunrise):
    older = library_parcels()[0]
    Block.objects.create(lesson=library_lesson, body="<p>新的</p>", position=9)
    lesson_publish(lesson=library_lesson, by=None)
    receive(sunrise, library_lesson)
    with tenant_context(sunrise):
        library_version_receive(parcel=older)
    assert copy_in(sunrise).current_version.number == 2


def test_what_hr_decided_is_kept(version, library_lesson, sunrise):
    receive(sunrise, library_lesson)
    with tenant_context(sunrise):
        Lesson.objects.update(is_hidden=True, is_pinned=True, position=7)
        Topic.objects.update(title="说话")
    Block.objects.create(lesson=library_lesson, body="<p>新的</p>", position=9)
    lesson_publish(lesson=library_lesson, by=None)
    receive(sunrise, library_lesson)
    copy = copy_in(sunrise)
    assert (copy.is_hidden, copy.is_pinned, copy.position, copy.current_version.number) == (True, True, 7, 2)
    assert copy.topic.title == "说话"


def test_a_withdrawal_travels_and_so_does_its_end(version, library_lesson, sunrise):
    receive(sunrise, library_lesson)
    lesson_withdraw(lesson=library_lesson, by=None)
    receive(sunrise, library_lesson)
    assert copy_in(sunrise).state == "withdrawn"
    lesson_publish(lesson=library_lesson, by=None)
    receive(sunrise, library_lesson)
    assert copy_in(sunrise).state == "published"


def test_an_unfollowed_series_brings_withdrawals_only(version, library_lesson, library_series, sunrise):
    receive(sunrise, library_lesson)
    with tenant_context(sunrise):
        series_follow(series=Series.objects.get(), followed=False)
    second = lesson_make(series=library_series, title="第二课")
    lesson_publish(lesson=second, by=None)
    lesson_withdraw(lesson=library_lesson, by=None)
    receive(sunrise, second)
    receive(sunrise, library_lesson)
    assert copy_in(sunrise).state == "withdrawn"
    with tenant_context(sunrise):
        assert library_reconcile() == 0
        series_follow(series=Series.objects.get(), followed=True)
        assert set(Lesson.objects.values_list("title", flat=True)) == {version.title, "第二课"}


def test_a_factory_that_chooses_gets_the_series_to_choose_from_but_no_lesson(version, library_lesson):
    factory = factory_create(
        slug="chooser", name="新厂", admin_username="hr", admin_password="correct-horse-battery", follow_policy="chosen"
    )
    with tenant_context(factory):
        assert Series.objects.get().followed is False
        assert not Lesson.objects.exists()
        series_follow(series=Series.objects.get(), followed=True)
        assert Lesson.objects.get().uuid == library_lesson.uuid


def test_what_a_series_is_called_and_whether_it_is_private_travels(version, library_series, sunrise):
    with tenant_context(sunrise):
        Series.objects.create(slug="parents", title="厂里自己的")  # the same short name, taken
        library_reconcile()
    library_series.title = "爸妈"
    series_save(series=library_series)
    with tenant_context(sunrise):
        library_reconcile()
        copy = Series.objects.get(uuid=library_series.uuid)
        assert (copy.title, copy.privacy, copy.origin) == ("爸妈", "private", "library")
        assert Series.objects.get(slug="parents").title == "厂里自己的"


def test_reconciling_brings_what_was_missed_and_then_nothing(
    version, library_lesson, sunrise, django_assert_max_num_queries
):
    with tenant_context(sunrise):
        assert library_reconcile() == 1
        with django_assert_max_num_queries(16):  # six reads; the rest are lock, savepoint and search paths
            assert library_reconcile() == 0
    lesson_withdraw(lesson=library_lesson, by=None)
    with tenant_context(sunrise):
        assert library_reconcile() == 1
        assert Lesson.objects.get().state == "withdrawn"
        assert library_reconcile() == 0


def test_a_lesson_withdrawn_before_it_arrived_does_not_arrive(version, library_lesson, sunrise):
    lesson_withdraw(lesson=library_lesson, by=None)
    with tenant_context(sunrise):
        assert library_reconcile() == 0
        assert not Lesson.objects.exists()


def test_a_new_factory_starts_with_a_library_of_150_lessons_in_a_few_statements(library_series):
    asset = asset_store(content=picture_bytes(), name="a.jpg")
    for number in range(150):
        lesson_publish(lesson=lesson_make(series=library_series, title=f"第{number}课", asset=asset), by=None)
    factory = factory_create(slug="riverside", name="新厂", admin_username="hr", admin_password="correct-horse-battery")
    with tenant_context(factory):
        assert Lesson.objects.published().count() == 150
        LessonVersion.objects.all().delete()
        Lesson.objects.all().delete()
        begin = time.process_time()
        with CaptureQueriesContext(connection) as statements:
            assert library_reconcile() == 150
        assert len(statements) < 45
        assert time.process_time() - begin < 0.5


def test_a_picture_the_factory_had_uploaded_itself_becomes_the_librarys(version, library_lesson, sunrise):
    with tenant_context(sunrise):
        assert asset_store(content=picture_bytes(), name="a.jpg").origin == "own"
        library_reconcile()
        assert Asset.objects.get().origin == "library"


def test_each_side_refuses_the_services_of_the_other(version, library_lesson, sunrise):
    parcel = library_parcels()[0]
    for call in (
        lambda: library_version_receive(parcel=parcel),
        library_reconcile,
        lambda: library_lesson_update(lesson_uuid=library_lesson.uuid),
    ):
        with pytest.raises(WrongSide):
            call()
    with tenant_context(sunrise), pytest.raises(WrongSide):
        library_parcels()


def test_the_fan_out_reaches_every_living_factory_and_may_run_twice(version, library_lesson, sunrise, lakeside, eager):
    lakeside.status = "suspended"
    lakeside.save()
    for _ in range(2):
        library_fan_out_task.apply(kwargs={"lesson_uuid": str(library_lesson.uuid)}, throw=True)
    assert copy_in(sunrise).uuid == library_lesson.uuid
    with tenant_context(lakeside):
        assert not Lesson.objects.exists()


def test_publishing_queues_the_fan_out_by_itself(
    library_lesson, sunrise, lakeside, django_capture_on_commit_callbacks, eager
):
    with django_capture_on_commit_callbacks(execute=True):
        lesson_publish(lesson=library_lesson, by=None)
    assert copy_in(sunrise).uuid == copy_in(lakeside).uuid == library_lesson.uuid
    with django_capture_on_commit_callbacks(execute=True):
        lesson_withdraw(lesson=library_lesson, by=None)
    assert copy_in(sunrise).state == copy_in(lakeside).state == "withdrawn"


def test_the_sweep_brings_every_factory_up_to_date_and_may_run_twice(version, sunrise, lakeside, eager):
    for _ in range(2):
        library_reconcile_task()
    assert copy_in(sunrise).uuid == copy_in(lakeside).uuid


def test_tasks_run_twice_with_one_effect_and_refuse_without_a_factory(version, library_lesson, sunrise):
    for _ in range(2):
        library_lesson_update_task(schema_name=sunrise.schema_name, lesson_uuid=str(library_lesson.uuid))
        factory_reconcile_task(schema_name=sunrise.schema_name)
    assert copy_in(sunrise).current_version.number == 1
    for schema_name in ("", "public", "f_nobody"):
        with pytest.raises(FactoryGone):
            factory_reconcile_task(schema_name=schema_name)


def test_a_factorys_own_lesson_stays_in_that_factory(lakeside, own_lesson, eager, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        lesson_publish(lesson=own_lesson, by=None)
    for schema in ("public", lakeside.schema_name):
        with schema_context(schema):
            assert not Lesson.objects.exists()
            assert not Asset.objects.exists()
