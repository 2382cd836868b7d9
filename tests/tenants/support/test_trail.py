"""What support looks at leaves an entry, whatever the page; where it reads a name, the entry is about its bearer."""

from functools import partial

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.models import AuditEntry
from tenants.roles import FACTORY_ROLES, role_on
from tests.config.admin_pages import methods_of, pages, path_filled
from tests.config.rows import row_make
from workers.models import Audience, Contact, Department, RosterImport, Worker

FORM = "application/x-www-form-urlencoded"
LEADERS = "/admin/autocomplete/?app_label=workers&model_name=department&field_name=leader"


@pytest.fixture
def guest(inside, in_sunrise):
    """With every role there is, as a wrong table of roles would have it."""
    with schema_context("public"):
        browser, _grant = inside()
    user = User.objects.get(username__startswith="support-")
    user.groups.set([role_on(role.key) for role in FACTORY_ROLES])
    cache.clear()
    return browser


@pytest.fixture
def there(in_sunrise, li_na) -> dict[str, object]:
    """A row of every kind, each about Li Na where it can be about somebody."""
    contact = Contact.objects.create(worker=li_na, channel="wechat", address="x")
    Department.objects.filter(pk=li_na.department_id).update(leader=li_na)
    people = {Worker: li_na, Contact: contact, Department: li_na.department}
    known = dict(people)
    for model in apps.get_models():
        if model in people or model._meta.app_label in ("tenants", "axes") or model.__name__.startswith("Historical"):
            continue
        keys = [field for field in model._meta.concrete_fields if field.related_model in people]
        known[model] = row_make(model, **{field.name: people[field.related_model] for field in keys})
    return {f"admin:{model._meta.label_lower.replace('.', '_')}": row.pk for model, row in known.items()}


def entries_of(ask) -> tuple[object, list[AuditEntry]]:
    """The answer, and what it has left in the trail."""
    last = AuditEntry.objects.count()
    answer = ask()
    return answer, list(AuditEntry.objects.filter(number__gt=last))


def test_no_page_is_shown_to_a_guest_without_an_entry_and_no_name_without_one_about_its_bearer(guest, there, li_na):
    silent, seen = [], 0
    for page in pages("config.urls_tenant"):
        for method in methods_of(page[0]):
            cache.clear()
            with transaction.atomic():
                answer, entries = entries_of(partial(guest.generic, method, path_filled(page, there), b"", FORM))
                transaction.set_rollback(True)
            is_done = method != "GET" and answer.status_code == 302
            if answer.status_code != 200 and not is_done:
                continue
            seen += 1
            told = {subject for entry in entries for subject in entry.subject_ids}
            is_named = not answer.streaming and li_na.name in answer.content.decode(errors="ignore")
            if not entries or is_named and li_na.pk not in told or not all(entry.support for entry in entries):
                silent.append((method, page[0], is_named))
    assert seen > 60
    assert "\n".join(map(str, silent)) == ""


def test_examples_of_an_audience_and_names_that_complete_are_on_record_for_a_guest(guest, li_na):
    for ask in (
        lambda: guest.post("/admin/workers/audience/preview/", {"departments": [li_na.department_id]}),
        lambda: guest.get(f"{LEADERS}&term=李"),
    ):
        answer, (entry,) = entries_of(ask)
        assert "李娜" in answer.content.decode() or "\\u674e\\u5a1c" in answer.content.decode()
        assert entry.subject_ids == [li_na.pk]
        assert "李" not in str(entry.detail)


def test_who_completes_names_page_by_page_leaves_an_entry_for_each(guest, li_na):
    others = [Worker(employee_number=f"C{n}", name=f"某{n}", name_pinyin="z") for n in range(30)]
    Worker.objects.bulk_create(others)
    told = set()
    for number in (1, 2):
        _answer, entries = entries_of(partial(guest.get, f"{LEADERS}&term=&page={number}"))
        told |= {subject for entry in entries for subject in entry.subject_ids}
    assert told == set(Worker.objects.values_list("pk", flat=True))


def test_the_factorys_own_people_leave_none_of_these(owner, sunrise, li_na):
    with tenant_context(sunrise):
        cache.clear()
        answer, entries = entries_of(lambda: owner.get(f"{LEADERS}&term="))
        assert answer.status_code == 200
        assert entries == []
        assert entries_of(lambda: owner.get("/admin/"))[1] == []


def test_a_refused_page_leaves_no_entry_of_looking(guest, li_na):
    answer, entries = entries_of(lambda: guest.get("/admin/workers/privacyrequest/"))
    assert answer.status_code == 403
    assert entries == []


def test_the_owner_reads_in_the_trail_what_the_guest_has_looked_at(guest, owner, li_na):
    guest.get("/admin/lessons/lesson/")
    page = owner.get("/admin/audit/auditentry/").content.decode()
    assert "/admin/lessons/lesson/" in page
    assert not Audience.objects.exists()
    assert not RosterImport.objects.exists()
