"""Sending: once, to a frozen audience, through the outbox."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from announcements.models import Announcement, Receipt
from announcements.queries import announcement_result
from announcements.services import (
    AnnouncementRefused,
    announcement_aim,
    announcement_confirm,
    announcement_open,
    announcement_send,
    summary,
)
from tenants.audit.services import audit_record
from workers.models import Worker, WorkerMessage
from workers.services import worker_leave


def test_everybody_gets_a_receipt_and_a_message(notice, hr, li_na):
    sent = announcement_send(announcement=notice, by=hr)
    assert (sent.state, sent.recipient_count, sent.sent_by) == (Announcement.State.SENT, 2, hr)
    assert Receipt.objects.count() == 2
    message = WorkerMessage.objects.get(worker=li_na)
    assert message.values["title"] == "周六停电通知"
    assert message.values["path"] == f"/announcements/{notice.uuid}/"
    assert message.values["summary"] == "周六 8:00–12:00 停电。"


def test_a_second_send_is_refused_and_sends_nothing(notice, hr):
    announcement_send(announcement=notice, by=hr)
    with pytest.raises(AnnouncementRefused) as refusal:
        announcement_send(announcement=notice, by=hr)
    assert refusal.value.code == "already_sent"
    assert WorkerMessage.objects.count() == Receipt.objects.count() == 2


def test_a_department_is_aimed_at_with_all_below_it_and_nobody_else(notice, hr, li_na, wang_qiang):
    notice.department = li_na.department
    notice.save()
    announcement_send(announcement=notice, by=hr)
    assert Receipt.objects.get().worker == li_na
    assert WorkerMessage.objects.get().worker == li_na


def test_who_left_gets_nothing_and_who_comes_later_neither(notice, hr, li_na, wang_qiang):
    worker_leave(worker=wang_qiang, on=date(2026, 11, 1))
    announcement_send(announcement=notice, by=hr)
    Worker.objects.create(employee_number="A003", name="赵敏", name_pinyin="zhao min")
    assert Receipt.objects.get().worker == li_na


def test_with_nobody_to_send_to_nothing_is_written(notice, hr, li_na, wang_qiang):
    for worker in (li_na, wang_qiang):
        worker_leave(worker=worker, on=date(2026, 11, 1))
    with pytest.raises(AnnouncementRefused) as refusal:
        announcement_send(announcement=notice, by=hr)
    assert refusal.value.code == "nobody_to_send_to"
    notice.refresh_from_db()
    assert notice.state == Announcement.State.DRAFT
    assert not WorkerMessage.objects.exists()


def test_the_first_look_sets_the_time_and_every_look_is_counted(notice, hr, li_na):
    announcement_send(announcement=notice, by=hr)
    assert announcement_open(uuid=notice.uuid, worker_id=li_na.pk)
    first = Receipt.objects.get(worker=li_na)
    assert announcement_open(uuid=notice.uuid, worker_id=li_na.pk)
    again = Receipt.objects.get(worker=li_na)
    assert (again.opened_at, again.open_count) == (first.opened_at, 2)
    assert announcement_result(notice.__class__.objects.get()).opened == 1


def test_a_confirmation_counts_once_and_only_where_it_is_asked_for(notice, hr, li_na):
    announcement_send(announcement=notice, by=hr)
    assert announcement_confirm(uuid=notice.uuid, worker_id=li_na.pk)
    first = Receipt.objects.get(worker=li_na).confirmed_at
    assert announcement_confirm(uuid=notice.uuid, worker_id=li_na.pk)
    assert Receipt.objects.get(worker=li_na).confirmed_at == first
    Announcement.objects.update(requires_confirmation=False)
    assert not announcement_confirm(uuid=notice.uuid, worker_id=li_na.pk)


def test_what_became_of_it_is_counted_in_people(notice, hr, li_na, wang_qiang):
    announcement_send(announcement=notice, by=hr)
    WorkerMessage.objects.filter(worker=li_na).update(state=WorkerMessage.State.SENT)
    WorkerMessage.objects.filter(worker=wang_qiang).update(state=WorkerMessage.State.REFUSED)
    announcement_open(uuid=notice.uuid, worker_id=li_na.pk)
    result = announcement_result(Announcement.objects.get())
    assert (result.recipients, result.delivered, result.waiting, result.undelivered) == (2, 1, 0, 1)
    assert (result.opened, result.confirmed, result.unopened) == (1, 0, 1)


def test_sending_to_many_takes_no_more_statements_than_to_few(notice, hr):
    Worker.objects.bulk_create(
        Worker(employee_number=f"B{n}", name="王强", name_pinyin="wang qiang") for n in range(500)
    )
    audit_record(by=hr, action="x")  # the first entry of a trail costs more
    with CaptureQueriesContext(connection) as queries:
        assert announcement_send(announcement=notice, by=hr).recipient_count == 502
    assert len(queries) <= 20  # one of them keeps how the notice read, seven are the entry in the trail


def test_script_in_the_text_is_gone_before_it_is_saved(notice):
    notice.body = '<p onclick="x()">停电<script>alert(1)</script></p>'
    notice.save()
    notice.refresh_from_db()
    assert notice.body == "<p>停电</p>"


def test_a_summary_is_short_and_plain():
    assert summary("<h2>停电</h2><p>周六 <b>上午</b></p>") == "停电 周六 上午"
    assert len(summary(f"<p>{'长' * 500}</p>")) == 100


def test_another_factory_has_none_of_it(lakeside, notice, hr):
    announcement_send(announcement=notice, by=hr)
    with tenant_context(lakeside):
        assert not Announcement.objects.exists()
        assert not announcement_aim(Announcement()).workers(date(2026, 11, 26)).exists()
