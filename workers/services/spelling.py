"""How names, numbers and phones are written, so that what HR and what a worker types compare, and sort as people count."""

import os
import re
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _

# Characters that are read differently as a surname; pypinyin gives the everyday reading.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "员": "yun", "洗": "xian", "覃": "qin", "尉": "wei", "种": "chong", "乐": "yue", "缪": "miao", "黑": "he",
    "折": "she", "翟": "zhai", "郇": "xun", "秘": "bi", "繁": "po", "长孙": "zhang sun", "尉迟": "yu chi",
    "万俟": "mo qi",
}  # fmt: skip
_MIDDLE_DOTS = re.compile("[・•‧∙⋅]|(?<=[㐀-鿿])[.](?=[㐀-鿿])")  # NFKC has made "．" a full stop
_DIGITS = "〇一二三四五六七八九"
_COUNTED = re.compile("([0-9]{1,9}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])")
_LATIN = re.compile("[A-Za-z]")
_TOKENS = re.compile("[㐀-鿿]|[^\\s㐀-鿿]+")  # one Chinese character, or one word
_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff]+")
# What no name has and nobody sees: control characters, and those that turn the direction of writing.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u202a-\u202e\u2060-\u206f]")
_PHONE_MARKS = re.compile(r"[\s().\u200b-\u200f\ufeff\u2010-\u2015-]+")
_CHINA = re.compile(r"^(?:\+|00)?86(?=1\d{10}$|0\d{9,11}$)")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}|(?:\+|00)[1-9]\d{7,14}")
_ID_CARD = re.compile(r"(?:\d{17}[\dX]|\d{15}|\d{3}[\dX])")


def employee_number_clean(text: str) -> str:
    """One way to write a number: half-width, capitals, no spaces. Zeros in front stay."""
    return _SPACES.sub("", _UNSEEN.sub("", unicodedata.normalize("NFKC", text))).upper()


@lru_cache(maxsize=4096)
def name_written(text: str) -> str:
    """One way to write a name: half-width, one kind of middle dot; spaces only between words in Latin letters."""
    text = _UNSEEN.sub("", _MIDDLE_DOTS.sub("·", unicodedata.normalize("NFKC", text)))
    return _SPACES.sub(" " if _LATIN.search(text) else "", text).strip()


def name_key(text: str) -> str:
    """What is the same for two ways to write one name."""
    return _SPACES.sub("", name_written(text)).casefold()


def name_pinyin(name: str) -> str:
    """ "单小芳" -> "shan xiao fang": Chinese names sort and are searched by sound."""
    surname = next((name[:length] for length in (2, 1) if name[:length] in SURNAMES), "")
    return f"{SURNAMES.get(surname, '')} {_sound(name[len(surname) :])}".strip()[:120]


def phone_clean(text: str) -> str:
    """One way to write a phone: digits only, without China's 86; a foreign one keeps its +. Raises ValueError."""
    number = _CHINA.sub("", _PHONE_MARKS.sub("", unicodedata.normalize("NFKC", text)))
    if number and not _PHONE.fullmatch(number):
        sentence = _("“%(value)s” is not a phone number. A mobile number has 11 digits. Correct it or leave it empty.")
        raise ValueError(sentence % {"value": text[:30]})
    return number


def id_last_four_clean(text: str) -> str:
    """The last four characters of an ID card, from these four or the whole number. Raises ValueError, which never quotes
    what was written: it may be a whole number."""
    number = _PHONE_MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if number and not _ID_CARD.fullmatch(number):
        raise ValueError(_("This is not an ID number. Write its last four characters, as in 123X, or leave it empty."))
    return number[-4:]


def natural_key(name: str) -> list:
    """Sorts as people count: 二车间 before 十一车间, 2 before 10, the rest by sound."""
    parts = _COUNTED.split(name)
    return [_count(part) if index % 2 else name_pinyin(part) for index, part in enumerate(parts)]


def _count(digits: str) -> int:
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    return (_DIGITS.find(tens) if tens else 1) * 10 * bool(ten) + max(0, _DIGITS.find(ones) if ones else 0)


def _sound(text: str) -> str:
    return " ".join(_sound_of(token) for token in _TOKENS.findall(text))


@lru_cache(maxsize=8192)
def _sound_of(token: str) -> str:
    os.environ["PYPINYIN_NO_PHRASES"] = "1"  # 45 MB of words, and a character alone is in none; asked for at the import
    from pypinyin import Style, lazy_pinyin  # 10 MB, for the processes that write names

    return " ".join(lazy_pinyin(token, style=Style.NORMAL)).lower()
