"""Reports as Excel files, written row by row to a temporary file: memory stays the same however long the list is.

django-import-export builds the whole table in memory before the first byte, so it is left to the spreadsheets that people
fill in.
"""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXCEL_EPOCH, _DAY = datetime(1899, 12, 30), timedelta(days=1)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def workbook_write(*, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """An .xlsx of one sheet, open for reading and gone when closed.

    columns: (heading, width in characters). Moments become local times. What a spreadsheet could take for a formula is
    written with an apostrophe before it, so that it stays text even after somebody saves the file as CSV.
    """
    zone = timezone.get_current_timezone()
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by whoever reads it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        heading = workbook.add_format({"bold": True, "bg_color": "#E7F6EC", "bottom": 1})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = workbook.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        for index, (name, width) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, name, heading)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, index, f"'{value}" if value.startswith(_FORMULA_STARTS) else value)
                elif isinstance(value, datetime):
                    sheet.write_number(number, index, _serial(value.astimezone(zone)), moment)
                else:
                    sheet.write_number(number, index, value)
    file.seek(0)
    return file


def _serial(moment: datetime) -> float:
    """A local moment as Excel counts it: days since the end of 1899."""
    return (moment.replace(tzinfo=None) - _EXCEL_EPOCH) / _DAY
