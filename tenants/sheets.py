"""Lists as Excel files, written row by row to a temporary file: memory stays the same however long the list is.

django-import-export builds the whole table in memory before the first byte, so it is left to the spreadsheets that people
fill in.
"""

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXCEL_EPOCH, _DAY = datetime(1899, 12, 30), timedelta(days=1)
_FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # Chinese Excel takes the wide ones too
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Column:
    """width: in characters. is_percent: whole numbers are written as shares, so that Excel shows 80%."""

    heading: str
    width: int
    is_percent: bool = False


def workbook_write(*, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """An .xlsx of one sheet, open for reading and gone when closed.

    Moments become local times. What a spreadsheet could take for a formula is written with an apostrophe before it, so that
    it stays text even after somebody saves the file as CSV.
    """
    zone = timezone.get_current_timezone()
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by whoever reads it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        heading = workbook.add_format({"bold": True, "bg_color": "#E7F6EC", "bottom": 1})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        percent = workbook.add_format({"num_format": "0%"})
        sheet = workbook.add_worksheet(_NOT_IN_A_TITLE.sub(" ", title)[:31])
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(0, index, text_safe(column.heading), heading)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, index, text_safe(value))
                elif isinstance(value, datetime):
                    sheet.write_number(number, index, _serial(value.astimezone(zone)), moment)
                elif isinstance(value, date):
                    sheet.write_number(number, index, _serial(datetime.combine(value, time.min)), day)
                elif columns[index].is_percent:
                    sheet.write_number(number, index, value / 100, percent)
                else:
                    sheet.write_number(number, index, value)
    file.seek(0)
    return file


def text_safe(text: str) -> str:
    """What a spreadsheet could take for a formula, with an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def text_meant(text: str) -> str:
    """The inverse, for a file that comes back."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def _serial(moment: datetime) -> float:
    """A local moment as Excel counts it: days since the end of 1899."""
    return (moment.replace(tzinfo=None) - _EXCEL_EPOCH) / _DAY
