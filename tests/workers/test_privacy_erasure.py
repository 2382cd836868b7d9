"""Erasing is whole, and again it changes nothing; what stays points at nobody."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import override

from announcements.models import Announcement, Receipt
from lessons.models import Series
from progress.models import LessonProgress, QuizAttempt, ShareLink, Visit
from tenants.audit.models import AuditEntry
from tests.progress.reports.cast import lesson_make
from wechat.models import Account, Follower, InboundCallback
from workers.models import (
    BindAttempt,
    BindCode,
    Broadcast,
    Colleague,
    Contact,
    Department,
    SelfDescription,
    Worker,
    WorkerMessage,
    WorkerSession,
)
from workers.privacy import register
from workers.privacy.copies import copy_html, copy_json, worker_copy
from workers.privacy.erasure import ErasureRefused, worker_erase
from workers.privacy.register import Room, Scope, rooms
from workers.privacy.requests import request_open
from workers.services import worker_leave
from workers.services.consents import consent_give

SECRET_WORDS = ["李娜", "li na", "A001", "13800001234", "四川", "openid-of-li-na", "难过的时候", "缝纫工"]


@pytest.fixture
def full(li_na, bound_contact, hr) -> Worker:
    """Li Na with something in every room."""
    Worker.objects.filter(pk=li_na.pk).update(
        phone="13800001234",
        home_region="四川",
        birth_date="1999-04-05",
        position="缝纫工",
        education="junior",
        gender="female",
    )
    li_na.refresh_from_db()
    li_na.save()  # one more version
    Department.objects.filter(pk=li_na.department_id).update(leader=li_na)
    now = timezone.now()
    learned(li_na, bound_contact, now)
    written_to(li_na, now)
    consent_give(worker=li_na, purpose="family_facts")
    SelfDescription.objects.create(worker=li_na, is_parent=True).children.create(born_from=2017, born_to=2019)
    WorkerSession.objects.create(contact=bound_contact, token_hash="x", expires_at=now + timedelta(days=9))
    followed(bound_contact, now)
    LogEntry.objects.create(
        user=hr, content_type=ContentType.objects.get_for_model(Worker), object_id=str(li_na.pk), object_repr=str(li_na),
        action_flag=CHANGE, change_message="李娜",
    )  # fmt: skip
    return li_na


def learned(worker, contact, now) -> None:
    safety = lesson_make(Series.objects.create(slug="safety", title="安全", privacy="tracked"), "开机之前")
    sad = lesson_make(Series.objects.create(slug="distress", title="心里的事"), "难过的时候")
    for lesson in (safety, sad):
        LessonProgress.objects.create(
            worker=worker, lesson=lesson, version=lesson.current_version, opened_at=now, read_at=now, completed_at=now
        )
        QuizAttempt.objects.create(
            worker=worker, lesson=lesson, version=lesson.current_version, attempt_number=1, score_percent=80,
            pass_mark_percent=60, answers={}, submission_key=lesson.uuid,
        )  # fmt: skip
        ShareLink.objects.create(lesson=lesson, contact=contact)
        ShareLink.objects.create(lesson=lesson)
    Visit.objects.create(worker=worker, lesson=safety, on=now.date())


def written_to(worker, now) -> None:
    private = Broadcast.objects.create(kind="announcement", dedupe_key="p", is_private=True)
    open_one = Broadcast.objects.create(kind="announcement", dedupe_key="o")
    for broadcast, title in [(private, "给家长的信"), (open_one, "停电通知")]:
        notice = Announcement.objects.create(
            title=title,
            body="x",
            state="sent",
            sent_at=timezone.now(),
            broadcast=broadcast,
            is_private=broadcast.is_private,
        )
        Receipt.objects.create(announcement=notice, worker=worker, opened_at=now, open_count=3, confirmed_at=now)
        WorkerMessage.objects.create(
            worker=worker,
            broadcast=broadcast,
            kind="announcement",
            values={"title": title},
            dedupe_key=title,
            state="sent",
        )


def followed(contact, now) -> None:
    account = Account.objects.create(
        name="公众号", appid="wx123", original_id="gh_1", app_secret="s", token="t" * 3, mode="plain"
    )
    Follower.objects.create(account=account, contact=contact, openid="openid-of-li-na", is_following=True)
    InboundCallback.objects.create(
        account=account, dedupe_key="1", kind="text", payload={"FromUserName": "openid-of-li-na"}, received_at=now
    )


def everything_said() -> str:
    """Every column of every row of this factory that is about people, as text."""
    from django.apps import apps
    from django.db import connection

    labels = {entry.model for room in rooms() for entry in room.entries} | {"workers.HistoricalWorker"}
    labels |= {"workers.HistoricalDepartment"}
    with connection.cursor() as cursor:
        found = []
        for label in sorted(labels):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{apps.get_model(label)._meta.db_table}" t')
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_nothing_that_was_personal_is_left_anywhere(full, hr):
    worker_leave(worker=full, on=timezone.localdate())
    said = everything_said()
    assert all(word in said for word in SECRET_WORDS[:3])
    worker_erase(worker=full, by=hr, forget_phone=True)
    said = everything_said()
    assert [word for word in SECRET_WORDS if word in said] == []
    assert not re.search(r"(?<![\w.])1234(?!\w)", said), "the last four, but as part of no hash and no moment"


def test_training_and_confirmed_notices_stay_as_counts_to_the_day(full, hr):
    worker_leave(worker=full, on=timezone.localdate())
    with override("en"):  # the name is written in the factory's language
        worker_erase(worker=full, by=hr)
    [row] = LessonProgress.objects.all()
    assert row.lesson.title == "开机之前"
    assert row.completed_at == row.opened_at == row.read_at
    assert timezone.localtime(row.completed_at).hour == timezone.localtime(row.completed_at).minute == 0
    assert row.worker.name == "已删除员工"
    assert not QuizAttempt.objects.exists()
    assert Visit.objects.get().worker is None
    assert Receipt.objects.get().announcement.title == "停电通知"
    full.refresh_from_db()
    assert (full.employee_number, full.birth_date, full.department, full.phone) == (f"erased-{full.pk}", None, None, "")
    assert (str(full), full.number_told) == ("已删除员工", "–")


def test_without_forgetting_the_follower_stays_a_stranger(full, hr, bound_contact):
    worker_leave(worker=full, on=timezone.localdate())
    worker_erase(worker=full, by=hr)
    bound_contact.refresh_from_db()
    assert bound_contact.worker is None
    assert bound_contact.bound_at is None
    assert Follower.objects.count() == 1
    assert not WorkerSession.objects.exists()
    assert not BindAttempt.objects.exists()


def test_forgetting_the_phone_leaves_shared_lessons_open_once(full, hr):
    worker_leave(worker=full, on=timezone.localdate())
    worker_erase(worker=full, by=hr, forget_phone=True)
    assert not Contact.objects.exists()
    assert not Follower.objects.exists()
    assert not InboundCallback.objects.exists()
    assert list(ShareLink.objects.values_list("contact", flat=True)) == [None, None]


def test_erasing_twice_changes_nothing_and_is_recorded_once(full, hr):
    worker_leave(worker=full, on=timezone.localdate())
    first = worker_erase(worker=full, by=hr)
    assert first.scope == Scope.ALL
    said = everything_said()
    assert worker_erase(worker=full, by=hr).counts == {}
    assert everything_said() == said
    entry = AuditEntry.objects.get(action="worker_erased")
    assert entry.subject_ids == [full.pk]
    assert "李娜" not in str(entry.detail)


def test_somebody_who_works_here_is_not_erased_by_accident(full, hr):
    with pytest.raises(ErasureRefused) as refusal:
        worker_erase(worker=full, by=hr)
    assert refusal.value.code == "still_employed"
    assert SelfDescription.objects.exists()


def test_of_somebody_who_works_here_goes_what_the_work_does_not_need(full, hr):
    worker_erase(worker=full, by=hr, keeps_employment=True)
    full.refresh_from_db()
    assert (full.name, full.phone) == ("李娜", "13800001234")
    assert LessonProgress.objects.get().lesson.title == "开机之前"
    assert QuizAttempt.objects.get().lesson.title == "开机之前"
    assert not SelfDescription.objects.exists()
    assert not WorkerMessage.objects.exists()
    assert full.contacts.count() == 0
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize("has_left", [False, True])
def test_a_number_that_only_a_slip_binds_stays_so_while_they_work_here(full, hr, has_left):
    BindCode.objects.filter(worker=full).delete()
    BindCode.objects.create(
        worker=full, code_hash="x", printed_at=timezone.now(), expires_at=timezone.now(), slip_only=True
    )
    if has_left:
        worker_leave(worker=full, on=timezone.localdate())
    worker_erase(worker=full, by=hr, keeps_employment=True)
    assert BindCode.objects.filter(worker=full).exists() != has_left


def test_nobody_loses_their_second_step_by_an_employees_erasure(full, hr):
    worker_leave(worker=full, on=timezone.localdate())
    Colleague.objects.update_or_create(user=hr, defaults={"contact": full.contacts.first(), "worker": None})
    said = everything_said()
    with pytest.raises(ErasureRefused) as refusal:
        worker_erase(worker=full, by=hr, forget_phone=True)
    assert (refusal.value.code, everything_said()) == ("signs_in", said)
    worker_erase(worker=full, by=hr)
    assert Colleague.objects.get(user=hr).contact is not None


def test_a_room_that_fails_undoes_it_all(full, hr, monkeypatch):
    def fail(worker, scope):
        raise RuntimeError("no")

    monkeypatch.setattr(register, "_rooms", {"fails": Room(name="fails", erase=fail), **register._rooms})  # goes last
    worker_leave(worker=full, on=timezone.localdate())
    said = everything_said()
    with pytest.raises(RuntimeError):
        worker_erase(worker=full, by=hr, forget_phone=True)
    assert everything_said() == said


def test_erasing_answers_the_open_request(full, hr):
    asked = request_open(worker=full, kind="erase")
    worker_leave(worker=full, on=timezone.localdate())
    worker_erase(worker=full, by=hr)
    asked.refresh_from_db()
    assert (asked.state, asked.done_by) == ("done", hr)


def test_the_copy_for_hr_holds_nothing_that_only_the_employee_may_see(full):
    text = copy_json(worker_copy(worker=full, is_own=False))
    assert "李娜" in text
    assert "开机之前" in text
    assert "停电通知" in text
    assert [secret for secret in ["难过的时候", "给家长的信", "2017", "openid-of-li-na"] if secret in text] == []
    SelfDescription.objects.all().delete()
    full.consents.all().delete()
    LessonProgress.objects.filter(lesson__title="难过的时候").delete()
    again = copy_json(worker_copy(worker=full, is_own=False))
    drop = '"made_at"'
    assert [line for line in text.splitlines() if drop not in line] == [
        line for line in again.splitlines() if drop not in line
    ]


def test_the_own_copy_holds_all_of_it(full):
    text = copy_json(worker_copy(worker=full, is_own=True))
    for fact in [
        "李娜",
        "•••1234",
        "开机之前",
        "难过的时候",
        "给家长的信",
        "停电通知",
        "2017–2019",
        "openid-of-li-na",
    ]:
        assert fact in text


def test_the_own_copy_covers_what_a_stranger_with_the_phone_could_use(full, hr):
    """Also of earlier versions; what HR hands over is whole."""
    full.birth_date, full.id_last_four, full.phone = date(1990, 3, 4), "567X", "13900005678"
    full.save()
    full.phone = "13800001234"
    full.save()
    whole = ["13800001234", "13900005678", "1990-03-04", "567X"]
    for shown in (copy_json, copy_html):
        own, handed = (shown(worker_copy(worker=full, is_own=is_own)) for is_own in (True, False))
        assert [fact for fact in whole if fact in own] == []
        assert [fact for fact in ["•••1234", "•••5678", "1990-••-••", "•••X"] if fact not in own] == []
        assert [fact for fact in whole if fact not in handed] == []
        assert "•••" not in handed


def test_a_phone_that_hr_binds_reads_nothing_that_was_private_on_the_one_before(full, bound_contact):
    Contact.objects.filter(pk=bound_contact.pk).update(worker=None)
    Contact.objects.create(channel="wechat", address="of-hr", worker=full, bound_at=timezone.now())
    text = copy_json(worker_copy(worker=full, is_own=True))
    assert [secret for secret in ["难过的时候", "给家长的信", "2017–2019", '2026-11"'] if secret in text] == []
    assert "开机之前" in text
