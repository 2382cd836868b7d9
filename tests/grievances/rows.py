"""Cases as rows alone, as many as figures need: nothing in them can be opened."""

import itertools
import secrets
from datetime import date, timedelta

from django.db import connection

from grievances.models import Case, CaseEvent, CaseKey, CaseWrap, Channel, Lane, Message, Officer, State
from grievances.services.calendar import due_on, today
from grievances.services.log import event_hash

_numbers = itertools.count()


def case_row(
    came: date | None = None, *, to: tuple[str, ...] = (Lane.FACTORY,), is_flood: bool = False, **fields
) -> Case:
    """A case that came on a day (today), with its deadlines and the first entry of its log."""
    came = came or today()
    channel = Channel()
    case = Case.objects.create(
        **{
            "id": secrets.token_hex(16),
            "place": getattr(connection.tenant, "slug", "sunrise"),
            "lead": Lane.FACTORY if Lane.FACTORY in to else Lane.OMBUDSMAN,
            "category": "pay",
            "salt_version": 1,
            "worker_sign_key": bytes(32),
            "worker_box_key": bytes(32),
            "arrived_on": came,
            "acknowledge_by": due_on(came, days=channel.acknowledge_days, channel=channel),
            "answer_by": due_on(came, days=channel.answer_days, channel=channel),
            "is_quarantined": is_flood,
            **fields,
        }
    )
    event = CaseEvent(
        case=case,
        number=0,
        kind="received",
        detail={"to": sorted(to), "quarantined": is_flood},
        on=came,
        previous_hash=case.id,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return case


def cases(count: int, came: date | None = None, **fields) -> list[Case]:
    return [case_row(came, **fields) for _number in range(count)]


def closed(came: date, *, after: int = 10, **fields) -> Case:
    """Answered and closed some days after it came."""
    done = came + timedelta(days=after)
    days = {"acknowledged_on": came, "answered_on": done, "closed_on": done}
    return case_row(came, **{"state": State.CLOSED, "closing": Case.Closing.RESOLVED, **days, **fields})


def answered(came: date, *, after: int = 10, **fields) -> Case:
    days = {"acknowledged_on": came, "answered_on": came + timedelta(days=after)}
    return case_row(came, **{"state": State.ANSWERED, **days, **fields})


def wrap(case: Case, officer: Officer, *, is_held: bool = False) -> CaseWrap:
    key, _is_new = CaseKey.objects.get_or_create(
        case=case, epoch=0, defaults={"public_key": bytes(32), "worker_wrap": bytes(80)}
    )
    return CaseWrap.objects.create(key=key, officer=officer, sealed=bytes(80), is_held=is_held)


def message(case: Case, author: Officer | None = None) -> Message:
    number = case.messages.count()
    return Message.objects.create(
        id=f"00000000-0000-4000-8000-{next(_numbers):012}",
        case=case,
        author=author,
        lane=Lane.FACTORY,
        number=number,
        epoch=0,
        kind=Message.Kind.MESSAGE,
        sealed=bytes(560),
        arrived_on=case.arrived_on,
    )


def officer_row(name: str = "陈主管", *, user=None, place: str = "", **fields) -> Officer:
    return Officer.objects.create(
        name=name,
        user=user,
        place=place,
        state=Officer.State.ACTIVE,
        box_key=secrets.token_bytes(32),
        sign_key=secrets.token_bytes(32),
        enrolled_on=today(),
        **fields,
    )
