"""Reading and writing .xlsx: calamine reads what HR uploads, after limits that no file may pass; xlsxwriter writes."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from python_calamine import CalamineError, CalamineWorkbook
from tablib import Dataset
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from tenants.errors import DomainError
from tenants.sheets import CONTENT_TYPE, text_meant, text_safe
from tenants.words import listed
from workers.number_formats import failed_cells, padded_cells

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 50_000
MAX_COLUMNS = 60
LONGEST_HEADING = 40  # told beside a mistake
MAX_CELL_LENGTH = 255  # longer than any value may be: what is cut off has been refused for its length
HEADING_WITHIN_ROWS = 5  # a title may stand above the headings
Merged = tuple[tuple[int, int], tuple[int, int]]
ROW_KEY = "_row"  # the column added to every dataset: the row's number as Excel shows it

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of an .xlsx with a password
_POSITION = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']""")
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si[\s/>]")
_CELL_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>\s*(\d+)\s*<")


class UnreadableSheet(DomainError):
    """codes: sheet_too_big, sheet_old_format, sheet_password, sheet_not_excel, sheet_headings, sheet_headings_twice,
    sheet_merged."""

    code = "sheet_unreadable"


class XlsxFormat(Format):
    """One sheet with headings. `needed` headings must be there; in a dataset each row carries its number as `_row`."""

    needed: Sequence[str] = ()
    known: Sequence[str] = ()

    def __init__(self, encoding: str | None = None):
        self.encoding = encoding

    def heading_known(self, written: str) -> str:
        """The heading meant by what was written; what is unknown as it is."""
        return written

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return CONTENT_TYPE

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Raises UnreadableSheet with one sentence that says what to do. `remarks` of the dataset: what was read otherwise
        than it stands there; `written`: heading -> as the file has it, where that is another word."""
        sheet = sheet_read(in_stream)
        heading_index, headings = self._headings(sheet.rows)
        self._check_formulas(sheet, heading_index, headings)
        filled = [name for one in sheet.merged if (name := self._filled(sheet.rows, one, heading_index, headings))]
        dataset = Dataset(headers=[*headings, ROW_KEY])
        for number, cells in enumerate(sheet.rows[heading_index + 1 :], heading_index + 2):
            if any(cell not in ("", None) for cell in cells):
                texts = (text_meant(cell[:MAX_CELL_LENGTH]) if isinstance(cell, str) else cell for cell in cells)
                dataset.append([*texts, number])
        dataset.remarks = []
        dataset.written = _otherwise_written(headings, sheet.rows[heading_index])
        if filled:
            text = _("Merged cells were read as if each row held their value: %(cells)s. Look whether that is right.")
            dataset.remarks.append(text % {"cells": listed(filled, most=10)})
        return dataset

    def export_data(self, dataset: Dataset, **kwargs) -> bytes:
        return sheet_bytes(headings=dataset.headers, rows=dataset)

    def _headings(self, rows: list[list]) -> tuple[int, list[str]]:
        for index, cells in enumerate(rows[:HEADING_WITHIN_ROWS]):
            headings = [self.heading_known(str(cell)) for cell in cells]
            if set(self.needed) <= set(headings):
                self._check_named_once(cells, headings)
                return index, _distinct(headings)
        text = _("The first sheet needs a row of headings with %(needed)s. Add it, then upload again.")
        raise UnreadableSheet(text % {"needed": listed(self.needed)}, code="sheet_headings")

    def _filled(self, rows: list[list], merged: Merged, heading_index: int, headings: list[str]) -> str:
        """Give every row of a merged block its value; the block's name, or "" where there was nothing to do. Raises
        UnreadableSheet where a block goes across columns, or one person's number or name would become many people's."""
        (top, left), (bottom, right) = merged
        if bottom <= heading_index or top >= len(rows) or left >= len(headings) or rows[top][left] in ("", None):
            return ""
        name = f"{xl_rowcol_to_cell(top, left)}:{xl_rowcol_to_cell(bottom, right)}"
        if left != right or headings[left] in self.needed or top <= heading_index:
            text = _(
                "The cells %(cells)s are merged. Select them, unmerge them (取消单元格合并), fill every row, then upload again."
            )
            raise UnreadableSheet(text % {"cells": name}, code="sheet_merged")
        for row in rows[top + 1 : bottom + 1]:
            row[left] = rows[top][left]
        return name

    def _check_formulas(self, sheet: "Sheet", heading_index: int, headings: list[str]) -> None:
        for row, column, shown in sheet.failed:
            if row > heading_index and column < len(headings) and headings[column] in self.known:
                text = _(
                    "In cell %(cell)s a formula does not work: it shows %(shown)s. Write the value itself there, "
                    "then upload again."
                )
                values = {"cell": xl_rowcol_to_cell(row, column), "shown": shown}
                raise UnreadableSheet(text % values, code="sheet_formula")

    def _check_named_once(self, cells: list, headings: list[str]) -> None:
        first: dict[str, int] = {}
        for column, heading in enumerate(headings):
            other = first.setdefault(heading, column)
            if other != column and heading in self.known:
                text = _(
                    "“%(one)s” (column %(first)s) and “%(two)s” (column %(second)s) mean the same: %(heading)s. Delete one."
                )
                places = {"one": cells[other], "first": xl_col_to_name(other), "two": cells[column]}
                values = {**places, "second": xl_col_to_name(column), "heading": heading}
                raise UnreadableSheet(text % values, code="sheet_headings_twice")


class Sheet(NamedTuple):
    """rows: the cells from A1 on: text, float, bool, date or "". merged: blocks as ((row, column), (row, column)), from 0.
    failed: (row, column, what it shows) of formulas that do not work; in `rows` they are "".
    """

    rows: list[list]
    merged: list[Merged]
    failed: list[tuple[int, int, str]] = []


def sheet_rows(content: bytes) -> list[list]:
    return sheet_read(content).rows


def sheet_read(content: bytes) -> Sheet:
    """The first sheet. A file beyond the limits is refused before anything is decoded: a few kilobytes can claim billions of
    cells. Numbers shown with zeros in front, by a format like 0000, keep them."""
    if len(content) > MAX_BYTES:
        text = _("The file is bigger than %(limit)d MB. Delete pictures and sheets it does not need, or split it.")
        raise UnreadableSheet(text % {"limit": MAX_BYTES // 1024**2}, code="sheet_too_big")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            text = _("The file is protected by a password. Save a copy without the password, then upload that.")
            raise UnreadableSheet(text, code="sheet_password")
        text = _("This is an old Excel file (.xls). Open it, save it as .xlsx, then upload that.")
        raise UnreadableSheet(text, code="sheet_old_format")
    try:
        _check_extent(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            rows = sheet.to_python(skip_empty_area=False)
            merged = [] if sheet.merged_cell_ranges is None else list(sheet.merged_cell_ranges)
        for row, column, width in padded_cells(content):
            if row < len(rows) and column < len(rows[row]) and isinstance(rows[row][column], float):
                rows[row][column] = f"{rows[row][column]:0{width}.0f}"
        return Sheet(rows, merged, list(failed_cells(content)))
    except (
        zipfile.BadZipFile,
        zlib.error,
        CalamineError,
        NotImplementedError,
        EOFError,
        IndexError,
        KeyError,
    ) as error:
        text = _("This is not an Excel file that can be read. Open it in Excel or WPS, save it as .xlsx, upload that.")
        raise UnreadableSheet(text, code="sheet_not_excel") from error


def sheet_bytes(*, headings: Sequence[str], rows: Iterable[Sequence], widths: Sequence[int] = ()) -> bytes:
    """An .xlsx of one sheet in constant memory: whole numbers to sort by, else text; nothing that a spreadsheet could take
    for a formula."""
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        bold, text = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(widths or [14] * len(headings)):
            sheet.set_column(column, column, width, text)
        for row, cells in enumerate(chain([headings], rows)):
            for column, cell in enumerate(cells):
                if type(cell) is int:
                    sheet.write_number(row, column, cell)
                    continue
                value = "" if cell is None else text_safe(str(cell))
                sheet.write_string(row, column, value, bold if row == 0 else text)
    return file.getvalue()


def _check_extent(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
            raise _too_many()
        shared: list[int] = []
        cells: Counter[bytes] = Counter()
        for part in parts:
            data = archive.read(part)  # a part that is longer than its header says fails here
            for letters, number in set(_POSITION.findall(data)):
                if int(number) > MAX_ROWS + HEADING_WITHIN_ROWS or _column_number(letters) > MAX_COLUMNS:
                    raise _too_many()
            if starts := [found.start() for found in _SHARED_TEXT.finditer(data)]:
                shared += [end - start for start, end in pairwise([*starts, len(data)])]
            cells.update(_CELL_VALUE.findall(data))
        if _text_unfolded(shared, cells) > MAX_UNPACKED_BYTES:
            raise _too_many()


def _text_unfolded(shared: list[int], cells: Counter[bytes]) -> int:
    """Bytes of text once each cell holds its own: the file holds a text once, however many cells show it."""
    if not shared or max(shared) * cells.total() <= MAX_UNPACKED_BYTES:
        return 0
    return sum(shared[index] * times for value, times in cells.items() if (index := int(value[:9])) < len(shared))


def _too_many() -> UnreadableSheet:
    text = _(
        "The file holds more than %(rows)d rows or %(columns)d columns. Delete what is not the roster, also the empty rows "
        "below the last employee (Ctrl+End shows how far the sheet goes), or split it."
    )
    return UnreadableSheet(text % {"rows": MAX_ROWS, "columns": MAX_COLUMNS}, code="sheet_too_big")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _otherwise_written(headings: list[str], cells: list) -> dict[str, str]:
    written = {
        heading: " ".join(str(cell).split())[:LONGEST_HEADING] for heading, cell in zip(headings, cells, strict=False)
    }
    return {heading: words for heading, words in written.items() if words and words != heading}


def _distinct(headings: list[str]) -> list[str]:
    """Headings without a name, or a second time, get one that no resource knows."""
    seen: set[str] = set()
    names = []
    for index, heading in enumerate(headings):
        names.append(f"_{index}" if not heading or heading in seen else heading)
        seen.add(heading)
    return names
