"""What came of a roster's rows."""

from django.core.exceptions import NON_FIELD_ERRORS
from import_export.results import Result

from workers.services.roster_report import RosterMistake


class RosterResult(Result):
    """What import-export found, in sentences for HR."""

    row_numbers: list[int]
    names: list[str]
    columns: dict[str, str]

    def mistakes(self) -> list[RosterMistake]:
        """Each mistake, in the order of the rows."""
        return [
            RosterMistake(
                row=self.row_numbers[row.number - 1],
                attribute="" if attribute == NON_FIELD_ERRORS else attribute.removesuffix("_id"),
                column="" if attribute == NON_FIELD_ERRORS else self.columns.get(attribute, attribute),
                message=message,
                person=self.names[row.number - 1],
            )
            for row in self.invalid_rows
            for attribute, messages in row.error_dict.items()
            for message in messages
        ]

    def faults(self) -> list[Exception]:
        """What is no mistake in the file but one of ours."""
        in_rows = [fault.error for row in self.error_rows for fault in row.errors]
        return [fault.error for fault in self.base_errors] + in_rows
