"""What people read: a colleague by the full name, lists in a row, pages called by what they show."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from tenants.roles import roles_ensure
from tenants.support.forms import GrantForm
from tenants.words import listed
from tests.config.rows import row_make
from workers.models import RosterImport


@pytest.fixture
def lin(in_sunrise):
    user = get_user_model().objects.create_user("linxiaomei", first_name="林小梅", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=["owner", "people"]))
    roles_ensure()
    return user


@pytest.fixture
def client(in_sunrise, site_client, lin):
    browser = site_client(in_sunrise)
    browser.force_login(lin)
    return browser


def test_a_colleague_is_shown_by_the_full_name(client, lin):
    job = row_make(RosterImport, by=lin, state="refused")
    for page in ["/admin/workers/rosterimport/", f"/admin/workers/rosterimport/{job.pk}/change/"]:
        shown = client.get(page, follow=True).content.decode()
        main = shown[shown.index('id="main"') :] if 'id="main"' in shown else shown
        assert "林小梅" in main


def test_whoever_has_no_name_goes_by_the_sign_in_name(in_sunrise):
    assert str(get_user_model().objects.get(username="hr")) == "hr"


@pytest.mark.parametrize(("language", "row"), [("zh-hans", "甲、乙"), ("en", "甲, 乙")])
def test_things_in_a_row(language, row):
    with translation.override(language):
        assert listed(["甲", "乙"]) == row
        assert listed(range(9), most=2) == row.replace("甲", "0").replace("乙", "1") + "…"
    assert listed([], most=2) == "–"


def test_a_list_is_called_by_what_it_shows(client):
    client.cookies["django_language"] = "en"
    assert "<title> Employees |" in " ".join(client.get("/admin/workers/worker/").content.decode().split())
    assert "Select" not in client.get("/admin/workers/worker/").context["title"]


def test_hours_are_said_in_the_readers_language(db):
    for language, word in [("zh-hans", "4 小时"), ("en", "4 h")]:
        with translation.override(language):
            assert word in str(GrantForm()["hours"])


@pytest.mark.parametrize("password", ["kurz", "1234", "password12", "1234567890", "lin"])
def test_a_password_is_refused_without_a_word_of_english(lin, password):
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refusal:
        validate_password(password, user=lin)
    assert not re.search("[A-Za-z]", " ".join(refusal.value.messages))


def test_a_password_like_the_sign_in_name_is_refused_by_our_words(lin):
    with pytest.raises(ValidationError, match="密码和登录名"):
        validate_password("linxiaomei1", lin)


@pytest.mark.parametrize("asked", [True, False])
def test_roles_speak_of_a_second_step_where_one_is_asked_for(client, settings, asked):
    settings.SECOND_FACTOR_REQUIRED = asked
    settings.SECOND_FACTOR_GRACE_DAYS = 7
    page = client.get("/admin/auth/group/").content.decode()
    assert ("登录需要第二步" in page) == asked
    assert "成员：林小梅" in page


@pytest.mark.parametrize("page", ["/admin/login/", "/admin/", "/admin/workers/rosterimport/"])
def test_no_page_is_hidden_where_scripts_do_not_run(client, site_client, in_sunrise, page):
    browser = site_client(in_sunrise) if "login" in page else client
    assert "html[x-cloak]" in browser.get(page).content.decode()


def test_whoever_may_do_everything_is_not_shown_without_a_role(client, lin):
    lin.groups.clear()
    lin.is_superuser = True
    lin.save()
    assert "全部" in client.get("/admin/account/").context["roles"]
