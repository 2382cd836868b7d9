"""Employees: the days that cannot be, who leaves and comes back, whose number is used again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from workers.models import Worker, WorkerMessage
from workers.services.history import CHANGED, history_insert
from workers.services.messages import TOLD_TO_LEAVERS
from workers.services.spelling import employee_number_clean

RELEASED_KEEPS = 18  # of 30 characters; a date and a count follow
YOUNGEST = 16  # Labour Law of the PRC, article 15
SURE, LIKELY = ("birth_date", "id_last_four"), ("hired_on", "phone")


def worker_faults(worker: Worker, today: date) -> Iterator[tuple[str, str]]:
    """(attribute, sentence) of every day that cannot be, and of a number that nobody knows who works here."""
    born, hired, left = worker.birth_date, worker.hired_on, worker.left_on
    is_hired_plausibly = hired is None or date(1950, 1, 1) <= hired <= today + timedelta(days=366)
    if born and born >= today:
        yield "birth_date", _("The birth date must lie in the past. Write it as 1995-02-28.")
    elif born and born < date(1920, 1, 1):
        yield "birth_date", _("The birth date is too long ago. Write it as 1995-02-28.")
    elif born and is_hired_plausibly and age_on(born, max(hired or today, today)) < YOUNGEST:
        yield (
            "birth_date",
            _(
                "By this birth date the person is under 16, and the law forbids to employ them. Check the date with the ID "
                "card. If it is right, this person may not work here: speak to the owner of the factory."
            ),
        )
    if not is_hired_plausibly:
        yield "hired_on", _("The hire date is too far away. Write it as 2025-02-28.")
    elif born and hired and hired <= born < today:
        yield "hired_on", _("Nobody is hired before they are born. Correct one of the two dates.")
    if left and left > today:
        yield "left_on", _("The leave date lies in the future. Enter it when the day has come.")
    if left and hired and left < hired:
        yield "left_on", _("Nobody leaves before they were hired. Correct one of the two dates.")
    if left is None and worker.former_number:
        text = _("%(number)s was later given to somebody else. Write the new number of this person.")
        yield "employee_number", text % {"number": worker.former_number}


def another_person_by(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The attributes by which another name under a number is another person, not a name put right: birth date or ID card; where
    neither can be compared, hire date and phone together."""
    if compared := [name for name in SURE if before[name] and now[name]]:
        return [name for name in compared if before[name] != now[name]]
    differing = [name for name in LIKELY if before[name] and now[name] and before[name] != now[name]]
    return differing if len(differing) == len(LIKELY) else []


def same_person_by(known: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """The attributes by which one name under two numbers is one person: birth date, ID card or phone alike, and neither of the
    first two different."""
    signs = [name for name in (*SURE, "phone") if known[name] and told[name]]
    differing = [name for name in signs if known[name] != told[name]]
    return [] if set(differing) & set(SURE) else [name for name in signs if name not in differing]


def may_be_one(known: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Nothing that never changes tells two people of one name apart."""
    return all(known[name] == told[name] for name in SURE if known[name] and told[name])


def age_on(born: date, on: date) -> int:
    """Whole years; negative before birth."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def hired_too_young(worker: Worker) -> bool:
    """By the two dates they were a child on the day they were hired, however old they are now."""
    born, hired = worker.birth_date, worker.hired_on
    return bool(born and hired) and age_on(born, hired) < YOUNGEST


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
def worker_return(*, worker: Worker, number: str = "") -> bool:
    """Somebody who left works here again, with all they had learned. False: had not left.

    number: the new one, where theirs was given to another; else they keep theirs. Raises what `return_prepare` does.
    """
    worker = Worker.objects.select_for_update().get(pk=worker.pk)
    if worker.left_on is None:
        return False
    return_prepare(worker, number)
    worker.save(update_fields=["employee_number", "left_on", "updated_at"])
    return True


def return_prepare(worker: Worker, number: str) -> None:
    """As they will be; not saved. Raises ValidationError where theirs was given to another and `number` cannot be theirs."""
    worker.left_on = None
    if worker.former_number:
        worker.employee_number = employee_number_clean(number) or worker.employee_number
        worker.full_clean(exclude={field.name for field in Worker._meta.fields} - {"employee_number"})
        if fault := dict(worker_faults(worker, timezone.localdate())).get("employee_number"):
            raise ValidationError({"employee_number": fault})


def leave_fault(*, worker_ids: Iterable[int], on: date | None) -> str:
    """Why these cannot have left on that day, in a sentence; empty where they can."""
    if on is None or on > timezone.localdate():
        return _("Say on which day they left. It may be today, or earlier.")
    late = Worker.objects.employed().filter(pk__in=worker_ids, hired_on__gt=on).first()
    text = _("%(person)s was hired after that day. Choose a later day, or take the tick away.")
    return text % {"person": late} if late else ""


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
    """What waits for those who have left is not sent any more, but for what leavers are told."""
    waiting = WorkerMessage.objects.filter(worker__in=worker_ids, state=WorkerMessage.State.QUEUED)
    waiting.exclude(kind__in=TOLD_TO_LEAVERS).update(
        state=WorkerMessage.State.REFUSED, refusal_code="left", updated_at=timezone.now()
    )


def number_released(worker: Worker) -> str:
    """The number that somebody who left goes by once theirs is used again: "A001~20250301". A long one ends in "…"."""
    number = worker.employee_number
    kept = number if len(number) <= RELEASED_KEEPS else f"{number[: RELEASED_KEEPS - 1]}…"
    released = f"{kept}~{worker.left_on:%Y%m%d}"
    taken = set(Worker.objects.filter(employee_number__startswith=released).values_list("employee_number", flat=True))
    return next(number for n in count(1) if (number := released if n == 1 else f"{released}~{n}") not in taken)


def number_release(*, worker: Worker, released: str, user_id: int | None = None) -> None:
    """The old record keeps everything, its phones too; only its number is another one."""
    Worker.objects.filter(pk=worker.pk).update(employee_number=released, updated_at=timezone.now())
    history_insert(Worker, [worker.pk], kind=CHANGED, user_id=user_id, reason="number used again")


def leaders_unplaced() -> int:
    return Worker.objects.employed().leading_nothing().count()


def workers_renumber(numbers: Mapping[int, str]) -> None:
    """By way of numbers that nobody has, as two may swap theirs. numbers: id -> number; whoever had it has given it up.

    The history is the caller's.
    """
    between = Concat(Value("~"), Cast("pk", CharField()))
    Worker.objects.filter(pk__in=numbers).update(employee_number=between)
    for pk, number in numbers.items():
        Worker.objects.filter(pk=pk).update(employee_number=number)
