"""Departments become one, move and close; old names and old links still find their way."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.audit.models import AuditEntry
from workers.models import Department, Worker
from workers.services import department_create, department_ensure, department_move
from workers.services.departments import DepartmentRefused, DepartmentTree, department_change, department_delete
from workers.services.merging import department_extent, department_merge


def place(*names) -> Department:
    levels = dict(zip(("department", "workshop", "line"), names, strict=False))
    return department_ensure(**levels)


def worker_in(department, number="1", **values) -> Worker:
    return Worker.objects.create(
        employee_number=number, name="王强", name_pinyin="wang qiang", department=department, **values
    )


@pytest.fixture
def two_workshops(in_sunrise):
    """生产部 with 一车间 (A线, B线) and 二车间 (A线), somebody in every line."""
    lines = [place("生产部", "一车间", "A线"), place("生产部", "一车间", "B线"), place("生产部", "二车间", "A线")]
    for number, line in enumerate(lines):
        worker_in(line, str(number))
    return lines[0].parent, lines[2].parent


def test_merging_takes_people_lines_and_namesakes_over(two_workshops):
    first, second = two_workshops
    worker_in(first, "9", left_on=date(2026, 1, 1))
    extent = department_extent(department=first)
    assert (extent.employed, extent.left, extent.below) == (2, 1, 2)
    department_merge(department=first, into=second, by="system")
    tree = DepartmentTree()
    labels = dict(Worker.objects.values_list("employee_number", "department"))
    assert {number: tree.label(pk) for number, pk in labels.items()} == {
        "0": "生产部 / 二车间 / A线",
        "1": "生产部 / 二车间 / B线",
        "2": "生产部 / 二车间 / A线",
        "9": "生产部 / 二车间",
    }
    assert Worker.objects.in_department(second).count() == 4
    first.refresh_from_db()
    assert (first.merged_into, first.closed_on is not None) == (second, True)


def test_history_and_the_trail_say_who_changed_over(two_workshops):
    first, second = two_workshops
    department_merge(department=first, into=second, by="system")
    moved = Worker.objects.get(employee_number="0")
    assert moved.history.first().department_id == moved.department_id
    entry = AuditEntry.objects.get(action="department_merged")
    assert entry.subject_ids == [moved.pk]
    assert first.history.first().merged_into_id == second.pk


def test_an_old_name_in_a_file_finds_its_way(two_workshops):
    first, second = two_workshops
    department_merge(department=first, into=second, by="system")
    before = Department.objects.count()
    assert place("生产部", "一车间") == second
    assert place("生产部", "一车间", "A线") == place("生产部", "二车间", "A线")
    assert place("生产部", "一车间", "B线").parent == second
    assert Department.objects.count() == before
    assert place("生产部", "一车间", "C线").parent == second


def test_an_old_link_means_what_the_department_has_become_however_often(two_workshops):
    first, second = two_workshops
    department_merge(department=first, into=second, by="system")
    department_merge(department=second, into=second.parent, by="system")
    first.refresh_from_db()
    assert first.current.name == "生产部"
    assert Worker.objects.in_department(first).count() == 3
    assert DepartmentTree().label(first.pk) == "生产部"
    assert place("生产部", "一车间", "A线").label == "生产部 / A线"


def test_a_line_that_moved_away_comes_home_with_its_new_workshop(two_workshops):
    """B线's namesake in the other workshop was merged into it before: the signpost makes way."""
    first, second = two_workshops
    department_merge(department=place("生产部", "二车间", "A线"), into=place("生产部", "一车间", "A线"), by="system")
    department_merge(department=first, into=second, by="system")
    line = place("生产部", "二车间", "A线")
    assert (line.parent, line.merged_into) == (second, None)
    assert Worker.objects.in_department(second).count() == 3


def test_a_line_may_be_merged_into_what_it_hangs_below_even_with_a_child_of_its_own_name(in_sunrise):
    line = place("生产部", "一车间", "一车间")
    worker_in(line)
    department_merge(department=line.parent, into=line.parent.parent, by="system")
    assert Worker.objects.get().department.name == "生产部"


def test_the_leader_goes_over_where_nobody_leads(two_workshops):
    first, second = two_workshops
    leader = worker_in(first, "7")
    department_change(department=first, name="一车间", kind="workshop", parent=first.parent, leader=leader)
    department_merge(department=first, into=second, by="system")
    assert list(leader.led_departments.all()) == [second]


@pytest.mark.parametrize("target", ["itself", "below", "closed"])
def test_a_merge_that_makes_no_sense_is_refused_and_nothing_changes(two_workshops, target):
    first, second = two_workshops
    closed = place("行政部")
    department_merge(department=closed, into=second, by="system")
    into = {"itself": first, "below": place("生产部", "一车间", "A线"), "closed": closed}[target]
    before = list(Department.objects.values())
    with pytest.raises(DepartmentRefused) as refusal:
        department_merge(department=first, into=into, by="system")
    assert refusal.value.code in {"department_cycle", "department_closed"}
    assert list(Department.objects.values()) == before


def test_a_merge_that_grows_too_deep_is_refused_whole(in_sunrise):
    deep = None
    for level in range(7):
        deep = department_create(name=f"{level}", kind="line", parent=deep)
    tall = place("厂", "车间", "线")
    worker_in(tall.parent.parent)
    with pytest.raises(DepartmentRefused) as refusal:
        department_merge(department=tall.parent.parent, into=deep, by="system")
    assert refusal.value.code == "department_too_deep"
    assert Worker.objects.get().department.name == "厂"


def test_nothing_is_made_or_hung_below_a_closed_one_or_beside_its_name(two_workshops):
    first, second = two_workshops
    department_merge(department=first, into=second, by="system")
    first.refresh_from_db()
    for code, refused in {
        "department_closed": lambda: department_create(name="新线", kind="line", parent=first),
        "department_taken": lambda: department_create(name="一车间", kind="line", parent=second.parent),
    }.items():
        with pytest.raises(DepartmentRefused) as refusal:
            refused()
        assert refusal.value.code == code
    with pytest.raises(DepartmentRefused):
        department_move(department=second, parent=first)


def test_only_an_empty_department_is_deleted(two_workshops):
    first, _second = two_workshops
    with pytest.raises(DepartmentRefused) as refusal:
        department_delete(department=first)
    assert refusal.value.code == "department_in_use"
    department_delete(department=department_create(name="打错了", kind="line"))
    assert not Department.objects.filter(name="打错了").exists()


def test_moving_is_one_step_in_the_history(two_workshops):
    first, _second = two_workshops
    steps = first.history.count()
    department_move(department=first, parent=None)
    assert first.history.count() == steps + 1
    assert first.history.first().parent_id is None


def test_merging_takes_the_same_statements_for_one_and_for_many_people(two_workshops, django_assert_num_queries):
    first, second = two_workshops
    one, many = place("生产部", "一车间", "A线"), place("生产部", "一车间", "B线")
    department_merge(
        department=place("生产部", "一车间", "C线"), into=second, by="system"
    )  # a trail's first entry costs more
    with CaptureQueriesContext(connection) as few:
        department_merge(department=one, into=second, by="system")
    Worker.objects.bulk_create(
        Worker(employee_number=f"N{number}", name="王强", name_pinyin="wang qiang", department=many)
        for number in range(50)
    )
    with django_assert_num_queries(len(few)):
        department_merge(department=many, into=second, by="system")
