"""A bulk request that is refused says all that is wrong at once; one that is taken says which departments it made."""

import json

import pytest

from tests.workers.programs import BULK, LI_NA, WORKERS, refused
from workers.api.rows import MOST_ERRORS
from workers.models import Department, Worker
from workers.services import department_ensure

WRONG = {**LI_NA, "name": 7, "hired_on": "2026-02-31", "shift": "没有", "birth_date": "2999-01-01", "salary": 1}


def told(problem) -> set[tuple]:
    return {(error["row"], error["field"]) for error in problem["errors"]}


def test_one_round_tells_what_cannot_be_read_and_which_rules_are_broken(payroll):
    rows = [LI_NA, WRONG, {"employee_number": "7"}, {**LI_NA, "employee_number": "0012"}, [], {"name": "王强"}]
    problem = refused(payroll.send(BULK, {"workers": rows}), 400, "invalid")
    assert told(problem) == {
        *((1, field) for field in ("name", "hired_on", "shift", "birth_date", "salary", "employee_number")),
        (2, "name"),
        (3, "employee_number"),
        (4, ""),
        (5, "employee_number"),
    }
    assert problem["errors_count"] == len(problem["errors"]) == 10
    assert [error["row"] for error in problem["errors"]] == sorted(error["row"] for error in problem["errors"])
    assert not Worker.objects.exists()
    assert not Department.objects.exists()


def test_what_is_wrong_beside_the_rows_is_told_with_them(payroll):
    problem = refused(payroll.send(BULK, {"workers": [{**LI_NA, "name": 7}], "dry_run": True}), 400)
    assert told(problem) == {(None, "dry_run"), (0, "name")}
    problem = refused(payroll.send(BULK, {"workers": [LI_NA], "dry_run": True}), 400)
    assert set(problem["errors"]) == {"dry_run"}


def test_all_rules_that_a_row_breaks_are_told(payroll):
    row = {**LI_NA, "shift": "没有", "phone": "12", "gender": "x", "left_on": "2999-01-01", "birth_date": "2999-01-01"}
    problem = refused(payroll.send(BULK, {"workers": [row]}), 422, "rows_refused")
    assert told(problem) == {(0, field) for field in ("shift", "phone", "gender", "left_on", "birth_date")}


@pytest.mark.parametrize(("value", "status"), [(9, 400), ("12", 422)])
def test_errors_end_somewhere_and_are_counted(payroll, value, status):
    rows = [
        {**LI_NA, "employee_number": f"{n}", "phone": value, "gender": "x" if status == 422 else 9} for n in range(700)
    ]
    problem = refused(payroll.send(BULK, {"workers": rows}), status)
    assert (len(problem["errors"]), problem["errors_count"]) == (MOST_ERRORS, 1400)


# --- departments -----------------------------------------------------------------------------------------------------
def test_an_answer_names_the_departments_that_were_made(payroll):
    department_ensure(department="生产部", workshop="一车间")
    rows = [LI_NA, {**LI_NA, "employee_number": "2", "workshop": "一車间", "line": "SMT / DIP"}]
    first = payroll.send(BULK, {"workers": rows}, key="k")
    made = [["生产部", "一车间", "A线"], ["生产部", "一車间"], ["生产部", "一車间", "SMT / DIP"]]
    assert first.json()["departments_created"] == made
    assert payroll.send(BULK, {"workers": rows}, key="k").json() == first.json()
    assert payroll.send(BULK, {"workers": rows}).json()["departments_created"] == []
    (row,) = payroll.get(WORKERS, number="2").json()["results"]
    assert row["department"]["path"] == made[-1]


def test_a_program_may_ask_that_no_department_is_made(payroll):
    department_ensure(department="生产部", workshop="一车间", line="A线")
    rows = [
        LI_NA,
        {**LI_NA, "employee_number": "2", "workshop": "一車间"},
        {**LI_NA, "employee_number": "3", "line": "B线", "shift": "没有"},
        {"employee_number": "4", "name": "王强", "department": "行政部"},
        {"employee_number": "5", "name": "王强"},
    ]
    problem = refused(payroll.send(BULK, {"workers": rows, "create_departments": False}, key="k"), 422, "rows_refused")
    assert told(problem) == {(1, "workshop"), (2, "line"), (2, "shift"), (3, "department")}
    assert "一車间" in problem["errors"][0]["message"]
    assert (Worker.objects.count(), Department.objects.count()) == (0, 3)
    good = {"workers": [rows[0], rows[4]], "create_departments": False}
    answer = payroll.send(BULK, good, key="k").json()
    assert (answer["created"], answer["departments_created"]) == (2, [])


def test_what_cannot_be_read_hides_no_unknown_department(payroll):
    rows = [{**LI_NA, "name": 7}, LI_NA]
    problem = refused(payroll.send(BULK, {"workers": rows, "create_departments": False}), 400)
    assert {(0, "name"), (0, "department"), (1, "department")} <= told(problem)
    assert not Department.objects.exists()


def test_a_merged_name_is_known(payroll):
    from workers.services.merging import department_merge

    old = department_ensure(department="生产部", workshop="一车间", line="旧线")
    department_merge(
        department=old, into=department_ensure(department="生产部", workshop="一车间", line="A线"), by="system"
    )
    sent = {"workers": [{**LI_NA, "line": "旧线"}], "create_departments": False}
    assert payroll.send(BULK, sent).json()["created"] == 1
    assert Worker.objects.get().department.name == "A线"


def test_the_same_key_with_another_answer_to_new_departments_is_another_request(payroll):
    payroll.send(BULK, {"workers": [LI_NA]}, key="k")
    again = json.dumps({"workers": [LI_NA], "create_departments": True})
    assert payroll.send(BULK, again, key="k").status_code == 200
    fixed = {"workers": [LI_NA], "create_departments": False}
    refused(payroll.send(BULK, fixed, key="k"), 422, "idempotency_key_reused")


@pytest.mark.parametrize("value", ["no", 0, None, []])
def test_an_option_that_is_no_truth_is_refused(payroll, value):
    refused(payroll.send(BULK, {"workers": [LI_NA], "create_departments": value}), 400)
    assert not Worker.objects.exists()
