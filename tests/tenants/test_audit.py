"""The audit trail is appended only, and shows every change to those who look."""

import threading
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django_tenants.utils import schema_context, tenant_context

from tenants.audit.chain import FIRST_HASH
from tenants.audit.models import AuditEntry
from tenants.audit.services import TrailUnwritable, audit_record
from tenants.audit.tasks import factory_head_task, heads_task
from tenants.audit.verifying import guard_fault, head_kept, head_note, trail_verify
from tenants.models import AuditHead
from tenants.roles import role_on


@pytest.fixture
def trail(in_sunrise):
    """Four entries in Sunrise: numbers 1 to 4 of what the test finds."""
    assert not AuditEntry.objects.exists()
    hr = User.objects.get(username="hr")
    audit_record(by=hr, action="people_listed", about=User, subjects=[7, 3, 7], count=2)
    audit_record(by="system", action="worker_left", about=hr, since=gettext_lazy("Yes"), on=None)
    audit_record(by="api:payroll", action="workers_upserted", fields=["name", "phone"], rate=0.5, ünïcode="名")
    audit_record(by=hr, action="x", note="a\0b\ud800" + "c" * 500, inner={1: (True, 2)})
    return list(AuditEntry.objects.order_by("number"))


@pytest.fixture
def hr_of(in_sunrise, site_client):
    client = site_client(in_sunrise)
    client.force_login(User.objects.get(username="hr"))
    return client


def sql(statement: str, *params) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def forge(statement: str, *params) -> None:
    """As the owner of the database can: the triggers aside, then back."""
    connection.check_constraints()
    sql("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
    sql(statement, *params)
    connection.check_constraints()
    sql("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


def test_an_entry_says_who_what_and_of_whom(trail):
    first, second, third, fourth = trail
    assert (first.actor, first.object_kind, first.object_id, first.subject_ids) == ("hr", "auth.user", "", [3, 7])
    assert (second.object_id, third.actor) == (str(User.objects.get().pk), "api:payroll")
    assert third.detail == {"fields": ["name", "phone"], "rate": "0.5", "ünïcode": "名"}
    assert fourth.detail["inner"] == {"1": [True, 2]}
    assert len(fourth.detail["note"]) == 200
    assert (first.previous_hash, second.previous_hash) == (FIRST_HASH, first.hash)


def test_what_was_written_still_holds_after_a_round_trip_and_in_another_time_zone(trail):
    with timezone.override("Asia/Kathmandu"):
        verdict = trail_verify()
    assert (verdict.number, verdict.hash, verdict.fault) == (4, trail[-1].hash, "")


@pytest.mark.parametrize("schema", ["public", "f_sunrise", "f_lakeside", "template_factory"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET actor = actor",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(db, schema, statement):
    with schema_context(schema):
        audit_record(by="system", action="x")
        with pytest.raises(DatabaseError, match="only appended"), transaction.atomic():
            sql(statement)
        assert trail_verify().number == 1


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_auditentry SET actor = 'li' WHERE number = 1", "entry 1 was changed"),
        ("UPDATE audit_auditentry SET at = at - interval '1 microsecond' WHERE number = 2", "entry 2 was changed"),
        ("UPDATE audit_auditentry SET detail = '{}' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE audit_auditentry SET subject_ids = '[3]' WHERE number = 1", "entry 1 was changed"),
        ("UPDATE audit_auditentry SET support = 'x' WHERE number = 4", "entry 4 was changed"),
        ("UPDATE audit_auditentry SET previous_hash = repeat('0', 64) WHERE number = 2", "entry 2 does not follow"),
        ("DELETE FROM audit_auditentry WHERE number = 1", "entry 1 is missing"),
        ("DELETE FROM audit_auditentry WHERE number IN (2, 3)", "entries 2 to 3 are missing"),
    ],
)
def test_what_somebody_changed_behind_the_trigger_is_named(trail, statement, fault):
    forge(statement)
    assert trail_verify().fault.startswith(fault)


def test_an_entry_put_in_between_is_named(trail):
    forge("UPDATE audit_auditentry SET number = number + 100 WHERE number > 2")
    forge("UPDATE audit_auditentry SET number = number - 99 WHERE number > 100")
    assert trail_verify().fault == "entry 3 is missing"


def test_a_trail_cut_short_is_noticed_by_the_head_noted_before(trail):
    assert head_note() == ""
    forge("DELETE FROM audit_auditentry WHERE number > 2")
    assert trail_verify().fault == "entries 3 to 4 are missing"
    assert "entry 4" in head_note()
    assert (head_kept().number, "entry 4" in head_kept().fault) == (4, True)
    for _again in range(3):  # grown over the cut, it still is not what was noted
        audit_record(by="hr", action="x")
    assert "entry 4" in head_note()
    assert trail_verify().fault == "entry 4 is not the one that was noted"


def test_the_head_moves_on_with_the_trail(trail, eager):
    with schema_context("public"):
        heads_task()
    audit_record(by="hr", action="x")
    for _twice in range(2):
        factory_head_task(schema_name=connection.schema_name)
    assert (head_kept().number, head_kept().fault) == (5, "")
    with schema_context("public"):
        assert AuditHead.objects.filter(schema_name="f_sunrise").count() == 1
        assert AuditHead.objects.get(schema_name="f_lakeside").number == 0  # nothing has happened there


def test_an_entry_goes_with_the_transaction_it_belongs_to_and_leaves_no_gap(trail):
    with transaction.atomic():
        audit_record(by="hr", action="never")
        transaction.set_rollback(True)
    audit_record(by="hr", action="x")
    assert trail_verify().number == 5
    assert not AuditEntry.objects.filter(action="never").exists()


def in_another_connection(work) -> list:
    """What `work` did in a transaction of its own, taken back afterwards: its result, or the error."""
    done = []

    def run():
        try:
            with schema_context("f_lakeside"), transaction.atomic():
                try:
                    done.append(work())
                except DatabaseError as error:
                    done.append(error)
                transaction.set_rollback(True)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    return done


def test_two_processes_append_one_after_the_other(lakeside):
    def append():
        sql("SET LOCAL lock_timeout = '300ms'")
        return audit_record(by="hr", action="x").number

    with tenant_context(lakeside), transaction.atomic():
        audit_record(by="hr", action="x")
        assert "lock timeout" in str(in_another_connection(append)[0])
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 0


def test_a_trail_is_its_factorys_own(trail, lakeside):
    with tenant_context(lakeside):
        assert not AuditEntry.objects.exists()
        assert audit_record(by="hr", action="x").number == 1


def test_an_entry_takes_few_statements(trail, django_assert_num_queries):
    with django_assert_num_queries(5):  # savepoint, lock, last, insert, release
        audit_record(by="hr", action="x")


def verified(*args) -> str:
    out = StringIO()
    with schema_context("public"):
        call_command("audit_verify", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_prints_heads_and_fails_for_a_broken_trail(trail, lakeside, eager):
    said = verified("--factory", "sunrise")
    head = said.split()[-1]
    assert head == f"4:{trail[-1].hash}"
    with schema_context("public"):
        heads_task()
    assert {line.split(":")[0] for line in verified("--all").splitlines()} == {"public", "lakeside", "sunrise"}
    assert "public: 0 entries hold" in verified()
    assert "not looked at: --all" in verified()
    assert "not looked at" not in verified("--all") + verified("--factory", "sunrise")
    audit_record(by="hr", action="since")
    forge("DELETE FROM audit_auditentry WHERE number > 4")
    assert "4 entries hold. Noted up to entry 4: what came later" in verified(
        "--factory", "sunrise"
    )  # the limit: written and cut off again within the hour
    forge("DELETE FROM audit_auditentry WHERE number = 4")
    with pytest.raises(CommandError, match="1 broken"):
        verified("--factory", "sunrise", "--noted", head)
    forge("DELETE FROM audit_auditentry WHERE number = 2")
    with pytest.raises(CommandError, match="1 broken"):
        verified("--all")


@pytest.mark.parametrize(
    "args", [("--factory", "nowhere"), ("--factory", "sunrise", "--noted", "4"), ("--all", "--noted", "1:" + "0" * 64)]
)
def test_the_command_says_what_it_does_not_understand(db, args):
    with pytest.raises(CommandError):
        verified(*args)


def test_a_trail_emptied_before_the_first_hour_is_noticed(trail):
    assert (head_kept().number, head_kept().hash) == (1, trail[0].hash)
    forge("DELETE FROM audit_auditentry")
    assert trail_verify().fault == "entry 1 is missing"
    audit_record(by="hr", action="x")  # begins anew, and does not note itself over the first
    assert trail_verify().fault == "entry 1 is not the one that was noted"
    with pytest.raises(CommandError) as error:
        verified("--factory", "sunrise")
    assert error.value.returncode == 1


def test_without_a_noted_head_the_command_says_so_by_a_code_of_its_own(trail):
    with schema_context("public"):
        AuditHead.objects.all().delete()
    with pytest.raises(CommandError) as error:
        verified("--factory", "sunrise")
    assert error.value.returncode == 2
    assert "4 entries hold" in verified("--factory", "sunrise", "--noted", f"4:{trail[-1].hash}")


@pytest.mark.parametrize(
    "off",
    [
        "ALTER TABLE audit_auditentry DISABLE TRIGGER USER",
        "ALTER TABLE audit_auditentry DISABLE TRIGGER audit_trail_is_not_emptied",
        "ALTER TABLE audit_auditentry ENABLE REPLICA TRIGGER audit_trail_is_appended_only",
        "DROP TRIGGER audit_trail_is_appended_only ON audit_auditentry",
    ],
)
def test_triggers_left_off_are_named_by_the_command_and_kept_with_the_head(trail, off):
    connection.check_constraints()
    sql(off)
    assert "is switched off or gone" in trail_verify().fault
    with pytest.raises(CommandError, match="1 broken"):
        verified("--factory", "sunrise")
    head_note()
    assert (head_kept().number, "is switched off" in head_kept().fault) == (4, True)


TOOTHLESS = "BEGIN IF TG_OP = 'x' THEN RAISE EXCEPTION 'The audit trail is only appended to.'; END IF; RETURN OLD; END"


@pytest.mark.parametrize(
    "done",
    [
        "CREATE OR REPLACE FUNCTION audit_trail_is_appended_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        f"CREATE OR REPLACE FUNCTION audit_trail_is_appended_only() RETURNS trigger LANGUAGE plpgsql AS $${TOOTHLESS}$$",
        (
            "CREATE OR REPLACE TRIGGER audit_trail_is_appended_only BEFORE INSERT ON audit_auditentry"
            " FOR EACH ROW WHEN (false) EXECUTE FUNCTION audit_trail_is_appended_only()"
        ),
        (
            "CREATE OR REPLACE TRIGGER audit_trail_is_appended_only BEFORE DELETE OR UPDATE ON audit_auditentry"
            " FOR EACH ROW WHEN (OLD.number < 0) EXECUTE FUNCTION audit_trail_is_appended_only()"
        ),
        (
            "CREATE TRIGGER another BEFORE INSERT ON audit_auditentry"
            " FOR EACH ROW WHEN (false) EXECUTE FUNCTION audit_trail_is_appended_only()"
        ),
        "CREATE RULE another AS ON INSERT TO audit_auditentry DO INSTEAD NOTHING",
        "CREATE RULE audit_trail_is_appended_only AS ON INSERT TO audit_auditentry DO INSTEAD NOTHING",
        "CREATE TABLE another () INHERITS (audit_auditentry)",
    ],
)
def test_guards_that_look_like_themselves_and_guard_nothing_are_told(trail, done):
    connection.check_constraints()
    sql(done)
    assert trail_verify().fault


def test_every_schema_has_its_own_triggers(sunrise, lakeside):
    for schema in ("public", "f_sunrise", "f_lakeside"):
        with schema_context(schema):
            assert guard_fault() == ""
    with schema_context("f_lakeside"):
        sql("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        assert guard_fault()
    with schema_context("f_sunrise"):
        assert guard_fault() == ""


def test_the_operators_dashboard_tells_a_broken_trail(trail, site_client):
    head_note()
    forge("DELETE FROM audit_auditentry WHERE number > 2")
    head_note()
    with schema_context("public"):
        operator = User.objects.create_user("op", is_staff=True)
        operator.groups.add(role_on("operator"))
        client = site_client(None)
        client.force_login(operator)
        assert "有 1 份操作记录被动过" in client.get("/admin/").content.decode()


SWALLOW = (
    "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
    "CREATE TRIGGER swallow BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION swallow()"
)


@pytest.mark.parametrize(
    "done",
    [SWALLOW, "CREATE RULE swallow AS ON INSERT TO audit_auditentry DO INSTEAD NOTHING"],
    ids=["trigger", "rule"],
)
def test_what_cannot_be_written_is_not_done_and_says_so(trail, done, hr_of):
    connection.check_constraints()
    sql(done)
    with pytest.raises(TrailUnwritable), transaction.atomic():
        audit_record(by="hr", action="x")
    hr_of.raise_request_exception = False
    answer = hr_of.get("/admin/workers/worker/sheet/")
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (500, "text/html")
    assert "没有交出" in answer.content.decode()
