"""Filters under a name: each person's own, of one list, few enough to read, and nowhere else to lead to."""

import pytest
from django.contrib.auth import get_user_model
from django_tenants.utils import tenant_context

from tenants.staff.models import SavedFilter
from tenants.staff.saved_filters import MOST_OF_A_LIST, FilterRefused, filter_save

SAVE, COLLEAGUES = "/admin/filters/save/", "/admin/auth/user/"


def signed_in(site_client, factory, username):
    with tenant_context(factory):
        user = get_user_model().objects.get(username=username)
        client = site_client(factory)
        client.force_login(user)
    return client


@pytest.fixture
def hr(in_sunrise, site_client):
    return signed_in(site_client, in_sunrise, "hr")


def kept(**changes):
    return {"path": COLLEAGUES, "query": "?is_active__exact=1&p=3&q=wang", "name": " 在职  的 ", **changes}


def test_a_filter_is_kept_without_the_page_and_stands_above_its_list(hr):
    response = hr.post(SAVE, kept())
    assert response["Location"] == f"{COLLEAGUES}?is_active__exact=1&q=wang"
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.query) == ("在职 的", "is_active__exact=1&q=wang")
    assert list(hr.get(COLLEAGUES).context["saved_filters"]) == [saved]
    assert f'{COLLEAGUES}?is_active__exact=1&amp;q=wang"' in hr.get(COLLEAGUES).content.decode()
    assert not hr.get("/admin/workers/department/").context["saved_filters"]


def test_a_name_used_again_means_the_newer_filter(hr):
    hr.post(SAVE, kept())
    hr.post(SAVE, kept(query="?q=li"))
    assert [saved.query for saved in SavedFilter.objects.all()] == ["q=li"]


@pytest.mark.parametrize(
    "path",
    [
        "https://example.com/",
        "//example.com/admin/auth/user/",
        "/",
        "/admin/",
        "/admin/auth/user/add/",
        "/nowhere/",
        "",
    ],
)
def test_nothing_but_a_list_of_this_site_is_kept_or_led_to(hr, path):
    assert hr.post(SAVE, kept(path=path)).status_code == 404
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"name": " "}, {"name": "长" * 41}, {"query": "?p=2"}, {"query": "q=" + "x" * 1000}]
)
def test_what_cannot_be_kept_says_why_and_leaves_the_list_as_it_was(hr, changes):
    response = hr.post(SAVE, kept(**changes), follow=True)
    assert response.redirect_chain[-1][0].startswith(COLLEAGUES)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not SavedFilter.objects.exists()


def test_a_list_keeps_a_dozen(in_sunrise):
    hr = get_user_model().objects.get(username="hr")
    for number in range(MOST_OF_A_LIST):
        filter_save(user=hr, path=COLLEAGUES, query=f"q={number}", name=str(number))
    with pytest.raises(FilterRefused) as refusal:
        filter_save(user=hr, path=COLLEAGUES, query="q=more", name="more")
    assert refusal.value.code == "too_many_filters"
    filter_save(user=hr, path=COLLEAGUES, query="q=other", name="0")
    filter_save(user=hr, path="/admin/workers/worker/", query="q=1", name="more")


def test_nobody_sees_or_removes_a_colleagues_filter(hr, in_sunrise, site_client):
    hr.post(SAVE, kept())
    saved = SavedFilter.objects.get()
    get_user_model().objects.create_superuser("boss", password="correct-horse-battery")
    boss = signed_in(site_client, in_sunrise, "boss")
    assert not boss.get(COLLEAGUES).context["saved_filters"]
    assert boss.post(f"/admin/filters/{saved.pk}/remove/").status_code == 404
    assert hr.post(f"/admin/filters/{saved.pk}/remove/")["Location"] == COLLEAGUES
    assert not SavedFilter.objects.exists()


def test_another_factory_sees_none_of_it(hr, lakeside, site_client):
    hr.post(SAVE, kept())
    saved = SavedFilter.objects.get()
    outsider = signed_in(site_client, lakeside, "hr")
    assert not outsider.get(COLLEAGUES).context["saved_filters"]
    assert outsider.post(f"/admin/filters/{saved.pk}/remove/").status_code == 404
    assert SavedFilter.objects.exists()


def test_nothing_is_kept_for_who_has_not_signed_in_nor_by_a_link(in_sunrise, site_client, hr):
    assert site_client(in_sunrise).post(SAVE, kept()).status_code == 302
    assert hr.get(SAVE, kept()).status_code == 405
    assert not SavedFilter.objects.exists()


def test_a_name_with_markup_is_shown_as_text(hr):
    hr.post(SAVE, kept(name="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in hr.get(COLLEAGUES).content.decode()
