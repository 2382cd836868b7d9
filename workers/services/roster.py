"""The roster that HR keeps in Excel: read, checked, and saved whole or not at all."""

from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from import_export.results import RowResult

from workers import widgets
from workers.formats import UnreadableSheet, XlsxFormat, sheet_bytes
from workers.models import Worker
from workers.resources import RosterChange, RosterResource


class RosterFormat(XlsxFormat):
    needed = widgets.NEEDED


@dataclass(frozen=True)
class RosterReport:
    """problems: a sentence each, with row and column; if there is one, nothing was saved. changes: the first hundred.

    unread: headings in the file that no column of ours has.
    """

    created: int
    changed: int
    unchanged: int
    problems: list[str]
    changes: list[RosterChange]
    unread: list[str]

    @property
    def is_clean(self) -> bool:
        return not self.problems


@transaction.atomic
def roster_import(*, content: bytes, by: User | None = None, dry_run: bool = False) -> RosterReport:
    """Bring the employees in line with an .xlsx: new numbers are added, known ones changed, nobody is taken away.

    dry_run: report what would happen and save nothing. Raises workers.formats.UnreadableSheet.
    """
    dataset = RosterFormat().create_dataset(content)
    if not dataset:
        raise UnreadableSheet(_("There is nobody below the headings. Add the employees, then upload again."))
    resource = RosterResource()
    result = resource.import_data(dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True)
    for fault in result.faults():
        raise fault
    report = RosterReport(
        created=result.totals[RowResult.IMPORT_TYPE_NEW],
        changed=result.totals[RowResult.IMPORT_TYPE_UPDATE],
        unchanged=result.totals[RowResult.IMPORT_TYPE_SKIP],
        problems=result.problems(),
        changes=resource.changes,
        unread=[name for name in dataset.headers if name not in widgets.HEADINGS and not name.startswith("_")],
    )
    if by is not None and report.is_clean and not dry_run:
        _log(report, by)
    return report


def roster_export(*, queryset) -> bytes:
    """The employees as an .xlsx that can be imported again."""
    return RosterFormat().export_data(RosterResource().export(queryset))


def roster_blank() -> bytes:
    """An .xlsx with the headings and nobody below them."""
    return sheet_bytes(headings=widgets.HEADINGS, rows=[])


def _log(report: RosterReport, by: User) -> None:
    text = _("Roster imported: %(created)d new, %(changed)d changed, %(unchanged)d as they were.")
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Worker),
        object_repr=_("Roster"),
        action_flag=CHANGE,
        change_message=text % {"created": report.created, "changed": report.changed, "unchanged": report.unchanged},
    )
