"""The roster that HR keeps in Excel, or a program sends: read, checked, and saved whole or not at all."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from import_export.results import RowResult
from tablib import Dataset

from tenants.audit.services import audit_record
from workers import widgets
from workers.formats import ROW_KEY, UnreadableSheet, XlsxFormat
from workers.models import Worker
from workers.resources import CHANGES_KEPT, RosterResource, RosterResult
from workers.services.people import workers_leave
from workers.services.roster_report import BRINGS_SOMEBODY, RosterDecisions, RosterMissing, RosterReport

__all__ = ["RosterDecisions", "RosterFormat", "RosterReport", "roster_export", "roster_import", "roster_rows_import"]

ATTRIBUTES = {  # key of a row given as a dict -> heading
    field.removesuffix("_id"): RosterResource.fields[field].column_name for field in RosterResource._meta.fields
}


MISSING_PROPOSED = 500  # more are missing from a part of a roster; nobody ticks so many boxes


class RosterFormat(XlsxFormat):
    needed, known = widgets.NEEDED, widgets.HEADINGS

    def heading_known(self, written: str) -> str:
        return widgets.heading_known(written)

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Without the template's example. Raises UnreadableSheet, also when nobody is left."""
        dataset = super().create_dataset(in_stream)
        numbers = enumerate(dataset[widgets.NUMBER]) if dataset else []
        for index in reversed(
            [index for index, cell in numbers if widgets.cell_text(cell).startswith(widgets.EXAMPLE)]
        ):
            del dataset[index]
        if not dataset:
            raise UnreadableSheet(_("There is nobody below the headings. Add the employees, then upload again."))
        return dataset


@transaction.atomic
def roster_import(
    *,
    content: bytes,
    by: User | str | None = None,
    dry_run: bool = False,
    decisions: RosterDecisions | None = None,
    file_name: str = "",
) -> RosterReport:
    """Bring the employees in line with an .xlsx: new numbers are added, known ones changed, nobody is taken away.

    dry_run: report what would happen and save nothing. decisions: what HR ticked; None where nobody is asked. Raises
    workers.formats.UnreadableSheet.
    """
    dataset = RosterFormat().create_dataset(content)
    return dataset_import(dataset, by=by, dry_run=dry_run, decisions=decisions, file_name=file_name)


@transaction.atomic
def roster_rows_import(
    *, rows: Sequence[dict[str, Any]], by: User | str, dry_run: bool = False, create_departments: bool = True
) -> RosterReport:
    """The same with rows given by a program, by the same rules as a file's, whole or not at all.

    rows: attribute -> value each: employee_number, name, gender, birth_date, department, workshop, line (names, which become
    places as in a file), position, shift (a name), is_line_manager, hired_on, phone, id_last_four, education, home_region,
    left_on. Values as in a cell or as in JSON (days as "2025-02-28", true, the codes of gender and education, null). A key
    that a row lacks stays as it is; `left_on: null` brings somebody back who had left. Another key is a ValueError.
    create_departments: False, and a place that is not there is a mistake.

    In the report, `mistakes` carry the row's index, the attribute and a sentence.
    """
    if unknown := {key for row in rows for key in row} - set(ATTRIBUTES):
        raise ValueError(f"unknown keys: {sorted(unknown)}")
    dataset = Dataset(headers=[*ATTRIBUTES.values(), ROW_KEY])
    for index, row in enumerate(rows):
        cells = (row.get(key, widgets.ABSENT) for key in ATTRIBUTES)
        dataset.append([*(str(cell) if isinstance(cell, dict | list) else cell for cell in cells), index])
    return dataset_import(dataset, by=by, dry_run=dry_run, create_departments=create_departments, is_file=False)


def dataset_import(
    dataset: Dataset,
    *,
    by: User | str | None,
    dry_run: bool,
    decisions: RosterDecisions | None = None,
    file_name: str = "",
    progress: Callable[[int], None] | None = None,
    create_departments: bool = True,
    is_file: bool = True,
    changes_kept: int = CHANGES_KEPT,
) -> RosterReport:
    """The work of both, in the caller's transaction. progress: called with the number of rows read so far. is_file: "/" in a
    department may part levels. changes_kept: of each kind."""
    resource = RosterResource(
        decisions=decisions,
        user_id=by.pk if isinstance(by, User) else None,
        reason=by if isinstance(by, str) else "roster",
        progress=progress,
        create_departments=create_departments,
        is_file=is_file,
        is_preview=dry_run and decisions is not None,
        changes_kept=changes_kept,
    )
    result = resource.import_data(dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True)
    for fault in result.faults():
        raise fault
    report = _report(dataset, resource, result)
    if not report.is_clean:
        return report
    if decisions is not None:
        _missing(report, resource, decisions, dry_run=dry_run)
    if by is not None and not dry_run:
        _log(report, by, file_name, resource.touched)
    return report


def roster_export(*, queryset, is_personal: bool = True) -> bytes:
    """The employees as an .xlsx that can be imported again. is_personal: with the columns that few may see."""
    resource = RosterResource()
    if not is_personal:
        for name in Worker.PERSONAL:
            del resource.fields[name]
    return RosterFormat().export_data(resource.export(queryset))


def headings_unread(dataset: Dataset) -> list[str]:
    return [name for name in dataset.headers if name not in widgets.READ_HEADINGS and not name.startswith("_")]


def _report(dataset: Dataset, resource: RosterResource, result: RosterResult) -> RosterReport:
    return RosterReport(
        rows=len(dataset),
        created=result.totals[RowResult.IMPORT_TYPE_NEW],
        changed=result.totals[RowResult.IMPORT_TYPE_UPDATE],
        unchanged=result.totals[RowResult.IMPORT_TYPE_SKIP] - resource.waiting,
        left=resource.left,
        mistakes=result.mistakes(),
        changes=sorted(resource.changes, key=lambda change: change.kind in BRINGS_SOMEBODY),
        returns=resource.returns,
        claims=resource.claims.told,
        new_places=[" / ".join(names) for names in resource.new_paths],
        new_paths=resource.new_paths,
        new_shifts=resource.new_shifts,
        leaving=len(resource.leaving),
        minors=resource.minors[:CHANGES_KEPT],
        unread=getattr(dataset, "unread", None) or headings_unread(dataset),
        remarks=resource.remarks,
    )


def _missing(report: RosterReport, resource: RosterResource, decisions: RosterDecisions, *, dry_run: bool) -> None:
    """Who is employed and not in the file: told in a preview; of them, those whom HR ticked leave."""
    rows = list(Worker.objects.employed().values_list("pk", "employee_number", "name", "department_id"))
    report.employed = len(rows)
    missing = [row for row in rows if row[1] not in resource.first_rows]
    report.missing_count = len(missing)
    if len(missing) <= MISSING_PROPOSED:
        report.missing = [
            RosterMissing(pk, f"{name} ({number})", resource.tree.label(at), number, name)
            for pk, number, name, at in missing
        ]
    if decisions.leaver_ids and decisions.left_on and not dry_run:
        leaving = {row[0] for row in missing} & set(decisions.leaver_ids)
        report.left += workers_leave(worker_ids=leaving, on=decisions.left_on, user_id=resource.user_id)
        resource.touched += leaving


def _log(report: RosterReport, by: User | str, file_name: str, touched: list[int]) -> None:
    if file_name:
        audit_record(by=by, action="roster_imported", subjects=touched, file=file_name, **report.counts)
    else:
        audit_record(by=by, action="roster_sent", subjects=touched, **report.counts)
    if isinstance(by, str):
        return
    text = _("Roster imported: %(created)d new, %(changed)d changed, %(unchanged)d as they were.")
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Worker),
        object_repr=_("Roster"),
        action_flag=CHANGE,
        change_message=text % report.counts,
    )
