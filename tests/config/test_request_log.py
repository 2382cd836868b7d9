"""One line a request, which tells nothing that is nobody's to read."""

import io
import json
import logging

import pytest
from django.db import connection
from django_tenants.utils import schema_context, tenant_context

from tenants.models import Domain


@pytest.fixture
def lines(monkeypatch):
    """The lines written so far, as the server writes them."""
    written = io.StringIO()
    (handler,) = [each for each in logging.getLogger().handlers if each.get_name() == "console"]
    monkeypatch.setattr(handler, "stream", written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_is_one_line_without_its_query_or_its_visitor(sunrise, site_client, lines):
    site_client(sunrise).get("/lessons/", {"q": "压力"}, headers={"user-agent": "a phone"})
    (line,) = lines()
    assert (line["request"], line["code"], line["factory"]) == ("GET /lessons/", 200, "f_sunrise")
    assert set(line) == {"event", "request", "code", "request_id", "level", "logger", "timestamp", "factory"}


def test_a_refusal_is_a_warning_and_two_requests_have_two_numbers(sunrise, site_client, lines):
    client = site_client(sunrise)
    client.get("/nowhere/")
    client.get("/nowhere/")
    asked = [line for line in lines() if line["event"] == "request_finished"]
    assert [(line["code"], line["level"]) for line in asked] == [(404, "warning")] * 2
    assert len({line["request_id"] for line in asked}) == 2


def test_a_fault_tells_its_traceback_once_under_the_number_of_its_request(sunrise, site_client, lines):
    with tenant_context(sunrise), connection.cursor() as cursor:  # a page whose table is gone
        cursor.execute("ALTER TABLE lessons_lesson RENAME TO lessons_elsewhere")
    client = site_client(sunrise)
    client.raise_request_exception = False
    assert client.get("/lessons/").status_code == 500
    fault, asked = lines()
    assert "lessons_lesson" in fault["exception"]
    assert (asked["code"], "exception" in asked) == (500, False)
    assert fault["request_id"] == asked["request_id"]


def test_neither_a_one_time_address_nor_a_case_is_named(sunrise, site_client, lines):
    client = site_client(sunrise)
    client.get("/admin/join/abcdef0123456789/")
    client.get("/admin/grievances/desk/api/cases/17/")
    asked = [line["request"] for line in lines() if line["event"] == "request_finished"]
    assert asked == ["GET /admin/join/…/", "GET /admin/grievances/desk/"]
    assert "abcdef" not in json.dumps(lines())


def test_nothing_is_said_of_a_voice_host(sunrise, site_client, lines):
    with schema_context("public"):
        host = Domain.objects.get(tenant=sunrise, kind=Domain.Kind.VOICE).domain
    client = site_client(sunrise)
    client.get("/", headers={"host": host})
    client.get("/static/nowhere.css", headers={"host": host})
    assert lines() == []
