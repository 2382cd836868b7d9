"""Who left is found: by choosing so, or by looking for them; and the list says what it shows."""

from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission, User
from python_calamine import load_workbook

from tests.config.rows import row_make
from tests.workers.pages import admin_url
from workers.models import Colleague, Department, Worker

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


def choices(answer, name="employment"):
    """The field of one of the filters."""
    changes = answer.context["cl"]
    forms = [choice["form"] for spec in changes.filter_specs for choice in spec.choices(changes) if "form" in choice]
    return next(form[name] for form in forms if name in form.fields)


def chosen(answer, name="employment") -> str:
    """The entry of it that the page shows."""
    field = choices(answer, name)
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


def test_the_counts_beside_the_choices_are_theirs(gone, hr_client):
    for asked in ("_facets=", "_facets=&q=A"):
        field = choices(hr_client.get(f"{LIST}?{asked}"))
        assert [name[-3:] for _key, name in field.field.choices] == ["(1)", "(1)", "(2)"], asked


def test_a_leader_finds_the_leavers_of_their_own_line_alone(gone, in_sunrise, site_client):
    leader = User.objects.create_user("leader", is_staff=True)
    leader.user_permissions.set(Permission.objects.filter(codename="view_worker"))
    client = site_client(in_sunrise)
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")
    assert names(client.get(f"{LIST}?q=杨超芳")) == set()
    head = Worker.objects.create(employee_number="A7", name="周婷", name_pinyin="zhou ting", department=gone.department)
    Colleague.objects.create(user=leader, worker=head)
    Department.objects.filter(pk=gone.department_id).update(leader=head)
    assert names(client.get(f"{LIST}?q=杨超芳")) == {"杨超芳"}
    Worker.objects.filter(pk=gone.pk).update(department=row_make(Department, name="食堂", path="000777/"))
    assert names(client.get(f"{LIST}?q=杨超芳")) == set()


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
