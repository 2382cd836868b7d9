"""How names and numbers are written and heard; who leaves; the tree of departments."""

from datetime import date

import pytest

from workers.models import Department, Worker, WorkerMessage
from workers.services import department_create, department_ensure, department_move, message_queue, worker_leave
from workers.services.departments import DepartmentRefused
from workers.services.spelling import employee_number_clean, name_key, name_pinyin, name_written, natural_key


@pytest.mark.parametrize(
    ("typed", "stored"), [("ａ００１２", "A0012"), (" 00 12 ", "0012"), ("hr－7", "HR-7"), ("\u200b8", "8")]
)
def test_an_employee_number_is_written_one_way(typed, stored):
    assert employee_number_clean(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("张　三", "张三"), (" 李 娜 ", "李娜"), ("买买提•艾力", "买买提·艾力"), ("Ｊｏｈｎ  Smith", "John Smith")],
)
def test_a_name_is_written_one_way(typed, stored):
    assert name_written(typed) == stored
    assert name_key(typed) == name_key(stored)


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("单小芳", "shan xiao fang"),
        ("曾伟", "zeng wei"),
        ("仇丽", "qiu li"),
        ("尉迟恭", "yu chi gong"),
        ("小单", "xiao dan"),
        ("John Smith", "john smith"),
    ],
)
def test_surnames_are_heard_as_surnames(name, sound):
    assert name_pinyin(name) == sound


def test_places_sort_as_people_count_them():
    names = ["三车间", "十一车间", "10线", "二车间", "一车间", "2线", "B线", "A线", "二十车间"]
    counted = ["2线", "10线", "一车间", "二车间", "三车间", "十一车间", "二十车间", "A线", "B线"]
    assert [n for n in sorted(names, key=natural_key) if "车" in n] == [n for n in counted if "车" in n]
    assert [n for n in sorted(names, key=natural_key) if "线" in n] == [n for n in counted if "线" in n]


def test_who_has_left_is_told_nothing_more(li_na):
    message_queue(worker=li_na, kind="notice", values={"title": "t", "path": "/"}, dedupe_key="1")
    assert worker_leave(worker=li_na, on=date(2026, 11, 20))
    assert not worker_leave(worker=li_na, on=date(2026, 11, 21))
    assert Worker.objects.get().left_on == date(2026, 11, 20)
    message = WorkerMessage.objects.get()
    assert (message.state, message.refusal_code) == (WorkerMessage.State.REFUSED, "left")


def test_a_place_is_made_once_and_found_by_its_prefix(in_sunrise):
    line = department_ensure(department="生产部", workshop="一车间", line="A线")
    assert department_ensure(department="生产部", workshop="一车间", line="A线") == line
    assert Department.objects.count() == 3
    root = Department.objects.get(name="生产部")
    worker = Worker.objects.create(employee_number="1", name="王强", name_pinyin="wang qiang", department=line)
    assert Worker.objects.in_department(root).get() == worker
    assert department_ensure() is None


def test_moving_a_department_takes_everything_below_along(in_sunrise):
    line = department_ensure(department="生产部", workshop="一车间", line="A线")
    other = department_ensure(department="二厂")
    workshop = line.parent
    department_move(department=workshop, parent=other)
    line.refresh_from_db()
    assert line.path == f"{other.pk:06d}/{workshop.pk:06d}/{line.pk:06d}/"
    department_move(department=workshop, parent=None)
    line.refresh_from_db()
    assert line.path == f"{workshop.pk:06d}/{line.pk:06d}/"


def test_a_department_cannot_hang_below_itself_or_beside_its_namesake(in_sunrise):
    line = department_ensure(department="生产部", workshop="一车间", line="A线")
    with pytest.raises(DepartmentRefused) as refusal:
        department_move(department=line.parent, parent=line)
    assert refusal.value.code == "department_cycle"
    department_create(name="A线", kind=Department.Kind.LINE)
    with pytest.raises(DepartmentRefused) as refusal:
        department_move(department=line, parent=None)
    assert refusal.value.code == "department_taken"


def test_the_tree_has_a_limit(in_sunrise):
    node = None
    for level in range(8):
        node = department_create(name=f"{level}", kind=Department.Kind.LINE, parent=node)
    with pytest.raises(DepartmentRefused) as refusal:
        department_create(name="9", kind=Department.Kind.LINE, parent=node)
    assert refusal.value.code == "department_too_deep"
