"""What a worker sees when they bind: one field for each proof, slips, a second phone, a time that is over."""

import pytest
from django.utils import timezone

from tests.workers.phones import Factor, bind, code_of, phone_of, reference_of
from workers.models import BindAttempt, Worker
from workers.services import contact_unreachable, worker_leave


def field(client, path="/bind/"):
    return client.get(path).context["form"].fields["proof"]


def test_the_page_asks_for_what_the_factory_chose_with_the_keyboard_for_it(li_na, policy, phone):
    assert field(phone).widget.attrs["inputmode"] == "numeric"
    for factor, most in ((Factor.ID_CARD, 4), (Factor.CODE, 12)):
        policy.second_factor = factor
        policy.save()
        assert field(phone).widget.attrs["maxlength"] == most


@pytest.mark.parametrize("typed", ["123", "12345", "abcd", "", "１２３"])
def test_what_cannot_be_the_proof_is_told_beside_the_field_and_is_no_try(li_na, policy, phone, typed):
    response = phone.post("/bind/", {"employee_number": "A001", "name": "李娜", "proof": typed})
    assert response.context["form"].errors.keys() == {"proof"}
    assert not BindAttempt.objects.exists()


def test_full_width_digits_are_digits(li_na, phone):
    sent = {"employee_number": "A001", "name": "李娜", "proof": "０００１"}
    assert phone.post("/bind/", sent).status_code == 302


def test_whoever_has_a_slip_is_asked_for_its_code_and_not_for_a_name(li_na, hr, phone):
    slip = reference_of(li_na, hr)
    page = phone.get(f"/bind/?slip={slip}")
    assert page.context["form"].initial["name"] == "李娜"
    assert "A001" not in page.content.decode()
    code = code_of(li_na, hr)  # a newer slip
    over = phone.get(f"/bind/?slip={slip}")
    assert over.context["is_slip_over"]
    assert "李娜" not in over.content.decode()
    sent = {"employee_number": "A001", "name": "李娜", "proof": code.lower(), "slip": slip}
    assert phone.post("/bind/", sent).status_code == 302
    assert phone.get("/bind/").context["worker"] == li_na


def test_a_code_can_be_written_without_the_qr(li_na, hr, phone):
    assert field(phone, "/bind/?with=code").widget.attrs["maxlength"] == 12
    sent = {"employee_number": "A001", "name": "李娜", "proof": code_of(li_na, hr), "with": "code"}
    assert phone.post("/bind/", sent).status_code == 302


def test_whoever_does_not_follow_is_led_on_to_follow(li_na, contact, phone):
    bind(contact)
    assert 'id="follow"' not in phone.get("/bind/").content.decode()
    contact_unreachable(channel="wechat", address=contact.address)
    assert 'id="follow"' in phone.get("/bind/").content.decode()


def test_the_first_phone_undoes_the_second_and_not_the_other_way(li_na, bound_contact, contact, browser_of):
    bind(contact)
    second = browser_of(contact)
    assert 'name="phone"' not in second.get("/bind/").content.decode()
    second.post("/bind/disown/", {"phone": bound_contact.pk})
    assert li_na.contacts.count() == 2
    first = browser_of(bound_contact)
    assert f'name="phone" value="{contact.pk}"' in first.get("/bind/").content.decode()
    for wrong in ("", "x", "9" * 30, bound_contact.pk):
        assert first.post("/bind/disown/", {"phone": wrong}).status_code == 302
    assert li_na.contacts.count() == 2
    first.post("/bind/disown/", {"phone": contact.pk})
    assert li_na.contacts.get() == bound_contact
    assert second.get("/bind/").status_code == 302  # signed out
    assert first.get("/bind/disown/").status_code == 405


def test_somebody_who_left_gets_a_kind_page_and_keeps_the_library(li_na, bound_contact, browser_of):
    client = browser_of(bound_contact)
    assert client.get("/me/").status_code == 200
    worker_leave(worker=li_na, on=timezone.localdate())
    page = client.get("/bind/").content.decode()
    assert 'id="former"' in page
    assert "/lessons/" in page
    assert client.get("/me/")["Location"] == "/bind/"
    assert client.get("/announcements/").status_code == 302


def test_a_number_used_again_shows_the_new_person_nothing_of_the_old(li_na, bound_contact, contact, browser_of):
    old = browser_of(bound_contact)
    worker_leave(worker=li_na, on=timezone.localdate())
    Worker.objects.filter(pk=li_na.pk).update(employee_number="A001~2026-11-26")
    new = Worker.objects.create(employee_number="A001", name="王强", name_pinyin="wang qiang", phone="13800000009")
    bind(contact, name="王强", proof="0009")
    assert browser_of(contact).get("/bind/").context["worker"] == new
    assert "王强" not in old.get("/bind/").content.decode()


def test_the_page_costs_few_statements_bound_or_not(
    li_na, bound_contact, contact, browser_of, django_assert_max_num_queries
):
    bind(contact)
    for client in (browser_of(bound_contact), browser_of(phone_of("nobody"))):
        client.get("/bind/")
        with django_assert_max_num_queries(5):
            client.get("/bind/")
