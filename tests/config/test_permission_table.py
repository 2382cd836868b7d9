"""Role by page by action, by real requests: docs/permissions.md says what is expected.

A page that is not in the table fails. After a change that is meant, WRITE_PERMISSIONS=1 writes what was found into the
table: read the difference before you commit it.
"""

import os
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import schema_context

from grievances.models import FactoryFigures
from tenants.models import SupportGrant
from tenants.roles import FACTORY_ROLES, LIBRARY_ROLES, role_on
from tenants.services import factory_create
from tenants.staff.models import Invitation
from tests.config.admin_pages import TABLE, methods_of, pages, path_filled, table_read, table_text
from tests.workers.rosters import LI_NA, changed, received

FACTORY, LIBRARY = "A factory's site", "The public site"
URLCONFS = {FACTORY: "config.urls_tenant", LIBRARY: "config.urls_public"}
# What a POST must say to be more than nonsense.
BODIES = {
    (FACTORY, "admin:auth_group_changelist"): b"role=owner&to=off",
    (LIBRARY, "admin:auth_group_changelist"): b"role=operator&to=off",
}
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Of a look at personal data, of a month that is over; and the one row of the rules, made when asked for.
KEPT_BY_A_LOOK = {"audit_auditentry", "grievances_monthlyscorecard"}
KEPT_BY_A_LOOK |= {"workers_bindingpolicy", "workers_historicalbindingpolicy"}
ROLES = {FACTORY: FACTORY_ROLES, LIBRARY: LIBRARY_ROLES}


@pytest.fixture
def factory_rows(in_sunrise, li_na) -> dict[str, object]:
    """One row of each kind that a page can be about; Li Na works where the line leader leads."""
    from announcements.models import Announcement
    from workers.models import Audience, Colleague, Contact, Department, PrivacyRequest, Shift, Worker

    hr, today = user_of("people"), timezone.localdate()
    leader = Worker.objects.create(employee_number="A009", name="班长", name_pinyin="ban zhang")
    Department.objects.update(leader=leader)
    Colleague.objects.create(user=user_of("line_leader"), worker=leader)
    Contact.objects.create(pk=li_na.pk, worker=li_na, channel="wechat", address="phone-of-li-na")
    gone = Worker.objects.create(employee_number="A010", name="王强", name_pinyin="wang qiang", left_on=today)
    soon = timezone.now() + timedelta(hours=1)
    with schema_context("public"):
        grant = SupportGrant.objects.create(
            factory=in_sunrise, role="viewer", reason="x", granted_by="hr", expires_at=soon
        )
    return {
        "admin:workers_worker": li_na.pk,
        "admin:workers_worker_come_back_one": gone.pk,
        "admin:workers_lock": li_na.pk,
        "admin:workers_phone": li_na.pk,
        "support:end": grant.uuid,
        "admin:workers_department": li_na.department_id,
        "admin:workers_shift": Shift.objects.create(name="白班", cycle=["day"]).pk,
        "admin:workers_audience": Audience.objects.create(name="新员工").pk,
        "admin:workers_audience_adopt": "nothing",
        "admin:workers_rosterimport": received(hr, LI_NA).pk,
        "admin:workers_rosterimport_failed": received(hr, changed(性别="?")).pk,
        "admin:workers_privacyrequest": PrivacyRequest.objects.create(worker=li_na, kind="export", due_on=today).pk,
        "admin:announcements_announcement": Announcement.objects.create(title="停电", body="<p>周六</p>").pk,
        **rows_of_both(),
    }


def rows_of_both() -> dict[str, object]:
    from grievances.models import Channel, ReplyTemplate
    from lessons.models import Lesson, Series, Topic
    from tenants.audit.services import audit_record

    series = Series.objects.create(title="沟通")
    soon = timezone.now() + timedelta(days=1)
    return {
        "admin:lessons_series": series.pk,
        "admin:lessons_topic": Topic.objects.create(slug="home", title="家庭").pk,
        "admin:lessons_lesson": Lesson.objects.create(series=series, title="一课", audiences=["parent"]).pk,
        "admin:grievances_channel": Channel.objects.get_or_create(pk=1)[0].pk,
        "admin:grievances_replytemplate": ReplyTemplate.objects.create(title="收到", text="我们收到了。").pk,
        "admin:audit_auditentry": audit_record(by="system", action="tested").pk,
        "admin:auth_user": get_user_model().objects.create_user("wang", is_staff=True).pk,
        "admin:auth_group": Group.objects.order_by("pk").first().pk,
        "admin:staff_invitation": Invitation.objects.create(name="新人", secret_hash="x", expires_at=soon).pk,
    }


def user_of(role: str):
    user, _made = get_user_model().objects.get_or_create(username=f"of-{role}", is_staff=True)
    if role != "nobody":
        user.groups.add(role_on(role))
    return user


def outcomes(client, heading: str, rows: dict[str, object]) -> dict[tuple[str, str], bool]:
    """(page, method) -> the person gets it: anything but a refusal, or a page that is not there for them."""
    found: dict[tuple[str, str], bool] = {}
    broken, changing = [], []
    client.raise_request_exception = False
    for page in pages(URLCONFS[heading]):
        for method in methods_of(page[0]):
            body = BODIES.get((heading, page[0]), b"") if method == "POST" else b""
            with CaptureQueriesContext(connection) as asked:
                answer = client.generic(method, path_filled(page, rows), body, "application/x-www-form-urlencoded")
            if method == "GET":
                written = {table for query in asked for table in WRITES.findall(query["sql"])}
                changing += [page[0]] * bool(written - KEPT_BY_A_LOOK)
            missing = page[0].endswith("history") and answer.headers.get("Location") == "/admin/"
            answer = followed(client, answer)
            found[page[0], method] = not missing and answer.status_code not in (401, 403, 404, 405)
            assert not answer.headers.get("Location", "").startswith("/admin/login/"), page
            broken += [(page[0], method)] * (answer.status_code >= 500)
    assert broken == []
    assert changing == [], "looking changes something"
    return found


def followed(client, answer):
    """Where a page leads on to: a list that is one row sends everybody to the page of that row."""
    hops = 0
    while answer.status_code in (301, 302) and answer["Location"].startswith("/admin/") and hops < 3:
        answer, hops = client.get(answer["Location"]), hops + 1
    return answer


def walk(site_client, factory, heading: str, rows: dict[str, object]) -> dict[tuple[str, str], dict[str, bool]]:
    by_role = {}
    for role in [*(role.key for role in ROLES[heading]), "nobody"]:
        client = site_client(factory)
        client.force_login(user_of(role))
        with transaction.atomic():  # what one role has changed or sent, the next finds as it was
            by_role[role] = outcomes(client, heading, rows)
            transaction.set_rollback(True)
    first = next(iter(by_role.values()))
    return {entry: {role: found[entry] for role, found in by_role.items()} for entry in first}


def compare(heading: str, found: dict[tuple[str, str], dict[str, bool]]) -> None:
    if os.environ.get("WRITE_PERMISSIONS"):
        before, _heading, rest = TABLE.read_text(encoding="utf-8").partition(f"## {heading}\n")
        _table, mark, after = rest.partition("\n## ")
        TABLE.write_text(f"{before}## {heading}\n\n{table_text(found)}{mark}{after}", encoding="utf-8")
    expected = table_read(heading)
    assert sorted(found.keys() - expected.keys()) == [], "pages without a line in docs/permissions.md"
    assert sorted(expected.keys() - found.keys()) == [], "lines of docs/permissions.md without a page"
    differences = [
        f"{page} {method}: {role} {'may' if may else 'may not'}"
        for (page, method), by_role in found.items()
        for role, may in by_role.items()
        if may != expected[page, method].get(role)
    ]
    assert differences == []


def test_a_factorys_roles_open_what_the_table_says(in_sunrise, factory_rows, site_client):
    compare(FACTORY, walk(site_client, in_sunrise, FACTORY, factory_rows))


def test_ccr_csrs_roles_open_what_the_table_says(db, sunrise, site_client):
    roles = [role_on(role.key) for role in LIBRARY_ROLES]
    assert roles
    soon = timezone.now() + timedelta(hours=1)
    grant = SupportGrant.objects.create(factory=sunrise, role="viewer", reason="x", granted_by="hr", expires_at=soon)
    figures = FactoryFigures.objects.create(place="f_x", name="某厂", on=timezone.localdate())
    rows = {
        "admin:tenants_factory": sunrise.pk,
        "admin:tenants_factory_owner_link": factory_create(slug="brand-new", name="新厂", admin_name="张主任").pk,
        "admin:tenants_supportgrant": grant.pk,
        "admin:tenants_supportgrant_enter": grant.uuid,
        "admin:grievances_factoryfigures": figures.pk,
        **rows_of_both(),
    }
    compare(LIBRARY, walk(site_client, None, LIBRARY, rows))


@pytest.mark.parametrize("heading", [FACTORY, LIBRARY])
def test_who_is_not_signed_in_here_gets_no_page(in_sunrise, lakeside, site_client, heading):
    """Neither a stranger, nor the owner of another factory with their session's cookie."""
    outsider = site_client(lakeside)
    outsider.post("/admin/login/", {"username": "hr", "password": "correct-horse-battery"})
    for cookies in [None, outsider.cookies]:
        client = site_client(in_sunrise if heading == FACTORY else None)
        if cookies:
            client.cookies = cookies
        for page in pages(URLCONFS[heading]):
            for method in methods_of(page[0]):
                answer = client.generic(method, path_filled(page, {}), b"", "application/x-www-form-urlencoded")
                sent_away = answer.headers.get("Location", "").startswith("/admin/login/")
                assert sent_away or answer.status_code in (401, 403, 404, 405), (page, method)
