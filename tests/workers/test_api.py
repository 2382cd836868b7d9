"""The API for the factory's own programs: who gets in, what comes out, who leaves, the tree, and every refusal a problem."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.models import AuditEntry
from tenants.middleware import _domains
from tenants.models import Factory
from tests.workers.programs import BULK, DEPARTMENTS, LI_NA, WORKERS, Program, refused, token_of
from workers.models import ApiToken, Department, Shift, Worker
from workers.services import department_ensure
from workers.services.integrations import token_revoke
from workers.services.merging import department_merge


# --- who gets in -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer wst_x", "Basic aHI6aHI=", "Bearer " + "x" * 500]
)
def test_without_a_living_token_nothing_opens(sunrise, site_client, authorization):
    headers = {} if authorization is None else {"authorization": authorization}
    for path in (WORKERS, DEPARTMENTS):
        response = site_client(sunrise).get(path, headers=headers)
        refused(response, 401)
        assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_token_that_is_over_opens_nothing(sunrise, site_client, how):
    token, secret = token_of(sunrise)
    program = Program(site_client(sunrise), secret)
    assert program.get(WORKERS).status_code == 200
    with tenant_context(sunrise):
        if how == "revoked":
            assert token_revoke(token=token, by=User.objects.get(username="hr"))
            assert not token_revoke(token=token, by=User.objects.get(username="hr"))
        else:
            ApiToken.objects.update(expires_at=timezone.now())
    refused(program.get(WORKERS), 401)


def test_the_token_itself_is_kept_nowhere(in_sunrise):
    token, secret = token_of(in_sunrise, days=10_000)
    assert len(secret) >= 47
    row = " ".join(map(str, ApiToken.objects.values().get().values()))
    assert secret not in row
    assert secret[12:] not in row
    assert token.expires_at < timezone.now() + timedelta(days=731)
    assert "token" not in str(AuditEntry.objects.get(action="api_token_created").detail)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("departments:read", ("get", WORKERS)),
        ("workers:read", ("get", DEPARTMENTS)),
        ("workers:read", ("post", BULK)),
        ("workers:read", ("post", f"{WORKERS}A001/deactivate/")),
        ("workers:write", ("post", DEPARTMENTS)),
        ("departments:read", ("post", DEPARTMENTS)),
    ],
)
def test_a_token_does_what_its_scopes_say(sunrise, site_client, held, asked):
    program = Program(site_client(sunrise), token_of(sunrise, held)[1])
    method, path = asked
    response = program.get(path) if method == "get" else program.send(path, {"workers": [LI_NA]})
    refused(response, 403, "permission_denied")
    with tenant_context(sunrise):
        assert not Worker.objects.exists()


def test_the_token_of_another_factory_opens_nothing(sunrise, lakeside, site_client, li_na):
    stranger = Program(site_client(sunrise), token_of(lakeside)[1])
    refused(stranger.get(WORKERS), 401)
    refused(stranger.send(BULK, {"workers": [LI_NA]}), 401)
    own = Program(site_client(lakeside), token_of(lakeside)[1])
    assert own.get(WORKERS, status="all").json()["results"] == []


def test_a_suspended_factory_answers_nothing(sunrise, site_client):
    program = Program(site_client(sunrise), token_of(sunrise)[1])
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(status=Factory.Status.SUSPENDED)
    _domains.clear()
    assert program.get(WORKERS).status_code == 404


def test_last_use_is_written_at_most_once_a_minute(in_sunrise, payroll):
    with CaptureQueriesContext(connection) as queries:
        payroll.get(DEPARTMENTS)
        payroll.get(DEPARTMENTS)
    assert sum("UPDATE" in query["sql"] for query in queries) == 1
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    payroll.get(DEPARTMENTS)
    assert ApiToken.objects.get().last_used_at > timezone.now() - timedelta(seconds=30)


def test_each_token_has_its_own_rate(in_sunrise, payroll, site_client):
    answers = [payroll.get(DEPARTMENTS) for _number in range(121)]
    assert [answer.status_code for answer in answers[:120]] == [200] * 120
    assert "。 " not in refused(answers[-1], 429, "throttled")["title"]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert Program(site_client(in_sunrise), token_of(in_sunrise)[1]).get(DEPARTMENTS).status_code == 200


def test_guessing_tokens_is_slowed_by_address_and_holds_up_nobody_else(in_sunrise, payroll, site_client):
    guesser = Program(site_client(in_sunrise), "wst_guess")
    answers = [guesser.get(DEPARTMENTS).status_code for _number in range(32)]
    assert answers == [401] * 30 + [429] * 2
    assert payroll.get(DEPARTMENTS).status_code == 200


# --- reading ---------------------------------------------------------------------------------------------------------
def test_the_list_tells_what_a_payroll_compares_and_no_more(payroll):
    payroll.send(BULK, {"workers": [{**LI_NA, "phone": "13800138000", "birth_date": "1995-02-28"}]})
    answer = payroll.get(WORKERS)
    (row,) = answer.json()["results"]
    assert row["department"]["path"] == ["生产部", "一车间", "A线"]
    assert set(row) == {
        *("employee_number", "name", "department", "position", "shift", "is_line_manager"),
        *("hired_on", "left_on", "changed_at"),
    }
    assert "13800138000" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_the_list_is_narrowed(payroll, in_sunrise):
    rows = [
        LI_NA,
        {**LI_NA, "employee_number": "0013", "line": "B线"},
        {**LI_NA, "employee_number": "0014", "left_on": "2026-01-01"},
    ]
    payroll.send(BULK, {"workers": rows})
    line = Department.objects.get(name="B线")

    def numbers(**query) -> list[str]:
        return [row["employee_number"] for row in payroll.get(WORKERS, **query).json()["results"]]

    assert numbers() == ["0012", "0013"]
    assert numbers(status="left") == ["0014"]
    assert len(numbers(status="all")) == 3
    assert numbers(department=line.pk) == ["0013"]
    assert numbers(department=line.parent_id) == ["0012", "0013"]
    assert numbers(department=999_999) == []
    assert numbers(number=" ００12 ") == ["0012"]
    assert numbers(changed_since=(timezone.now() + timedelta(hours=1)).isoformat()) == []
    department_merge(department=line, into=Department.objects.get(name="A线"), by="system")
    assert len(numbers(department=line.pk)) == 2


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 501}, {"limit": "x"}, {"cursor": "x"}, {"cursor": "9" * 40}, {"status": "gone"},
     {"department": "x"}, {"department": 10**30}, {"changed_since": "yesterday"}, {"number": "\x00"}],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused(payroll, query):
    problem = refused(payroll.get(WORKERS, **query), 400, "invalid")
    assert set(problem["errors"]) == set(query)


def test_pages_hold_still_while_people_come_and_go(payroll):
    payroll.send(BULK, {"workers": [{**LI_NA, "employee_number": f"{n:04}"} for n in range(5)]})
    first = payroll.get(WORKERS, limit=2).json()
    Worker.objects.filter(employee_number="0000").delete()
    payroll.send(BULK, {"workers": [{**LI_NA, "employee_number": "0009"}]})
    seen = [row["employee_number"] for row in first["results"]]
    link = first["next"]
    while link:
        page = payroll.client.get(link, headers=payroll.headers).json()
        seen += [row["employee_number"] for row in page["results"]]
        link = page["next"]
    assert seen == ["0000", "0001", "0002", "0003", "0004", "0009"]


def test_a_longer_page_takes_no_more_statements(payroll):
    Shift.objects.create(name="白班", cycle=["day"])

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            payroll.get(WORKERS, limit=500)
        return len(queries)

    payroll.send(BULK, {"workers": [LI_NA]})
    statements()
    few = statements()
    payroll.send(
        BULK, {"workers": [{**LI_NA, "employee_number": f"{n}", "line": f"{n}线", "shift": "白班"} for n in range(40)]}
    )
    assert statements() <= few + 5  # whom it shows goes on record, once in ten minutes
    assert statements() == few <= 7


# --- leaving ---------------------------------------------------------------------------------------------------------
def test_somebody_leaves_once(payroll, li_na):
    path = f"{WORKERS}a001/deactivate/"
    assert payroll.send(path, {"left_on": "2026-11-20"}).json()["left_on"] == "2026-11-20"
    assert payroll.send(path, {"left_on": "2026-11-20"}).status_code == 200
    assert AuditEntry.objects.get(action="worker_left").subject_ids == [li_na.pk]
    refused(payroll.send(path, {"left_on": "2026-11-19"}), 422, "left_already")
    refused(payroll.send(f"{WORKERS}nobody/deactivate/", {"left_on": "2026-11-20"}), 404)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"left_on": "2999-01-01"}, 422), ({"left_on": "2019-12-31"}, 422), ({"left_on": "x"}, 400), ({}, 400), ([], 400),
     ({"left_on": None}, 400)],
)  # fmt: skip
def test_a_leave_date_that_cannot_be_is_refused(payroll, li_na, body, status):
    Worker.objects.update(hired_on="2020-01-01")
    refused(payroll.send(f"{WORKERS}A001/deactivate/", body), status)
    assert Worker.objects.get().left_on is None


# --- departments -----------------------------------------------------------------------------------------------------
def test_departments_are_read_made_renamed_and_moved(payroll):
    top = payroll.send(DEPARTMENTS, {"name": " 生产部 "}).json()
    line = payroll.send(DEPARTMENTS, {"name": "A线", "kind": "line", "parent": top["id"]})
    assert line.status_code == 201
    other = payroll.send(DEPARTMENTS, {"name": "二厂"}).json()
    path = f"{DEPARTMENTS}{line.json()['id']}/"
    changed = payroll.send(path, {"name": "B线", "parent": other["id"]}, method="patch").json()
    assert changed == {"id": line.json()["id"], "name": "B线", "kind": "line", "parent": other["id"]}
    assert [row["name"] for row in payroll.get(DEPARTMENTS).json()["results"]] == ["生产部", "B线", "二厂"]
    assert AuditEntry.objects.filter(actor="api:payroll", action="department_changed").count() == 1
    assert payroll.send(path, {"parent": None}, method="patch").json()["parent"] is None


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"parent": "below"}, 409, "department_cycle"),
        ({"parent": "itself"}, 409, "department_cycle"),
        ({"name": "二车间"}, 409, "department_taken"),
        ({"parent": 999_999}, 422, "parent_unknown"),
        ({"name": ""}, 422, "name_empty"),
        ({"name": "​"}, 422, "name_empty"),
        ({"kind": "factory"}, 400, "invalid"),
        ({"parent": "1"}, 400, "invalid"),
        ({"parent": True}, 400, "invalid"),
        ({"colour": "red"}, 400, "invalid"),
    ],
)
def test_a_tree_that_cannot_be_is_refused(payroll, sent, status, code):
    line = department_ensure(department="生产部", workshop="一车间", line="A线")
    department_ensure(department="生产部", workshop="二车间")
    workshop = line.parent
    sent = {name: {"below": line.pk, "itself": workshop.pk}.get(str(value), value) for name, value in sent.items()}
    refused(payroll.send(f"{DEPARTMENTS}{workshop.pk}/", sent, method="patch"), status, code)
    workshop.refresh_from_db()
    assert (workshop.name, workshop.parent.name) == ("一车间", "生产部")


# --- problems --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/api/v1/nothing/", 404), ("get", f"{DEPARTMENTS}7/nothing/", 404), ("delete", WORKERS, 405),
     ("get", BULK, 405), ("patch", f"{DEPARTMENTS}999999/", 404), ("patch", f"{DEPARTMENTS}{'9' * 40}/", 404)],
)  # fmt: skip
def test_every_refusal_is_a_problem(payroll, method, path, status):
    problem = refused(payroll.send(path, {}, method=method) if method != "get" else payroll.get(path), status)
    assert problem["title"]


def test_what_is_no_json_or_too_much_of_it_is_told(payroll):
    refused(payroll.send(BULK, '{"workers": [{"employee_number": "1", "na'), 400, "parse_error")
    refused(payroll.send(BULK, "[" * 100_000), 400, "parse_error")
    refused(payroll.send(BULK, '{"a":' * 50_000), 400, "parse_error")
    refused(payroll.send(BULK, b"\xff\xfe"), 400, "parse_error")
    refused(payroll.send(BULK, " " * (2 * 1024 * 1024 + 1)), 413, "body_too_large")
    text = payroll.client.post(BULK, "x", "text/plain", headers={**payroll.headers, "idempotency-key": "1"})
    refused(text, 415)
    refused(payroll.client.get(WORKERS, headers={**payroll.headers, "accept": "text/html"}), 406)
    assert not Worker.objects.exists()


def test_the_sentence_is_in_the_language_that_is_asked_for(sunrise, site_client):
    client = site_client(sunrise)
    for path in (WORKERS, "/api/v1/nothing/"):
        english = client.get(path, headers={"accept-language": "en-GB,en;q=0.8"}).json()["title"]
        chinese = client.get(path).json()["title"]
        assert english.isascii() or "“" in english
        assert chinese != english
