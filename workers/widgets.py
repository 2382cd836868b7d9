"""How the cells of a roster are read and written."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget

from workers.models import Department, Worker
from workers.services.departments import DepartmentTree
from workers.services.people import employee_number_clean, name_written

NUMBER, NAME, GENDER, BIRTH, PHONE, LEFT = "工号", "姓名", "性别", "出生日期", "手机", "离职日期"
DEPARTMENT, WORKSHOP, LINE, POSITION, HIRED = "部门", "车间", "产线", "职位", "入职日期"
NEEDED = (NUMBER, NAME)
HEADINGS = (NUMBER, NAME, GENDER, BIRTH, DEPARTMENT, WORKSHOP, LINE, POSITION, HIRED, PHONE, LEFT)
LEVELS: dict[Any, str] = {
    Department.Kind.DEPARTMENT: DEPARTMENT,
    Department.Kind.WORKSHOP: WORKSHOP,
    Department.Kind.LINE: LINE,
}

_GENDERS = {
    "": "",
    "女": Worker.Gender.FEMALE,
    "女性": Worker.Gender.FEMALE,
    "female": Worker.Gender.FEMALE,
    "f": Worker.Gender.FEMALE,
    "男": Worker.Gender.MALE,
    "男性": Worker.Gender.MALE,
    "male": Worker.Gender.MALE,
    "m": Worker.Gender.MALE,
}
_DATE_TEXT = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:.]+)?")
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 80_000)  # 1927 to 2119: a date cell that has lost its format


def cell_text(value: Any) -> str:
    """What a person sees in the cell: 13800138000.0 -> "13800138000"."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


class TextWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        return cell_text(value)

    def render(self, value, obj=None, **kwargs):
        return value or ""


class NumberWidget(TextWidget):
    def clean(self, value, row=None, **kwargs):
        return employee_number_clean(cell_text(value))


class NameWidget(TextWidget):
    def clean(self, value, row=None, **kwargs):
        return name_written(cell_text(value))


class GenderWidget(TextWidget):
    def clean(self, value, row=None, **kwargs):
        text = cell_text(value)
        if text.lower() not in _GENDERS:
            raise ValueError(_("“%(value)s” is not known. Write 男 or 女, or leave it empty.") % {"value": text})
        return _GENDERS[text.lower()]

    def render(self, value, obj=None, **kwargs):
        return {Worker.Gender.FEMALE: "女", Worker.Gender.MALE: "男"}.get(value, "")


class DayWidget(Widget):
    """A date cell, or a date as people write it: 2025-02-28, 2025/2/28, 2025.2.28, 2025年2月28日, 20250228."""

    def clean(self, value, row=None, **kwargs):
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = cell_text(value)
        if not text:
            return None
        if isinstance(value, float) and int(value) in _EXCEL_DAYS:
            return _EXCEL_DAY_ZERO + timedelta(days=int(value))
        match = _DATE_TEXT.fullmatch(text) or _DATE_DIGITS.fullmatch(text)
        try:
            return date(*map(int, match.groups() if match else ()))
        except (TypeError, ValueError):
            raise ValueError(_("“%(value)s” is not a date. Write it as 2025-02-28.") % {"value": text}) from None

    def render(self, value, obj=None, **kwargs):
        return value.isoformat() if value else ""


class PlaceWidget(Widget):
    """Three columns are one place in the tree; the tree is the resource's, read once for the whole file."""

    tree: DepartmentTree

    def clean(self, value, row=None, **kwargs):
        names = {kind: name_written(cell_text(row.get(heading))) for kind, heading in LEVELS.items()}
        for name in names.values():
            if len(name) > Department.NAME_LENGTH:
                text = _("“%(value)s” is too long. Write at most %(limit)d characters.")
                raise ValueError(text % {"value": name, "limit": Department.NAME_LENGTH})
        place = self.tree.ensure(**names)
        return place.pk if place else None
