"""What is wrong with the rows of a bulk request, in one list: one round tells all."""

from typing import Any

from django.utils.translation import gettext as _

from tenants.errors import DomainError
from workers.api.serializers import WorkerInput
from workers.services.roster import roster_rows_import
from workers.services.roster_report import RosterReport

MOST_ERRORS = 1000
WHOLE_ROW = ""
NON_FIELD_ERRORS = "non_field_errors"


class RowsRefused(DomainError):
    """Read, understood, and against a rule. `errors` says where, the first of them."""

    code = "rows_refused"
    status = 422

    def __init__(self, message: str, *, errors: list[dict[str, Any]]):
        super().__init__(message)
        self.extra = {"errors": errors[:MOST_ERRORS], "errors_count": len(errors)}


class RowsUnreadable(RowsRefused):
    code = "invalid"
    status = 400


def rows_upsert(*, rows: list[dict[str, Any]], create_departments: bool, by: str) -> dict[str, Any]:
    """Raises RowsRefused."""
    report = roster_rows_import(rows=rows, create_departments=create_departments, by=by)
    if report.mistakes:
        raise RowsRefused(_("Some rows break a rule. Nothing was saved."), errors=_of_rules(report))
    counts = {name: report.counts[name] for name in ("rows", "created", "changed", "unchanged")}
    return {**counts, "departments_created": report.new_paths}


def rows_refuse(*, faults: dict[str, Any], body: dict[str, Any], by: str) -> None:
    """Raises RowsUnreadable where some of `faults` (the serializer's) are about single rows: with these, with what is wrong
    beside the rows, and with the rules that the readable part of the rows breaks."""
    by_row = faults.get("workers")
    if not isinstance(by_row, dict) or NON_FIELD_ERRORS in by_row:
        return
    errors = [_error(None, field, text) for field, texts in faults.items() if field != "workers" for text in texts]
    errors += [
        _error(index, WHOLE_ROW if field == NON_FIELD_ERRORS else field, text)
        for index, row in by_row.items()
        for field, texts in row.items()
        for text in texts
    ]
    told = {(error["row"], error["field"]) for error in errors}
    known = set(WorkerInput().fields)
    readable = [_readable(row, known - set(by_row.get(index, {}))) for index, row in enumerate(body["workers"])]
    may_create = body.get("create_departments") is not False
    report = roster_rows_import(rows=readable, create_departments=may_create, by=by, dry_run=True)
    errors += [
        error
        for error in _of_rules(report)
        if (error["row"], error["field"]) not in told and (error["row"], WHOLE_ROW) not in told
    ]
    errors.sort(key=lambda error: -1 if error["row"] is None else error["row"])
    raise RowsUnreadable(_("Some rows cannot be read. Nothing was saved."), errors=errors)


def _readable(row: Any, fields: set[str]) -> dict[str, Any]:
    return {field: row[field] for field in fields & row.keys()} if isinstance(row, dict) else {}


def _of_rules(report: RosterReport) -> list[dict[str, Any]]:
    return [_error(mistake.row, mistake.attribute, mistake.message) for mistake in report.mistakes]


def _error(row: int | None, field: str, message: Any) -> dict[str, Any]:
    return {"row": row, "field": field, "message": str(message)}
