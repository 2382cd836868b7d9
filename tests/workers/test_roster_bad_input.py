"""Files that are no roster, or not quite: one clear sentence, nothing half saved, and no formula in what goes out."""

import io
import zipfile

import pytest
import xlsxwriter

from tests.workers.rosters import HEADINGS, LI_NA, changed, uploaded, workbook
from workers.formats import UnreadableSheet, sheet_bytes, sheet_rows
from workers.models import Worker
from workers.services import roster_export, roster_import

RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", '=cmd|" /C calc"!A0', "\t=1"]


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableSheet) as refusal:
        roster_import(content=content)
    assert not Worker.objects.exists()
    return refusal.value.code


def with_merged(*blocks: str) -> bytes:
    """Three people; only the first of each block holds its value."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet, plain = book.add_worksheet(), book.add_format()
        sheet.write_row(0, 0, ["工号", "姓名", "车间", "产线"])
        for row, (number, name) in enumerate([("1", "李娜"), ("2", "王强"), ("3", "张伟")], 1):
            sheet.write_row(row, 0, [number, name])
        sheet.write(1, 3, "A线")
        for block in blocks:
            sheet.merge_range(block, "一车间", plain)
    return file.getvalue()


def test_a_column_merged_downwards_is_filled_and_said_so(in_sunrise):
    report = roster_import(content=with_merged("C2:C4"))
    assert report.created == 3
    assert "C2:C4" in report.remarks[0]
    places = {worker.employee_number: worker.department.label for worker in Worker.objects.all()}
    assert places == {"1": "一车间 / A线", "2": "一车间", "3": "一车间"}


@pytest.mark.parametrize("block", ["A2:A3", "B2:B4", "C2:D2", "A3:D3", "C1:C2"])
def test_merged_cells_that_could_mean_anything_are_refused_by_name(in_sunrise, block):
    with pytest.raises(UnreadableSheet) as refusal:
        roster_import(content=with_merged(block))
    assert refusal.value.code == "sheet_merged"
    assert block in str(refusal.value)


def test_a_merged_title_above_the_headings_does_no_harm(in_sunrise):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:D1", "晨光电子厂员工花名册", book.add_format())
        sheet.write_row(2, 0, ["工号", "姓名"])
        sheet.write_row(3, 0, ["7", "李娜"])
    report = roster_import(content=file.getvalue())
    assert (report.created, Worker.objects.get().name) == (1, "李娜")


def test_other_programs_files_renamed_are_refused(in_sunrise):
    assert refused("工号,姓名\n7,李娜\n".encode()) == "sheet_not_excel"
    assert refused("工号,姓名\n7,李娜\n".encode("gb18030")) == "sheet_not_excel"
    assert refused(b"<html><table><tr><td>1</td></tr></table></html>") == "sheet_not_excel"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "sheet_old_format"
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refused(empty.getvalue()) == "sheet_not_excel"


def test_a_sheet_as_long_as_excel_goes_is_refused_and_says_how_to_shorten_it(in_sunrise):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet, plain = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["工号", "姓名"])
        sheet.write_row(1, 0, ["7", "李娜"])
        sheet.write_blank(1_048_575, 0, None, plain)
    with pytest.raises(UnreadableSheet) as refusal:
        roster_import(content=file.getvalue())
    assert refusal.value.code == "sheet_too_big"
    assert "Ctrl+End" in str(refusal.value)


def test_more_rows_than_the_limit_are_refused_and_the_limit_is_let_in(in_sunrise):
    assert (
        refused(sheet_bytes(headings=["工号", "姓名"], rows=([f"{n}", "李娜"] for n in range(50_010))))
        == "sheet_too_big"
    )


def test_one_long_text_shown_by_many_cells_is_refused_before_each_gets_its_own(in_sunrise):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["工号", "姓名"])
        for row in range(1, 4001):
            sheet.write_row(row, 0, [f"N{row}", "字" * 30_000])
    assert len(file.getvalue()) < 100_000
    assert refused(file.getvalue()) == "sheet_too_big"


def test_an_empty_sheet_and_headings_without_people(in_sunrise):
    assert refused(workbook(headings=[])) == "sheet_headings"
    assert refused(workbook(headings=["工号", "姓名"])) == "sheet_unreadable"
    assert refused(workbook(["示例1", "张三"], headings=["工号", "姓名"])) == "sheet_unreadable"


def test_a_formula_is_read_as_what_it_shows_and_never_run(in_sunrise):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["工号", "姓名", "职位"])
        sheet.write_row(1, 0, ["7", "李娜"])
        sheet.write_formula(1, 2, '=CONCATENATE("操","作工")', None, "操作工")
    roster_import(content=file.getvalue())
    assert Worker.objects.get().position == "操作工"


@pytest.mark.parametrize("text", RISKY)
def test_what_looks_like_a_formula_goes_out_as_text_and_comes_back_the_same(in_sunrise, text):
    roster_import(content=workbook(changed(职位=text)))
    kept = Worker.objects.get().position
    content = roster_export(queryset=Worker.objects.all())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    cell = sheet_rows(content)[1][sheet_rows(content)[0].index("职位")]
    assert cell == f"'{kept}"
    assert roster_import(content=content).unchanged == 1


def test_control_characters_and_endless_cells_are_refused_row_by_row(in_sunrise):
    report = roster_import(
        content=workbook(LI_NA, changed(工号="0013", 姓名="长" * 41), changed(工号="0014", 职位="x" * 5000))
    )
    assert [(mistake.row, mistake.column) for mistake in report.mistakes] == [(3, "姓名"), (4, "职位")]
    assert all(len(mistake.message) < 300 for mistake in report.mistakes)
    assert not Worker.objects.exists()


def test_two_thousand_mistakes_are_all_told(in_sunrise):
    rows = [changed(工号=f"{n}", 性别="?") for n in range(2000)]
    report = roster_import(content=workbook(*rows, headings=HEADINGS))
    assert len(report.mistakes) == 2000


@pytest.mark.parametrize("foot", ["合计", "制表人：陈小姐"])
def test_a_row_at_the_foot_may_simply_be_deleted(in_sunrise, foot):
    report = roster_import(content=workbook(LI_NA, [foot]))
    assert "缺少姓名。请补上，或者删掉这一行。" in str(report.problems)


def test_mistakes_name_the_columns_as_the_file_does(hr_client):
    headings = ["员工编号", "姓名", "带 班组", "出生年月日*"]
    page = uploaded(hr_client, ["0012", "李娜", "也许", "2090-01-01"], headings=headings)
    assert columns_told(hr_client, page) == {"带 班组", "出生年月日*"}
    rows = sheet_rows(hr_client.get(f"{page.removesuffix('change/')}failed/").content)
    assert rows[0] == ["问题", "行", *headings]
    again = uploaded(hr_client, *rows[1:], headings=rows[0])
    assert columns_told(hr_client, again) == {"带 班组", "出生年月日*"}


def columns_told(client, page: str) -> set[str]:
    return {group.column for group in client.get(page).context["mistake_groups"]}
