"""Binding: who a contact is, and how little a wrong guess tells."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from workers.models import BindAttempt, Contact, Worker
from workers.services import contact_seen, contact_unreachable, enrol_open, worker_bind, worker_unbind
from workers.services.binding import BindRefused, attempts_clean


def refused(contact, number="A001", name="李娜"):
    with pytest.raises(BindRefused) as refusal:
        worker_bind(contact=contact, employee_number=number, name=name)
    return refusal.value


def test_number_and_name_bind_however_they_are_typed(li_na, contact):
    assert worker_bind(contact=contact, employee_number=" ａ００１ ", name="李　娜") == li_na
    contact.refresh_from_db()
    assert contact.worker == li_na
    assert contact.bound_at is not None


def test_binding_again_changes_nothing(li_na, bound_contact):
    before = bound_contact.bound_at
    assert worker_bind(contact=bound_contact, employee_number="A001", name="李娜") == li_na
    bound_contact.refresh_from_db()
    assert bound_contact.bound_at == before


def test_a_wrong_name_and_an_unknown_number_sound_the_same(li_na, contact):
    wrong_name, unknown = refused(contact, name="李四"), refused(contact, number="Z9")
    assert wrong_name.code == unknown.code == "bind_mismatch"
    assert str(wrong_name) == str(unknown)
    contact.refresh_from_db()
    assert contact.worker is None
    assert BindAttempt.objects.filter(succeeded=False).count() == 2


def test_who_knows_number_and_name_cannot_join_somebody_who_is_bound(li_na, bound_contact, contact):
    assert refused(contact, number="A001", name="李娜").code == "number_bound"
    assert li_na.contacts.get() == bound_contact
    worker_unbind(contact=bound_contact)
    worker_bind(contact=contact, employee_number="A001", name="李娜")
    assert li_na.contacts.get() == contact


def test_a_bound_contact_cannot_become_somebody_else(li_na, bound_contact):
    Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang")
    assert refused(bound_contact, number="A002", name="王强").code == "contact_bound"
    assert refused(bound_contact, number="Z9", name="没有").code == "contact_bound"
    bound_contact.refresh_from_db()
    assert bound_contact.worker == li_na


def test_somebody_who_left_cannot_bind_and_only_the_right_name_learns_why(li_na, contact):
    li_na.left_on = timezone.localdate()
    li_na.save()
    assert refused(contact).code == "bind_left"
    assert refused(contact, name="李四").code == "bind_mismatch"


def test_after_five_wrong_tries_a_contact_waits_an_hour(li_na, contact):
    for _try in range(5):
        assert refused(contact, name="李四").code == "bind_mismatch"
    assert refused(contact).code == "bind_too_often"
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(hours=1, seconds=1))
    assert worker_bind(contact=contact, employee_number="A001", name="李娜") == li_na


def test_after_ten_wrong_tries_a_number_waits_a_day_for_everybody(li_na, contact):
    for n in range(10):
        other = contact_seen(channel="wechat", address=f"guesser-{n}")
        assert refused(other, name=f"李{n}").code == "bind_mismatch"
    assert refused(contact).code == "bind_too_often"
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(days=1, seconds=1))
    assert worker_bind(contact=contact, employee_number="A001", name="李娜") == li_na


def test_waiting_is_not_itself_a_try(li_na, contact):
    for _try in range(8):
        refused(contact, name="李四")
    assert BindAttempt.objects.count() == 5


def test_old_tries_are_forgotten(li_na, contact):
    refused(contact, name="李四")
    assert attempts_clean() == 0
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(days=31))
    assert attempts_clean() == 1


def test_hr_can_undo_a_binding(li_na, bound_contact):
    worker_unbind(contact=bound_contact)
    bound_contact.refresh_from_db()
    assert bound_contact.worker is None
    worker_bind(contact=bound_contact, employee_number="A001", name="李娜")
    assert li_na.contacts.get() == bound_contact


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
