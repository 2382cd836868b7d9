"""What is past its time goes, night by night; a second night finds nothing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context

from announcements.models import Announcement, Receipt
from lessons.models import Series
from progress.models import Visit
from tenants.audit.models import AuditEntry
from tenants.models import RecordTransfer
from tests.progress.reports.cast import lesson_make
from workers.models import (
    ApiReceipt,
    ApiToken,
    BindAttempt,
    BindCode,
    Colleague,
    Consent,
    Contact,
    PrivacyRequest,
    RosterImport,
    SelfDescription,
    SentRecord,
    Worker,
    WorkerMessage,
    WorkerSession,
)
from workers.privacy import register
from workers.privacy.register import Room
from workers.privacy.sweeps import retention_sweep
from workers.tasks import factory_retention_sweep_task, retention_sweep_task


def aged(row, days: int, **columns):
    """The row as it would be after so many days."""
    then = timezone.now() - timedelta(days=days)
    names = {field.name for field in row._meta.concrete_fields}
    moments = {name: then for name in ("created_at", "updated_at", "attempted_at") if name in names}
    type(row).objects.filter(pk=row.pk).update(**{**moments, **columns})
    return row


def then(days: int):
    return timezone.now() - timedelta(days=days)


def twice() -> dict[str, int]:
    first = retention_sweep()
    assert retention_sweep() == {}
    return first


def gone_worker(number: str, days: int) -> Worker:
    return Worker.objects.create(
        employee_number=number, name=f"某{number}", left_on=timezone.localdate() - timedelta(days=days)
    )


def test_employees_are_erased_two_years_after_leaving_and_not_before(in_sunrise):
    old, new = gone_worker("B1", 731), gone_worker("B2", 729)
    assert twice() == {"employees_gone": 1}
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.name, old.erased_on) == ("已删除员工", timezone.localdate())
    assert (new.name, new.erased_on) == ("某B2", None)
    assert AuditEntry.objects.filter(action="worker_erased", actor="system", subject_ids=[old.pk]).count() == 1


def test_how_long_is_a_setting_and_the_register_says_it(in_sunrise, settings):
    settings.PRIVACY_LEFT_MONTHS = 6
    gone_worker("B1", 200)
    assert twice() == {"employees_gone": 1}


def test_messages_go_after_a_year_those_waiting_stay(li_na):
    for key, state in [("sent", "sent"), ("waiting", "queued")]:
        message = WorkerMessage.objects.create(worker=li_na, kind="x", values={}, dedupe_key=key, state=state)
        aged(message, 366)
    WorkerMessage.objects.create(worker=li_na, kind="x", values={}, dedupe_key="new", state="sent")
    assert twice() == {"messages_gone": 1}
    assert set(WorkerMessage.objects.values_list("dedupe_key", flat=True)) == {"waiting", "new"}


def test_followers_who_left_long_ago_are_forgotten_bound_ones_and_those_who_stay_are_not(li_na):
    rows = [
        ("gone", {"is_reachable": False}),
        ("stays", {"is_reachable": True}),
        ("bound", {"is_reachable": False, "worker": li_na}),
    ]
    for address, columns in rows:
        aged(Contact.objects.create(channel="wechat", address=address), 366, **columns)
    Contact.objects.create(channel="wechat", address="lately", is_reachable=False)
    linked = Contact.objects.create(channel="wechat", address="signs in")
    aged(linked, 366, is_reachable=False)
    Colleague.objects.create(user=User.objects.get(username="hr"), contact=linked)
    assert twice() == {"strangers_gone": 1}
    assert set(Contact.objects.values_list("address", flat=True)) == {"stays", "bound", "lately", "signs in"}


def test_what_somebody_who_left_said_of_themselves_goes_after_a_month_with_their_consent(in_sunrise):
    for number, days in [("B1", 31), ("B2", 5)]:
        worker = gone_worker(number, days)
        Contact.objects.create(channel="wechat", address=number, worker=worker, bound_at=then(days))
        SelfDescription.objects.create(worker=worker, is_parent=True)
        Consent.objects.create(worker=worker, purpose="family_facts", text_version="2026-11", given_at=timezone.now())
    assert twice() == {"self_descriptions_gone": 1}
    assert SelfDescription.objects.get().worker.employee_number == "B2"
    assert Consent.objects.get(withdrawn_at__isnull=True).worker.employee_number == "B2"


def test_proofs_stay_three_years(li_na):
    for days in (1096, 1000):
        Consent.objects.create(
            worker=li_na, purpose="transfer", text_version="x", given_at=then(days), withdrawn_at=then(days)
        )
        aged(PrivacyRequest.objects.create(worker=li_na, kind="export", state="done", due_on="2026-01-01"), days)
    aged(PrivacyRequest.objects.create(worker=li_na, kind="export", due_on="2026-01-01"), 2000)
    assert twice() == {"proofs_gone": 2}
    assert PrivacyRequest.objects.count() == 2
    assert Consent.objects.count() == 1


def test_slips_sessions_tries_and_records_on_their_way(li_na, contact):
    other = Worker.objects.create(employee_number="B9", name="王")
    BindCode.objects.create(worker=li_na, code_hash="h", printed_at=then(90), expires_at=then(31))
    BindCode.objects.create(worker=other, code_hash="x", slip_only=True, printed_at=then(90), expires_at=then(31))
    WorkerSession.objects.create(contact=contact, token_hash="t", expires_at=then(1))
    aged(BindAttempt.objects.create(contact=contact, employee_number="A001"), 31)
    SentRecord.objects.create(worker=li_na, factory_name="x", code_hash="c", expires_on=then(2).date())
    assert twice() == {"codes_gone": 1, "sessions_gone": 1, "attempts_gone": 1, "sent_records_gone": 1}
    assert BindCode.objects.get().worker == other, "only a new slip may open this one"


def test_files_and_answers_to_programs(in_sunrise):
    job = RosterImport.objects.create(by_id=1, file_name="x.xlsx", content=b"x", state="checked", leaver_ids=[4])
    aged(job, 2)
    token = ApiToken.objects.create(name="x", prefix="p", token_hash="h", scopes=[], expires_at=timezone.now())
    aged(ApiReceipt.objects.create(token=token, key="k", request_hash="r", status=200, body={}), 8)
    assert twice() == {"imports_gone": 1, "receipts_gone": 1}
    job.refresh_from_db()
    assert (job.content, job.leaver_ids) == (None, [])


def test_who_visited_is_known_for_a_year_that_there_was_a_visit_for_good(li_na):
    lesson = lesson_make(Series.objects.create(slug="s", title="安全", privacy="tracked"), "开机之前")
    for days in (366, 300):
        Visit.objects.create(worker=li_na, lesson=lesson, on=then(days).date())
    assert twice() == {"visits_unnamed": 1}
    assert Visit.objects.filter(worker=li_na).count() == 1
    assert Visit.objects.count() == 2


def test_how_often_somebody_looked_at_a_notice_is_forgotten_after_a_year(li_na):
    notice = Announcement.objects.create(title="x", body="x", state="sent", sent_at=then(366))
    Receipt.objects.create(announcement=notice, worker=li_na, opened_at=then(366), open_count=7)
    assert twice() == {"looks_counted": 1}
    assert Receipt.objects.get().open_count == 1


def test_a_sweep_that_fails_holds_up_no_other_and_is_told(in_sunrise, monkeypatch):
    def fail(now):
        Worker.objects.create(employee_number="half", name="half")
        raise RuntimeError("no")

    gone_worker("B1", 800)
    monkeypatch.setattr(register, "_rooms", {"fails": Room(name="fails", sweeps={"fails": fail}), **register._rooms})
    with pytest.raises(ExceptionGroup):
        retention_sweep()
    assert Worker.objects.get().erased_on is not None


def test_the_nightly_task_run_twice_erases_in_every_factory_and_clears_public(sunrise, lakeside, eager):
    from django_tenants.utils import tenant_context

    for factory in (sunrise, lakeside):
        with tenant_context(factory):
            gone_worker("B1", 800)
    yesterday = timezone.localdate() - timedelta(days=1)
    for code, day in [("old", yesterday), ("new", timezone.localdate())]:
        RecordTransfer.objects.create(
            from_factory=sunrise, to_factory=lakeside, code_hash=code, sealed=b"x", expires_on=day
        )
    for _night in range(2):
        retention_sweep_task.delay()
    for factory in (sunrise, lakeside):
        with tenant_context(factory):
            assert Worker.objects.get().erased_on
            assert AuditEntry.objects.filter(action="retention_swept").count() == 1
    assert connection.schema_name == "public"
    assert RecordTransfer.objects.get().code_hash == "new"


def test_without_a_factory_nothing_is_swept(db, eager):
    from tenants.tasks import FactoryGone

    with schema_context("public"), pytest.raises(FactoryGone):
        factory_retention_sweep_task.delay(schema_name="f_nowhere")
