"""The roster from Excel: whole or not at all, errors that say row and column, and files that are no roster."""

import io
import zipfile

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.workers.rosters import HEADINGS, LI_NA, changed, workbook
from workers.formats import UnreadableSheet, sheet_rows
from workers.management.commands.roster_sample import roster_sample, sample_rows
from workers.models import Department, Worker
from workers.services import roster_export, roster_import


def refused(content) -> str:
    with pytest.raises(UnreadableSheet) as refusal:
        roster_import(content=content)
    return refusal.value.code


def test_a_roster_makes_employees_and_their_departments(in_sunrise):
    report = roster_import(content=workbook(LI_NA, changed(工号="0013", 姓名="单小芳")))
    assert (report.created, report.changed, report.unchanged, report.problems) == (2, 0, 0, [])
    worker = Worker.objects.select_related("department__parent__parent").get(employee_number="0012")
    assert worker.department.label == "生产部 / 一车间 / A线"
    assert (worker.gender, worker.phone, worker.name_pinyin) == ("female", "13800138000", "li na")
    assert worker.birth_date.isoformat() == "1995-02-28"
    assert Department.objects.count() == 3


def test_numbers_stay_what_they_look_like_and_dates_may_be_written_many_ways(in_sunrise):
    from datetime import date, datetime

    ways = [
        "2020/3/1",
        "2020.03.01",
        "2020年3月1日",
        "20200301",
        20200301,
        43891,
        datetime(2020, 3, 1),
        "2020-03-01 00:00",
    ]
    rows = [changed(工号=100 + n, 手机=13800138000, 入职日期=way) for n, way in enumerate(ways)]
    assert roster_import(content=workbook(*rows)).problems == []
    assert set(Worker.objects.values_list("hired_on", flat=True)) == {date(2020, 3, 1)}
    assert set(Worker.objects.values_list("phone", flat=True)) == {"13800138000"}
    assert Worker.objects.filter(employee_number="100").exists()


def test_the_same_file_again_changes_nothing(in_sunrise):
    content = workbook(LI_NA)
    roster_import(content=content)
    before = Worker.objects.get().updated_at
    report = roster_import(content=content)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 1)
    assert Worker.objects.get().updated_at == before


def test_a_change_is_told_and_a_missing_column_stays_as_it_is(in_sunrise):
    roster_import(content=workbook(LI_NA))
    report = roster_import(content=workbook(["0012", "李娜", "班组长"], headings=["工号", "姓名", "职位"]))
    assert report.changed == 1
    assert report.changes[0].values == [("职位", "操作工", "班组长")]
    worker = Worker.objects.get()
    assert (worker.position, worker.phone, worker.department.name) == ("班组长", "13800138000", "A线")


def test_a_preview_saves_nothing(in_sunrise):
    report = roster_import(content=workbook(LI_NA), dry_run=True)
    assert report.created == 1
    assert not Worker.objects.exists()
    assert not Department.objects.exists()


def test_one_bad_row_keeps_the_whole_file_out_and_is_named_as_excel_names_it(in_sunrise):
    bad = changed(工号="0014", 入职日期="31/02/2025", 性别="?")
    report = roster_import(content=workbook(LI_NA, [""] * 10, bad))
    assert not Worker.objects.exists()
    assert not Department.objects.exists()
    assert [problem.split("：")[0].replace(" ", "") for problem in report.problems] == ["第4行性别", "第4行入职日期"]
    assert "2025-02-28" in report.problems[1]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"工号": ""}, "工号"),
        ({"姓名": ""}, "姓名"),
        ({"工号": "9" * 31}, "工号"),
        ({"出生日期": "2999-01-01"}, "出生日期"),
        ({"出生日期": "1895-01-01"}, "出生日期"),
        ({"入职日期": "2025-02-30"}, "入职日期"),
        ({"入职日期": "0205-02-28"}, "入职日期"),
        ({"车间": "长" * 61}, "部门"),
        ({"手机": "1" * 21}, "手机"),
    ],
)
def test_every_wrong_cell_names_its_column(in_sunrise, cells, column):
    report = roster_import(content=workbook(changed(**cells)))
    assert len(report.problems) == 1
    assert f" {column}" in report.problems[0]
    assert not Worker.objects.exists()


def test_a_number_twice_in_the_file_is_refused(in_sunrise):
    report = roster_import(content=workbook(LI_NA, changed(姓名="王强")))
    assert len(report.problems) == 1
    assert "0012" in report.problems[0]
    assert not Worker.objects.exists()


def test_somebody_who_left_returns_only_by_a_leave_date_column(in_sunrise):
    headings = [*HEADINGS, "离职日期"]
    roster_import(content=workbook([*LI_NA, "2025-01-01"], headings=headings))
    assert len(roster_import(content=workbook(LI_NA)).problems) == 1
    assert roster_import(content=workbook([*LI_NA, ""], headings=headings)).changed == 1
    assert Worker.objects.get().left_on is None
    early = roster_import(content=workbook([*LI_NA, "2019-01-01"], headings=headings))
    assert len(early.problems) == 1


def test_a_title_above_and_stars_in_the_headings_do_no_harm(in_sunrise):
    content = workbook(["工号*", "姓 名", "备注"], ["7", "李娜", "x"], headings=["晨光电子厂员工花名册"])
    report = roster_import(content=content)
    assert (report.created, report.unread) == (1, ["备注"])
    broken = workbook(["工号*", "姓 名"], ["7", ""], headings=["晨光电子厂员工花名册"])
    assert roster_import(content=broken).problems[0].startswith("第 3 行")


def test_files_that_are_no_roster_get_one_sentence(in_sunrise):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert refused(b"name,number\n") == "sheet_not_excel"
    assert refused(b"") == "sheet_not_excel"
    assert refused(b"PK\x03\x04 torn") == "sheet_not_excel"
    assert refused(ole + b"\0" * 600) == "sheet_old_format"
    assert refused(ole + "EncryptedPackage".encode("utf-16-le")) == "sheet_password"
    assert refused(workbook(["a", "b"], headings=["x", "y"])) == "sheet_headings"
    assert refused(workbook()) == "sheet_unreadable"
    assert refused(workbook(LI_NA)[:-200]) == "sheet_not_excel"
    assert refused(b"\0" * (10 * 1024**2 + 1)) == "sheet_too_big"


def test_a_small_file_that_claims_a_huge_sheet_is_refused_before_it_is_decoded():
    good = workbook(LI_NA)
    for cell in (b'r="XFD1"', b'r="A1048576"', b"r='ZZ3'"):
        bomb = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
            for part in old.infolist():
                data = old.read(part)
                if part.filename.endswith("sheet1.xml"):
                    data = data.replace(b'r="A2"', cell)
                new.writestr(part.filename, data)
        with pytest.raises(UnreadableSheet) as refusal:
            sheet_rows(bomb.getvalue())
        assert refusal.value.code == "sheet_too_big"


def test_a_file_that_unpacks_too_big_is_refused():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (101 * 1024**2))
    with pytest.raises(UnreadableSheet) as refusal:
        sheet_rows(bomb.getvalue())
    assert refusal.value.code == "sheet_too_big"


def test_the_export_is_a_roster_again_and_formulae_stay_text(in_sunrise):
    roster_import(content=workbook(LI_NA, changed(工号="0013", 职位="=1+1")))
    content = roster_export(queryset=Worker.objects.order_by("employee_number"))
    rows = sheet_rows(content)
    assert set(HEADINGS) < set(rows[0])
    assert [cell for heading, cell in zip(*rows[:2], strict=True) if heading in HEADINGS] == LI_NA
    assert rows[2][rows[0].index("职位")] == "'=1+1"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    report = roster_import(content=content)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)


def test_who_imported_is_logged_once(in_sunrise):
    hr = User.objects.get(username="hr")
    roster_import(content=workbook(LI_NA), by=hr, dry_run=True)
    roster_import(content=workbook(LI_NA), by=hr)
    assert LogEntry.objects.get().user == hr


def test_the_number_of_statements_does_not_grow_with_the_rows(in_sunrise):
    with CaptureQueriesContext(connection) as few:
        roster_import(content=roster_sample(rows=60))
    Worker.objects.update(position="x")
    with CaptureQueriesContext(connection) as many:
        roster_import(content=roster_sample(rows=600))
    assert len(many) <= len(few)


def test_the_sample_is_the_same_for_the_same_seed():
    assert sample_rows(rows=50, seed=3) == sample_rows(rows=50, seed=3)
    assert sample_rows(rows=50, seed=3) != sample_rows(rows=50, seed=4)
