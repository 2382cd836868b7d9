"""The end of a case: crypto-erasure by deleting every wrap, and the ciphertext with it."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from grievances.models import Attachment, Case, Message, Note, Officer, State
from grievances.services.calendar import today
from grievances.services.channel import channel_get
from grievances.services.log import event_add
from grievances.services.sealed import own_lane


def case_erase(case: Case, *, closing: Any, officer: Officer | None = None) -> None:
    """Erase what a locked case said and every key to it. Category, days, rating and the log stay: nothing of them is words.

    The receipt finds nothing afterwards. Erasure is complete when the last backup has expired (docs/vault.md).
    """
    day = today()
    Note.objects.filter(case=case).delete()
    Attachment.objects.filter(message__case=case).delete()
    Message.objects.filter(case=case).delete()
    case.keys.all().delete()
    if case.state != State.CLOSED:
        case.state, case.closed_on, case.closing = State.CLOSED, day, closing
    case.lookup_digest, case.erased_on, case.needs_rekey = None, day, False
    case.assigned_to = None
    case.revision += 1
    case.save()
    event_add(case, "erased", officer=officer, closing=closing)


def retention_keep() -> int:
    """Close what was answered long ago, erase what has been closed (or left) for long enough. Returns how many changed."""
    day, channel = today(), channel_get()
    done = 0
    answered = Case.objects.filter(
        state=State.ANSWERED, lead=own_lane(), answered_on__lte=day - timedelta(days=channel.close_answered_days)
    )
    for pk in list(answered.values_list("pk", flat=True)):
        done += _close(pk, day)
    over = Q(state=State.CLOSED, closed_on__lte=day - timedelta(days=channel.keep_closed_days))
    flood = Q(is_quarantined=True, arrived_on__lte=day - timedelta(days=channel.keep_quarantined_days))
    left = Q(arrived_on__lte=day - timedelta(days=channel.keep_open_days))
    for pk, closing in [
        *((pk, Case.Closing.EMPTIED) for pk in _ids(flood)),
        *((pk, Case.Closing.RESOLVED) for pk in _ids(over | left)),
    ]:
        done += _erase(pk, closing)
    Attachment.objects.filter(message=None, arrived_on__lt=day).delete()
    return done


def _ids(condition: Q) -> list[str]:
    return list(Case.objects.filter(condition, erased_on=None).values_list("pk", flat=True))


@transaction.atomic
def _close(pk: str, day: date) -> int:
    case = Case.objects.select_for_update().filter(pk=pk, state=State.ANSWERED).first()
    if case is None:
        return 0
    case.state, case.closed_on, case.closing = State.CLOSED, day, Case.Closing.RESOLVED
    case.revision += 1
    case.save(update_fields=["state", "closed_on", "closing", "revision"])
    event_add(case, "moved", by="clock", to=State.CLOSED)
    return 1


@transaction.atomic
def _erase(pk: str, closing: str) -> int:
    case = Case.objects.select_for_update().filter(pk=pk, erased_on=None).first()
    if case is None:
        return 0
    case_erase(case, closing=closing)
    return 1
