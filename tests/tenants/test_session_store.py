"""A stolen database, backup or dump opens nobody's session of the admin."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from tenants.staff.models import SignIn
from tenants.staff.session_store import SessionStore
from tests.conftest import ADMIN_PASSWORD
from tests.tenants.test_app_keys import dump

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def browser(in_sunrise, site_client):
    client = site_client(in_sunrise)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    assert is_in(client)
    return client


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def tried(client, words) -> list[str]:
    """Those of `words` that as a cookie open the admin."""
    opened = []
    for word in words:
        client.cookies.clear()
        client.cookies[COOKIE] = word
        if is_in(client):
            opened.append(word)
    return opened


def test_nothing_in_a_dump_is_somebodys_cookie(browser, in_sunrise, site_client):
    """Not what stands in the two tables, nor anything else in the schema that could be a key."""
    cookie, dumped = browser.cookies[COOKIE].value, dump()
    assert cookie not in dumped
    keys = {
        *Session.objects.values_list("session_key", flat=True),
        *SignIn.objects.values_list("session_key", flat=True),
    }
    assert len(keys) == 1
    found = set(re.findall(r"\b[a-z0-9]{32,64}\b", dumped))
    assert keys <= found
    assert tried(site_client(in_sunrise), [*keys, *sorted(found)[:50]]) == []
    assert tried(site_client(in_sunrise), [cookie]) == [cookie]


def test_nor_at_the_public_site(db, site_client):
    get_user_model().objects.create_superuser("staff", password=ADMIN_PASSWORD)
    client = site_client(None)
    client.post("/admin/login/", {"username": "staff", "password": ADMIN_PASSWORD})
    assert is_in(client)
    assert client.cookies[COOKIE].value not in dump()
    assert tried(site_client(None), Session.objects.values_list("session_key", flat=True)) == []


def test_a_session_of_before_opens_nothing(in_sunrise, site_client):
    """Its key was the cookie itself."""
    old = SessionStore()
    row = old.create_model_instance({"_auth_user_id": "1"})
    row.session_key = old.session_key
    row.save()
    assert SessionStore(old.session_key).load() == {}


def test_signing_out_leaves_neither_row_and_the_cookie_opens_nothing(browser, in_sunrise, site_client):
    cookie = browser.cookies[COOKIE].value
    browser.post("/admin/logout/")
    assert not Session.objects.exists()
    assert not SignIn.objects.exists()
    assert tried(site_client(in_sunrise), [cookie]) == []


def test_a_new_key_takes_the_place_of_the_old_one(in_sunrise):
    session = SessionStore()
    session["kept"] = "yes"
    session.save()
    old = session.session_key
    session.cycle_key()
    session.save()
    assert session.session_key != old
    assert not session.exists(old)
    assert [row.session_key for row in Session.objects.all()] == [session.row_key]
    assert SessionStore(session.session_key)["kept"] == "yes"
    session.flush()
    assert not Session.objects.exists()
    assert session.row_key is None


def test_a_session_past_its_time_is_not_read(in_sunrise):
    session = SessionStore()
    session["kept"] = "yes"
    session.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    again = SessionStore(session.session_key)
    assert again.get("kept") is None
    assert again.session_key is None


def test_nobody_waiting_at_the_second_step_lies_readable_either(in_sunrise, site_client, settings):
    from tests.tenants.test_signin import app_of

    app_of(get_user_model().objects.get(username="hr"))
    client = site_client(in_sunrise)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    assert not is_in(client)
    assert client.cookies[COOKIE].value not in dump()
