"""Employees: how their names and numbers are written, so that what HR and what a worker types compare; who leaves."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from workers.models import Worker, WorkerMessage

# Characters that are read differently as a surname; pypinyin gives the everyday reading.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "员": "yun", "洗": "xian", "覃": "qin", "尉": "wei", "种": "chong", "乐": "yue", "缪": "miao", "黑": "he",
    "折": "she", "翟": "zhai", "郇": "xun", "秘": "bi", "繁": "po", "长孙": "zhang sun", "尉迟": "yu chi",
    "万俟": "mo qi",
}  # fmt: skip
_MIDDLE_DOTS = re.compile("[・•‧∙⋅．]")
_DIGITS = "〇一二三四五六七八九"
_COUNTED = re.compile("([0-9]{1,9}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])")
_LATIN = re.compile("[A-Za-z]")
_TOKENS = re.compile("[㐀-鿿]|[^\\s㐀-鿿]+")  # one Chinese character, or one word
_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff]+")


def employee_number_clean(text: str) -> str:
    """One way to write a number: half-width, capitals, no spaces. Zeros in front stay."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


@lru_cache(maxsize=4096)
def name_written(text: str) -> str:
    """One way to write a name: half-width, one kind of middle dot; spaces only between words in Latin letters."""
    text = _MIDDLE_DOTS.sub("·", unicodedata.normalize("NFKC", text))
    return _SPACES.sub(" " if _LATIN.search(text) else "", text).strip()


def name_key(text: str) -> str:
    """What is the same for two ways to write one name."""
    return _SPACES.sub("", name_written(text)).casefold()


def name_pinyin(name: str) -> str:
    """ "单小芳" -> "shan xiao fang": Chinese names sort and are searched by sound."""
    surname = next((name[:length] for length in (2, 1) if name[:length] in SURNAMES), "")
    return f"{SURNAMES.get(surname, '')} {_sound(name[len(surname) :])}".strip()[:120]


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
    from pypinyin import Style, lazy_pinyin  # 50 MB of tables, for the processes that write names

    return " ".join(lazy_pinyin(token, style=Style.NORMAL)).lower()


@transaction.atomic
def worker_leave(*, worker: Worker, on: date) -> bool:
    """The employee has left: nothing is sent to them and their pages close. What they learned stays. False: had left."""
    worker = Worker.objects.select_for_update().get(pk=worker.pk)
    if worker.left_on is not None:
        return False
    worker.left_on = on
    worker.full_clean()
    worker.save(update_fields=["left_on", "updated_at"])
    waiting = worker.messages.filter(state=WorkerMessage.State.QUEUED)
    waiting.update(state=WorkerMessage.State.REFUSED, refusal_code="left", updated_at=timezone.now())
    return True
