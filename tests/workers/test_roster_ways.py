"""A payroll file that writes the whole way down in its one department column."""

import pytest

from tests.workers.rosters import HEADINGS, changed, received, saved, uploaded, workbook
from workers.models import Department, Worker
from workers.services import department_ensure, roster_export, roster_import, roster_rows_import
from workers.services.departments import department_create, way_read

FLAT = ["工号", "姓名", "部门"]
Kind = Department.Kind


def imported(*places, headings=FLAT, **options):
    rows = [[f"{number:04}", "李娜", place] for number, place in enumerate(places, 1)]
    return roster_import(content=workbook(*rows, headings=headings), **options)


def tree() -> list[tuple[str, str]]:
    return [(each.label, each.kind) for each in Department.objects.order_by("path")]


@pytest.mark.parametrize(
    ("way", "places"),
    [
        ("注塑车间/A线", ("", "注塑车间", "A线")),
        ("生产部 ＼ 注塑车间 > A 线".replace("＼", "\\"), ("生产部", "注塑车间", "A 线")),
        ("生产部/成型", ("生产部", "成型", "")),
        ("生产部/早班", ("生产部", "", "早班")),
        ("注塑车间/成型区", ("", "注塑车间", "成型区")),
        ("A组/注塑车间/1拉", ("A组", "注塑车间", "1拉")),
        ("包装班/A组", ("包装班", "", "A组")),
        ("生产部//", ("生产部", "", "")),
        ("注塑车间", ("注塑车间", "", "")),
        ("/", ("", "", "")),
    ],
)
def test_a_way_is_read_by_endings_else_by_position(way, places):
    assert way_read(way) == places


def test_a_slash_in_the_one_department_column_parts_levels(in_sunrise):
    report = imported("注塑车间/A线", "注塑车间／B线", "生产部 > 注塑车间\\A线", "行政部")
    assert report.problems == []
    assert sorted(tree()) == [
        ("注塑车间", Kind.WORKSHOP),
        ("注塑车间 / A线", Kind.LINE),
        ("注塑车间 / B线", Kind.LINE),
        ("生产部", Kind.DEPARTMENT),
        ("生产部 / 注塑车间", Kind.WORKSHOP),
        ("生产部 / 注塑车间 / A线", Kind.LINE),
        ("行政部", Kind.DEPARTMENT),
    ]
    assert Worker.objects.get(employee_number="0003").department.label == "生产部 / 注塑车间 / A线"
    assert [remark for remark in report.remarks if "层级" in remark]
    assert imported("注塑车间/A线").unchanged == 1


def test_more_than_three_levels_are_a_mistake_of_their_row(in_sunrise):
    report = imported("生产部/注塑车间/A线/早班", "行政部")
    assert [(mistake.row, mistake.column) for mistake in report.mistakes] == [(2, "部门")]
    assert "生产部/一车间/A线" in report.problems[0]
    assert not Department.objects.exists()


def test_a_department_of_exactly_that_name_wins(in_sunrise):
    department_ensure(department="注塑车间/A线")
    report = imported("注塑车间／A线")
    assert (report.new_places, report.remarks) == ([], [])
    assert Worker.objects.get().department.name == "注塑车间/A线"


def test_blank_columns_beside_it_are_as_none_but_a_filled_one_makes_it_a_name(in_sunrise):
    rows = [
        changed(工号="1", 部门="注塑车间/A线", 车间="", 产线=""),
        changed(工号="2", 部门="品质/仓储", 车间="", 产线=""),
    ]
    rows += [changed(工号="3", 部门="品质/仓储", 车间="", 产线="夜班")]
    assert roster_import(content=workbook(*rows)).problems == []
    places = dict(Worker.objects.values_list("employee_number", "department__name"))
    assert places == {"1": "A线", "2": "品质/仓储", "3": "夜班"}
    assert Department.objects.filter(name="品质/仓储", parent=None).exists()


def test_our_own_export_comes_back_as_it_went(in_sunrise):
    top = department_create(name="品质/仓储", kind=Kind.DEPARTMENT)
    shop = department_create(name="一/二车间", kind=Kind.WORKSHOP)
    line = department_create(name="A/B线", kind=Kind.LINE, parent=shop)
    for number, place in enumerate([top, shop, line]):
        Worker.objects.create(employee_number=f"{number}", name="李娜", name_pinyin="li na", department=place)
    before = tree()
    report = roster_import(content=roster_export(queryset=Worker.objects.order_by("pk")))
    assert (report.problems, report.unchanged, report.new_places, report.remarks) == ([], 3, [], [])
    assert tree() == before


def test_names_that_a_program_sends_are_never_split(in_sunrise):
    rows = [{"employee_number": "1", "name": "李娜", "department": "注塑车间/A线"}]
    assert roster_rows_import(rows=rows, by="api:x").new_paths == [["注塑车间/A线"]]


def test_the_preview_shows_the_tree_and_saving_makes_it(hr, hr_client, in_sunrise):
    page = uploaded(hr_client, ["1", "李娜", "注塑车间/A线"], headings=FLAT)
    shown = hr_client.get(page).content.decode()
    assert "· 注塑车间</li>" in shown
    assert "· 注塑车间 › A线</li>" in shown
    assert "读成了层级" in shown
    saved(hr, received(hr, ["1", "李娜", "注塑车间/A线"], headings=FLAT))
    assert tree() == [("注塑车间", Kind.WORKSHOP), ("注塑车间 / A线", Kind.LINE)]


def test_headings_of_a_whole_file_are_as_before(in_sunrise):
    assert roster_import(content=workbook(changed(), headings=HEADINGS)).remarks == []
