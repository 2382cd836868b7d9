"""The side bar leads everywhere, to nothing that is not there, and shows everybody only what opens for them."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, get_urlconf, reverse, set_urlconf
from django_tenants.utils import tenant_context

from config.navigation import FACTORY, LIBRARY, Page, Rows
from tenants.roles import roles_ensure
from tenants.sites import factory_site, library_site

# Lists that another page leads to, and that make no sense alone.
REACHED_FROM_ELSEWHERE = {"announcements.receipt"}
# Pages that a list, a form or the frame of every page leads to.
PAGES_REACHED_FROM_ELSEWHERE = {
    "index": "the entry Today, and the name of the site",
    "login": "signing in",
    "logout": "the account's own menu",
    "password_change": "the account's own menu",
    "password_change_done": "changing the password",
    "jsi18n": "a script",
    "autocomplete": "a script",
    "search": "a script",
    "toggle_sidebar": "a script",
    "second_step": "signing in",
    "scan_state": "a script",
    "account_alive": "a script",
    "workers_slips_print": "the page of slips, which has an entry",
    "filter_save": "a form above every list",
    "app_list": "Django's list of apps; the side bar replaces it",
}
OF_A_LIST = ("_add", "_changelist", "_import", "_process_import", "_export", "_sheet")
SITES = [(factory_site, FACTORY, "config.urls_tenant"), (library_site, LIBRARY, "config.urls_public")]


@pytest.fixture
def urlconf():
    before = get_urlconf()
    yield set_urlconf
    set_urlconf(before)


def entries(sections, kind):
    return [entry for section in sections for entry in section.entries if isinstance(entry, kind)]


@pytest.mark.parametrize(("site", "sections", "_urls"), SITES, ids=["factory", "library"])
def test_every_list_has_an_entry_or_is_reached_from_elsewhere(site, sections, _urls):
    named = {entry.model for entry in entries(sections, Rows)}
    registered = {model._meta.label_lower for model in site._registry}
    assert registered - named - REACHED_FROM_ELSEWHERE == set()


@pytest.mark.parametrize(("site", "sections", "_urls"), SITES, ids=["factory", "library"])
def test_no_list_has_two_entries(site, sections, _urls):
    named = [entry.model for entry in entries(sections, Rows)]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(("site", "sections", "urls"), SITES, ids=["factory", "library"])
def test_every_page_of_an_entry_is_there(site, sections, urls, urlconf):
    urlconf(urls)
    dead = []
    for page in entries(sections, Page):
        try:
            reverse(page.url_name)
        except NoReverseMatch:
            dead.append(page.url_name)
    assert dead == []


@pytest.mark.parametrize(("site", "sections", "_urls"), SITES, ids=["factory", "library"])
def test_every_named_page_has_an_entry_or_is_reached_from_elsewhere(site, sections, _urls):
    led_to = {page.url_name.removeprefix("admin:") for page in entries(sections, Page)}
    names = {pattern.name for pattern in _patterns(site.get_urls()) if pattern.name and not _arguments(pattern)}
    forgotten = {
        name
        for name in names - led_to - PAGES_REACHED_FROM_ELSEWHERE.keys()
        if not name.endswith(OF_A_LIST) and not name.startswith("account_") and not _is_below_a_list(site, name)
    }
    assert forgotten == set()


def _patterns(urls):
    for url in urls:
        if hasattr(url, "url_patterns"):
            yield from _patterns(url.url_patterns)
        else:
            yield url


def _arguments(pattern) -> bool:
    return bool(pattern.pattern.converters or pattern.pattern.regex.groups)


def _is_below_a_list(site, name: str) -> bool:
    """ "workers_worker_roster_blank": a page of the list of workers, which leads to it."""
    return any(name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_") for model in site._registry)


def _signed_in(site_client, factory, user):
    client = site_client(factory)
    client.force_login(user)
    return client


def _links(response) -> list[str]:
    return [item["link"] for group in response.context["sidebar_navigation"] for item in group["items"]]


def test_every_entry_opens_for_everybody_who_sees_it(sunrise, site_client):
    with tenant_context(sunrise):
        users = [get_user_model().objects.get(username="hr")]
        for group in Group.objects.all():
            users.append(get_user_model().objects.create_user(f"of-{group.name}", is_staff=True))
            users[-1].groups.add(group)
        clients = [(user.username, _signed_in(site_client, sunrise, user)) for user in users]
    closed = [
        (name, link)
        for name, client in clients
        for link in _links(client.get("/admin/"))
        if client.get(link, follow=True).status_code != 200
    ]
    assert closed == []


def test_every_entry_of_the_library_opens_for_everybody_who_sees_it(db, site_client):
    roles_ensure()
    closed = []
    for group in Group.objects.all():
        user = get_user_model().objects.create_user(f"of-{group.name}", is_staff=True)
        user.groups.add(group)
        client = _signed_in(site_client, None, user)
        closed += [
            (group.name, link)
            for link in _links(client.get("/admin/"))
            if client.get(link, follow=True).status_code != 200
        ]
    assert closed == []


def test_somebody_without_a_role_sees_the_first_page_and_their_own_account_only(in_sunrise, site_client):
    nobody = get_user_model().objects.create_user("nobody", is_staff=True)
    links = _links(_signed_in(site_client, in_sunrise, nobody).get("/admin/"))
    assert links[0] == "/admin/"
    assert not [link for link in links if link.count("/") > 3]


def test_a_page_below_a_list_marks_the_lists_entry(in_sunrise, site_client):
    hr = _signed_in(site_client, in_sunrise, get_user_model().objects.get(username="hr"))
    groups = hr.get("/admin/workers/department/add/").context["sidebar_navigation"]
    assert [item["link"] for group in groups for item in group["items"] if item["active"]] == [
        "/admin/workers/department/"
    ]
