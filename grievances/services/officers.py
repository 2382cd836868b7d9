"""Officers come and go. Nobody resets anything: without one of the seeds nothing opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from grievances import protocol
from grievances.errors import VaultRefused
from grievances.models import Case, CaseWrap, Note, Officer
from grievances.services.calendar import today
from grievances.services.channel import channel_ensure
from grievances.services.log import event_add
from grievances.services.sealed import SealedWrap, case_lock, stood_aside, wraps_add

NONCE_BYTES, TAG_BYTES, SEED_BYTES = 24, 16, 32
LEAST_OPS, LEAST_MEMORY = 3, 64 * 1024 * 1024
WRAPPED_SEED_BYTES = NONCE_BYTES + TAG_BYTES + SEED_BYTES


@dataclass(frozen=True, slots=True)
class WrappedSeed:
    """An officer's seed under passphrase and recovery code. passphrase_wrap: {"v", "salt", "ops", "mem", "sealed"}, base64."""

    passphrase_wrap: dict
    recovery_wrap: bytes


@dataclass(frozen=True, slots=True)
class NoteWrap:
    note: UUID
    sealed: bytes


def officer_of(user: User) -> Officer | None:
    """The living enrolment of a person who signs in here."""
    return Officer.objects.own().filter(user_id=user.pk).exclude(state=Officer.State.LEFT).first()


def officer_require(user: User) -> Officer:
    """The same, active. Raises VaultRefused (not_officer)."""
    officer = officer_of(user)
    if officer is None or officer.state != Officer.State.ACTIVE:
        raise VaultRefused(_("Only somebody who receives cases can do this."), code="not_officer")
    return officer


@transaction.atomic
def officer_enrol(
    *, user: User, officer_id: UUID, name: str, box_key: bytes, sign_key: bytes, seed: WrappedSeed, proof: bytes
) -> Officer:
    """Keep somebody's public keys and wrapped seed. The first one is active at once, everybody later is let in by one who is.

    officer_id: follows from the keys. proof: signature by these keys over themselves, purpose "enrol": nobody enrols with
    somebody else's. Sending the same enrolment again returns it. Raises VaultRefused (enrolled_already, bad_keys).
    """
    channel_ensure()
    earlier = officer_of(user)
    if earlier and earlier.pk == officer_id and bytes(earlier.sign_key) == sign_key:
        return earlier
    if earlier:
        raise VaultRefused(
            _("You have keys already. Give those back before you make new ones."), code="enrolled_already"
        )
    _require_wraps(seed)
    is_sound = (
        str(officer_id) == protocol.officer_id(sign_key, box_key)
        and protocol.box_key_is_sound(box_key)
        and protocol.proof_holds(sign_key, "enrol", protocol.enrol_payload(sign_key, box_key), proof)
        and not Officer.objects.filter(pk=officer_id).exists()
    )
    if not is_sound or not name.strip():
        raise VaultRefused(_("The keys were damaged on their way. Begin again."), code="bad_keys")
    is_first = not Officer.objects.active().own().exists()
    return Officer.objects.create(
        id=officer_id,
        user=user,
        name=name.strip()[:40],
        state=Officer.State.ACTIVE if is_first else Officer.State.WAITING,
        box_key=box_key,
        sign_key=sign_key,
        passphrase_wrap=seed.passphrase_wrap,
        recovery_wrap=seed.recovery_wrap,
        enrolled_on=today(),
    )


@transaction.atomic
def officer_admit(
    *,
    officer_id: UUID,
    by: Officer,
    wraps: Iterable[tuple[str, SealedWrap]],
    note_wraps: Iterable[NoteWrap],
    proof: bytes,
) -> Officer:
    """Let a waiting officer in, and hand over the cases that `by` holds, re-wrapped in their browser.

    wraps: (case id, wrap). proof: signature by `by` over the new public keys, purpose "admit": a stolen login lets nobody in.
    Raises VaultRefused (bad_proof, not_waiting).
    """
    officer = Officer.objects.select_for_update().filter(pk=officer_id, place="").first()
    if officer is None or officer.state == Officer.State.LEFT or officer == by:
        raise VaultRefused(_("This person is not waiting any more. Load the page again."), code="not_waiting")
    proof_require(by, purpose="admit", payload=bytes(officer.sign_key) + bytes(officer.box_key), proof=proof)
    if officer.state == Officer.State.WAITING:
        officer.state, officer.admitted_by = Officer.State.ACTIVE, by
        officer.save(update_fields=["state", "admitted_by"])
    cases_hand(to=officer, by=by, wraps=wraps, note_wraps=note_wraps)
    return officer


@transaction.atomic
def cases_hand(
    *, to: Officer, by: Officer, wraps: Iterable[tuple[str, SealedWrap]], note_wraps: Iterable[NoteWrap]
) -> int:
    """Hand cases that `by` holds to another officer; how many.

    Left out: those erased in the meantime, and those of which the other one has said that they are about themselves.
    """
    by_case: dict[str, list[SealedWrap]] = {}
    for case_id, wrap in wraps:
        by_case.setdefault(case_id, []).append(wrap)
    held = set(Case.objects.held_by(by).filter(pk__in=by_case, erased_on=None).values_list("pk", flat=True))
    for case_id in sorted(held):
        if any(wrap.officer != to.pk for wrap in by_case[case_id]):
            raise VaultRefused(_("The keys were damaged on their way. Begin again."), code="bad_keys")
        case = case_lock(case_id)
        if to.pk in stood_aside(case):
            held.discard(case_id)
            continue
        wraps_add(case, by_case[case_id])
        event_add(case, "handed", officer=by, to=str(to.pk))
    notes = {wrap.note: wrap.sealed for wrap in note_wraps}
    for note in Note.objects.select_for_update().filter(pk__in=notes, case__in=held):
        note.wraps.setdefault(str(to.pk), protocol.to_base64(notes[note.pk]))  # what is there is not overwritten
        note.save(update_fields=["wraps"])
    return len(held)


@transaction.atomic
def officer_seed_rewrap(*, officer: Officer, seed: WrappedSeed, proof: bytes) -> Officer:
    """A new passphrase or recovery code for the same seed. proof: signature by the seed itself, purpose "wraps"."""
    _require_wraps(seed)
    payload = protocol.from_base64(seed.passphrase_wrap["sealed"]) + seed.recovery_wrap
    proof_require(officer, purpose="wraps", payload=payload, proof=proof)
    officer.passphrase_wrap, officer.recovery_wrap = seed.passphrase_wrap, seed.recovery_wrap
    officer.save(update_fields=["passphrase_wrap", "recovery_wrap"])
    return officer


@transaction.atomic
def officer_leave(*, officer: Officer, by: User, proof: bytes | None) -> Officer:
    """End an enrolment: seed and wraps deleted, the cases marked for a new key. Again changes nothing.

    Done by an active officer, for themselves or a colleague. proof: their signature, purpose "leave", over the id: a login
    alone, or a right to manage accounts, destroys no keys. Who waits to be let in takes their own enrolment back without.
    Raises VaultRefused (not_yours, bad_proof).
    """
    officer = Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)
    if officer.state == Officer.State.LEFT:
        return officer
    acting = officer_of(by)
    takes_back = officer.state == Officer.State.WAITING and acting == officer
    if not takes_back:
        if officer.place or acting is None or acting.state != Officer.State.ACTIVE:
            raise VaultRefused(_("Only they themselves or another officer can end this."), code="not_yours")
        proof_require(acting, purpose="leave", payload=protocol.leave_payload(str(officer.pk)), proof=proof or b"")
    officer_end(officer)
    return officer


def officer_end(officer: Officer) -> None:
    """Delete what an officer could open with. The caller holds the lock and has checked who asks."""
    touched = list(CaseWrap.objects.filter(officer=officer).values_list("key__case", flat=True).distinct())
    CaseWrap.objects.filter(officer=officer).delete()
    Case.objects.filter(pk__in=touched, erased_on=None).exclude(state="closed").update(needs_rekey=True)
    Case.objects.filter(assigned_to=officer).update(assigned_to=None)
    for note in Note.objects.filter(case__in=touched):
        if note.wraps.pop(str(officer.pk), None):
            note.save(update_fields=["wraps"])
    officer.state, officer.left_on = Officer.State.LEFT, today()
    officer.passphrase_wrap = officer.recovery_wrap = None
    officer.save(update_fields=["state", "left_on", "passphrase_wrap", "recovery_wrap"])


def proof_require(officer: Officer, *, purpose: str, payload: bytes, proof: bytes) -> None:
    """Raises VaultRefused (bad_proof) unless the officer's seed has signed this."""
    if not protocol.proof_holds(sign_key=bytes(officer.sign_key), purpose=purpose, payload=payload, proof=proof):
        raise VaultRefused(_("Unlock your keys first, then do it again."), code="bad_proof")


def _require_wraps(seed: WrappedSeed) -> None:
    if len(seed.recovery_wrap) != WRAPPED_SEED_BYTES or not _is_sound(seed.passphrase_wrap):
        raise VaultRefused(_("The keys were damaged on their way. Begin again."), code="bad_keys")


def _is_sound(wrap: dict) -> bool:
    """The shape of a passphrase wrap, and that guessing through it stays dear."""
    try:
        return (
            set(wrap) == {"v", "salt", "ops", "mem", "sealed"}
            and wrap["v"] == 1
            and len(protocol.from_base64(wrap["sealed"])) == WRAPPED_SEED_BYTES
            and len(protocol.from_base64(wrap["salt"])) == 16
            and LEAST_OPS <= wrap["ops"] <= 10
            and LEAST_MEMORY <= wrap["mem"] <= 2**30
        )
    except (protocol.ProtocolError, TypeError):
        return False
