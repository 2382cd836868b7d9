"""What an officer does with a case they hold. Every change names the revision it was made from: two at once do not overwrite."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grievances import protocol
from grievances.errors import OutOfDate, VaultRefused
from grievances.models import OMBUDSMAN_PLACE, Case, CaseKey, CaseWrap, Message, Note, Officer, State
from grievances.services.calendar import today
from grievances.services.log import event_add
from grievances.services.officers import proof_require
from grievances.services.retention import case_erase
from grievances.services.sealed import (
    SEAL_BYTES,
    SealedMessage,
    SealedWrap,
    case_lock,
    message_append,
    next_number,
    own_lane,
    stood_aside,
    wraps_add,
)

# What an officer may do by hand. "answered" comes with an answer, "appealed" from the worker.
MOVES = {
    State.RECEIVED: {State.ACKNOWLEDGED, State.IN_PROGRESS},
    State.ACKNOWLEDGED: {State.IN_PROGRESS},
    State.IN_PROGRESS: set(),
    State.ANSWERED: {State.IN_PROGRESS, State.CLOSED},
    State.APPEALED: {State.IN_PROGRESS},
    State.CLOSED: set(),
}
MOST_NOTE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class SealedNote:
    """wraps: officer's id -> the note's key sealed to them, base64."""

    id: UUID
    number: int
    sealed: bytes
    wraps: dict[str, str]


@dataclass(frozen=True, slots=True)
class NewKey:
    """The next epoch of a case: its key for everybody who holds it, the signed message that names it, and the signature over
    all of it for the server, purpose "rekey"."""

    epoch: int
    public_key: bytes
    worker_wrap: bytes
    wraps: list[SealedWrap]
    message: SealedMessage
    proof: bytes


@transaction.atomic
def case_move(*, case_id: str, officer: Officer, to: str, revision: int) -> Case:
    """Take a case to another state. Raises OutOfDate, VaultRefused (not_held, not_ours, no_such_move)."""
    case = _case_for(case_id, officer, revision=revision)
    _require_lead(case)
    if to not in MOVES[State(case.state)]:
        raise VaultRefused(_("A case cannot go from this state to that one."), code="no_such_move")
    _moved(case, to, officer)
    return case


@transaction.atomic
def officer_write(*, case_id: str, officer: Officer, message: SealedMessage, is_answer: bool) -> Message:
    """Add what an officer writes to the worker; the first word acknowledges a case, an answer answers it.

    A case closed as the same as another one still takes what is written to both.

    Two at once: the second one's number is taken and OutOfDate says so; their browser seals it again behind the first.
    """
    case = _case_for(case_id, officer)
    is_led = case.lead == own_lane()
    if message.kind != Message.Kind.MESSAGE or (case.is_over and is_led and not case.merged_into_id):
        raise VaultRefused(_("This case is closed. Only the worker can have it opened again."), code="case_closed")
    known = Message.objects.filter(pk=message.id).exists()
    if not known and case.needs_rekey and case.lead == own_lane():
        raise OutOfDate(_("The case has to get a new key first. Your text is still here: it is sent after that."))
    stored = message_append(case, message, author=officer)
    if known:
        return stored
    event_add(case, "officer_wrote", officer=officer, answer=is_answer)
    if is_led and case.merged_into_id:
        if (
            is_answer and case.answered_on is None
        ):  # the answer of the other case: this one stays closed, but may be rated
            case.answered_on = today()
            _save(case, "answered_on")
    elif is_led and is_answer:
        _moved(case, State.ANSWERED, officer)
    elif is_led and case.state == State.RECEIVED:
        _moved(case, State.ACKNOWLEDGED, officer)
    return stored


@transaction.atomic
def note_add(*, case_id: str, officer: Officer, note: SealedNote) -> Note:
    """Keep a note among officers, once. Raises OutOfDate when another one came first."""
    case = _case_for(case_id, officer)
    if earlier := Note.objects.filter(pk=note.id, case=case).first():
        return earlier
    if not 0 < len(note.sealed) <= MOST_NOTE_BYTES:
        raise VaultRefused(_("This note is too long. Write it in two parts."), code="bad_size")
    if note.number != next_number(case.notes.all()) or set(note.wraps) != {str(pk) for pk in holders_here(case)}:
        raise OutOfDate(_("Something new was written in the meantime. Your text is still here: it is sent once more."))
    event_add(case, "noted", officer=officer)
    return Note.objects.create(
        id=note.id,
        case=case,
        author=officer,
        number=note.number,
        sealed=note.sealed,
        wraps=note.wraps,
        written_on=today(),
    )


@transaction.atomic
def case_assign(*, case_id: str, officer: Officer, to: Officer | None, revision: int) -> Case:
    """Say who deals with it: one who holds it, or nobody. Raises OutOfDate, VaultRefused (not_held)."""
    case = _case_for(case_id, officer, revision=revision)
    if to is not None and to.pk not in holders_here(case):
        raise VaultRefused(_("They cannot read this case. Hand it to them first."), code="not_held")
    if case.assigned_to_id != (to.pk if to else None):
        case.assigned_to = to
        _save(case, "assigned_to")
        event_add(case, "assigned", officer=officer, to=str(to.pk) if to else "")
    return case


@transaction.atomic
def case_conflict(*, case_id: str, officer: Officer) -> None:
    """ "This is about me": the officer's own keys to the case go, the others carry on under a new key.

    Raises VaultRefused (nobody_else) where nobody else could read it then.
    """
    case = _case_for(case_id, officer)
    others = CaseWrap.objects.filter(key__case=case, is_held=False, officer__state=Officer.State.ACTIVE)
    if not others.exclude(officer=officer).exists():
        raise VaultRefused(
            _("Nobody else can read this case. Hand it to another officer or to the ombudsman first."),
            code="nobody_else",
        )
    CaseWrap.objects.filter(key__case=case, officer=officer).delete()
    for note in case.notes.all():
        if note.wraps.pop(str(officer.pk), None):
            note.save(update_fields=["wraps"])
    if case.assigned_to_id == officer.pk:
        case.assigned_to = None
    case.needs_rekey = True
    _save(case, "assigned_to", "needs_rekey")
    event_add(case, "conflict", officer=officer)


@transaction.atomic
def case_grant(*, case_id: str, officer: Officer, wraps: Iterable[SealedWrap], proof: bytes) -> None:
    """Hand a case to the ombudsmen, or to an officer who came later. proof: the officer's signature, purpose "grant": a login
    alone plants no wraps. Raises OutOfDate, VaultRefused (not_held, bad_proof, stood_aside, bad_case)."""
    case = _case_for(case_id, officer)
    wraps = list(wraps)
    said = [(str(wrap.officer), wrap.epoch, wrap.sealed) for wrap in wraps]
    proof_require(officer, purpose="grant", payload=protocol.grant_payload(case.pk, said), proof=proof)
    if any(wrap.is_held for wrap in wraps):
        raise VaultRefused(_("Only the worker can agree to an escalation."), code="bad_case")
    if stood_aside(case) & {wrap.officer for wrap in wraps}:
        raise VaultRefused(
            _("They have said that this case is about them. Hand it to somebody else."), code="stood_aside"
        )
    wraps_add(case, wraps)
    event_add(case, "handed", officer=officer, officers=sorted({str(wrap.officer) for wrap in wraps}))


@transaction.atomic
def case_rekey(*, case_id: str, officer: Officer, new: NewKey) -> CaseKey:
    """Keep the next epoch's key, made by an officer for exactly those who hold the case, where one is needed.

    Raises OutOfDate, VaultRefused (not_held, no_rekey, bad_proof, bad_size).
    """
    case = _case_for(case_id, officer)
    if existing := case.keys.filter(epoch=new.epoch).first():
        if bytes(existing.public_key) == new.public_key:
            return existing
        raise OutOfDate(_("The case has got a new key in the meantime. Load it again."))
    if not case.needs_rekey or case.lead != own_lane():
        raise VaultRefused(_("This case needs no new key from here."), code="no_rekey")
    _require_new_key(case, officer, new)
    message_append(case, new.message, author=officer)
    key = CaseKey.objects.create(case=case, epoch=new.epoch, public_key=new.public_key, worker_wrap=new.worker_wrap)
    CaseWrap.objects.bulk_create(
        CaseWrap(key=key, officer_id=wrap.officer, sealed=wrap.sealed, is_held=wrap.is_held) for wrap in new.wraps
    )
    case.needs_rekey = False
    _save(case, "needs_rekey")
    event_add(case, "rekeyed", officer=officer, epoch=new.epoch)
    return key


def _require_new_key(case: Case, officer: Officer, new: NewKey) -> None:
    """For those who hold the case, the next one, and signed by the officer: a login alone locks nobody out."""
    held = {(wrap.officer, wrap.is_held) for wrap in new.wraps}
    is_next = new.epoch == case.keys.count() and new.message.kind == Message.Kind.REKEY
    if not is_next or held != holders(case) or len(held) != len(new.wraps):
        raise OutOfDate(_("The case has got a new key in the meantime. Load it again."))
    if not protocol.box_key_is_sound(new.public_key) or len(new.worker_wrap) != SEAL_BYTES + 32:
        raise VaultRefused(_("A key was damaged on its way. Try again."), code="bad_size")
    payload = protocol.rekey_payload(
        case.pk,
        epoch=new.epoch,
        public_key=new.public_key,
        worker_wrap=new.worker_wrap,
        wraps=[(str(wrap.officer), wrap.is_held, wrap.sealed) for wrap in new.wraps],
    )
    proof_require(officer, purpose="rekey", payload=payload, proof=new.proof)


@transaction.atomic
def case_merge(*, case_id: str, into_id: str, officer: Officer, revision: int) -> Case:
    """Close a case as the same as another one that the officer holds, too. Its worker reads the answer in their own case.

    Raises OutOfDate, VaultRefused (same_case, case_closed, not_ours, not_held).
    """
    if case_id == into_id:
        raise VaultRefused(_("A case cannot be merged with itself."), code="same_case")
    first, second = sorted([case_id, into_id])  # locked in one order, whoever merges which way
    locked = {pk: _case_for(pk, officer) for pk in (first, second)}
    case, into = locked[case_id], locked[into_id]
    _require_revision(case, revision)
    _require_lead(case)
    if case.is_over or into.merged_into_id:
        raise VaultRefused(_("One of the two is closed already. Choose another one."), code="case_closed")
    case.merged_into, case.closing = into, Case.Closing.MERGED
    _save(case, "merged_into", "closing")
    _moved(case, State.CLOSED, officer)
    event_add(into, "merged", officer=officer, other=case.pk)
    return case


@transaction.atomic
def quarantine_release(*, case_id: str, officer: Officer) -> Case:
    """Let a case that came in a flood in among the others. Again changes nothing."""
    case = _case_for(case_id, officer)
    if case.is_quarantined:
        case.is_quarantined = False
        _save(case, "is_quarantined")
        event_add(case, "released", officer=officer)
    return case


def quarantine_empty(*, case_ids: Iterable[str], officer: Officer) -> int:
    """Erase these cases of the quarantine; how many. Those let out in the meantime stay, and those which an ombudsman holds,
    or gets when they escalate: nobody empties what was meant for somebody else, too."""
    return sum(_quarantined_erase(case_id, officer) for case_id in case_ids)


@transaction.atomic
def _quarantined_erase(case_id: str, officer: Officer) -> int:
    case = Case.objects.select_for_update().filter(pk=case_id, erased_on=None, is_quarantined=True).first()
    if case is None or not Case.objects.held_by(officer).filter(pk=case_id).exists():
        return 0
    others = CaseWrap.objects.filter(key__case=case, officer__place=OMBUDSMAN_PLACE)
    if others.exists():  # never in public, where an ombudsman empties the copy alone
        return 0
    case_erase(case, closing=Case.Closing.EMPTIED, officer=officer)
    return 1


@transaction.atomic
def case_exported(*, case_id: str, officer: Officer) -> None:
    """Log that an officer took a copy of a case out of the vault."""
    event_add(_case_for(case_id, officer), "exported", officer=officer)


def holders(case: Case) -> set[tuple[UUID, bool]]:
    """(officer, held) for everybody who has a wrap of the newest key."""
    newest = case.keys.order_by("-epoch").first()
    return set(newest.wraps.values_list("officer_id", "is_held")) if newest else set()


def holders_here(case: Case) -> set[UUID]:
    """The officers of this place among the holders: who reads and writes notes."""
    newest = case.keys.order_by("-epoch").first()
    wraps = newest.wraps.filter(officer__place="", is_held=False) if newest else CaseWrap.objects.none()
    return set(wraps.values_list("officer_id", flat=True))


def _case_for(case_id: str, officer: Officer, *, revision: int | None = None) -> Case:
    """The locked case, for an officer who holds it; for others it is not there."""
    if not Case.objects.held_by(officer).filter(pk=case_id).exists():
        raise VaultRefused(_("You do not hold this case (any more)."), code="not_held")
    case = case_lock(case_id)
    if revision is not None:
        _require_revision(case, revision)
    return case


def _require_revision(case: Case, revision: int) -> None:
    if case.revision != revision:
        raise OutOfDate(_("Somebody else has changed this case in the meantime. Look at it again, then decide."))


def _require_lead(case: Case) -> None:
    if case.lead != own_lane():
        raise VaultRefused(
            _("The other side handles this case: you can read and write, not close it."), code="not_ours"
        )


def _moved(case: Case, to: Any, officer: Officer) -> None:
    day, before = today(), case.state
    if to == before:
        return
    case.state = to
    if case.acknowledged_on is None:
        case.acknowledged_on = day
    if to == State.ANSWERED:
        case.answered_on = day
    if to == State.CLOSED:
        case.closed_on, case.closing = day, case.closing or Case.Closing.RESOLVED
    _save(case, "state", "acknowledged_on", "answered_on", "closed_on", "closing")
    event_add(case, "moved", officer=officer, **{"from": before, "to": to})


def _save(case: Case, *fields: str) -> None:
    case.revision += 1
    case.save(update_fields=[*fields, "revision"])
