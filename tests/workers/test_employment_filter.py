"""Who left is found: by choosing so, or by looking for them; and the list says what it shows."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import load_workbook

from tests.config.rows import row_make
from tests.workers.pages import admin_url
from workers.models import Department, Worker

LIST = admin_url("worker_changelist")


@pytest.fixture
def gone(li_na) -> Worker:
    """杨超芳 of Li Na's line, who left."""
    return Worker.objects.create(
        employee_number="A121",
        name="杨超芳",
        name_pinyin="yang chao fang",
        department=li_na.department,
        left_on=date(2026, 3, 9),
    )


def names(answer) -> set[str]:
    return {worker.name for worker in answer.context["cl"].result_list}


def chosen(answer, name="employment") -> str:
    """The entry of the filter that the page shows."""
    changes = answer.context["cl"]
    forms = [choice["form"] for spec in changes.filter_specs for choice in spec.choices(changes) if "form" in choice]
    field = next(form[name] for form in forms if name in form.fields)
    return dict(field.field.choices)[field.value()]


@pytest.mark.parametrize(
    ("asked", "found", "shown"),
    [
        ("", {"李娜"}, "在职"),
        ("employment=", {"李娜"}, "在职"),
        ("employment=employed", {"李娜"}, "在职"),
        ("employment=left", {"杨超芳"}, "已离职"),
        ("employment=all", {"李娜", "杨超芳"}, "全部（含已离职）"),
        ("q=杨超芳", {"杨超芳"}, "全部（含已离职）"),
        ("q=yangchaofang&employment=", {"杨超芳"}, "全部（含已离职）"),
        ("q=a121&employment=all", {"杨超芳"}, "全部（含已离职）"),
        ("q=A", {"李娜", "杨超芳"}, "全部（含已离职）"),
        ("q=A&employment=employed", {"李娜"}, "在职"),
        ("q=A&employment=left", {"杨超芳"}, "已离职"),
        ("q=  ", {"李娜"}, "在职"),
    ],
)
def test_the_filter_says_whom_the_list_shows_and_files_hold_the_same(gone, hr_client, asked, found, shown):
    page = hr_client.get(f"{LIST}?{asked}")
    assert (names(page), chosen(page)) == (found, shown)
    assert page.context["cl"].full_result_count == len(found), "no total of others"
    for file in ("worker_sheet", "worker_export"):
        content = b"".join(hr_client.get(f"{admin_url(file)}?{asked}"))
        written = str(load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python())
        assert {name for name in ("李娜", "杨超芳") if name in written} == found, file


def test_the_day_they_left_stands_beside_who_was_looked_for(gone, hr_client):
    assert "2026年3月9日" in hr_client.get(f"{LIST}?q=杨超芳").content.decode()


def test_all_that_a_search_found_come_back_at_once(gone, hr_client):
    ticked = {"action": "come_back", "_selected_action": [gone.pk], "select_across": "1"}
    hr_client.post(f"{LIST}?q=A", ticked)
    gone.refresh_from_db()
    assert gone.left_on is None


def test_a_search_finds_no_leaver_of_another_factory(gone, lakeside, admin_of):
    assert names(admin_of(lakeside).get(f"{LIST}?q=杨超芳")) == set()


def test_a_merged_department_is_found_by_its_name(in_sunrise, hr_client):
    into = row_make(Department, name="一车间", path="000001/")
    row_make(Department, name="老车间", path="000002/", merged_into=into, closed_on=date(2026, 3, 9))
    address = admin_url("department_changelist")
    for asked, shown in [("", "未合并"), ("q=老车间", "全部（含已并入的）")]:
        page = hr_client.get(f"{address}?{asked}")
        assert chosen(page, "standing") == shown
        assert names(page) == ({"老车间"} if "q" in asked else {"一车间"})
