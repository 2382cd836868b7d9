"""The bulk upsert: by the roster's rules, whole or not at all, once for each key."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.audit.models import AuditEntry
from tests.workers.programs import BULK, LI_NA, Program, refused, token_of
from workers.models import ApiReceipt, ApiToken, Department, Worker
from workers.services.integrations import receipts_clean


def counts(answer) -> dict[str, int]:
    return {name: value for name, value in answer.json().items() if name != "departments_created"}


# --- writing ---------------------------------------------------------------------------------------------------------
def test_rows_are_added_and_changed_and_it_is_on_record(payroll):
    sent = {"workers": [LI_NA, {**LI_NA, "employee_number": "0013", "gender": "female", "hired_on": "2026-11-02"}]}
    assert counts(payroll.send(BULK, sent)) == {"rows": 2, "created": 2, "changed": 0, "unchanged": 0}
    again = {"workers": [{"employee_number": "0012", "position": "质检员"}, {"employee_number": "0013"}]}
    assert counts(payroll.send(BULK, again)) == {"rows": 2, "created": 0, "changed": 1, "unchanged": 1}
    worker = Worker.objects.select_related("department").get(employee_number="0012")
    assert (worker.position, worker.department.name) == ("质检员", "A线")
    assert set(AuditEntry.objects.filter(actor="api:payroll").values_list("action", flat=True)) == {"roster_sent"}
    assert worker.history.first().history_user_id is None


def test_one_bad_row_keeps_all_out_and_says_where(payroll):
    rows = [LI_NA, {**LI_NA, "employee_number": "0013", "birth_date": "2999-01-01"}, {**LI_NA, "shift": "夜班"}]
    problem = refused(payroll.send(BULK, {"workers": rows}), 422, "rows_refused")
    assert {(error["row"], error["field"]) for error in problem["errors"]} == {
        (1, "birth_date"),
        (2, "shift"),
        (2, "employee_number"),
    }
    assert not Worker.objects.exists()
    assert not Department.objects.exists()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"employee_number": 12, "name": "李娜"}, None),
        ({"name": "李娜"}, "employee_number"),
        ({**LI_NA, "name": 7}, "name"),
        ({**LI_NA, "name": "x" * 41}, "name"),
        ({**LI_NA, "name": "李\x00娜"}, "name"),
        ({**LI_NA, "name": "李\ud800"}, "name"),
        ({**LI_NA, "hired_on": "31/02/2025"}, "hired_on"),
        ({**LI_NA, "is_line_manager": "yes"}, "is_line_manager"),
        ({**LI_NA, "salary": 9}, "salary"),
        ([], None),
        (None, None),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_row_and_field(payroll, row, field):
    good = {**LI_NA, "employee_number": "0013"}
    problem = refused(payroll.send(BULK, {"workers": [good, row]}), 400, "invalid")
    if field:
        assert [(error["row"], error["field"]) for error in problem["errors"]] == [(1, field)]
    assert not Worker.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, [], None, "x", 7, {"workers": {}}, {"workers": []}, {"workers": "x"}, {"workers": [LI_NA], "more": 1}]
)
def test_a_body_of_another_shape_is_refused(payroll, body):
    refused(payroll.send(BULK, json.dumps(body)), 400)


def test_more_than_a_thousand_rows_are_refused(payroll):
    rows = [{"employee_number": f"{n}", "name": "王强"} for n in range(1001)]
    refused(payroll.send(BULK, {"workers": rows}), 400)
    assert not Worker.objects.exists()


def test_a_thousand_rows_take_no_more_statements_than_ten(payroll):
    def statements(count: int, mark: str) -> int:
        rows = [{**LI_NA, "employee_number": f"{mark}{n}", "hired_on": "2026-11-02"} for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            assert payroll.send(BULK, {"workers": rows}).json()["created"] == count
        return len(queries)

    statements(1, "A")
    assert statements(1000, "C") == statements(10, "B") < 40


# --- once ------------------------------------------------------------------------------------------------------------
def test_the_same_key_gives_the_first_answer_and_one_effect(payroll):
    first = payroll.send(BULK, {"workers": [LI_NA]}, key="k1")
    assert first.json()["created"] == 1
    Worker.objects.update(position="changed since")
    again = payroll.send(BULK, '{ "workers": [' + json.dumps(LI_NA) + "] }", key="k1")
    assert again.json() == first.json()
    assert ApiReceipt.objects.count() == 1
    assert AuditEntry.objects.filter(action="roster_sent").count() == 1


def test_another_body_under_a_used_key_is_refused(payroll):
    payroll.send(BULK, {"workers": [LI_NA]}, key="k1")
    other = {"workers": [{**LI_NA, "name": "王强"}]}
    refused(payroll.send(BULK, other, key="k1"), 422, "idempotency_key_reused")
    assert Worker.objects.get().name == "李娜"


def test_a_refused_request_may_be_mended_under_its_key(payroll):
    refused(payroll.send(BULK, {"workers": [{**LI_NA, "birth_date": "2999-01-01"}]}, key="k1"), 422)
    assert payroll.send(BULK, {"workers": [LI_NA]}, key="k1").status_code == 200


def test_two_tokens_may_use_one_key(payroll, in_sunrise, site_client):
    payroll.send(BULK, {"workers": [LI_NA]}, key="k1")
    other = Program(site_client(in_sunrise), token_of(in_sunrise)[1])
    assert other.send(BULK, {"workers": [{**LI_NA, "employee_number": "0013"}]}, key="k1").json()["created"] == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 81, "钥匙".encode().decode("latin-1")])
def test_a_bulk_request_needs_a_key(payroll, key):
    response = payroll.send(BULK, {"workers": [LI_NA]}, **{"idempotency-key": key})
    assert "Idempotency-Key" in refused(response, 400)["errors"]


def test_receipts_go_after_a_week(payroll):
    payroll.send(BULK, {"workers": [LI_NA]})
    ApiReceipt.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert receipts_clean() == 1
    assert receipts_clean() == 0


# --- at the same time ------------------------------------------------------------------------------------------------
def test_a_key_in_work_is_not_worked_on_twice(payroll, in_sunrise):
    """Another connection holds the key's lock, as a first request does until it commits."""
    token = ApiToken.objects.get()
    held, done = threading.Event(), threading.Event()

    def first():
        from django.db import connection as other

        other.set_schema(in_sunrise.schema_name)
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            lock = f"{in_sunrise.schema_name}/{token.pk}/k1"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
            held.set()
            done.wait(10)
            cursor.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=first)
    thread.start()
    held.wait(10)
    response = payroll.send(BULK, {"workers": [LI_NA]}, key="k1")
    done.set()
    thread.join()
    refused(response, 409, "idempotency_key_in_work")
    assert response["Retry-After"] == "2"
    assert not Worker.objects.exists()
    assert payroll.send(BULK, {"workers": [LI_NA]}, key="k1").json()["created"] == 1
