"""Filters of lists take effect: by a link, or by a form with a button. Neither needs a script."""

import re

import pytest
from django.contrib.auth.models import User
from django_tenants.utils import schema_context, tenant_context

from tenants.roles import FACTORY_ROLES, LIBRARY_ROLES, role_on
from tenants.sites import factory_site, library_site

BACKEND = "django.contrib.auth.backends.ModelBackend"
PANEL = re.compile(r'<div id="changelist-filter".*?</form>|<div id="changelist-filter".*?</main>', re.DOTALL)


@pytest.fixture(params=["factory", "library"])
def place(request, sunrise, site_client):
    """(site, a client of somebody who holds every role there)"""
    is_factory = request.param == "factory"
    client = site_client(sunrise if is_factory else None)
    with tenant_context(sunrise) if is_factory else schema_context("public"):
        user = User.objects.create_user("all-roles", is_staff=True)
        user.groups.set([role_on(role.key) for role in (FACTORY_ROLES if is_factory else LIBRARY_ROLES)])
        client.force_login(user, backend=BACKEND)
    return factory_site if is_factory else library_site, client


def lists_of(site):
    """(address, admin) of the lists that have filters."""
    for model, model_admin in site._registry.items():
        if model_admin.list_filter:
            yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/", model_admin


def test_every_field_among_the_filters_stands_in_a_form_with_a_button(place):
    site, client = place
    seen = 0
    for address, _model_admin in lists_of(site):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        found = PANEL.search(answer.content.decode())
        panel = found.group() if found else ""
        if "<select" in panel or 'type="date"' in panel:
            seen += 1
            assert '<form id="filter-form" method="get"' in panel, address
            assert 'type="submit"' in panel, address
            assert '<noscript><a class="' in answer.content.decode(), address
    assert seen


def test_a_form_sent_without_scripts_brings_its_empty_fields_along_and_is_a_list(place):
    """A script leaves them out; without one they are there."""
    site, client = place
    for address, _model_admin in lists_of(site):
        page = client.get(address)
        if page.status_code != 200:
            continue
        panel = PANEL.search(page.content.decode())
        names = set(re.findall(r'<(?:select|input)[^>]* name="([^"]+)"', panel.group() if panel else ""))
        for asked in (dict.fromkeys(names, ""), {**dict.fromkeys(names, ""), "q": "x", "p": "1"}):
            answer = client.get(address, asked)
            assert answer.status_code == 200, (address, asked, answer.get("Location"))


def test_a_chosen_department_narrows_the_list_of_employees(sunrise, site_client, li_na):
    from workers.models import Department, Worker

    other = Department.objects.create(name="食堂", kind="workshop", path="099")
    Worker.objects.create(employee_number="K1", name="王强", department=other)
    client = site_client(sunrise)
    client.force_login(User.objects.get(username="hr"), backend=BACKEND)
    form = {"place": str(li_na.department_id), "bound": "", "employment": "", "minor": ""}
    page = client.get("/admin/workers/worker/", form).content.decode()
    assert "李娜" in page
    assert "王强" not in page


def test_a_page_with_an_editor_says_what_to_do_where_scripts_do_not_run(sunrise, site_client):
    client = site_client(sunrise)
    with tenant_context(sunrise):
        client.force_login(User.objects.get(username="hr"), backend=BACKEND)
    assert 'id="needs-scripts"' in client.get("/admin/announcements/announcement/add/").content.decode()
    assert 'id="needs-scripts"' not in client.get("/admin/workers/department/add/").content.decode()
