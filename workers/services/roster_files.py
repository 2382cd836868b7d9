"""The files that HR takes away: the template to fill in, the rows to correct, and all that an import would change."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from tablib import Dataset
from xlsxwriter.utility import xl_col_to_name

from tenants.words import listed, sentences
from workers import widgets
from workers.formats import MAX_ROWS, ROW_KEY, sheet_bytes
from workers.models import Department, Shift
from workers.services.departments import WAY
from workers.services.roster_report import BRINGS_SOMEBODY, RosterMistake, RosterReport

FILLED_ROWS = 5000  # so far down the template's columns have their drop-downs
TEXT = {widgets.NUMBER, widgets.PHONE, widgets.ID_CARD}
MAY_BE_NEW = {*widgets.LEVELS.values(), widgets.SHIFT}
DAYS = {widgets.BIRTH, widgets.HIRED, widgets.LEFT}
WIDTHS = {widgets.BIRTH: 13, widgets.HIRED: 13, widgets.LEFT: 13, widgets.PHONE: 15, widgets.ID_CARD: 14}
WIDTHS |= {widgets.GENDER: 7, widgets.LEADS: 9, widgets.EDUCATION: 13}
SAMPLE = {
    widgets.NUMBER: f"{widgets.EXAMPLE}0012",
    widgets.NAME: "李娜",
    widgets.GENDER: "女",
    widgets.BIRTH: "1995-02-28",
    widgets.DEPARTMENT: "生产部",
    widgets.WORKSHOP: "一车间",
    widgets.LINE: "A线",
    widgets.POSITION: "操作工",
    widgets.LEADS: "否",
    widgets.HIRED: "2025-03-01",
    widgets.PHONE: "13800000000",
    widgets.ID_CARD: "123X",
    widgets.EDUCATION: "初中",
    widgets.HOME: "湖南衡阳",
}


def roster_template() -> bytes:
    """An .xlsx to fill in: Chinese headings, drop-downs, one example that no import takes for a person, and how to fill it in."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, help_sheet, lists = (book.add_worksheet(name) for name in ("花名册", "填写说明", "选项"))
        lists.hide()
        formats = {
            "needed": book.add_format({"bold": True, "bg_color": "#FDE9D9", "border": 1}),
            "heading": book.add_format({"bold": True, "bg_color": "#E7EEF7", "border": 1}),
            "text": book.add_format({"num_format": "@"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "general": book.add_format(),
            "example": book.add_format({"num_format": "@", "italic": True, "font_color": "#7F7F7F"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        hints = _hints()
        choices = _choices()
        for column, heading in enumerate(widgets.HEADINGS):
            kind = "text" if heading in TEXT else "day" if heading in DAYS else "general"
            sheet.set_column(column, column, WIDTHS.get(heading, 11), formats[kind])
            sheet.write_string(0, column, heading, formats["needed" if heading in widgets.NEEDED else "heading"])
            sheet.write_comment(0, column, hints[heading], {"x_scale": 1.6})
            sheet.write_string(1, column, SAMPLE.get(heading, ""), formats["example"])
            if names := choices.get(heading):
                _drop_down(sheet, lists, column, names, is_strict=heading not in MAY_BE_NEW)
        sheet.freeze_panes(1, 2)
        _help_write(help_sheet, hints, formats["wrap"], formats["heading"])
    return file.getvalue()


def failed_rows(*, dataset: Dataset, mistakes: Iterable[RosterMistake]) -> bytes:
    """An .xlsx of the rows with mistakes under the file's own headings: first what is wrong with each, and its row."""
    wrong: dict[int, list[str]] = defaultdict(list)
    for mistake in mistakes:
        wrong[mistake.row].append(mistake.told)
    place = dataset.headers.index(ROW_KEY)
    headings = [dataset.written.get(name, name) for name in dataset.headers if name != ROW_KEY]
    rows = [
        [sentences(*wrong[cells[place]]), cells[place], *map(widgets.cell_text, cells[:place])]
        for cells in dataset
        if cells[place] in wrong
    ]
    return sheet_bytes(headings=[widgets.PROBLEM, "行", *headings], rows=rows, widths=[60, 6, *[13] * len(headings)])


def changes_sheet(report: RosterReport) -> bytes:
    """An .xlsx of what saving would do: a line for each value that changes, and for each person who is new, comes back or is
    not in the file. In the order of the preview."""
    headings = ["行", widgets.NUMBER, widgets.NAME, "变动", "栏目", "原来", "改为"]
    return sheet_bytes(headings=headings, rows=_change_lines(report), widths=[6, 16, 12, 24, 14, 24, 60])


def _change_lines(report: RosterReport) -> Iterator[list[str | int]]:
    colon = pgettext("before a value", ":")
    brought = {"new": _("new"), "reused": _("new, with a number used before")}
    for names in report.new_paths:
        yield ["", "", "", _("New departments"), widgets.DEPARTMENT, "", WAY.join(names)]
    for shift in report.new_shifts:
        yield ["", "", "", _("New shifts"), widgets.SHIFT, "", shift]
    for claim in report.claims:
        asked = _("To be answered: whose number is it?") if claim.needs_answer else _("Numbers beside another name")
        now = f"{claim.name} ({claim.known_number})" if claim.known_id else claim.name
        yield [claim.row, claim.number, claim.name, asked, widgets.NUMBER, claim.holder, now]
    for back in report.renumbered:
        yield [
            back.row,
            back.number,
            back.named or back.name,
            _("Perhaps known under another number"),
            widgets.NUMBER,
            f"{back.name} ({back.former})",
            back.number,
        ]
    for back in report.returned:
        yield [back.row, back.number, back.name, _("Left earlier but in the file"), widgets.LEFT, back.left_on, ""]
    for gone in report.missing:
        yield ["", gone.number, gone.name, _("Employed here but not in the file"), widgets.DEPARTMENT, gone.place, ""]
    for change in report.changes:
        if change.number in report.open_numbers:
            continue
        who: list[str | int] = [change.row, change.number, change.name]
        if change.kind in BRINGS_SOMEBODY:
            told = listed([f"{column}{colon}{now}" for column, _before, now in change.values])
            yield [*who, brought[change.kind], "", "", told]
        else:
            for column, before, now in change.values:
                yield [*who, _("will change"), column, before, now]


def _choices() -> dict[str, list[str]]:
    """heading -> what its drop-down offers."""
    places: dict[str, dict[str, None]] = defaultdict(dict)
    for kind, name in Department.objects.standing().order_by("path").values_list("kind", "name"):
        places[widgets.LEVELS[kind]][name] = None
    return {
        widgets.GENDER: list(widgets.GENDER_NAMES.values()),
        widgets.EDUCATION: list(widgets.EDUCATION_NAMES.values()),
        widgets.LEADS: ["是", "否"],
        widgets.SHIFT: list(Shift.objects.order_by("name").values_list("name", flat=True)),
        **{heading: list(names) for heading, names in places.items()},
    }


def _drop_down(sheet, lists, column: int, names: Sequence[str], *, is_strict: bool) -> None:
    """is_strict: Excel refuses what is not on the list."""
    lists.write_column(0, column, names)
    letter = xl_col_to_name(column)
    options = {"validate": "list", "source": f"=选项!${letter}$1:${letter}${len(names)}", "show_error": is_strict}
    if is_strict:
        options |= {"error_title": widgets.HEADINGS[column], "error_message": _("Choose one from the list.")}
    sheet.data_validation(1, column, FILLED_ROWS, column, options)


def _hints() -> dict[str, str]:
    day = _("A day: 2025-02-28, 2025/2/28 or 20250228.")
    place = _("Choose one, or write a new name: it is added.")
    return {
        widgets.NUMBER: _("Needed. Text: zeros in front stay. Nobody else may have it. By it we know who is who."),
        widgets.NAME: _("Needed. As on the ID card: people write it when they bind their WeChat."),
        widgets.GENDER: _("男 or 女, or empty."),
        widgets.BIRTH: day,
        widgets.DEPARTMENT: place,
        widgets.WORKSHOP: place,
        widgets.LINE: place,
        widgets.POSITION: _("What they work as, at most 40 characters."),
        widgets.SHIFT: place,
        widgets.LEADS: _("是 for line leaders and supervisors, else 否 or empty."),
        widgets.HIRED: day,
        widgets.PHONE: _("11 digits. Its last four can serve to bind the WeChat."),
        widgets.ID_CARD: _("The last four characters; the last may be X. Of a whole number only these four are kept."),
        widgets.EDUCATION: _("Choose one from the list, or leave it empty."),
        widgets.HOME: _("Province and town, at most 40 characters."),
        widgets.LEFT: _("Empty for everybody who works here."),
    }


def _help_write(sheet, hints: dict[str, str], wrap, bold) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90, wrap)
    lines = [
        _("One row for each employee. Row 2 is an example: it is passed over, leave it or delete it."),
        _("Only 工号 and 姓名 are needed. A column that you delete stays as it is in the system."),
        _("Nobody is removed because they are missing here: you are asked first."),
        _("At most %(rows)d employees in one file.") % {"rows": MAX_ROWS},
    ]
    for row, line in enumerate(lines):
        sheet.write_string(row, 1, line, wrap)
    for row, (heading, hint) in enumerate(hints.items(), len(lines) + 1):
        sheet.write_string(row, 0, heading, bold)
        sheet.write_string(row, 1, hint, wrap)
