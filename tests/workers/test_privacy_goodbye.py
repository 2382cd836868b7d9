"""Whoever asked for deletion learns that it is done, though their phone is nobody's by then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workers.pages import admin_url
from tests.workers.phones import phone_of
from workers.models import Contact, WorkerMessage
from workers.privacy.erasure import worker_erase
from workers.privacy.requests import request_open
from workers.privacy.sweeps import retention_sweep
from workers.services import message_queue, worker_leave

PAGE = "/me/data/erased/"


@pytest.fixture
def asked(li_na, bound_contact):
    request_open(worker=li_na, kind="erase")
    return li_na


@pytest.mark.parametrize("has_left", [True, False])
def test_each_phone_is_told_where_to_read_it_and_nothing_more(asked, hr, bound_contact, has_left):
    Contact.objects.filter(pk=phone_of("second").pk).update(worker=asked, bound_at=timezone.now())
    phones = {str(contact.pk) for contact in asked.contacts.all()}
    if has_left:
        worker_leave(worker=asked, on=timezone.localdate())
    worker_erase(worker=asked, by=hr, keeps_employment=True)
    assert {message.values["contact"] for message in WorkerMessage.objects.all()} == phones
    assert {message.values["path"] for message in WorkerMessage.objects.all()} == {PAGE}
    assert "李娜" not in str([message.values for message in WorkerMessage.objects.all()])
    assert not worker_erase(worker=asked, by=hr, keeps_employment=True).counts, "again, nothing changes"
    assert WorkerMessage.objects.count() == 2, "and what is still to be said is"


def test_who_did_not_ask_is_told_nothing(li_na, bound_contact, hr):
    worker_erase(worker=li_na, by=hr, keeps_employment=True)
    assert not WorkerMessage.objects.exists()


def test_a_phone_that_is_forgotten_as_well_is_told_nothing(asked, hr):
    worker_leave(worker=asked, on=timezone.localdate())
    worker_erase(worker=asked, by=hr, forget_phone=True)
    assert not WorkerMessage.objects.exists()


def test_what_could_not_be_said_for_a_day_is_forgotten(asked, hr):
    worker_erase(worker=asked, by=hr, keeps_employment=True)
    message_queue(worker=asked, kind="announcement", values={"title": "x", "path": "/"}, dedupe_key="x")
    retention_sweep()
    assert WorkerMessage.objects.count() == 2
    WorkerMessage.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    retention_sweep()
    assert WorkerMessage.objects.get().kind == "announcement"


def test_the_page_is_there_for_a_phone_that_is_nobodys(sunrise, li_na, phone, site_client):
    for client in (phone, site_client(sunrise)):
        page = client.get(PAGE)
        assert page.status_code == 200
        assert li_na.name not in page.content.decode()
    assert phone.post(PAGE).status_code == 405


@pytest.mark.parametrize("kind", ["export", "erase"])
def test_beside_a_refusal_for_doubt_stands_that_the_binding_is_undone_first(li_na, hr, sunrise, site_client, kind):
    request_open(worker=li_na, kind=kind)
    client = site_client(sunrise)
    client.force_login(hr)
    page = client.get(admin_url("worker_personal_data", li_na.pk)).content.decode()
    assert f"{admin_url('worker_change', li_na.pk)}#contacts" in page.partition('name="reason"')[0]


def test_the_list_of_what_is_kept_names_it_all_and_speaks_of_the_past_to_who_has_left(li_na, bound_contact, browser_of):
    client = browser_of(bound_contact)
    here = client.get("/me/data/").content.decode()
    for what in ("身份证", "性别", "入职"):
        assert what in here
    assert timezone.localdate().isoformat() not in here
    worker_leave(worker=li_na, on=timezone.localdate())
    gone = client.get("/me/data/").content.decode()
    assert timezone.localdate().isoformat() in gone
    assert "你还在这里工作时" not in gone
    assert "你还在这里工作时" in here
