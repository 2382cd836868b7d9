"""Every list of both admins: what it says when it is empty, and that its Excel is what the screen shows."""

import re
from contextlib import nullcontext
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
import python_calamine
from django.apps import apps
from django.contrib.auth import get_user_model
from django_tenants.utils import tenant_context

from config.lists import HINTS
from tenants.audit.models import AuditEntry
from tenants.audit.services import audit_record
from tenants.sites import factory_site, library_site
from tests.config.rows import row_make
from wechat.models import InboundCallback
from workers.models import Worker

# Their list is the one form there is, or a page of its own.
NO_LISTS = {"grievances.channel", "workers.bindingpolicy", "auth.group"}
SITES = {"factory": factory_site, "library": library_site}
EVERY_LIST = [
    pytest.param(name, model._meta.label_lower, id=f"{name}:{model._meta.label_lower}")
    for name, site in SITES.items()
    for model in site._registry
    if model._meta.label_lower not in NO_LISTS
]


def path_of(label: str) -> str:
    return f"/admin/{label.replace('.', '/')}/"


@pytest.fixture
def root(sunrise, site_client):
    """Somebody who may do everything, on the named site."""

    def on(site: str):
        factory = sunrise if site == "factory" else None
        client = site_client(factory)
        if factory:
            with tenant_context(factory):
                user = get_user_model().objects.create_superuser("root", password="correct-horse-battery")
                client.force_login(user)
        else:
            user = get_user_model().objects.create_superuser("root", password="correct-horse-battery")
            client.force_login(user)
        return client

    return on


@pytest.mark.parametrize(("site", "label"), EVERY_LIST)
def test_every_list_has_words_for_its_empty_state(site, label):
    assert HINTS[label].text


@pytest.mark.parametrize(("site", "label"), EVERY_LIST)
def test_a_list_without_hits_offers_to_clear_what_hides_the_rows(root, site, label):
    client = root(site)
    response = client.get(f"{path_of(label)}?q=xyzzy-nobody")
    if response.status_code == 302:
        return  # one row, or no search: the list leads straight to it
    changelist = response.context["cl"]
    if changelist.search_fields and not changelist.result_count:
        assert 'href="?"' in response.content.decode()


class Table(HTMLParser):
    """The cells of the list as a person reads them."""

    def __init__(self):
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False
        self._skip = 0

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "tr" and "data-row" in (attributes.get("class") or ""):
            self.rows.append([])
        if self.rows and tag in ("td", "th"):
            classes = attributes.get("class") or ""
            self._open = "action-checkbox" not in classes and "field-" in classes
            if self._open:
                self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data):
        if self._open:
            self.rows[-1][-1] += data


def shown(response) -> list[list[str]]:
    table = Table()
    page = re.sub(r">\s*check_small\s*<", ">是<", response.content.decode())
    page = re.sub(r">\s*close_small\s*<", ">否<", page)
    table.feed(re.sub(r'<span class="material-symbols-outlined[^>]*>[^<是否]*</span>', "", page))
    return [["" if (text := " ".join(cell.split())) in ("–", "-") else text for cell in row] for row in table.rows]


def written(response) -> list[list[str]]:
    """The cells below the headings, as Excel shows them."""
    workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    return [[said(cell) for cell in row] for row in workbook.get_sheet_by_index(0).to_python()[1:]]


def said(cell) -> str:
    if isinstance(cell, datetime):
        cell = f"{cell:%Y-%m-%d %H:%M}"
    elif isinstance(cell, float):
        cell = f"{cell:.0%}" if 0 < cell < 1 else f"{cell:g}"
    return canonical(str(cell))


def canonical(text: str) -> str:
    """One way to write what screen and sheet write each in theirs: days, numbers, and what might be a formula."""
    text = " ".join(text.split()).removeprefix("'")
    text = re.sub(
        r"(\d{4})年(\d{1,2})月(\d{1,2})日", lambda d: "-".join([d[1], d[2].zfill(2), d[3].zfill(2)]), text
    ).removesuffix(" 00:00")
    return "" if text in ("–", "-") else text.replace(",", "")


@pytest.mark.parametrize(("site", "label"), EVERY_LIST)
def test_the_excel_of_a_list_says_what_the_screen_says(root, sunrise, site, label):
    client = root(site)
    model = apps.get_model(label)
    with tenant_context(sunrise) if site == "factory" else nullcontext():
        if label == AuditEntry._meta.label_lower:
            audit_record(by="system", action="list_exported")
        else:
            row_make(model)
            row_make(model)
    page = client.get(path_of(label))
    if page.status_code == 302:
        return  # one row, which the list leads straight to
    rows = [[canonical(cell) for cell in row] for row in shown(page)]
    assert rows
    sheet = written(client.get(path_of(label) + "sheet/"))
    assert sheet == rows


def test_search_filter_and_order_hold_for_the_excel_too(root, sunrise):
    client = root("factory")
    with tenant_context(sunrise):
        for name in ["乙", "甲", "丙"]:
            row_make(Worker, name=name, name_pinyin=name, position="工人" if name != "丙" else "组长")
    assert [row[0] for row in written(client.get(f"{path_of('workers.worker')}sheet/?o=-1&q=乙"))] == ["乙"]
    names = [row[0] for row in shown(client.get(path_of("workers.worker") + "?o=-1"))]
    assert [row[0] for row in written(client.get(path_of("workers.worker") + "sheet/?o=-1"))] == names


@pytest.mark.parametrize("employment", ["", "left", "all"])
def test_who_has_left_is_in_the_excel_only_where_the_list_shows_them(root, sunrise, employment):
    client = root("factory")
    with tenant_context(sunrise):
        row_make(Worker, name="李娜"), row_make(Worker, name="王强", left_on=date(2026, 3, 9))
    query = f"?employment={employment}&o=-1"
    names = [row[0] for row in shown(client.get(path_of("workers.worker") + query))]
    assert set(names) == {"": {"李娜"}, "left": {"王强"}, "all": {"李娜", "王强"}}[employment]
    assert [row[0] for row in written(client.get(f"{path_of('workers.worker')}sheet/{query}"))] == names


def test_who_took_a_list_along_is_on_record_without_what_was_searched_for(root, sunrise):
    client = root("factory")
    with tenant_context(sunrise):
        worker = row_make(Worker, name="李娜")
    client.get(path_of("workers.worker") + "sheet/?q=李娜")
    with tenant_context(sunrise):
        entry = AuditEntry.objects.get(action="list_exported")
    assert (entry.actor, entry.subject_ids) == ("root", [worker.pk])
    assert "李娜" not in str(entry.detail)


def test_a_list_too_long_for_a_file_says_so_and_keeps_its_filters(root, sunrise, settings):
    client = root("factory")
    settings.EXPORT_MAX_ROWS = 1
    with tenant_context(sunrise):
        row_make(Worker), row_make(Worker)
    response = client.get(path_of("workers.worker") + "sheet/?bound=no", follow=True)
    assert response.redirect_chain[-1][0] == path_of("workers.worker") + "?bound=no"
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_who_may_not_see_a_list_does_not_get_its_excel(sunrise, site_client):
    with tenant_context(sunrise):
        nobody = get_user_model().objects.create_user("nobody", is_staff=True)
        client = site_client(sunrise)
        client.force_login(nobody)
    open_to_them = [
        param.values[1]
        for param in EVERY_LIST
        if param.values[0] == "factory" and client.get(path_of(param.values[1]) + "sheet/").status_code != 403
    ]
    assert open_to_them == []


def test_a_typed_filter_that_means_nothing_leads_back_to_the_list(root):
    response = root("factory").get(path_of("wechat.follower") + "sheet/?is_following__exact=x")
    assert response.status_code == 302


@pytest.mark.parametrize(("site", "label"), EVERY_LIST)
def test_a_list_is_filtered_by_what_it_offers_and_by_no_other_column(root, site, label):
    """`?token_hash__startswith=` would read out what no page shows, letter by letter; relations and figures likewise."""
    client = root(site)
    columns = {field.name for field in apps.get_model(label)._meta.get_fields(include_hidden=True)}
    counted = {"opened_count", "confirmed_count", "use_count"}
    for name in sorted(columns | counted):
        for page in ["", "sheet/"] if name == "id" else [""]:
            assert client.get(f"{path_of(label)}{page}?{name}__in=1").status_code == 400, name


@pytest.mark.parametrize(("site", "label"), EVERY_LIST)
def test_a_typed_address_of_no_row_is_no_error_of_ours(root, site, label):
    client = root(site)
    for typed in ["abc/change/", "0/change/", "99999999999999999999999/change/"]:
        assert client.get(path_of(label) + typed, follow=True).status_code < 500


@pytest.mark.parametrize("query", ["", "?state__exact=done"])
def test_a_list_that_is_not_counted_in_full_says_how_many_were_found_only_after_a_search(root, sunrise, query):
    with tenant_context(sunrise):
        row_make(InboundCallback, state="done")
    page = root("factory").get(f"/admin/wechat/inboundcallback/{query}").content.decode()
    assert ("显示全部" in page) == bool(query)
