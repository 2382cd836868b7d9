"""How the cells of a roster are read and written."""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget
from tablib import Dataset

from tenants.words import listed
from workers.models import Department, Shift, Worker
from workers.services.departments import WAY, DepartmentTree, way_read
from workers.services.spelling import employee_number_clean, id_last_four_clean, name_written, phone_clean

NUMBER, NAME, GENDER, BIRTH, PHONE, LEFT = "工号", "姓名", "性别", "出生日期", "手机", "离职日期"
DEPARTMENT, WORKSHOP, LINE, POSITION, HIRED = "部门", "车间", "产线", "职位", "入职日期"
SHIFT, LEADS, EDUCATION, HOME, ID_CARD = "班次", "班组长", "学历", "籍贯", "身份证后四位"
NEEDED = (NUMBER, NAME)
_PERSON, _WORK, _MORE = (
    (NUMBER, NAME, GENDER, BIRTH),
    (DEPARTMENT, WORKSHOP, LINE, POSITION, SHIFT, LEADS),
    (HIRED, PHONE),
)
HEADINGS = (*_PERSON, *_WORK, *_MORE, ID_CARD, EDUCATION, HOME, LEFT)
ABSENT = object()  # the cell of a row given as a dict that says nothing of this column
PROBLEM = "问题"  # of a row in the file of failed rows
READ_HEADINGS = {*HEADINGS, PROBLEM, "行"}
EXAMPLE = "示例"  # how the employee number of the template's example begins
LEVELS: dict[Any, str] = {
    Department.Kind.DEPARTMENT: DEPARTMENT,
    Department.Kind.WORKSHOP: WORKSHOP,
    Department.Kind.LINE: LINE,
}
# What else people call a column, without spaces, stars and what stands in brackets.
SYNONYMS = {
    NUMBER: "员工编号 员工号 员工工号 职工号 职工编号 人员编号 编号 工牌号 厂牌号 employeenumber employeeno employeeid",
    NAME: "名字 员工姓名 职工姓名 中文姓名 name",
    GENDER: "男女 员工性别 gender sex",
    BIRTH: "生日 出生年月日 出生年月 出生时间 birthdate dateofbirth birthday",
    DEPARTMENT: "一级部门 所属部门 部门名称 所在部门 department",
    WORKSHOP: "车间名称 所属车间 所在车间 二级部门 workshop",
    LINE: "线别 班组 拉线 拉别 产线名称 生产线 所属产线 所属班组 三级部门 line productionline",
    POSITION: "岗位 职务 岗位名称 职位名称 工种 position job jobtitle",
    SHIFT: "班别 班次名称 排班 shift",
    LEADS: "带班组 是否带班组 是否班组长 是否班长 是否组长 管理人员 是否管理人员 lineleader",
    HIRED: "入职时间 进厂日期 进厂时间 入厂日期 入厂时间 到岗日期 hiredate hiredon",
    PHONE: "手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 phone mobile phonenumber",
    ID_CARD: "身份证 身份证号 身份证号码 身份证后4位 证件号 证件号码 公民身份号码 idnumber idcard",
    EDUCATION: "文化程度 最高学历 学历层次 教育程度 education",
    HOME: "户籍 户籍地 户籍所在地 老家 家乡 来自哪里 hometown homeregion",
    LEFT: "离职时间 离厂日期 离厂时间 leavedate lefton",
}
_CANONICAL = {word: heading for heading, words in SYNONYMS.items() for word in [heading, *words.split()]}
_REMARKS = re.compile(r"[\s*:：._-]|\(.*?\)|\[.*?\]|【.*?】")

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
GENDER_NAMES = {Worker.Gender.FEMALE: "女", Worker.Gender.MALE: "男"}
EDUCATION_NAMES = {
    Worker.Education.PRIMARY: "小学及以下",
    Worker.Education.JUNIOR: "初中",
    Worker.Education.SENIOR: "高中或中专",
    Worker.Education.COLLEGE: "大专及以上",
}
_EDUCATION_WORDS = {
    Worker.Education.PRIMARY: "primary 小学 小学以下 小学毕业 文盲 半文盲 未上学",
    Worker.Education.JUNIOR: "junior 初中毕业 初级中学",
    Worker.Education.SENIOR: "senior 高中 中专 职高 技校 中技 职中 高中/中专 高中、中专 高中毕业 中专毕业",
    Worker.Education.COLLEGE: "college 大专 专科 本科 大学 学士 硕士 研究生 博士 大学本科 大学专科 高职 本科及以上 大专/本科",
}
_EDUCATIONS: dict[str, Any] = {word: level for level, words in _EDUCATION_WORDS.items() for word in words.split()}
_EDUCATIONS |= {name: level for level, name in EDUCATION_NAMES.items()} | {"": ""}
_YES, _NO = {"是", "y", "yes", "true", "1", "√", "✓", "有"}, {"", "否", "n", "no", "false", "0", "×", "x", "无", "不是"}
_NOTHING = {"-", "--", "—", "——", "/", "\\", "无"}  # what people put where there is nothing to say

_DATE_TEXT = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[\sT]+[\d:.]+)?")
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DATE_WITHOUT_DAY = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?|(?:19|20)\d{2}年?")
_DATE_UNCLEAR = re.compile(r"\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*(?:\d{4}|\d{1,2})\s*日?")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 80_000)  # 1927 to 2119: a date cell that has lost its format
_CUT_OFF = 10**15  # Excel keeps 15 digits of a number


def heading_known(written: str) -> str:
    """The heading that people mean by what they wrote: "员工编号*" -> "工号". What is unknown stays as it is."""
    plain = _REMARKS.sub("", unicodedata.normalize("NFKC", written)).lower()
    return _CANONICAL.get(plain, written.strip())


def cell_text(value: Any) -> str:
    """What a person sees in the cell: 13800138000.0 -> "13800138000"."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None or value is ABSENT else str(value).replace("\x00", "").strip()


def _one_line(value: Any) -> str:
    text = unicodedata.normalize("NFKC", cell_text(value))
    return "" if text in _NOTHING else text


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


class PhoneWidget(TextWidget):
    def clean(self, value, row=None, **kwargs):
        return phone_clean(_one_line(value))


class IdCardWidget(TextWidget):
    """Keeps the last four characters. As a number Excel rounds what is longer than 15 digits, and drops zeros in front."""

    def clean(self, value, row=None, **kwargs):
        text = _one_line(value)
        if isinstance(value, int | float) and value >= _CUT_OFF:
            raise ValueError(_("Excel has rounded this ID number. Format the column as text, then write it again."))
        if isinstance(value, int | float) and len(text) < 4:
            text = text.zfill(4)
        return id_last_four_clean(text)


class ChoiceWidget(TextWidget):
    """words: what people write (small letters) -> value. names: value -> what stands in our own files."""

    def __init__(self, words: Mapping[str, Any], names: Mapping[Any, str]):
        super().__init__()
        self.words, self.names = words, names

    def clean(self, value, row=None, **kwargs):
        text = _one_line(value)
        known = self.words.get(text.lower())
        if known is None:
            sentence = _("“%(value)s” is not known. Write one of these, or leave it empty: %(choices)s.")
            raise ValueError(sentence % {"value": text[:30], "choices": listed(self.names.values())})
        return known

    def render(self, value, obj=None, **kwargs):
        return self.names.get(value, "")


def gender_widget() -> ChoiceWidget:
    return ChoiceWidget(_GENDERS, GENDER_NAMES)


def education_widget() -> ChoiceWidget:
    return ChoiceWidget(_EDUCATIONS, EDUCATION_NAMES)


def yes_no_widget() -> ChoiceWidget:
    return ChoiceWidget(dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False), {True: "是", False: "否"})


def shift_name(value: Any) -> str:
    return name_written(_one_line(value))


class ShiftWidget(TextWidget):
    """`names`: of this factory's shifts -> id, `shown`: the inverse; read once for the whole file."""

    names: Mapping[str, int]
    shown: Mapping[int, str]

    def read(self) -> None:
        self.shown = dict(Shift.objects.order_by("name").values_list("pk", "name"))
        self.names = {name_written(name): pk for pk, name in self.shown.items()}

    def clean(self, value, row=None, **kwargs):
        text = shift_name(value)
        if not text:
            return None
        if text not in self.names:
            if not self.names:
                raise ValueError(
                    _("There are no shifts yet. Add them under “Shifts” first, or leave the column empty.")
                )
            sentence = _("There is no shift “%(value)s”. There are: %(names)s. Write one of them, or leave it empty.")
            raise ValueError(sentence % {"value": text[:30], "names": listed(self.names, most=20)})
        return self.names[text]

    def render(self, value, obj=None, **kwargs):
        return self.shown.get(value, "")


class DayWidget(Widget):
    """A date cell, or a date as people write it: 2025-02-28, 2025/2/28, 2025.2.28, 2025年2月28日, 20250228."""

    def clean(self, value, row=None, **kwargs):
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = _one_line(value)
        if not text:
            return None
        if isinstance(value, float) and int(value) in _EXCEL_DAYS:
            return _EXCEL_DAY_ZERO + timedelta(days=int(value))
        match = _DATE_TEXT.fullmatch(text) or _DATE_DIGITS.fullmatch(text)
        try:
            return date(*map(int, match.groups() if match else ()))
        except (TypeError, ValueError):
            raise ValueError(_date_refusal(text)) from None

    def render(self, value, obj=None, **kwargs):
        return value.isoformat() if value else ""


def _date_refusal(text: str) -> str:
    if _DATE_WITHOUT_DAY.fullmatch(text):
        sentence = _("“%(value)s” is not a whole date: the day is missing. Write it as 2025-02-28.")
    elif _DATE_UNCLEAR.fullmatch(text):
        sentence = _("“%(value)s” can be read in more than one way. Write the year first, in four digits: 2025-02-28.")
    else:
        sentence = _("“%(value)s” is not a date. Write it as 2025-02-28.")
    return sentence % {"value": text[:30]}


class PlaceWidget(Widget):
    """Three columns are one place in the tree, read once for the whole file.

    In a file the department's column alone may name the way down ("注塑车间/A线"), unless that is a department's name, or the
    file has a workshop or line beside it. ways: such cells as written -> as read.
    """

    tree: DepartmentTree
    whole: set[str] | None  # names that are no ways; None: none is
    ways: dict[str, str]

    def read(self, dataset: Dataset, *, is_fixed: bool, is_file: bool) -> None:
        """Read the tree; unless it is fixed, add what the file names."""
        self.tree, self.whole, self.ways = DepartmentTree(is_fixed=is_fixed), None, {}
        blank = [""] * len(dataset)
        columns = [dataset[name] if name in dataset.headers else blank for name in LEVELS.values()]
        written = {tuple(name_written(cell_text(cell)) for cell in cells) for cells in set(zip(*columns, strict=True))}
        if is_file:
            self.whole = self.tree.tops() | {department for department, *below in written if any(below)}
        places = set()
        for names in sorted(written):
            with suppress(ValueError):  # told beside each row
                places.add(self._levels(*names))
        if not is_fixed:
            self.tree.ensure_all(places)

    def clean(self, value, row=None, **kwargs):
        names = self._levels(*(name_written(cell_text(row.get(heading))) for heading in LEVELS.values()))
        place = self.tree.ensure(**dict(zip(LEVELS, names, strict=True)))
        return place.pk if place else None

    def _levels(self, department: str, workshop: str, line: str) -> tuple[str, str, str]:
        names = department, workshop, line
        if self.whole is not None and not (workshop or line or department in self.whole):
            names = way_read(department)
            if any(names[1:]):
                self.ways[department] = WAY.join(filter(None, names))
        for name in names:
            if len(name) > Department.NAME_LENGTH:
                text = _("“%(value)s” is too long. Write at most %(limit)d characters.")
                raise ValueError(text % {"value": name, "limit": Department.NAME_LENGTH})
        return names
