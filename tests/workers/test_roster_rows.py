"""Rows that a program sends: by the rules of a file, with mistakes that say row and attribute."""

from datetime import date

import pytest

from tenants.audit.models import AuditEntry
from workers.models import Department, Shift, Worker
from workers.services.people import worker_leave
from workers.services.roster import roster_rows_import

LI_NA = {
    "employee_number": "0012",
    "name": "李娜",
    "gender": "female",
    "birth_date": "1995-02-28",
    "phone": "13800138000",
}


def sent(*rows, **options):
    return roster_rows_import(rows=rows, by="api:payroll", **options)


def test_rows_of_a_program_make_employees_and_places_as_a_file_does(in_sunrise):
    Shift.objects.create(name="白班", cycle=["day"])
    place = {"department": "生产部", "workshop": "一车间", "line": "A线", "shift": "白班", "is_line_manager": True}
    report = sent({**LI_NA, **place, "id_last_four": "110101199502281237", "education": "junior"})
    assert (report.created, report.mistakes) == (1, [])
    worker = Worker.objects.get()
    assert worker.department.label == "生产部 / 一车间 / A线"
    assert (worker.shift.name, worker.is_line_manager, worker.id_last_four) == ("白班", True, "1237")
    assert (worker.gender, worker.education) == ("female", "junior")
    assert sent({**LI_NA, **place}).unchanged == 1


def test_each_row_changes_only_what_it_names(in_sunrise):
    sent(LI_NA, {**LI_NA, "employee_number": "0013"})
    report = sent({"employee_number": "0012", "phone": None}, {"employee_number": "0013", "position": "质检员"})
    assert report.changed == 2
    first, second = Worker.objects.order_by("employee_number")
    assert (first.phone, first.birth_date.isoformat(), first.position) == ("", "1995-02-28", "")
    assert (second.phone, second.position) == ("13800138000", "质检员")


def test_a_mistake_names_row_and_attribute_and_keeps_all_rows_out(in_sunrise):
    report = sent(
        LI_NA, {**LI_NA, "employee_number": "0013", "hired_on": "1.2.", "shift": "夜班", "department": "新部"}
    )
    assert [(mistake.row, mistake.attribute) for mistake in report.mistakes] == [(1, "shift"), (1, "hired_on")]
    assert not Worker.objects.exists()
    assert not Department.objects.exists()


def test_a_row_without_number_or_name_says_what_is_missing(in_sunrise):
    report = sent({"employee_number": "7"}, {"name": "王强"})
    assert [(mistake.row, mistake.attribute) for mistake in report.mistakes] == [(0, "name"), (1, "employee_number")]


@pytest.mark.parametrize("proof", [{"birth_date": "2001-05-06"}, {"id_last_four": "110101200105061111"}])
def test_a_number_is_not_given_to_somebody_else_while_its_owner_works_here(in_sunrise, proof):
    """Her phones and her record would be theirs."""
    sent({**LI_NA, "id_last_four": "110101199502281237"})
    new = {"employee_number": "0012", "name": "钱多多", **proof}
    report = sent(new)
    assert [(mistake.row, mistake.attribute) for mistake in report.mistakes] == [(0, "name")]
    assert "李娜" in report.problems[0]
    assert Worker.objects.get().name == "李娜"
    worker_leave(worker=Worker.objects.get(), on=date(2026, 3, 9))
    assert sent(new).created == 1
    assert sorted(Worker.objects.values_list("name", flat=True)) == sorted(["李娜", "钱多多"])


def test_a_name_or_a_day_alone_may_be_put_right(in_sunrise):
    sent(LI_NA)
    assert sent({"employee_number": "0012", "name": "李娜娜"}).changed == 1
    assert sent({"employee_number": "0012", "name": "李娜娜", "birth_date": "1995-03-01"}).changed == 1


def test_a_number_sent_twice_is_refused(in_sunrise):
    assert [(m.row, m.attribute) for m in sent(LI_NA, {**LI_NA}).mistakes] == [(1, "employee_number")]


def test_who_left_comes_back_only_when_the_row_says_so(in_sunrise):
    sent(LI_NA)
    worker_leave(worker=Worker.objects.get(), on=Worker.objects.get().created_at.date())
    assert [mistake.attribute for mistake in sent(LI_NA).mistakes] == ["employee_number"]
    assert sent({**LI_NA, "left_on": None}).changed == 1
    assert Worker.objects.get().left_on is None


def test_an_unknown_key_is_a_programming_mistake(in_sunrise):
    with pytest.raises(ValueError, match="salary"):
        sent({**LI_NA, "salary": 1})


def test_a_dry_run_saves_nothing_and_an_import_leaves_a_trace(in_sunrise):
    assert sent(LI_NA, dry_run=True).created == 1
    assert not Worker.objects.exists()
    assert not AuditEntry.objects.exists()
    sent(LI_NA)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.detail["created"]) == ("api:payroll", "roster_sent", 1)
    assert "李娜" not in str(entry.detail)


def test_bulk_written_employees_have_a_history(in_sunrise):
    sent(LI_NA)
    sent({"employee_number": "0012", "position": "质检员"})
    versions = Worker.history.order_by("history_id")
    assert [(v.history_type, v.position, v.history_change_reason) for v in versions] == [
        ("+", "", "api:payroll"),
        ("~", "质检员", "api:payroll"),
    ]


def test_values_of_any_kind_are_told_apart_from_good_ones(in_sunrise):
    report = sent({**LI_NA, "gender": ["f"], "birth_date": {"year": 1995}, "phone": 1.5, "is_line_manager": None})
    assert {mistake.attribute for mistake in report.mistakes} == {"gender", "birth_date", "phone"}
    assert sent({**LI_NA, "name": "李\x00娜", "employee_number": 12}).created == 1
    assert Worker.objects.get().name == "李娜"
