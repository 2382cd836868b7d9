"""What no program and no Excel should send, and what they are told: sentences of ours, in the reader's language."""

import io
import json
import re
from pathlib import Path

import pytest
import xlsxwriter

from tests.workers.programs import BULK, DEPARTMENTS, LI_NA, Program, refused, token_of
from workers.formats import UnreadableSheet
from workers.models import Worker
from workers.services import roster_import
from workers.services.spelling import employee_number_clean, name_key, name_written

DOCS = Path(__file__).resolve().parents[2] / "docs" / "hris-api.md"


@pytest.fixture
def payroll(in_sunrise, site_client):
    return Program(site_client(in_sunrise), token_of(in_sunrise)[1])


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", '{"workers": [{"employee_number": "1", "na', '{"workers": ' + "9" * 5000 + "}", "null", "[]", '"x"'],
)
def test_what_cannot_be_read_is_said_without_english(payroll, body):
    problem = refused(payroll.send(BULK, body), 400)
    said = f"{problem['title']}{problem.get('errors', '')}"
    for english in ("codec", "sys.", "provided", "error -", "Expecting", "Invalid"):
        assert english not in said


def test_a_nul_is_named(payroll):
    problem = refused(payroll.send(BULK, {"workers": [{**LI_NA, "name": "李\0娜"}]}), 400)
    assert "不允许是用" not in str(problem)
    assert "字符" in str(problem["errors"])


def test_a_body_in_chunks_is_asked_for_whole(payroll):
    headers = {**payroll.headers, "idempotency-key": "k", "transfer-encoding": "chunked"}
    for path in (BULK, DEPARTMENTS):
        answer = payroll.client.generic("POST", path, b"", "application/json", headers=headers)
        assert "Content-Length" in refused(answer, 411, "length_required")["title"]


def test_an_address_of_nothing_is_said_in_one_chinese_sentence(payroll):
    title = refused(payroll.get("/api/v1/nothing/"), 404)["title"]
    assert ". " not in title
    assert "页面" not in title


@pytest.mark.parametrize("unseen", ["\u202e", "\u202a", "\u2066", "\u2069", "\u061c", "\x07", "\x7f", "\x9b", "\u2060"])
def test_what_turns_the_direction_of_writing_is_no_part_of_a_name(payroll, unseen):
    assert name_written(f"李{unseen}娜") == "李娜"
    assert name_written(f"Anna{unseen} Li") == "Anna Li"
    assert name_key(f"李娜{unseen}") == "李娜"
    assert employee_number_clean(f"A0{unseen}01") == "A001"
    payroll.send(BULK, {"workers": [{**LI_NA, "name": f"{unseen}李娜", "line": f"A{unseen}线"}]})
    assert Worker.objects.get().name == "李娜"
    assert Worker.objects.get().department.name == "A线"


def sheet_with_error(column: int) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["工号", "姓名", "工资"])
        page.write_row(1, 0, ["A001", "李娜", "1"])
        page.write_row(2, 0, ["A002", "王强", "2"])
        page.write_formula(2, column, "=1/0", None, "#DIV/0!")
    return file.getvalue()


def test_a_formula_that_does_not_work_is_named(in_sunrise):
    with pytest.raises(UnreadableSheet) as refusal:
        roster_import(content=sheet_with_error(1))
    assert refusal.value.code == "sheet_formula"
    assert "B3" in str(refusal.value)
    assert "#DIV/0!" in str(refusal.value)
    assert roster_import(content=sheet_with_error(2)).is_clean  # a column that is not read


def test_a_birth_date_in_the_future_is_said_to_be_one(payroll):
    problem = refused(payroll.send(BULK, {"workers": [{**LI_NA, "birth_date": "2999-01-01"}]}), 422)
    (error,) = problem["errors"]
    assert error["message"] == "出生日期应早于今天。格式是 1995-02-28 这样。"
    assert error["message"] in DOCS.read_text(encoding="utf-8")
    problem = refused(payroll.send(BULK, {"workers": [{**LI_NA, "birth_date": "1899-01-01"}]}), 422)
    assert "今天" not in problem["errors"][0]["message"]


def test_the_examples_of_the_documentation_run_in_order_on_an_empty_factory(payroll):
    """Each `curl` of docs/hris-api.md, with the ids that its comments say to fill in."""
    ids: dict[str, str] = {}
    text = DOCS.read_text(encoding="utf-8")
    for curl in re.findall(r"^curl .*?(?=\n(?:curl|[A-Z]+=|```))", text, re.DOTALL | re.MULTILINE):
        for name, value in ids.items():
            curl = curl.replace(f"'${name}'", value).replace(f"${name}", value)
        path = re.search(r"example\.com(/api[^\s\"]*)", curl)[1]
        method = (re.search(r"-X (\w+)", curl) or ["", "GET"])[1].lower()
        body = re.search(r"-d '(.*)'", curl, re.DOTALL)
        answer = payroll.send(path, body[1], method=method) if body else payroll.get(path)
        assert answer.status_code in (200, 201), (curl, answer.content.decode())
        if path == BULK:
            assert answer.json() == json.loads(re.search(r'^\{"rows".*?\}$', text, re.DOTALL | re.MULTILINE)[0])
        if path == DEPARTMENTS and method == "get":
            ids["WORKSHOP"] = str(next(row["id"] for row in answer.json()["results"] if row["name"] == "一车间"))
        if path == DEPARTMENTS and method == "post":
            ids["LINE"] = str(answer.json()["id"])
    assert set(ids) == {"WORKSHOP", "LINE"}
