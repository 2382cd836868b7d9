"""The log of a case is appended only, and shows every change to those who look."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from grievances.models import Case, CaseEvent
from grievances.services.desk import case_move
from grievances.services.log import log_faults


@pytest.fixture
def logged(make_case, officers):
    written = make_case()
    case_move(case_id=written.row.pk, officer=officers[0].row, to="acknowledged", revision=0)
    case_move(case_id=written.row.pk, officer=officers[0].row, to="in_progress", revision=1)
    return written.row


def log(case: Case) -> list[CaseEvent]:
    return list(CaseEvent.objects.filter(case=case).order_by("number"))


def sql(statement: str, *params) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grievances_caseevent SET kind = 'x' WHERE number = 1",
        "DELETE FROM grievances_caseevent WHERE number = 1",
        "TRUNCATE grievances_caseevent",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(logged, statement):
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="only appended"), transaction.atomic():
        sql(statement)
    assert log_faults(log(logged)) == []


def forge(statement: str, *params) -> None:
    """As the owner of the database can: the trigger aside, then back."""
    connection.check_constraints()
    sql("ALTER TABLE grievances_caseevent DISABLE TRIGGER USER")
    sql(statement, *params)
    connection.check_constraints()
    sql("ALTER TABLE grievances_caseevent ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('UPDATE grievances_caseevent SET "on" = "on" - 3 WHERE number = 1', "entry 1 was changed"),
        ("UPDATE grievances_caseevent SET detail = '{}' WHERE number = 2", "entry 2 was changed"),
        ("DELETE FROM grievances_caseevent WHERE number = 1", "entry 1 is missing"),
        ("UPDATE grievances_caseevent SET previous_hash = repeat('0', 64) WHERE number = 2", "does not follow"),
    ],
)
def test_whoever_goes_around_the_trigger_is_noticed(logged, statement, said):
    forge(statement)
    assert any(said in fault for fault in log_faults(log(logged)))
    with pytest.raises(CommandError, match="faults"):
        call_command("vault_verify")


def test_a_sound_vault_is_said_to_be_sound(logged, capsys):
    call_command("vault_verify")
    assert "every log holds" in capsys.readouterr().out


def test_swapped_keys_of_a_case_are_noticed_without_any_key(logged):
    Case.objects.filter(pk=logged.pk).update(worker_sign_key=b"x" * 32)
    with pytest.raises(CommandError):
        call_command("vault_verify")
