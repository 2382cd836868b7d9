"""A phone loses its binding: it is told, HR sees it, and nothing but a slip binds another one where the proof is known."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from django_tenants.utils import tenant_context

from tests.workers.pages import admin_url
from tests.workers.phones import bind, code_of, phone_of, refused
from workers.models import BindAttempt, BindCode, Contact, Worker, WorkerMessage
from workers.services import worker_unbind
from workers.services.bind_signs import bind_signs, workers_slip_due
from workers.services.binding import phone_disown


def goodbye() -> WorkerMessage:
    return WorkerMessage.objects.get(kind="phone_unbound")


@pytest.fixture
def disowned(li_na, bound_contact, contact) -> Contact:
    """A second phone of Li Na's, undone from the first."""
    bind(contact)
    contact.refresh_from_db()
    phone_disown(own=bound_contact, other=contact)
    return contact


@pytest.fixture
def hr_client(sunrise, hr, site_client):
    with tenant_context(sunrise):
        client = site_client(sunrise)
        client.force_login(hr)
        return client


def test_a_phone_that_the_other_one_undid_is_told_without_a_name(li_na, disowned):
    message = goodbye()
    assert message.values["contact"] == str(disowned.pk)
    assert not {li_na.name, li_na.employee_number} & set(str(message.values).split())
    assert li_na.name not in str(message.values)


def test_a_phone_that_hr_undid_is_told_once(li_na, hr, bound_contact):
    worker_unbind(contact=bound_contact, by=hr)
    worker_unbind(contact=bound_contact, by=hr)
    message = goodbye()
    assert message.values["contact"] == str(bound_contact.pk)
    assert li_na.name not in str(message.values)
    assert hr.username not in str(message.values)


def test_who_has_left_is_told_nothing(li_na, hr, bound_contact):
    Worker.objects.update(left_on=timezone.localdate())
    worker_unbind(contact=bound_contact, by=hr)
    assert not WorkerMessage.objects.exists()


def test_a_printed_slip_does_not_open_the_way_for_who_knows_the_proof(li_na, hr, disowned):
    """Else whoever was sent away binds again before the employee has the slip in hand."""
    code = code_of(li_na, hr)
    assert refused(disowned).code == "bind_mismatch"
    assert bind(phone_of("new"), proof=code) == li_na
    worker_unbind(contact=li_na.contacts.last(), by=hr)
    assert refused(disowned).code == "bind_mismatch", "nor once the slip is used"
    code = code_of(li_na, hr)
    BindCode.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert refused(disowned).code == refused(disowned, proof=code).code == "bind_mismatch"


def test_nothing_that_hr_can_do_lets_the_known_proof_bind_again(li_na, hr, bound_contact, hr_client):
    """Lifted, it would open for whoever knew the proof: a stranger, or an officer who has the roster."""
    hr_client.post(admin_url("phone_undo", li_na.pk, bound_contact.pk), {"slip_only": "on"})
    hers = phone_of("hers")
    values = {"employee_number": "A001", "name": "李娜", "phone": "13800000002"}
    personal = {"do": "erase", "employee_number": "A001"}
    for address, body in {
        admin_url("lock_lift", li_na.pk): {},
        admin_url("slips_print"): {"worker": li_na.pk},
        admin_url("worker_change", li_na.pk): values,
        admin_url("worker_leave_one", li_na.pk): {"_form_submitted": "on", "on": "2026-01-05"},
        admin_url("worker_come_back_one", li_na.pk): {"_form_submitted": "on"},
        admin_url("worker_personal_data", li_na.pk): personal,
    }.items():
        assert hr_client.post(address, body).status_code < 400, address
        assert refused(hers, proof="0001").code == refused(hers, proof="0002").code == "bind_mismatch"
        BindAttempt.objects.all().delete()
    code = code_of(li_na, hr)
    assert bind(hers, proof=code) == li_na
    hr_client.post(admin_url("phone_undo", li_na.pk, hers.pk))
    assert refused(hers, proof="0002").code == "bind_mismatch"


def test_hr_may_ask_for_a_slip_as_they_undo_a_phone(li_na, hr, bound_contact, hr_client):
    page = admin_url("phone_undo", li_na.pk, bound_contact.pk)
    assert 'name="slip_only"' in hr_client.get(page).content.decode()
    hr_client.post(page, {"slip_only": "on"})
    assert refused(bound_contact).code == "bind_mismatch"
    assert workers_slip_due().get() == li_na


def test_without_that_a_new_phone_binds_as_before(li_na, hr, bound_contact, hr_client):
    hr_client.post(admin_url("phone_undo", li_na.pk, bound_contact.pk))
    assert bind(bound_contact) == li_na
    assert not workers_slip_due().exists()


def test_hr_sees_whom_only_a_slip_binds_until_one_is_printed(li_na, hr, disowned, hr_client):
    employee, slips = admin_url("worker_change", li_na.pk), admin_url("slips")
    people = f"{admin_url('worker_changelist')}?bound=slip"
    assert 'id="slip-only"' in hr_client.get(employee).content.decode()
    assert 'id="slip-due"' in hr_client.get(slips).content.decode()
    assert list(hr_client.get(people).context["cl"].result_list) == [li_na]
    code_of(li_na, hr)
    page = hr_client.get(employee).content.decode()
    assert ('id="slip-only"' in page, f"?worker={li_na.pk}" in page) == (True, True)
    assert 'id="slip-due"' not in hr_client.get(slips).content.decode()
    assert list(hr_client.get(people).context["cl"].result_list) == [li_na]


def test_the_employees_page_says_what_was_bound_undone_and_refused(li_na, hr, disowned, hr_client):
    refused(phone_of("third"))
    refused(phone_of("third"))
    refused(phone_of("fourth"))
    signs = bind_signs(li_na)
    assert len(signs) == 4  # refused thrice in one line, undone, two bound
    assert [sign.at for sign in signs] == sorted((sign.at for sign in signs), reverse=True)
    assert "3" in signs[0].text
    assert "2" in signs[0].text
    page = hr_client.get(admin_url("worker_change", li_na.pk)).content.decode()
    for sign in signs:
        assert sign.text in page


def test_what_is_older_than_a_month_and_what_is_anothers_is_not_shown(li_na, bound_contact):
    other = Worker.objects.create(employee_number="A002", name="王强", name_pinyin="wang qiang", phone="13800000002")
    assert not bind_signs(other)
    refused(phone_of("third"), proof="9999")
    BindAttempt.objects.update(attempted_at=timezone.now() - timedelta(days=31))
    assert len(bind_signs(li_na)) == 1


def test_who_may_not_undo_bindings_sees_no_signs_and_no_filter(li_na, hr, disowned, hr_client):
    hr.groups.clear()
    hr.is_superuser = False
    hr.save()
    for codename in ("view_worker", "see_all_departments"):
        hr.user_permissions.add(Permission.objects.get(codename=codename, content_type__app_label="workers"))
    page = hr_client.get(admin_url("worker_change", li_na.pk))
    assert page.status_code == 200
    assert 'id="bind-signs"' not in page.content.decode()
    listed = hr_client.get(f"{admin_url('worker_changelist')}?bound=slip")
    assert not list(listed.context["cl"].result_list)
