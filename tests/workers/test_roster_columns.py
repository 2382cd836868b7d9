"""What stands in the cells: headings, days, phones and IDs as people write them."""

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.utils import timezone

from tests.workers.rosters import workbook
from workers.formats import UnreadableSheet
from workers.models import Shift, Worker
from workers.services import roster_import
from workers.services.roster_report import RosterDecisions
from workers.services.spelling import id_last_four_clean, phone_clean
from workers.widgets import DayWidget, heading_known


def brought(heading: str, cell) -> Worker:
    report = roster_import(content=workbook(["7", "李娜", cell], headings=["工号", "姓名", heading]))
    assert report.problems == []
    return Worker.objects.get()


def mistakes(*rows, headings) -> list[tuple[int, str]]:
    report = roster_import(content=workbook(*rows, headings=headings))
    assert not Worker.objects.exists()
    return [(mistake.row, mistake.column) for mistake in report.mistakes]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("员工编号*", "工号"),
        ("员 工 号", "工号"),
        ("编号（必填）", "工号"),
        ("Employee No.", "工号"),
        ("employee_number", "工号"),
        ("名字", "姓名"),
        ("手机号码", "手机"),
        ("联系电话:", "手机"),
        ("进厂日期", "入职日期"),
        ("一级部门", "部门"),
        ("线别", "产线"),
        ("班组", "产线"),
        ("班组长", "班组长"),
        ("岗位", "职位"),
        ("身份证号码", "身份证后四位"),
        ("文化程度", "学历"),
        ("紧急联系电话", "紧急联系电话"),
        ("基本工资", "基本工资"),
    ],
)
def test_a_heading_is_known_by_what_people_call_it(written, meant):
    assert heading_known(written) == meant


def test_two_columns_that_mean_one_thing_are_both_named(in_sunrise):
    with pytest.raises(UnreadableSheet) as refusal:
        roster_import(content=workbook(["7", "8", "李娜"], headings=["工号", "员工编号", "姓名"]))
    assert refusal.value.code == "sheet_headings_twice"
    assert "员工编号" in str(refusal.value)
    assert "B" in str(refusal.value)


@pytest.mark.parametrize(
    "written",
    [
        "2025-02-28",
        "2025/2/28",
        "2025.2.28",
        "2025年2月28日",
        "2025年02月28号",
        "20250228",
        "２０２５－０２－２８",
        "2025-02-28 00:00:00",
        "2025-02-28T00:00:00",
        "2025/2/28 8:30",
        45716.0,
        45716.354,
    ],
)
def test_a_day_is_read_however_it_is_written(written):
    assert DayWidget().clean(written) == date(2025, 2, 28)


@pytest.mark.parametrize(
    "written", ["1995.2", 1995.2, "1995年2月", "95/2/28", "2/28/1995", "28.2.95", "2025-02-30", "0228", "二月"]
)
def test_a_day_that_can_be_read_in_two_ways_or_not_at_all_is_refused_with_the_remedy(written):
    with pytest.raises(ValueError, match="2025-02-28"):
        DayWidget().clean(written)


@pytest.mark.parametrize("written", ["", None, "-", "无", "/", "——"])
def test_where_there_is_no_day_people_put_many_signs(written):
    assert DayWidget().clean(written) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0755-8812 3456", "075588123456"),
        ("+84 912 345 678", "+84912345678"),
        ("", ""),
    ],
)
def test_a_phone_is_written_one_way(written, kept):
    assert phone_clean(written) == kept


@pytest.mark.parametrize(
    "written", ["1380013800", "138001380000", "12800138000", "13800138000/13900139000", "李娜", "999"]
)
def test_a_phone_that_cannot_be_is_refused(written):
    with pytest.raises(ValueError, match="11"):
        phone_clean(written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("11010119950228123x", "123X"), ("110101 19950228 1237", "1237"), ("110101950228123", "8123"), ("123Ｘ", "123X")],
)
def test_of_an_id_number_the_last_four_are_kept(written, kept):
    assert id_last_four_clean(written) == kept


@pytest.mark.parametrize("written", ["1101011995022812", "12X3", "98", "11010119950228123Y"])
def test_what_is_no_id_number_is_refused_and_not_repeated(written):
    with pytest.raises(ValueError, match=r"123X") as refusal:
        id_last_four_clean(written)
    assert written not in str(refusal.value)


def test_a_number_that_excel_has_rounded_is_no_id_number(in_sunrise):
    assert mistakes(["7", "李娜", 110101199502281237], headings=["工号", "姓名", "身份证号"]) == [(2, "身份证号")]


def test_four_digits_as_a_number_keep_their_zeros(in_sunrise):
    assert brought("身份证后四位", 12).id_last_four == "0012"


def test_numbers_that_excel_shows_with_zeros_keep_them(in_sunrise):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet, zeros = book.add_worksheet(), book.add_format({"num_format": "0000"})
        sheet.write_row(0, 0, ["工号", "姓名", "职位"])
        sheet.write_row(1, 0, [None, "李娜", 5])
        sheet.write_number(1, 0, 12, zeros)
    assert roster_import(content=file.getvalue()).created == 1
    worker = Worker.objects.get()
    assert (worker.employee_number, worker.position) == ("0012", "5")


def test_numbers_without_the_zeros_of_the_roster_are_remarked_upon(in_sunrise):
    roster_import(content=workbook(["0012", "李娜"], headings=["工号", "姓名"]))
    report = roster_import(
        content=workbook([12, "王强"], headings=["工号", "姓名"]), dry_run=True, decisions=RosterDecisions()
    )
    assert len(report.remarks) == 1
    assert "0012" in report.remarks[0]


@pytest.mark.parametrize(
    ("heading", "cell", "attribute", "value"),
    [
        ("学历", "中专", "education", "senior"),
        ("文化程度", "小学", "education", "primary"),
        ("学历", "本科", "education", "college"),
        ("籍贯", "湖南 衡阳", "home_region", "湖南衡阳"),
        ("班组长", "是", "is_line_manager", True),
        ("是否班组长", "否", "is_line_manager", False),
        ("班组长", "", "is_line_manager", False),
        ("手机", 13800138000.0, "phone", "13800138000"),
        ("工种", "车工", "position", "车工"),
    ],
)
def test_new_columns_are_read(in_sunrise, heading, cell, attribute, value):
    assert getattr(brought(heading, cell), attribute) == value


def test_a_shift_is_found_by_its_name_and_an_unknown_one_names_what_there_is(in_sunrise):
    headings = ["工号", "姓名", "班次"]
    assert mistakes(["7", "李娜", "夜班"], headings=headings) == [(2, "班次")]
    Shift.objects.create(name="白班", cycle=["day"])
    report = roster_import(content=workbook(["7", "李娜", "夜班"], headings=headings))
    assert "白班" in report.problems[0]
    assert brought("班次", "白班").shift.name == "白班"


@pytest.mark.parametrize(
    ("days_until_sixteen", "days_until_hired", "is_refused"),
    [(1, 0, True), (1, None, True), (0, 0, False), (1, 1, False), (1, -1000, True), (-900, -1000, False)],
    ids=["fifteen", "fifteen, no day", "sixteen", "hired to be at sixteen", "fifteen, long here", "once too young"],
)
def test_nobody_under_sixteen_is_taken_in(in_sunrise, days_until_sixteen, days_until_hired, is_refused):
    headings, today = ["工号", "姓名", "出生日期", "入职日期"], timezone.localdate()
    sixteen = today + timedelta(days=days_until_sixteen)
    born = sixteen.replace(year=sixteen.year - 16)
    hired = "" if days_until_hired is None else (today + timedelta(days=days_until_hired)).isoformat()
    report = roster_import(content=workbook(["7", "李娜", born.isoformat(), hired], headings=headings))
    assert [mistake.attribute for mistake in report.mistakes] == (["birth_date"] if is_refused else [])
    assert Worker.objects.exists() != is_refused
