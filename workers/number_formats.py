"""Numbers that Excel shows with zeros in front: calamine gives 12 where a cell with the format 0000 shows 0012."""

import io
import re
import zipfile
from collections.abc import Iterator

from xlsxwriter.utility import xl_cell_to_rowcol

_TAG = rb"<(?:\w+:)?%s\b([^>]*)>"
_FORMAT, _STYLE, _CELL = (re.compile(_TAG % name) for name in (b"numFmt", b"xf", b"c"))
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_SHEET = re.compile(_TAG % b"sheet")
_RELATION = re.compile(_TAG % b"Relationship")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(?:(?!</(?:\w+:)?c>).){0,9000}?<(?:\w+:)?v>(#[^<]{1,20})<", re.DOTALL)
_ZEROS = re.compile(rb"0{2,30}")


def padded_cells(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(row, column, digits) of the first sheet's cells with such a format, from 0. Only sizes that were checked before."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/styles.xml" not in archive.namelist():
            return
        styles = archive.read("xl/styles.xml")
        widths = {
            _attribute(tag, b"numFmtId"): len(code)
            for tag in _FORMAT.findall(styles)
            if _ZEROS.fullmatch(code := _attribute(tag, b"formatCode"))
        }
        table = _STYLES.search(styles)
        if not widths or table is None:
            return
        of_style = [widths.get(_attribute(tag, b"numFmtId"), 0) for tag in _STYLE.findall(table[0])]
        padded = {str(index).encode(): width for index, width in enumerate(of_style) if width}
        for tag in _CELL.findall(archive.read(_first_sheet(archive))):
            if width := padded.get(_attribute(tag, b"s"), 0):
                yield *xl_cell_to_rowcol(_attribute(tag, b"r").decode()), width


def failed_cells(content: bytes) -> Iterator[tuple[int, int, str]]:
    """(row, column, what Excel shows: "#DIV/0!") of the first sheet's cells that hold an error, from 0."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read(_first_sheet(archive))
        if b't="e"' not in sheet:
            return
        for tag, shown in _ERROR.findall(sheet):
            if _attribute(tag, b"t") == b"e":
                yield *xl_cell_to_rowcol(_attribute(tag, b"r").decode()), shown.decode()


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The path of the sheet that stands first."""
    sheet = _SHEET.search(archive.read("xl/workbook.xml"))
    relation = _attribute(sheet[1], b"r:id") if sheet else b""
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        if _attribute(tag, b"Id") == relation:
            target = _attribute(tag, b"Target").decode()
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError("first sheet")


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?:^|\s)" + name + rb"""\s*=\s*["']([^"']*)["']""", tag)
    return found[1] if found else b""
