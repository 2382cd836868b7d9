"""Whoever tries to come in by a pass that is not theirs, not good any more, or invented."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tenants import middleware
from tenants.models import Factory, SupportGrant
from tests.tenants.support.visits import ACCESS, GRANTS, pass_for, path_of


def test_a_pass_opens_once(staff, let_in, sunrise, site_client):
    grant, browser = let_in(), site_client(sunrise)
    address = pass_for(staff(), grant, browser)
    browser.get(address)
    assert browser.get(address).status_code == 403


def test_a_pass_opens_in_the_browser_that_knocked_and_in_no_other(staff, let_in, sunrise, site_client):
    """Another member of staff who gets hold of the address gets nowhere, not even with a mark of their own."""
    grant, browser, other = let_in(), site_client(sunrise), site_client(sunrise)
    address = pass_for(staff(), grant, browser)
    other.get(f"{ACCESS}knock/{grant.uuid}/")
    assert other.get(address).status_code == 403
    assert other.get("/admin/").status_code == 302
    assert browser.get(address).status_code == 302


def test_a_pass_is_good_for_a_minute(staff, let_in, sunrise, site_client):
    grant, browser = let_in(), site_client(sunrise)
    address = pass_for(staff(), grant, browser)
    SupportGrant.objects.update(pass_expires_at=timezone.now())
    assert browser.get(address).status_code == 403


def test_a_pass_of_one_factory_opens_no_other(staff, let_in, sunrise, lakeside, site_client):
    grant, browser, elsewhere = let_in(), site_client(sunrise), site_client(lakeside)
    let_in(factory=lakeside)
    address = pass_for(staff(), grant, browser)
    elsewhere.cookies = browser.cookies
    assert elsewhere.get(address).status_code == 403


@pytest.mark.parametrize("change", ["expired", "ended", "suspended"])
def test_a_pass_of_a_grant_that_is_over_opens_nothing(staff, let_in, sunrise, site_client, change):
    grant, browser, wang = let_in(), site_client(sunrise), staff()
    address = pass_for(wang, grant, browser)
    now = timezone.now()
    if change == "suspended":
        Factory.objects.filter(pk=sunrise.pk).update(status="suspended")
        middleware.domains_forget()
    else:
        SupportGrant.objects.update(**{"expires_at" if change == "expired" else "ended_at": now})
    assert browser.get(address).status_code in (403, 404)
    assert wang.post(f"{GRANTS}{grant.uuid}/enter/").status_code == 404


def test_staff_who_lost_their_account_or_role_since_do_not_come_in(staff, let_in, sunrise, site_client):
    grant, browser, wang = let_in(), site_client(sunrise), staff()
    address = pass_for(wang, grant, browser)
    User.objects.get(username="wang").groups.clear()
    assert browser.get(address).status_code == 403


@pytest.mark.parametrize("role", ["librarian", "researcher", "ombudsman"])
def test_staff_whose_role_does_not_enter_get_no_pass(staff, let_in, role):
    grant, client = let_in(), staff("chen", role)
    assert client.post(f"{GRANTS}{grant.uuid}/enter/").status_code == 403
    assert client.get(GRANTS).status_code == 403
    assert path_of(client.get(f"{GRANTS}{grant.uuid}/pass/?browser={'0' * 64}")) == GRANTS


def test_a_link_from_elsewhere_makes_no_pass(staff, let_in):
    grant, wang = let_in(), staff()
    assert path_of(wang.get(f"{GRANTS}{grant.uuid}/pass/?browser={'0' * 64}")) == GRANTS
    assert wang.get(f"{GRANTS}{grant.uuid}/enter/").status_code == 405
    grant.refresh_from_db()
    assert grant.pass_hash == ""


@pytest.mark.parametrize("secret", ["", "x", "0" * 5000, "%00", "'; DROP TABLE tenants_supportgrant; --"])
def test_an_invented_pass_opens_nothing(let_in, sunrise, site_client, secret):
    grant, browser = let_in(), site_client(sunrise)
    browser.get(f"{ACCESS}knock/{grant.uuid}/")
    assert browser.get(f"{ACCESS}enter/", {"pass": secret}).status_code == 403
    assert browser.get(f"{ACCESS}enter/").status_code == 403


def test_an_invented_cookie_opens_nothing(inside, sunrise, site_client):
    _browser, grant = inside()
    forger = site_client(sunrise)
    forger.cookies["support_inside"] = str(grant.uuid)
    forger.cookies["support"] = str(grant.uuid)
    page = forger.get("/admin/workers/worker/")
    assert page.status_code == 403
    assert not page.cookies["support_inside"].value
    assert forger.get("/admin/").status_code == 302
