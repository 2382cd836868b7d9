"""Every refusal tells a first integrator what is wrong and what to do: token, scope, address, parameter."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone
from django_tenants.utils import tenant_context

from tests.workers.programs import BULK, DEPARTMENTS, LI_NA, WORKERS, Program, refused, token_of
from workers.models import ApiToken, Department, Worker
from workers.services.integrations import token_revoke


@pytest.fixture(autouse=True)
def nobody_has_asked_before(db):
    cache.clear()


# --- the token -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Token {}", "authorization_malformed"),
        ("Basic {}", "authorization_malformed"),
        ("{}", "authorization_malformed"),
        ("Bearer", "authorization_malformed"),
        ("Bearer:{}", "authorization_malformed"),
        ("Bearer x{}", "authentication_failed"),
        ("Bearer {} {}", "authentication_failed"),
    ],
)
def test_each_way_to_send_a_token_wrongly_is_told_apart(in_sunrise, site_client, written, code):
    secret = token_of(in_sunrise)[1]
    headers = {} if written is None else {"authorization": written.format(secret, secret)}
    answer = site_client(in_sunrise).get(DEPARTMENTS, headers=headers)
    refused(answer, 401, code)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert secret not in answer.content.decode()


@pytest.mark.parametrize("written", ["bearer {}", "Bearer   {}", " Bearer {} "])
def test_what_can_only_mean_the_token_is_taken(in_sunrise, site_client, written):
    headers = {"authorization": written.format(token_of(in_sunrise)[1])}
    assert site_client(in_sunrise).get(DEPARTMENTS, headers=headers).status_code == 200


def test_who_holds_a_token_that_has_ended_is_told_how(in_sunrise, site_client):
    token, secret = token_of(in_sunrise)
    program, day = Program(site_client(in_sunrise), secret), timezone.now() - timedelta(days=3)
    ApiToken.objects.update(expires_at=day)
    assert timezone.localdate(day).isoformat() in refused(program.get(WORKERS), 401, "token_expired")["title"]
    token_revoke(token=token, by=User.objects.get(username="hr"))
    assert timezone.localdate().isoformat() in refused(program.get(WORKERS), 401, "token_revoked")["title"]
    for guess in (token.prefix, secret[:-1], token.token_hash):
        refused(Program(site_client(in_sunrise), guess).get(WORKERS), 401, "authentication_failed")


def test_a_token_that_has_ended_is_unknown_at_another_factory(sunrise, lakeside, site_client):
    _token, secret = token_of(lakeside)
    with tenant_context(lakeside):
        ApiToken.objects.update(expires_at=timezone.now())
    refused(Program(site_client(sunrise), secret).get(WORKERS), 401, "authentication_failed")


# --- the scope -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", WORKERS, "workers:read"),
        ("head", WORKERS, "workers:read"),
        ("post", BULK, "workers:write"),
        ("post", f"{WORKERS}A001/deactivate/", "workers:write"),
        ("get", DEPARTMENTS, "departments:read"),
        ("head", DEPARTMENTS, "departments:read"),
        ("post", DEPARTMENTS, "departments:write"),
        ("patch", f"{DEPARTMENTS}1/", "departments:write"),
    ],
)
def test_the_scope_that_lacks_is_named(in_sunrise, li_na, site_client, method, path, scope):
    others = [each for each in ApiToken.Scope.values if each != scope]
    program = Program(site_client(in_sunrise), token_of(in_sunrise, *others)[1])
    if method == "head":  # the length of an answer tells whether somebody is there
        assert program.client.head(path, headers=program.headers).status_code == 403
        return
    answer = program.get(path) if method == "get" else program.send(path, {}, method=method)
    problem = refused(answer, 403, "permission_denied")
    assert problem["scope"] == scope
    assert scope in problem["detail"]
    assert others[0] in problem["detail"]


# --- the address -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "post", "patch"])
@pytest.mark.parametrize("path", [WORKERS, BULK, DEPARTMENTS, f"{WORKERS}A001/deactivate/", "/api/v1/lessons/"])
def test_a_missing_slash_is_told_with_the_right_address(payroll, path, method):
    wrong = path.removesuffix("/")
    answer = payroll.get(wrong) if method == "get" else payroll.send(wrong, {"workers": [LI_NA]}, method=method)
    problem = refused(answer, 404, "not_found")
    assert problem["address"] == path
    assert path in problem["detail"]
    assert not Worker.objects.exists()


def test_people_are_still_led_to_the_address_with_a_slash(in_sunrise, site_client):
    assert site_client(in_sunrise).get("/api/docs")["Location"].endswith("/api/docs/")
    assert site_client(in_sunrise).get("/admin")["Location"].endswith("/admin/")


def test_what_is_not_there_is_named(payroll):
    assert "0099" in refused(payroll.send(f"{WORKERS}0099/deactivate/", {"left_on": "2026-11-20"}), 404)["title"]
    assert "4711" in refused(payroll.send(f"{DEPARTMENTS}4711/", {"name": "x"}, method="patch"), 404)["title"]
    problem = refused(payroll.get("/api/v1/employees/"), 404)
    assert "/api/v1/employees/" in problem["detail"]
    assert "address" not in problem
    assert len(refused(payroll.get("/api/v1/" + "x" * 3000), 404)["detail"]) < 300
    assert "\\u" not in payroll.get("/api/v1/employees/").content.decode()


def test_a_host_of_no_factory_is_a_problem_too(payroll, client):
    answer = client.get(WORKERS, headers={**payroll.headers, "host": "nobody.wesupport.test"}, secure=True)
    assert "工厂" in refused(answer, 404, "host_unknown")["title"]


# --- the parameters --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        (WORKERS, "departement", "changed_since"),
        (WORKERS, "page", "cursor"),
        (WORKERS, "format", "status"),
        (DEPARTMENTS, "status", "limit"),
    ],
)
def test_an_unknown_parameter_is_named_with_the_known_ones(payroll, path, name, known):
    problem = refused(payroll.get(path, **{name: "json"}), 400, "invalid")
    assert set(problem["errors"]) == {name}
    assert known in problem["errors"][name][0]


def test_where_something_is_written_no_parameter_is_passed_over(payroll):
    """Somebody who sends `?dry_run=true` must not find it saved."""
    problem = refused(payroll.send(f"{BULK}?dry_run=true", {"workers": [LI_NA]}), 400)
    assert set(problem["errors"]) == {"dry_run"}
    refused(payroll.send(f"{DEPARTMENTS}?parent=1", {"name": "x"}), 400)
    assert not Worker.objects.exists()
    assert not Department.objects.exists()


def test_a_parameter_that_stands_twice_is_refused(payroll):
    problem = refused(payroll.get(f"{WORKERS}?status=left&status=all"), 400)
    assert set(problem["errors"]) == {"status"}


@pytest.mark.parametrize(
    "moment", ["2026-11-01T00:00:00%2B08:00", "2026-11-01T00:00:00+08:00", "2026-11-01T00:00+0800"]
)
def test_a_plus_in_an_address_is_one(payroll, moment):
    assert payroll.get(f"{WORKERS}?changed_since={moment}").status_code == 200


def test_all_that_is_wrong_with_the_parameters_is_told(payroll):
    problem = refused(payroll.get(WORKERS, limit=0, changed_since="x", departement="1"), 400)
    assert set(problem["errors"]) == {"limit", "changed_since", "departement"}


# --- the body --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'\xef\xbb\xbf{"workers": []}', "BOM"),
        ('{"workers": "李娜"}'.encode("gbk"), "UTF-8"),
        (b'{"workers": NaN}', "NaN"),
        (b'{"workers": [}', "14"),
    ],
)
def test_what_is_wrong_with_the_json_is_said(payroll, body, word):
    assert word in refused(payroll.send(BULK, body), 400, "parse_error")["title"]


def test_a_wrong_method_or_type_says_what_is_right(payroll):
    answer = payroll.send(WORKERS, {}, method="put")
    assert "Allow" in refused(answer, 405)["detail"]
    assert refused(answer, 405)["title"] == "方法“PUT”不被允许。"
    assert "GET" in answer["Allow"]
    form = payroll.client.post(DEPARTMENTS, "name=x", "application/x-www-form-urlencoded", headers=payroll.headers)
    assert "application/json" in refused(form, 415)["detail"]
    page = payroll.client.get(WORKERS, headers={**payroll.headers, "accept": "text/html"})
    assert "application/json" in refused(page, 406)["detail"]
