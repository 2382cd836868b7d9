"""The attacker has the whole disk, and knows who was on the site at which minute. Nothing in the vault gives a worker away."""

import random
import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from grievances import protocol
from grievances.models import Case, CaseEvent, Channel, Officer
from grievances.queries.cases import cases_for_officer
from grievances.sample import new_case
from grievances.services.blur import vault_blur, vault_tables
from grievances.services.log import log_faults
from grievances.services.worker import case_of, case_withdraw
from tests.grievances.voice import VoiceClient, case_json
from wechat.services.menu import menu_build
from workers.models import WorkerMessage


def rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.fixture
def many(make_case):
    """Nine cases, some with a file, written in an order that the attacker would like to know."""
    return [
        make_case(f"第{number}件", files=(random.randbytes(70_000),) if number % 3 == 0 else ()) for number in range(9)
    ]


def writing_order(table: str) -> list[tuple]:
    return rows(f"SELECT xmin::text::bigint, ctid FROM {table} ORDER BY 1, 2")


def test_after_the_night_no_row_tells_when_it_was_written(many):
    """xmin numbers the transaction of each row: beside a visit's, which has a time and a name, it would tell the minute."""
    connection.check_constraints()
    assert len({xmin for xmin, _place in writing_order("grievances_case")}) == len(many)
    vault_blur()
    for model in vault_tables():
        assert len({xmin for xmin, _place in writing_order(model._meta.db_table)}) <= 1, model
    stored = [pk for (pk,) in rows("SELECT id FROM grievances_case ORDER BY ctid")]
    assert stored == sorted(each.row.pk for each in many)


def test_after_the_night_large_values_are_numbered_in_no_order_of_time(many):
    connection.check_constraints()
    vault_blur()
    [(toast,)] = rows(
        "SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = 'grievances_attachment'::regclass"
    )
    assert len(rows(f"SELECT DISTINCT xmin::text FROM {toast}")) == 1
    numbered = rows("SELECT id, pg_column_toast_chunk_id(sealed) FROM grievances_attachment")
    by_number = [pk for pk, _number in sorted(numbered, key=lambda row: row[1])]
    assert by_number == sorted(by_number)  # the order of random ids


def test_the_night_changes_nothing_that_is_said_and_can_come_twice(many):
    connection.check_constraints()
    before = {model: list(model.objects.order_by("pk").values()) for model in vault_tables()}
    vault_blur()
    vault_blur()
    assert {model: list(model.objects.order_by("pk").values()) for model in vault_tables()} == before
    for written in many:
        assert log_faults(CaseEvent.objects.filter(case=written.row).order_by("number")) == []


def test_nothing_is_sent_to_anybody_when_a_case_is_answered(make_case, officers, li_na):
    from grievances.services.desk import officer_write
    from tests.grievances.cast import reply

    written = make_case(name="李娜")
    officer_write(
        case_id=written.row.pk,
        officer=officers[0].row,
        message=reply(officers[0], written.row.pk, "好"),
        is_answer=True,
    )
    assert not WorkerMessage.objects.exists()


def test_no_table_of_the_vault_refers_to_workers_sessions_or_visits():
    from django.apps import apps

    referred = {
        field.related_model._meta.label
        for model in apps.get_app_config("grievances").get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
    }
    assert {label for label in referred if not label.startswith("grievances.")} == {"auth.User"}
    assert [
        field.name
        for field in Officer._meta.fields
        if field.related_model and field.related_model._meta.label == "auth.User"
    ] == ["user"]


# --- the voice host --------------------------------------------------------------------------------------------------


@pytest.fixture
def voice(sunrise) -> VoiceClient:
    return VoiceClient("sunrise")


def test_the_voice_host_sets_no_cookie_and_looks_at_none(voice, officers):
    voice.cookies["worker_session"] = "abc"
    voice.cookies["admin_session"] = "abc"
    for path in ["/", "/case/", "/board/", "/nothing/", "/?openid=oABC&code=1"]:
        response = voice.get(path)
        assert not response.cookies
        assert "Set-Cookie" not in response.headers
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "oABC" not in response.content.decode()


def test_pages_of_the_factory_are_not_on_the_voice_host_nor_its_pages_there(voice, sunrise, site_client):
    for path in ["/lessons/", "/me/", "/bind/", "/admin/", "/api/v1/", "/wechat/oauth/", "/i18n/setlang/"]:
        assert voice.get(path).status_code == 404
    assert site_client(sunrise).get("/case/").status_code == 404


def test_the_voice_host_asks_for_nothing_that_belongs_to_somebody(voice, officers):
    """The statements of a page read the channel, and neither sessions nor workers."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert voice.get("/").status_code == 200
    touched = set(re.findall(r'"(\w+)"\."', " ".join(query["sql"] for query in queries)))
    assert all(name.startswith(("grievances_", "tenants_")) for name in touched), touched


def test_no_line_is_logged_about_who_came_or_when(voice, officers, caplog, capfd):
    new, _written = new_case()
    with caplog.at_level(0):
        voice.get("/")
        voice.get("/nothing/")
        voice.post_json("/api/cases/", case_json(new))
        voice.post_json("/api/cases/open/", {"lookup": "A" * 43 + "="})
    assert [record for record in caplog.records if not record.name.startswith("asyncio")] == []
    captured = capfd.readouterr()
    assert new.id not in captured.out + captured.err


def test_a_fault_is_logged_with_its_place_and_day_and_without_a_value(voice, officers, caplog):
    new, _written = new_case()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grievances_caseevent RENAME TO grievances_gone")
    response = voice.post_json("/api/cases/", case_json(new))
    assert response.status_code == 500
    [record] = caplog.records
    assert record.name == "grievances.voice"
    assert new.id not in record.getMessage()
    assert "ProgrammingError at" in record.getMessage()


def test_a_line_of_the_voice_host_carries_a_day_and_no_time(settings):
    from config.logs import day_only

    event = day_only(None, "error", {"logger": "grievances.voice", "timestamp": "2026-11-26T10:11:12.345Z"})
    assert event["timestamp"] == "2026-11-26"
    other = day_only(None, "error", {"logger": "lessons", "timestamp": "2026-11-26T10:11:12.345Z"})
    assert other["timestamp"] == "2026-11-26T10:11:12.345Z"


def test_the_cache_keeps_counters_and_nothing_of_a_case(voice, officers):
    new, written = new_case()
    voice.post_json("/api/cases/", case_json(new))
    client = caches["volatile"]._cache.get_client(None)
    stored = b" ".join(key + b"=" + (client.get(key) or b"") for key in client.scan_iter("*voice*"))
    assert b"cases" in stored
    for secret in (new.id.encode(), new.lookup_digest, written.worker.lookup, written.receipt.encode()):
        assert secret not in stored


def test_a_wrong_and_a_withdrawn_receipt_are_answered_alike_after_the_same_statements(voice, make_case):
    """`make bench` shows that they take as long."""
    gone = make_case()
    case_withdraw(case=gone.row)
    answers = []
    for lookup in (b"x" * 32, gone.worker.lookup):
        with CaptureQueriesContext(connection) as asked:
            response = voice.post_json("/api/cases/open/", {"lookup": protocol.to_base64(lookup)})
        answers.append((response.status_code, response.content, len(asked)))
    assert answers[0] == answers[1]


def test_the_home_page_leads_to_the_voice_host_without_telling_it_anything(sunrise, officers, site_client):
    html = site_client(sunrise).get("/").content.decode()
    [link] = re.findall(r'<a [^>]*href="https?://voice-sunrise[^>]*>', html)
    assert "noreferrer" in link
    assert 'referrerpolicy="no-referrer"' in link
    assert re.search(r'href="https?://voice-sunrise[^"?#]*/"', link)


@pytest.mark.parametrize("is_open", [True, False])
def test_no_menu_of_the_account_opens_the_voice_host(is_open):
    """WeChat reports a click on a view button with openid, address and second."""
    assert "voice" not in str(menu_build(base="https://sunrise.example.org", is_open=is_open))


def test_an_unknown_voice_host_falls_back_to_nothing(db):
    with schema_context("public"):
        assert Client(headers={"host": "voice-nobody.testserver.local"}).get("/").status_code == 404


def test_counters_end_by_themselves_and_are_on_no_disk(voice, officers):
    new, _written = new_case()
    voice.post_json("/api/cases/", case_json(new))
    client = caches["volatile"]._cache.get_client(None)
    assert client.config_get("appendonly") == {"appendonly": "no"}
    assert client.config_get("save") == {"save": ""}
    assert not list(caches["default"]._cache.get_client(None).scan_iter("*voice:*"))
    assert all(client.ttl(key) > 0 for key in client.scan_iter("*voice:*"))


def test_officers_see_a_new_case_from_the_next_day_on(officers, make_case):
    """HR sees at what minute somebody opened a lesson: they must not see at what minute a case came."""
    Channel.objects.update(shows_next_day=True)
    written = make_case()
    assert not Case.objects.held_by(officers[0].row).exists()
    assert not cases_for_officer(officer=officers[0].row)
    assert case_of(written.worker.lookup) == written.row  # the worker reads it at once
    Case.objects.update(visible_on=written.row.arrived_on)
    assert Case.objects.held_by(officers[0].row).exists()
