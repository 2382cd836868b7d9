"""What workers say of themselves: in three taps, without a script, theirs to change and to take back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from workers.models import Child, Consent, Contact, SelfDescription, Worker
from workers.services.descriptions import (
    DescriptionRefused,
    description_children_say,
    description_delete,
    description_home_say,
    description_of,
    description_say,
)
from workers.sessions import COOKIE_NAME

NOW = date(2026, 11, 26)


@pytest.fixture
def phone(li_na) -> Contact:
    return Contact.objects.create(channel="wechat", address="o-li-na", worker=li_na, bound_at=timezone.now())


@pytest.fixture
def browser(sunrise, phone, site_client):
    return site_client(sunrise).force_phone(phone)


def say(worker, **facts):
    return description_say(worker=worker, **{"is_parent": True, "is_young": False, "is_line_manager": False, **facts})


def said(worker, today=NOW):
    return description_of(worker_id=worker.pk, today=today)


def test_three_taps_say_it_all(phone, li_na):
    say(li_na, is_young=True)
    assert description_children_say(worker=li_na, ages={1, 3}, today=NOW)
    assert description_home_say(worker=li_na, has_child_elsewhere=True)
    found = said(li_na)
    assert (found.is_parent, found.is_young, found.is_line_manager) == (True, True, False)
    assert (found.ages, found.has_child_elsewhere, found.is_given) == ({1, 3}, True, True)
    assert Consent.objects.get(worker=li_na, withdrawn_at=None).purpose == "family_facts"


@pytest.mark.parametrize("group", range(5))
def test_each_group_is_shown_again_as_it_was_tapped(phone, li_na, group):
    say(li_na)
    description_children_say(worker=li_na, ages={group}, today=NOW)
    assert said(li_na).ages == {group}


def test_ages_move_on_by_themselves_and_saying_so_again_keeps_the_years(phone, li_na):
    say(li_na)
    description_children_say(worker=li_na, ages={0}, today=NOW)
    later = date(2029, 3, 1)
    assert said(li_na, later).ages == {1}
    years = Child.objects.values_list("born_from", "born_to").get()
    description_children_say(worker=li_na, ages={1}, today=later)
    assert Child.objects.values_list("born_from", "born_to").get() == years
    assert said(li_na, date(2060, 1, 1)).ages == frozenset()


def test_saying_it_twice_is_saying_it_once(phone, li_na):
    for _ in range(2):
        say(li_na)
        description_children_say(worker=li_na, ages={1, 2}, today=NOW)
        description_home_say(worker=li_na, has_child_elsewhere=False)
    assert SelfDescription.objects.count() == Consent.objects.count() == 1
    assert Child.objects.count() == 2


def test_who_takes_back_being_a_parent_takes_back_the_children(phone, li_na):
    say(li_na)
    description_children_say(worker=li_na, ages={1}, today=NOW)
    description_home_say(worker=li_na, has_child_elsewhere=True)
    say(li_na, is_parent=False)
    assert not Child.objects.exists()
    assert said(li_na).has_child_elsewhere is None
    assert not description_children_say(worker=li_na, ages={1}, today=NOW)
    assert not description_home_say(worker=li_na, has_child_elsewhere=True)


def test_deleting_leaves_nothing_and_takes_back_the_consent(phone, li_na):
    say(li_na)
    description_children_say(worker=li_na, ages={1}, today=NOW)
    description_delete(worker=li_na)
    description_delete(worker=li_na)
    assert not SelfDescription.objects.exists()
    assert not Child.objects.exists()
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert not said(li_na).is_given


def test_another_phone_is_shown_nothing_and_begins_anew(phone, li_na):
    say(li_na)
    description_children_say(worker=li_na, ages={1}, today=NOW)
    Contact.objects.create(channel="wechat", address="hr", worker=li_na, bound_at=timezone.now())
    assert not said(li_na).is_given
    phone.worker = None
    phone.save()
    assert not said(li_na).is_given
    say(li_na)
    assert said(li_na).ages == frozenset()


def test_with_two_phones_nothing_can_be_said_and_nothing_is_lost(sunrise, browser, phone, li_na):
    """A stranger's phone beside her own: each try would delete what she has said, and count for nobody."""
    say(li_na)
    description_children_say(worker=li_na, ages={1}, today=NOW)
    other = Contact.objects.create(channel="wechat", address="hr", worker=li_na, bound_at=timezone.now())
    with pytest.raises(DescriptionRefused):
        say(li_na, is_young=True)
    for step in ("", "you/"):
        page = browser.get(f"/me/about/{step}").content.decode()
        assert "绑定了两个微信" in page
        assert 'name="fact"' not in page
    browser.post("/me/about/you/", {"fact": ["is_young"]})
    for step in ("children/", "home/"):
        answer = browser.post(f"/me/about/{step}", {"age": ["0"], "home": "here"}, follow=True)
        assert "绑定了两个微信" in answer.content.decode()
    other.delete()
    with tenant_context(sunrise):
        found = said(li_na)
    assert (found.is_parent, found.is_young, found.ages) == (True, False, {1})
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


# --- pages -----------------------------------------------------------------------------------------------------------
def test_a_worker_walks_the_three_pages_without_a_script(sunrise, browser, li_na):
    assert browser.get("/me/about/")["Location"] == "/me/about/you/"
    page = browser.get("/me/about/you/").content.decode()
    assert page.count('type="checkbox"') == 3
    assert "<script" not in page
    assert browser.post("/me/about/you/", {"fact": ["is_parent"]})["Location"] == "/me/about/children/"
    assert browser.get("/me/about/children/").content.decode().count('type="checkbox"') == 5
    assert browser.post("/me/about/children/", {"age": ["1", "2", "99", "x"]})["Location"] == "/me/about/home/"
    assert browser.get("/me/about/home/").content.decode().count('name="home"') == 3
    assert browser.post("/me/about/home/", {"home": "both"})["Location"] == "/me/about/"
    assert browser.get("/me/about/").status_code == 200
    with tenant_context(sunrise):
        found = description_of(worker_id=li_na.pk, today=timezone.localdate())
        assert (found.is_parent, found.ages, found.has_child_elsewhere) == (True, {1, 2}, True)


def test_who_is_no_parent_is_asked_nothing_more(browser):
    assert browser.post("/me/about/you/", {"fact": ["is_young"]})["Location"] == "/me/about/"
    assert browser.get("/me/about/children/")["Location"] == "/me/about/you/"
    assert browser.get("/me/about/home/")["Location"] == "/me/about/you/"
    assert browser.post("/me/about/children/", {"age": ["1"]})["Location"] == "/me/about/you/"


def test_looking_and_skipping_say_nothing(sunrise, browser):
    for address in ("/me/about/", "/me/about/you/", "/me/about/children/", "/me/about/home/"):
        browser.get(address)
    browser.post("/me/about/home/", {"home": "mars"})
    with tenant_context(sunrise):
        assert not SelfDescription.objects.exists()
        assert not Consent.objects.exists()


def test_what_the_roster_knows_is_ticked_beforehand(sunrise, browser, li_na):
    with tenant_context(sunrise):
        Worker.objects.filter(pk=li_na.pk).update(birth_date=timezone.localdate() - timedelta(days=20 * 365))
        li_na.department.leader = li_na
        li_na.department.save()
    page = browser.get("/me/about/you/").content.decode()
    assert page.count(" checked") == 2


def test_deleting_is_one_tap_and_a_confirmation(sunrise, browser):
    browser.post("/me/about/you/", {"fact": ["is_parent"]})
    assert browser.get("/me/about/delete/").status_code == 405
    assert browser.post("/me/about/delete/").status_code == 200
    with tenant_context(sunrise):
        assert not SelfDescription.objects.exists()


@pytest.mark.parametrize("step", ["", "you/", "children/", "home/"])
def test_strangers_are_sent_to_sign_in(sunrise, site_client, step):
    for method in ("get", "post"):
        response = getattr(site_client(sunrise), method)(f"/me/about/{step}")
        assert response.status_code in (302, 405)
    assert site_client(sunrise).post("/me/about/delete/").status_code == 302


def test_the_outsider_finds_nothing_with_a_cookie_of_another_factory(sunrise, lakeside, browser, site_client):
    browser.post("/me/about/you/", {"fact": ["is_parent"]})
    outsider = site_client(lakeside)
    outsider.cookies[COOKIE_NAME] = browser.cookies[COOKIE_NAME].value
    assert outsider.get("/me/about/").status_code == 302
    outsider.post("/me/about/delete/")
    with tenant_context(sunrise):
        assert SelfDescription.objects.exists()


@pytest.mark.parametrize("step", ["", "you/", "children/", "home/"])
def test_the_pages_cost_few_statements(browser, django_assert_max_num_queries, step):
    browser.post("/me/about/you/", {"fact": ["is_parent"]})
    browser.post("/me/about/children/", {"age": ["0", "1", "2"]})
    browser.get(f"/me/about/{step}")
    with django_assert_max_num_queries(6):
        assert browser.get(f"/me/about/{step}").status_code == 200
