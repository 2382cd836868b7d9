"""Failed sign-ins: the wait does not grow while one waits, and the trail has them without being filled by them."""

import pytest
from django.contrib.auth import get_user_model

from tenants.audit.models import AuditEntry
from tenants.staff.failures import MOST_AN_HOUR
from tenants.staff.lockout import FREE_GUESSES, waiting_until

PASSWORD = "correct-horse-battery"
LOGIN = "/admin/login/"


@pytest.fixture
def client(in_sunrise, site_client):
    return site_client(in_sunrise)


def sign_in(client, username="hr", password="wrong-password-77", address="127.0.0.1"):
    return client.post(LOGIN, {"username": username, "password": password}, headers={"x-forwarded-for": address})


def recorded(action="sign_in_failed"):
    return list(AuditEntry.objects.filter(action=action).order_by("number"))


def test_a_wait_does_not_grow_while_one_waits_also_with_the_right_password(in_sunrise, client, rf):
    for _guess in range(FREE_GUESSES):
        answer = sign_in(client)
    request = rf.get(LOGIN, headers={"x-forwarded-for": "127.0.0.1"})
    until = waiting_until(request=request, username="hr")
    for password in ["wrong", PASSWORD, "wrong", PASSWORD]:
        answer = sign_in(client, password=password)
        assert answer.status_code == 429
        assert waiting_until(request=request, username="hr") == until


def test_a_wrong_password_is_recorded_and_the_wait_with_its_count(in_sunrise, client):
    for _guess in range(FREE_GUESSES):
        sign_in(client, address="203.0.113.9")
    hr = get_user_model().objects.get(username="hr")
    [first] = recorded()
    assert (first.actor, first.object_id, first.detail) == ("hr", str(hr.pk), {"address": "203.0.113.9"})
    [wait] = recorded("sign_in_waits")
    assert (wait.actor, wait.detail) == ("hr", {"address": "203.0.113.9", "count": FREE_GUESSES})


def test_what_was_typed_is_not_recorded(in_sunrise, client):
    sign_in(client, username="my-password-in-the-wrong-field")
    [entry] = recorded()
    assert entry.actor == "unknown"
    said = str(AuditEntry.objects.values_list("actor", "detail", "object_id"))
    assert "wrong-password-77" not in said
    assert "wrong-field" not in said


def test_guessing_on_from_many_places_and_at_many_names_does_not_fill_the_trail(in_sunrise, client):
    for number in range(MOST_AN_HOUR + 8):
        sign_in(client, address=f"203.0.113.{number}")
        sign_in(client, username=f"nobody{number}", address=f"198.51.100.{number}")
    assert len([entry for entry in recorded() if entry.actor == "hr"]) == MOST_AN_HOUR
    assert len([entry for entry in recorded() if entry.actor == "unknown"]) == MOST_AN_HOUR


def test_many_names_from_one_place_are_one_entry(in_sunrise, client):
    for number in range(8):
        sign_in(client, username=f"nobody{number}")
    assert len(recorded()) == 1


def test_a_right_password_records_no_failure(in_sunrise, client):
    assert sign_in(client, password=PASSWORD)["Location"] == "/admin/"
    assert recorded() == recorded("sign_in_waits") == []


def test_the_trail_tells_it_in_words(in_sunrise, client):
    for _guess in range(FREE_GUESSES):
        sign_in(client, username="nobody")
        sign_in(client)
    client.post(LOGIN, {"username": "hr", "password": PASSWORD}, headers={"x-forwarded-for": "203.0.113.77"})
    page = client.get("/admin/audit/auditentry/").content.decode()
    assert "无此账号的人" in page
    assert "输错了密码" in page
