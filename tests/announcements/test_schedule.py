"""A notice at a time chosen before: sent then, once, to whom it is for by then; or not at all, and everybody sees why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from announcements.models import Announcement, Receipt
from announcements.services import (
    AnnouncementRefused,
    announcement_schedule,
    announcement_send,
    announcement_send_due,
    announcement_unschedule,
)
from announcements.tasks import announcement_send_due_task, announcements_sweep_task
from tenants.models import Factory
from tenants.roles import role_on
from tenants.tasks import FactoryGone
from workers.models import Audience, Broadcast, Worker, WorkerMessage
from workers.services import worker_leave
from workers.services.audience_rules import Rule

State, Unsent = Announcement.State, Announcement.Unsent


def in_hours(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def time_comes(announcement: Announcement, *, late: timedelta = timedelta(minutes=1)) -> None:
    Announcement.objects.filter(pk=announcement.pk).update(send_at=timezone.now() - late)


@pytest.fixture
def planned(notice, hr) -> Announcement:
    return announcement_schedule(announcement=notice, at=in_hours(3), by=hr)


def nothing_went_out() -> bool:
    return not (Receipt.objects.exists() or WorkerMessage.objects.exists() or Broadcast.objects.exists())


# --- at its time -----------------------------------------------------------------------------------------------------
def test_until_its_time_nothing_goes_out(planned, hr):
    announcement_send_due(announcement_id=planned.pk)
    planned.refresh_from_db()
    assert (planned.state, planned.sent_by, planned.sent_at) == (State.SCHEDULED, hr, None)
    assert nothing_went_out()


def test_at_its_time_it_goes_to_whom_it_is_for_by_then(planned, hr, li_na, wang_qiang):
    worker_leave(worker=wang_qiang, on=date(2026, 11, 1))
    new = Worker.objects.create(employee_number="A003", name="赵敏", name_pinyin="zhao min")
    time_comes(planned)
    announcement_send_due(announcement_id=planned.pk)
    planned.refresh_from_db()
    assert (planned.state, planned.sent_by, planned.recipient_count) == (State.SENT, hr, 2)
    assert set(Receipt.objects.values_list("worker", flat=True)) == {li_na.pk, new.pk}
    assert WorkerMessage.objects.count() == 2


def test_a_server_that_was_down_for_hours_sends_late(planned):
    time_comes(planned, late=timedelta(hours=23))
    announcement_send_due(announcement_id=planned.pk)
    planned.refresh_from_db()
    assert planned.is_sent


def test_at_its_time_it_is_sent_once_however_often_that_is_tried(planned, hr):
    time_comes(planned)
    for _ in range(3):
        announcement_send_due(announcement_id=planned.pk)
    with pytest.raises(AnnouncementRefused) as refusal:
        announcement_send(announcement=planned, by=hr)
    assert refusal.value.code == "already_sent"
    assert Receipt.objects.count() == WorkerMessage.objects.count() == 2


def test_sent_now_it_is_not_sent_again_at_its_time(planned, hr):
    announcement_send(announcement=planned, by=hr)
    Announcement.objects.update(send_at=timezone.now() - timedelta(minutes=1))
    announcement_send_due(announcement_id=planned.pk)
    assert Receipt.objects.count() == WorkerMessage.objects.count() == 2


def test_taken_back_it_is_a_draft_and_stays_one(planned, hr):
    draft = announcement_unschedule(announcement=planned, by=hr)
    announcement_send_due(announcement_id=planned.pk)
    assert (draft.state, draft.send_at, draft.sent_by) == (State.DRAFT, None, None)
    assert announcement_unschedule(announcement=planned, by=hr).is_draft
    assert nothing_went_out()


def test_what_has_gone_out_is_not_taken_back_or_planned_anew(planned, hr):
    announcement_send(announcement=planned, by=hr)
    for late in (
        lambda: announcement_unschedule(announcement=planned, by=hr),
        lambda: announcement_schedule(announcement=planned, at=in_hours(1), by=hr),
    ):
        with pytest.raises(AnnouncementRefused) as refusal:
            late()
        assert refusal.value.code == "already_sent"


def test_another_time_takes_the_place_of_the_first(planned, hr):
    at = in_hours(50)
    announcement_schedule(announcement=planned, at=at, by=hr)
    time_comes(planned, late=-timedelta(hours=50))
    announcement_send_due(announcement_id=planned.pk)
    assert nothing_went_out()


@pytest.mark.parametrize(("hours", "code"), [(-0.1, "in_the_past"), (0, "in_the_past"), (60 * 24 + 1, "too_far_ahead")])
def test_a_time_that_is_over_or_too_far_away_is_refused(notice, hr, hours, code):
    with pytest.raises(AnnouncementRefused) as refusal:
        announcement_schedule(announcement=notice, at=in_hours(hours), by=hr)
    notice.refresh_from_db()
    assert (refusal.value.code, notice.state) == (code, State.DRAFT)


# --- what cannot be sent ---------------------------------------------------------------------------------------------
def fired(planned, hr):
    User.objects.filter(pk=hr.pk).update(is_active=False)


def no_staff_any_more(planned, hr):
    User.objects.filter(pk=hr.pk).update(is_staff=False)


def other_role(planned, hr):
    hr.groups.set([role_on("people")])


def audience_deleted(planned, hr):
    Audience.objects.all().delete()


def everybody_gone(planned, hr):
    for worker in Worker.objects.employed():
        worker_leave(worker=worker, on=date(2026, 11, 1))


def rule_unreadable(planned, hr):
    Audience.objects.update(rule={"schema": 99})


def too_few_around(planned, hr):
    Audience.objects.update(rule=Rule(groups=("parent",)).document(), is_private=True)


@pytest.mark.parametrize(
    ("what", "because"),
    [
        (fired, Unsent.SENDER_LEFT),
        (no_staff_any_more, Unsent.SENDER_LEFT),
        (other_role, Unsent.SENDER_MAY_NOT),
        (audience_deleted, Unsent.AUDIENCE_GONE),
        (everybody_gone, Unsent.NOBODY),
        (too_few_around, Unsent.TOO_NARROW),
        (rule_unreadable, Unsent.UNREADABLE),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_what_cannot_be_sent_at_its_time_is_a_draft_with_the_reason(notice, hr, what, because):
    if what in (audience_deleted, too_few_around, rule_unreadable):
        notice.audience = Audience.objects.create(name="女工", rule=Rule(genders=("female",)).document())
        notice.aim_kind = Announcement.AimKind.AUDIENCE
        notice.save()
    planned = announcement_schedule(announcement=notice, at=in_hours(1), by=hr)
    what(planned, hr)
    time_comes(planned)
    announcement_send_due(announcement_id=planned.pk)
    planned.refresh_from_db()
    assert (planned.state, planned.unsent_because, planned.sent_by) == (State.DRAFT, because, hr)
    assert (planned.is_private, planned.aimed_at, planned.broadcast) == (False, "", None)
    assert nothing_went_out()


def test_a_day_late_is_too_late(planned):
    time_comes(planned, late=timedelta(days=1, minutes=1))
    announcement_send_due(announcement_id=planned.pk)
    planned.refresh_from_db()
    assert (planned.state, planned.unsent_because) == (State.DRAFT, Unsent.MISSED)
    assert nothing_went_out()


@pytest.mark.parametrize("way", ["send", "plan"])
def test_what_was_put_right_goes_out_and_its_reason_goes(planned, hr, way):
    time_comes(planned, late=timedelta(days=2))
    announcement_send_due(announcement_id=planned.pk)
    if way == "send":
        announcement_send(announcement=planned, by=hr)
    else:
        announcement_schedule(announcement=planned, at=in_hours(1), by=hr)
    planned.refresh_from_db()
    assert planned.unsent_because == ""
    assert planned.state == (State.SENT if way == "send" else State.SCHEDULED)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "scheduled"},
        {"state": "scheduled", "send_at": timezone.now()},
        {"state": "sent"},
        {"state": "draft", "send_at": timezone.now()},
        {"state": "draft", "unsent_because": "missed"},
    ],
)
def test_the_database_keeps_states_and_times_together(notice, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.filter(pk=notice.pk).update(**columns)


# --- the beat --------------------------------------------------------------------------------------------------------
def test_the_sweep_sends_what_is_due_in_each_factory_and_nothing_else(planned, hr, eager):
    later = announcement_schedule(
        announcement=Announcement.objects.create(title="后天体检", body="<p>带身份证。</p>"), at=in_hours(40), by=hr
    )
    time_comes(planned)
    for _ in range(2):
        announcements_sweep_task()
    assert list(Announcement.objects.filter(state=State.SENT)) == [planned]
    assert Announcement.objects.get(pk=later.pk).is_scheduled


def test_in_a_suspended_factory_nothing_goes_out(planned, sunrise, eager):
    time_comes(planned)
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(status=Factory.Status.SUSPENDED)
    announcements_sweep_task()
    with pytest.raises(FactoryGone):
        announcement_send_due_task(schema_name=sunrise.schema_name, announcement_id=planned.pk)
    assert nothing_went_out()


def test_it_says_whom_it_went_to_in_the_factorys_language(planned, sunrise):
    time_comes(planned)
    announcement_send_due_task(schema_name=sunrise.schema_name, announcement_id=planned.pk)
    planned.refresh_from_db()
    assert planned.aimed_at == "全体员工"


def test_the_sweep_looks_once_into_each_factory(planned, eager, django_assert_max_num_queries):
    announcements_sweep_task()
    with schema_context("public"):
        factories = Factory.objects.living().count()
    with django_assert_max_num_queries(
        3 + 2 * factories
    ):  # each one's search path and one look; public's, before and after
        announcements_sweep_task()


# --- at the same moment ----------------------------------------------------------------------------------------------
@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A planned notice whose time has come, that other connections see too; removed afterwards."""
    with django_db_blocker.unblock(), tenant_context(Factory.objects.get(slug="sunrise")):
        Worker.objects.bulk_create(
            Worker(employee_number=f"R{n}", name="赵敏", name_pinyin="zhao min") for n in range(30)
        )
        hr = User.objects.get(username="hr")
        planned = announcement_schedule(
            announcement=Announcement.objects.create(title="停电", body="<p>周六</p>"), at=in_hours(1), by=hr
        )
        time_comes(planned)
        yield planned, hr, connection.tenant
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE workers_worker, announcements_announcement, workers_broadcast CASCADE")


def at_once(committed, deeds) -> list[str]:
    """All deeds at the same moment; the refusals' codes."""
    planned, hr, factory = committed

    def do(deed):
        with tenant_context(factory):
            try:
                deed(planned, hr)
            except AnnouncementRefused as refusal:
                return refusal.code
            finally:
                connection.close()
            return ""

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def beat(planned, hr):
    announcement_send_due(announcement_id=planned.pk)


def send_now(planned, hr):
    announcement_send(announcement=planned, by=hr)


def take_back(planned, hr):
    announcement_unschedule(announcement=planned, by=hr)


def test_two_beats_and_somebody_who_presses_send_at_that_second_send_it_once(committed):
    assert set(at_once(committed, [beat, send_now, beat, send_now, beat])) <= {"", "already_sent"}
    assert Receipt.objects.count() == WorkerMessage.objects.count() == 30
    assert Broadcast.objects.count() == 1


def test_taken_back_at_that_second_it_is_either_sent_or_a_draft(committed):
    assert set(at_once(committed, [beat, take_back, beat, take_back])) <= {"", "already_sent"}
    planned = Announcement.objects.get()
    assert planned.state in (State.SENT, State.DRAFT)
    assert Receipt.objects.count() == WorkerMessage.objects.count() == (30 if planned.is_sent else 0)


def test_a_factory_that_cannot_be_read_does_not_stop_the_others(committed, eager):
    with schema_context("public"):
        Factory(schema_name="f_aaa", slug="aaa", name="没有表").save()
    try:
        announcements_sweep_task()
    finally:
        with schema_context("public"):
            Factory.objects.filter(slug="aaa").delete()
    assert Announcement.objects.get().is_sent


def test_another_factory_has_none_of_it(lakeside, planned):
    time_comes(planned)
    with tenant_context(lakeside):
        announcement_send_due(announcement_id=planned.pk)
        assert not Announcement.objects.exists()
        assert nothing_went_out()
    planned.refresh_from_db()
    assert planned.is_scheduled
    assert planned.send_at.astimezone(ZoneInfo("Asia/Shanghai")) < timezone.now()
