"""How names and employee numbers are written, so that the roster and what a worker types can be compared."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

# Characters that are read differently as a surname; pypinyin gives the everyday reading.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "员": "yun", "洗": "xian", "覃": "qin", "尉": "wei", "种": "chong", "乐": "yue", "缪": "miao", "黑": "he",
    "折": "she", "翟": "zhai", "郇": "xun", "秘": "bi", "繁": "po", "长孙": "zhang sun", "尉迟": "yu chi",
    "万俟": "mo qi",
}  # fmt: skip
_MIDDLE_DOTS = re.compile("[・•‧∙⋅．]")
_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff]+")


def employee_number_clean(text: str) -> str:
    """One way to write a number: half-width, capitals, no spaces. Zeros in front stay."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def name_clean(text: str) -> str:
    """One way to compare a name: half-width, no spaces, one kind of middle dot, case ignored."""
    return _SPACES.sub("", _MIDDLE_DOTS.sub("·", unicodedata.normalize("NFKC", text))).casefold()


def name_pinyin(name: str) -> str:
    """ "单小芳" -> "shan xiao fang": Chinese names sort and are searched by sound."""
    surname = next((name[:length] for length in (2, 1) if name[:length] in SURNAMES), "")
    parts = [SURNAMES[surname]] if surname else []
    parts += lazy_pinyin(name[len(surname) :], style=Style.NORMAL)
    return " ".join(" ".join(parts).lower().split())[:120]
