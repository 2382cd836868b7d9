"""The pages outside of the admin's frame show themselves where scripts do not run, and in the other language."""

from base64 import b32decode

import pytest
from django_otp.oath import TOTP

from tenants.roles import role_on
from tenants.staff.models import AppKey
from tenants.staff.services.factors import app_begin
from tenants.staff.services.invitations import colleague_invite

PASSWORD = "correct-horse-battery"
SHOWN = "html[x-cloak] { display: block !important }"  # unfold hides the page until its scripts run
SWITCH = 'name="language"'


def shows_itself(page) -> bool:
    text = page.content.decode()
    return SHOWN in text and SWITCH in text


def test_the_way_in_shows_itself_without_scripts(hr, browser):
    AppKey.objects.create(user=hr, is_confirmed=True)
    assert shows_itself(browser.get("/admin/login/"))
    browser.post("/admin/login/", {"username": "hr", "password": PASSWORD})
    assert shows_itself(browser.get("/admin/sign-in/"))


def test_a_link_shows_itself_without_scripts_when_good_and_when_over(hr, browser):
    _invitation, secret = colleague_invite(by=hr, name="王芳", roles=[role_on("people")])
    assert shows_itself(browser.get(f"/admin/join/{secret}/"))
    assert shows_itself(browser.get("/admin/join/never/"))


@pytest.mark.parametrize("path", ["app/", "password/", "confirm/"])
def test_ones_own_account_shows_itself_without_scripts(hr, browser, path):
    browser.post("/admin/login/", {"username": "hr", "password": PASSWORD})
    assert shows_itself(browser.get(f"/admin/account/{path}"))


def test_recovery_codes_are_not_lost_to_a_change_of_language(hr, browser):
    browser.post("/admin/login/", {"username": "hr", "password": PASSWORD})
    totp = TOTP(b32decode(app_begin(hr).key))
    page = browser.post("/admin/account/app/", {"code": f"{totp.token():06d}"})
    assert len(page.context["codes"]) == 10
    assert SHOWN in page.content.decode()
    assert SWITCH not in page.content.decode()
