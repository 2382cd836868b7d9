"""What a worker does with a receipt in hand. The lookup key proves the right; the server keeps only its digest."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grievances.errors import UnknownReceipt, VaultRefused
from grievances.models import Attachment, Case, CaseWrap, Message, State
from grievances.services import flood
from grievances.services.calendar import due_on, today
from grievances.services.channel import channel_get
from grievances.services.log import event_add
from grievances.services.retention import case_erase
from grievances.services.sealed import (
    SealedMessage,
    SealedWrap,
    case_lock,
    message_append,
    own_lane,
    stood_aside,
    wraps_add,
)

APPEAL_DAYS = 60
APPEALABLE = (Case.Closing.RESOLVED, Case.Closing.MERGED)
MOST_A_DAY = 40  # messages of a worker on one case


def case_of(lookup: bytes) -> Case:
    """The case of a lookup key. Raises UnknownReceipt, in the same words and by the same statement whatever the reason.

    Only misses are counted: a right receipt opens its case however many guess.
    """
    case = Case.objects.filter(lookup_digest=hashlib.sha256(lookup).digest()).first()
    if case is None:
        flood.count("lookups", most=flood.MOST_LOOKUPS)
        raise UnknownReceipt(_("Nothing was found for this receipt. Check it: has a digit or a word slipped?"))
    return case


def attachment_of(case: Case, attachment_id: UUID) -> Attachment | None:
    return Attachment.objects.filter(pk=attachment_id, message__case=case).first()


@transaction.atomic
def worker_write(*, case: Case, message: SealedMessage, rating: int | None = None) -> Message:
    """Add what the worker writes; a rating with its number. An answered case is at work again when they write on.

    Raises VaultRefused (case_closed, not_answered, bad_case), OutOfDate, TooMany.
    """
    flood.count("messages", most=flood.MOST_MESSAGES)
    case = case_lock(case.pk)
    is_rating = message.kind == Message.Kind.RATING
    if message.kind == Message.Kind.REKEY or is_rating != (rating is not None):
        raise VaultRefused(_("Something was damaged on its way. Load the page again."), code="bad_case")
    if is_rating and case.answered_on is None:
        raise VaultRefused(_("There is no answer to rate yet."), code="not_answered")
    if case.is_over and not is_rating:
        raise VaultRefused(
            _("This case is closed. You can ask for another look, or begin a new one."), code="case_closed"
        )
    known = Message.objects.filter(pk=message.id).exists()
    if not known and case.messages.filter(author=None, arrived_on=today()).count() >= MOST_A_DAY:
        raise VaultRefused(
            _("You have written very often today. Go on tomorrow; what you have typed stays here."), code="full"
        )
    stored = message_append(case, message, author=None)
    if known:
        return stored
    if is_rating:
        case.rating = rating
        case.save(update_fields=["rating"])
    elif case.lead == own_lane():
        worker_wrote(case)
    event_add(case, "rated" if is_rating else "worker_wrote")
    return stored


def worker_wrote(case: Case) -> None:
    """The side that leads a case goes on with it when the worker writes after the answer. The case is locked."""
    if case.state == State.ANSWERED:
        _reopen(case, State.IN_PROGRESS)


def worker_appealed(case: Case) -> None:
    """The side that leads a case looks at it again. The case is locked, appealed_on is set."""
    _reopen(case, State.APPEALED)


def _reopen(case: Case, state: Any) -> None:
    channel = channel_get()
    case.state, case.closed_on, case.closing, case.merged_into = state, None, "", None
    case.answer_by = due_on(today(), days=channel.answer_days, channel=channel)
    case.revision += 1
    case.save(update_fields=["state", "closed_on", "closing", "merged_into", "answer_by", "revision"])


@transaction.atomic
def case_appeal(*, case: Case) -> Case:
    """Ask for another look at an answer, once, within 60 days. Again changes nothing. Raises VaultRefused (no_appeal)."""
    case = case_lock(case.pk)
    if case.state == State.APPEALED:
        return case
    if not may_appeal(case):
        raise VaultRefused(_("This case cannot be looked at again. You can begin a new one."), code="no_appeal")
    case.appealed_on = today()
    case.save(update_fields=["appealed_on"])
    if case.lead == own_lane():
        worker_appealed(case)
    event_add(case, "appealed")
    return case


def may_appeal(case: Case) -> bool:
    is_answered = case.state == State.ANSWERED or (case.is_over and case.closing in APPEALABLE)
    since = case.answered_on or case.closed_on
    return bool(is_answered and case.appealed_on is None and since and today() <= since + timedelta(days=APPEAL_DAYS))


@transaction.atomic
def case_withdraw(*, case: Case) -> None:
    """Take a case back: its texts, files and keys are erased at once; that there was one stays counted."""
    case = case_lock(case.pk)
    case_erase(case, closing=Case.Closing.WITHDRAWN)


@transaction.atomic
def case_hand(*, case: Case, wraps: Iterable[SealedWrap]) -> None:
    """Give the case to further recipients, the ombudsman say. Who had it keeps it. Raises OutOfDate, VaultRefused."""
    case = case_lock(case.pk)
    aside = stood_aside(case)
    wraps = [wrap for wrap in wraps if wrap.officer not in aside]
    before = set(CaseWrap.objects.filter(key__case=case, is_held=False).values_list("officer_id", flat=True))
    wraps_add(case, wraps, replaces=True)
    added = {wrap.officer for wrap in wraps} - before
    if added:
        event_add(case, "handed", by="worker", officers=sorted(map(str, added)))
