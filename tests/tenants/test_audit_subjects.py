"""Whom an entry of the trail is about: however many, told right, and never by a list nobody can load."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override

from tenants.audit.models import AuditEntry
from tenants.audit.services import audit_record
from tests.conftest import ADMIN_PASSWORD
from tests.workers.programs import BULK, WORKERS, Program, token_of
from tests.workers.rosters import workbook
from workers.models import Worker
from workers.services.roster import RosterDecisions, roster_import

TRAIL = "/admin/audit/auditentry/"


@pytest.fixture
def hr(sunrise, site_client):
    client = site_client(sunrise)
    client.post("/admin/login/", {"username": "hr", "password": ADMIN_PASSWORD})
    return client


@pytest.fixture
def payroll(in_sunrise, site_client):
    return Program(site_client(in_sunrise), token_of(in_sunrise)[1])


@pytest.fixture
def seven(in_sunrise):
    names = ["王强", "赵磊", "钟菊素", "李娜", "周杰", "吴芳", "郑爽"]
    workers = [Worker(employee_number=f"B{n}", name=name, name_pinyin=f"x{n}") for n, name in enumerate(names)]
    return Worker.objects.bulk_create(workers)


def shown(client, **headers) -> str:
    return client.get(TRAIL, headers=headers).content.decode()


def test_in_chinese_the_number_after_deng_is_the_total(hr, seven, in_sunrise):
    audit_record(by="hr", action="workers_left", subjects=[worker.pk for worker in seven], count=7)
    page = shown(hr)
    assert "等 7 人" in page
    assert "等 4 人" not in page


def test_three_people_are_named_without_a_number(hr, seven, in_sunrise):
    audit_record(by="hr", action="workers_left", subjects=[worker.pk for worker in seven[:3]], count=3)
    assert "等 3 人" not in shown(hr)


def test_neither_the_list_nor_a_page_loads_all_of_a_hundred_thousand(hr, in_sunrise, li_na):
    entry = audit_record(by="hr", action="list_exported", subjects=[li_na.pk, *range(10**9, 10**9 + 100_000)], rows=1)
    for address in (TRAIL, f"{TRAIL}{entry.pk}/change/"):
        page = hr.get(address)
        assert len(page.content) < 300_000
        assert "等 100001 人" in page.content.decode()
    (row,) = [row for row in hr.get(TRAIL).context["cl"].result_list if row.pk == entry.pk]
    assert "subject_ids" in row.get_deferred_fields()


def test_who_is_read_out_by_a_program_is_on_record_once_in_ten_minutes(payroll, seven):
    for _each in range(2):
        payroll.get(WORKERS, limit=5)
    first = AuditEntry.objects.get(action="people_listed")
    assert (first.actor, first.object_kind) == ("api:payroll", "workers.worker")
    assert first.subject_ids == [worker.pk for worker in seven[:5]]
    assert first.detail["filter"]["status"] == "employed"
    payroll.get(WORKERS, limit=5, cursor=seven[4].pk)
    payroll.get(WORKERS, number="B3")
    entries = AuditEntry.objects.filter(action="people_listed").order_by("number")
    assert [len(entry.subject_ids) for entry in entries] == [5, 2, 1]
    assert "B3" not in str(entries[2].detail)
    payroll.get(WORKERS, number="nobody")
    assert entries.count() == 3


def test_what_a_program_sent_names_whom_it_wrote_and_has_a_sentence(payroll, hr, li_na):
    rows = [{"employee_number": "A001", "position": "车工"}, {"employee_number": "0012", "name": "王强"}]
    assert payroll.send(BULK, {"workers": rows}).status_code == 200
    entry = AuditEntry.objects.get(action="roster_sent")
    assert entry.subject_ids == sorted([li_na.pk, Worker.objects.get(employee_number="0012").pk])
    page = shown(hr)
    assert "“”" not in page
    with override("zh-hans"):
        assert "新增 1 人，修改 1 人" in page


def test_an_imported_roster_names_the_new_the_changed_and_those_who_left(in_sunrise, li_na, seven):
    content = workbook(["A001", "李娜", "车工"], ["0012", "王小明", "车工"], headings=["工号", "姓名", "岗位"])
    leaving = RosterDecisions(leaver_ids=(seven[0].pk,), left_on=date(2026, 1, 2))
    report = roster_import(
        content=content, by=User.objects.get(username="hr"), decisions=leaving, file_name="花名册.xlsx"
    )
    assert (report.created, report.changed, report.left) == (1, 1, 1)
    new = Worker.objects.get(employee_number="0012").pk
    entry = AuditEntry.objects.get(action="roster_imported")
    assert entry.subject_ids == sorted([li_na.pk, new, seven[0].pk])
