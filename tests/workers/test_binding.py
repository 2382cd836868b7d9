"""Binding: who a contact is, and how little a wrong guess tells."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.audit.models import AuditEntry
from tests.workers.phones import Factor, bind, code_of, phone_of, refused
from workers.models import BindAttempt, Contact, Worker, WorkerMessage, WorkerSession
from workers.services import contact_seen, contact_unreachable, enrol_open, worker_leave, worker_unbind
from workers.services.binding import (
    ALARM_LEAST,
    NUMBER_LIMITS,
    BindRefused,
    attempts_clean,
    binding_alarm,
    phone_disown,
)
from workers.sessions import session_open


def test_number_and_name_bind_however_they_are_typed(li_na, contact):
    assert bind(contact, " ａ００１ ", "李　娜", "００01") == li_na
    contact.refresh_from_db()
    assert contact.worker == li_na
    assert contact.bound_at is not None


def test_binding_again_changes_nothing(li_na, bound_contact):
    before = bound_contact.bound_at
    assert bind(bound_contact) == li_na
    bound_contact.refresh_from_db()
    assert bound_contact.bound_at == before


def test_whatever_is_wrong_sounds_the_same(li_na, contact):
    tries = [refused(contact, name="李四"), refused(contact, number="Z9"), refused(contact, proof="9999")]
    tries += [refused(contact, proof=""), refused(contact, proof="K7RM2XQ4")]
    assert {refusal.code for refusal in tries} == {"bind_mismatch"}
    assert len({str(refusal) for refusal in tries}) == 1
    contact.refresh_from_db()
    assert contact.worker is None
    assert BindAttempt.objects.filter(succeeded=False).count() == 5


def test_whatever_is_wrong_costs_the_same_statements(li_na, policy, contact):
    asked = []
    for wrong in ({"name": "李四"}, {"number": "Z9"}, {"proof": "9999"}):
        with CaptureQueriesContext(connection) as queries:
            refused(contact, **wrong)
        asked.append(len(queries))
    assert len(set(asked)) == 1


@pytest.mark.parametrize(
    ("factor", "right", "wrong"),
    [(Factor.PHONE, "0001", "012X"), (Factor.ID_CARD, "012x", "0001"), (Factor.CODE, None, "0001")],
)
def test_the_factory_chooses_what_proves_it(li_na, hr, policy, contact, factor, right, wrong):
    li_na.id_last_four = "012X"
    li_na.save()
    policy.second_factor = factor
    policy.save()
    assert refused(contact, proof=wrong).code == "bind_mismatch"
    assert bind(contact, proof=right or code_of(li_na, hr)) == li_na


def test_without_a_phone_on_the_roster_only_a_slip_helps(li_na, hr, policy, contact):
    Worker.objects.update(phone="")
    assert refused(contact, proof="").code == refused(contact, proof="0001").code == "bind_mismatch"
    code = code_of(li_na, hr)
    assert bind(contact, proof=f" {code[:4].lower()}-{code[4:]}") == li_na


def test_a_second_phone_binds_with_the_same_proof_and_the_first_is_told(li_na, bound_contact, contact):
    assert refused(contact, proof="9999").code == "bind_mismatch"
    assert bind(contact) == li_na
    message = WorkerMessage.objects.get()
    assert (message.worker, message.values["contact"]) == (li_na, str(bound_contact.pk))
    assert message.urgency == "urgent"
    assert refused(phone_of("third")).code == "number_bound"
    assert refused(phone_of("third"), proof="9999").code == "bind_mismatch"
    worker_unbind(contact=bound_contact, by="hr")
    assert bind(phone_of("third")) == li_na


def test_a_factory_may_allow_one_phone_only(li_na, bound_contact, contact, policy):
    policy.phones_allowed = 1
    policy.save()
    assert refused(contact).code == "number_bound"
    assert li_na.contacts.get() == bound_contact


def test_who_was_first_can_send_a_later_phone_away_and_only_a_slip_brings_one_back(li_na, hr, bound_contact, contact):
    bind(contact)
    contact.refresh_from_db()
    assert not phone_disown(own=contact, other=bound_contact)
    assert not phone_disown(own=bound_contact, other=bound_contact)
    assert phone_disown(own=bound_contact, other=contact)
    assert li_na.contacts.get() == bound_contact
    assert refused(contact).code == "bind_mismatch"
    assert bind(contact, proof=code_of(li_na, hr)) == li_na


def test_nobody_sends_away_the_phone_of_somebody_else(li_na, bound_contact, contact):
    other = Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang", phone="13800000002")
    bind(contact, "A002", "王强", "0002")
    assert not phone_disown(own=bound_contact, other=contact)
    assert other.contacts.get() == contact


def test_a_bound_contact_cannot_become_somebody_else(li_na, bound_contact):
    Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang", phone="13800000002")
    assert refused(bound_contact, number="A002", name="王强", proof="0002").code == "contact_bound"
    assert refused(bound_contact, number="Z9", name="没有").code == "contact_bound"
    bound_contact.refresh_from_db()
    assert bound_contact.worker == li_na


def test_somebody_who_left_cannot_bind_and_only_who_knows_all_learns_why(li_na, contact):
    li_na.left_on = timezone.localdate()
    li_na.save()
    assert refused(contact).code == "bind_left"
    assert refused(contact, name="李四").code == refused(contact, proof="9999").code == "bind_mismatch"


def test_after_five_wrong_tries_a_contact_waits_an_hour(li_na, contact):
    for _try in range(5):
        assert refused(contact, name="李四").code == "bind_mismatch"
    assert refused(contact).code == "bind_too_often"
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(hours=1, seconds=1))
    assert bind(contact) == li_na


def test_after_ten_wrong_tries_a_number_waits_a_day_for_everybody(li_na, contact):
    for n in range(10):
        other = contact_seen(channel="wechat", address=f"guesser-{n}")
        assert refused(other, name=f"李{n}").code == "bind_mismatch"
    assert refused(contact).code == "bind_too_often"
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(days=1, seconds=1))
    assert bind(contact) == li_na


def test_nobody_guesses_four_digits_with_many_wechats_and_much_time(li_na, contact):
    (_many, _day), (most, month) = NUMBER_LIMITS
    now = timezone.now()
    for n in range(most):
        guess = BindAttempt.objects.create(contact=phone_of(f"guesser-{n}"), employee_number="A001")
        BindAttempt.objects.filter(pk=guess.pk).update(attempted_at=now - timedelta(days=n + 2))
    assert refused(contact).code == "bind_too_often"
    BindAttempt.objects.filter(attempted_at__lt=now - month + timedelta(days=10)).delete()
    assert bind(contact) == li_na


def test_a_wechat_has_ten_wrong_tries_a_day_however_slow(li_na, contact):
    for n in range(10):
        guess = BindAttempt.objects.create(contact=contact, employee_number=f"B{n}")
        BindAttempt.objects.filter(pk=guess.pk).update(attempted_at=timezone.now() - timedelta(hours=n + 2))
    assert refused(contact).code == "bind_too_often"


def test_others_guesses_do_not_stop_whoever_holds_a_slip(li_na, hr, contact):
    for n in range(10):
        refused(phone_of(f"guesser-{n}"), proof=f"1{n:03d}")
    assert refused(contact).code == "bind_too_often"
    assert bind(contact, proof=code_of(li_na, hr)) == li_na


def test_many_failures_in_one_day_alarm_hr(li_na, contact):
    BindAttempt.objects.bulk_create(
        [BindAttempt(contact=contact, employee_number=f"B{n}") for n in range(ALARM_LEAST - 1)]
    )
    assert binding_alarm() == 0
    BindAttempt.objects.create(contact=contact, employee_number="B")
    assert binding_alarm() == ALARM_LEAST
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(hours=25))
    assert binding_alarm() == 0


def test_waiting_is_not_itself_a_try(li_na, contact):
    for _try in range(8):
        refused(contact, name="李四")
    assert BindAttempt.objects.count() == 5


def test_old_tries_are_forgotten(li_na, contact):
    refused(contact, name="李四")
    assert attempts_clean() == 0
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(days=31))
    assert attempts_clean() == 1


def test_an_undone_phone_is_signed_out_at_once_and_both_is_on_record(li_na, bound_contact):
    session_open(contact=bound_contact, response=HttpResponse())
    assert worker_unbind(contact=bound_contact, by="hr") == li_na
    assert worker_unbind(contact=bound_contact, by="hr") is None
    bound_contact.refresh_from_db()
    assert bound_contact.worker is None
    assert not WorkerSession.objects.exists()
    bind(bound_contact)
    assert li_na.contacts.get() == bound_contact
    trail = AuditEntry.objects.order_by("number").values_list("action", "actor", "subject_ids")
    assert list(trail) == [
        ("phone_bound", "worker", [li_na.pk]),
        ("phone_unbound", "hr", [li_na.pk]),
        ("phone_bound", "worker", [li_na.pk]),
    ]


def test_a_number_used_again_is_the_new_persons_alone(li_na, bound_contact, contact):
    worker_leave(worker=li_na, on=timezone.localdate())
    Worker.objects.filter(pk=li_na.pk).update(employee_number="A001~2026-11-26")
    new = Worker.objects.create(employee_number="A001", name="王强", name_pinyin="wang qiang", phone="13800000009")
    assert refused(contact, name="李娜").code == "bind_mismatch"
    assert bind(contact, name="王强", proof="0009") == new
    assert new.contacts.get() == contact
    bound_contact.refresh_from_db()
    assert bound_contact.worker == li_na  # who is told kindly that her time is over


def test_somebody_who_comes_back_binds_the_same_phone_to_the_new_number(li_na, bound_contact):
    worker_leave(worker=li_na, on=timezone.localdate())
    again = Worker.objects.create(employee_number="A900", name="李娜", name_pinyin="li na", phone="13800000001")
    assert bind(bound_contact, "A900") == again
    assert not li_na.contacts.exists()


def test_only_an_open_factory_takes_people_without_a_roster(sunrise, contact):
    with pytest.raises(BindRefused) as refusal:
        enrol_open(contact=contact, name="小李")
    assert refusal.value.code == "enrolment_closed"
    assert not Worker.objects.exists()


def test_in_an_open_factory_a_name_is_enough_and_once_is_enough(open_factory):
    contact = contact_seen(channel="wechat", address="reader")
    worker = enrol_open(contact=contact, name=" 小李 ")
    assert enrol_open(contact=contact, name="别的名字") == worker
    assert (worker.name, Worker.objects.count()) == ("小李", 1)
    with pytest.raises(BindRefused) as refusal:
        enrol_open(contact=contact_seen(channel="wechat", address="other"), name="  ")
    assert refusal.value.code == "name_missing"


def test_the_first_source_stays_and_reachability_follows_the_channel(in_sunrise):
    first = contact_seen(channel="wechat", address="x", source="poster-1")
    contact_unreachable(channel="wechat", address="x")
    assert not Contact.objects.get().is_reachable
    contact_seen(channel="wechat", address="x", source="poster-2", reachable=None)
    assert not Contact.objects.get().is_reachable
    again = contact_seen(channel="wechat", address="x", source="poster-2")
    assert (again.pk, again.source, again.is_reachable) == (first.pk, "poster-1", True)


def test_another_factorys_roster_does_not_bind(lakeside, li_na):
    with tenant_context(lakeside):
        stranger = contact_seen(channel="wechat", address="openid-of-li-na")
        assert refused(stranger).code == "bind_mismatch"
