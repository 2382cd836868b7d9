"""Employees: how their names and numbers are written, so that what HR and what a worker types compare; who leaves."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import count

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workers.models import Worker, WorkerMessage
from workers.services.history import CHANGED, history_insert

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
# What no name has and nobody sees: control characters, and those that turn the direction of writing.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u202a-\u202e\u2060-\u206f]")
_PHONE_MARKS = re.compile(r"[\s().\u200b-\u200f\ufeff\u2010-\u2015-]+")
_CHINA = re.compile(r"^(?:\+|00)?86(?=1\d{10}$|0\d{9,11}$)")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}|(?:\+|00)[1-9]\d{7,14}")
_ID_CARD = re.compile(r"(?:\d{17}[\dX]|\d{15}|\d{3}[\dX])")
YOUNGEST = 16  # Labour Law of the PRC, article 15


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
        sentence = _("“%(value)s” is no phone number. A mobile number has 11 digits. Correct it or leave it empty.")
        raise ValueError(sentence % {"value": text[:30]})
    return number


def id_last_four_clean(text: str) -> str:
    """The last four characters of an ID card, from these four or the whole number. Raises ValueError, which never quotes
    what was written: it may be a whole number."""
    number = _PHONE_MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if number and not _ID_CARD.fullmatch(number):
        raise ValueError(_("This is no ID number. Write its last four characters, as in 123X, or leave it empty."))
    return number[-4:]


def worker_faults(worker: Worker, today: date) -> Iterator[tuple[str, str]]:
    """(attribute, sentence) of every day that cannot be."""
    born, hired, left = worker.birth_date, worker.hired_on, worker.left_on
    is_hired_plausibly = hired is None or date(1950, 1, 1) <= hired <= today + timedelta(days=366)
    if born and born >= today:
        yield "birth_date", _("The birth date must lie in the past. Write it as 1995-02-28.")
    elif born and born < date(1920, 1, 1):
        yield "birth_date", _("The birth date is too long ago. Write it as 1995-02-28.")
    elif born and is_hired_plausibly and age_on(born, hired or today) < YOUNGEST:
        yield (
            "birth_date",
            _(
                "By these dates this person was under 16 when hired, which the law forbids. Check the birth date and the hire "
                "date with the ID card. If both are right, this person may not work here: speak to the owner of the factory."
            ),
        )
    if not is_hired_plausibly:
        yield "hired_on", _("The hire date is too far away. Write it as 2025-02-28.")
    if left and left > today:
        yield "left_on", _("The leave date lies in the future. Enter it when the day has come.")
    if left and hired and left < hired:
        yield "left_on", _("Nobody leaves before they were hired. Correct one of the two dates.")


def age_on(born: date, on: date) -> int:
    """Whole years; negative before birth."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


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
    messages_refuse(worker_ids=[worker.pk])
    return True


@transaction.atomic
def worker_return(*, worker: Worker) -> bool:
    """Somebody who left works here again, under the same number and with all they had learned. False: had not left."""
    worker = Worker.objects.select_for_update().get(pk=worker.pk)
    if worker.left_on is None:
        return False
    worker.left_on = None
    worker.save(update_fields=["left_on", "updated_at"])
    return True


@transaction.atomic
def workers_leave(*, worker_ids: Iterable[int], on: date, user_id: int | None = None) -> int:
    """Many at once; those who had left, or were hired after that day, stay as they are. Returns how many left."""
    staying = Worker.objects.select_for_update().employed().filter(pk__in=worker_ids).exclude(hired_on__gt=on)
    ids = list(staying.values_list("pk", flat=True))
    Worker.objects.filter(pk__in=ids).update(left_on=on, updated_at=timezone.now())
    history_insert(Worker, ids, kind=CHANGED, user_id=user_id, reason="left")
    messages_refuse(worker_ids=ids)
    return len(ids)


def messages_refuse(*, worker_ids: Iterable[int]) -> None:
    """What waits for those who have left is not sent any more."""
    waiting = WorkerMessage.objects.filter(worker__in=worker_ids, state=WorkerMessage.State.QUEUED)
    waiting.update(state=WorkerMessage.State.REFUSED, refusal_code="left", updated_at=timezone.now())


def number_released(worker: Worker) -> str:
    """The number that somebody who left goes by once theirs is used again: "A001~20250301"."""
    released = f"{worker.employee_number[:18]}~{worker.left_on:%Y%m%d}"
    taken = set(Worker.objects.filter(employee_number__startswith=released).values_list("employee_number", flat=True))
    return next(number for n in count(1) if (number := released if n == 1 else f"{released}~{n}") not in taken)


def number_release(*, worker: Worker, released: str, user_id: int | None = None) -> None:
    """The old record keeps everything, its phones too; only its number is another one."""
    Worker.objects.filter(pk=worker.pk).update(employee_number=released, updated_at=timezone.now())
    history_insert(Worker, [worker.pk], kind=CHANGED, user_id=user_id, reason="number used again")


def leaders_unplaced() -> int:
    """How many are said to lead people, and are the leader of no department."""
    return Worker.objects.employed().filter(is_line_manager=True, led_departments=None).count()
