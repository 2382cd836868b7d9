"""What goes between a factory and CCR CSR's ombudsmen: sealed cases up, answers down, public keys both ways.

Run inside the factory by its own task, every few minutes and whenever something was missed: each step copies what the other
side lacks, so that running it again, or after a crash in the middle, changes nothing. Both sides hold ciphertext only. Each
lane's messages and the leading side's facts have one home and are only copied to the other.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django_tenants.utils import get_public_schema_name, schema_context

from grievances.models import Attachment, Case, CaseKey, CaseWrap, Lane, Message, Officer, State
from grievances.models.officers import OMBUDSMAN_PLACE
from grievances.services.log import event_add
from grievances.services.officers import officer_end
from grievances.services.retention import case_erase
from grievances.services.worker import worker_appealed, worker_wrote
from tenants.errors import DomainError

KEYS_OF_AN_OFFICER = ["id", "name", "state", "box_key", "sign_key", "enrolled_on", "left_on"]
# What the leading side decides about a case, copied to the other side as it is.
LED = [
    *["state", "acknowledge_by", "answer_by", "acknowledged_on", "answered_on", "closed_on", "closing"],
    *["is_quarantined", "needs_rekey"],
]
# What only the factory knows: there the worker comes, and there a case escalates.
FROM_WORKER = ["rating", "appealed_on", "escalated_on", "lead"]


class CarryIncomplete(DomainError):
    """Some cases could not be carried; the others were. The next run tries again."""

    code = "carry_incomplete"


def carry() -> None:
    """Bring the present factory's vault and the ombudsmen's to the same state, each in a transaction of its own.

    A case that fails does not hold up the others. Raises CarryIncomplete when all have had their try.
    """
    place = connection.tenant.slug
    failed = _each(_erased_here(place), _erased_carry)
    ombudsmen_bring()
    ours = _keys_of(Officer.objects.own().exclude(state=Officer.State.WAITING))
    _in_public(lambda: _officers_keep(ours, place=place))
    failed += _each(_case_ids_up(), lambda case_id: _case_carry(case_id, place))
    if failed:
        raise CarryIncomplete(f"{len(failed)} cases could not be carried: {', '.join(sorted(set(failed)))}")


def _each(case_ids: Iterable[str], work: Callable[[str], Any]) -> list[str]:
    """Do the work for each; the names of the errors that stopped single ones, without a word of theirs."""
    failed = []
    for case_id in case_ids:
        try:
            work(case_id)
        except OperationalError:
            raise
        except Exception as error:
            failed.append(type(error).__name__)
    return failed


def _erased_here(place: str) -> list[str]:
    """Cases that are erased in the factory and not yet with the ombudsmen."""
    copies = _in_public(lambda: list(Case.objects.filter(place=place, erased_on=None).values_list("pk", flat=True)))
    return list(Case.objects.filter(pk__in=copies).exclude(erased_on=None).values_list("pk", flat=True))


def _erased_carry(case_id: str) -> None:
    closing = Case.objects.values_list("closing", flat=True).get(pk=case_id)
    _in_public(partial(_erased_up, case_id, closing))


@transaction.atomic
def _erased_up(case_id: str, closing: str) -> None:
    """In public: what the worker took back is erased here, too. What the factory has erased otherwise, by its retention say,
    stays with the ombudsmen, who have to bring it to its end."""
    case = Case.objects.select_for_update().filter(pk=case_id, erased_on=None).first()
    if case is None:
        return
    if closing == Case.Closing.WITHDRAWN:
        case_erase(case, closing=closing)
    elif case.lead != Lane.OMBUDSMAN and case.state != State.CLOSED:
        case.lead = Lane.OMBUDSMAN
        case.revision += 1
        case.save(update_fields=["lead", "revision"])


def ombudsmen_bring() -> None:
    """Keep the ombudsmen's public keys in the present factory; who has left there loses the wraps here."""
    keys = _in_public(lambda: _keys_of(Officer.objects.own().exclude(state=Officer.State.WAITING)))
    _officers_keep(keys, place=OMBUDSMAN_PLACE)


def _case_ids_up() -> list[str]:
    """Cases that an ombudsman may read."""
    wraps = CaseWrap.objects.filter(is_held=False, officer__place=OMBUDSMAN_PLACE)
    return list(Case.objects.filter(keys__wraps__in=wraps, erased_on=None).distinct().values_list("pk", flat=True))


def _case_carry(case_id: str, place: str) -> None:
    there, here = _in_public(partial(_message_ids, case_id)), _message_ids(case_id)
    up = _pack(case_id, known=there)
    if up is None:
        return
    down = _in_public(lambda: _case_up(up, place, known=here))
    if down is not None:
        _case_down(down)


# --- what one side says of a case ------------------------------------------------------------------------------------


def _message_ids(case_id: str) -> set[UUID]:
    return set(Message.objects.filter(case=case_id).values_list("pk", flat=True))


@transaction.atomic
def _pack(case_id: str, *, known: set[UUID]) -> dict[str, Any] | None:
    """A case's rows, without the messages that the other side has; None where it is gone or erased."""
    case = Case.objects.filter(pk=case_id, erased_on=None).first()
    if case is None:
        return None
    messages = Message.objects.filter(case=case).exclude(pk__in=known)
    return {
        "case": _row(case),
        "keys": [_row(key) for key in case.keys.all()],
        "wraps": [_row(wrap) for wrap in CaseWrap.objects.filter(key__case=case)],
        "messages": [_row(message) for message in messages],
        "attachments": [_row(each) for each in Attachment.objects.filter(message__in=messages)],
    }


def _row(instance: Model) -> dict[str, Any]:
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


@transaction.atomic
def _case_up(pack: dict[str, Any], place: str, *, known: set[UUID]) -> dict[str, Any] | None:
    """In public: take what is new of a factory's case, and say what the factory lacks. None where it was erased here."""
    row = pack["case"]
    case = Case.objects.select_for_update().filter(pk=row["id"]).first()
    if case is not None and case.erased_on:
        return None
    if case is None:
        apart = {"lookup_digest": None, "assigned_to_id": None, "merged_into_id": None, "revision": 0, "place": place}
        case = Case.objects.create(**{**row, **apart})
        event_add(case, "carried", place=place)
    written = _messages_keep(case, pack, lane=Lane.FACTORY)
    _keys_keep(case, pack)
    _wraps_up(case, pack)
    _facts_up(case, row, has_worker_written=any(_is_from_worker(message) for message in written))
    return _pack(case.pk, known=known)


def _is_from_worker(message: Message) -> bool:
    return message.author_id is None and message.kind == Message.Kind.MESSAGE


def _facts_up(case: Case, row: dict[str, Any], *, has_worker_written: bool) -> None:
    appealed = row["appealed_on"] and not case.appealed_on
    taken = {name: row[name] for name in FROM_WORKER}
    if row["lead"] == Lane.FACTORY:
        taken |= {name: row[name] for name in LED}
    changed = [name for name, value in taken.items() if getattr(case, name) != value]
    for name in changed:
        setattr(case, name, taken[name])
    if changed:
        case.revision += 1
        case.save(update_fields=[*changed, "revision"])
    if case.lead == Lane.OMBUDSMAN and appealed:
        worker_appealed(case)
    elif case.lead == Lane.OMBUDSMAN and has_worker_written:
        worker_wrote(case)


@transaction.atomic
def _case_down(pack: dict[str, Any]) -> None:
    """In the factory: take the ombudsmen's messages, and the state of cases that they lead."""
    row = pack["case"]
    case = Case.objects.select_for_update().filter(pk=row["id"], erased_on=None).first()
    if case is None:
        return
    for message in _messages_keep(case, pack, lane=Lane.OMBUDSMAN):
        event_add(case, "ombudsman_wrote", officer=message.author)
    _keys_keep(case, pack)
    _wraps_down(case, pack)
    if case.lead != Lane.OMBUDSMAN:
        return
    changed = [name for name in LED if getattr(case, name) != row[name]]
    if not changed:
        return
    before = case.state
    for name in changed:
        setattr(case, name, row[name])
    case.revision += 1
    case.save(update_fields=[*changed, "revision"])
    if case.state != before:
        event_add(case, "moved", by="ombudsman", **{"from": before, "to": case.state})


# --- copying ---------------------------------------------------------------------------------------------------------


def _messages_keep(case: Case, pack: dict[str, Any], *, lane: Any) -> list[Message]:
    """Add the messages of a lane that are missing here, with their attachments."""
    new = _missing(Message, (row for row in pack["messages"] if row["lane"] == lane))
    ids = {message.pk for message in new}
    _missing(Attachment, (row for row in pack["attachments"] if row["message_id"] in ids))
    return new


def _missing(model: type[Any], rows: Iterable[dict[str, Any]]) -> list[Any]:
    """Add the rows whose ids are not there yet, in any case: browsers choose them, and one chosen twice is its chooser's loss."""
    found = {row["id"]: row for row in rows}
    taken = set(model.objects.filter(pk__in=found).values_list("pk", flat=True))
    return model.objects.bulk_create(model(**row) for pk, row in found.items() if pk not in taken)


def _keys_keep(case: Case, pack: dict[str, Any]) -> None:
    """Add the epochs that are missing here, each with everybody's wraps: an epoch is made whole, by one side."""
    known = set(case.keys.values_list("epoch", flat=True))
    new = [CaseKey(**row) for row in pack["keys"] if row["epoch"] not in known]
    CaseKey.objects.bulk_create(new)
    ids = {key.pk for key in new}
    _wraps_keep(row for row in pack["wraps"] if row["key_id"] in ids)


def _wraps_up(case: Case, pack: dict[str, Any]) -> None:
    """In public: the wraps of the factory's officers are as they are there. Ombudsmen's are added when they are let go,
    once: one that was deleted here, by leaving or by a conflict of interest, does not come back."""
    local = set(Officer.objects.own().values_list("pk", flat=True))
    there = {row["id"]: row for row in pack["wraps"]}
    here = {wrap.pk: wrap for wrap in CaseWrap.objects.filter(key__case=case)}
    gone = [pk for pk, wrap in here.items() if wrap.officer_id not in local and pk not in there]
    CaseWrap.objects.filter(pk__in=gone).delete()
    if gone and case.lead == Lane.OMBUDSMAN and case.state != State.CLOSED:
        case.needs_rekey = True
        case.save(update_fields=["needs_rekey"])
    missing = [row for row in there.values() if row["id"] not in here]
    _wraps_keep(row for row in missing if row["officer_id"] not in local or not row["is_carried"])
    released = [pk for pk, row in there.items() if pk in here and here[pk].is_held and not row["is_held"]]
    CaseWrap.objects.filter(pk__in=released).update(is_held=False)


def _wraps_down(case: Case, pack: dict[str, Any]) -> None:
    """In the factory: the wraps of ombudsmen are as they are in public, where they admit each other and leave."""
    theirs = {row["id"]: row for row in pack["wraps"] if row["officer_id"] in _ombudsmen()}
    here = CaseWrap.objects.filter(key__case=case, officer__place=OMBUDSMAN_PLACE)
    gone = list(here.filter(is_carried=True).exclude(pk__in=theirs).select_related("officer"))
    _stood_aside(case, gone)
    known = set(here.values_list("pk", flat=True))
    _wraps_keep({**row, "is_carried": True} for pk, row in theirs.items() if pk not in known)
    here.filter(pk__in=theirs).update(is_carried=True)


def _stood_aside(case: Case, gone: list[CaseWrap]) -> None:
    """Wraps that ombudsmen have given up: deleted here, too, under a new key, and remembered where they said it is about them."""
    if not gone:
        return
    CaseWrap.objects.filter(pk__in=[wrap.pk for wrap in gone]).delete()
    for officer in {wrap.officer for wrap in gone if wrap.officer.state == Officer.State.ACTIVE}:
        event_add(case, "conflict", officer=officer)
    if case.state != State.CLOSED:
        case.needs_rekey = True
        case.save(update_fields=["needs_rekey"])


def _ombudsmen() -> set[Any]:
    return set(Officer.objects.ombudsmen().values_list("pk", flat=True))


def _wraps_keep(rows: Iterable[dict[str, Any]]) -> None:
    """Add wraps of officers who are known here and have not left."""
    rows = list(rows)
    present = set(
        Officer.objects.active().filter(pk__in={row["officer_id"] for row in rows}).values_list("pk", flat=True)
    )
    CaseWrap.objects.bulk_create(
        (CaseWrap(**row) for row in rows if row["officer_id"] in present), ignore_conflicts=True
    )


def _keys_of(officers) -> list[dict[str, Any]]:
    return list(officers.values(*KEYS_OF_AN_OFFICER))


@transaction.atomic
def _officers_keep(keys: list[dict[str, Any]], *, place: str) -> None:
    """Copy public keys of officers who serve elsewhere; the keys of one row never change."""
    known = {officer.pk: officer for officer in Officer.objects.select_for_update().filter(place=place)}
    for row in keys:
        officer = known.get(row["id"])
        if officer is None:
            if not Officer.objects.filter(
                pk=row["id"]
            ).exists():  # else the same keys in two places: the first keeps them
                Officer.objects.create(**row, place=place)
        elif officer.state != row["state"]:
            if row["state"] == Officer.State.LEFT:
                officer_end(officer)
            officer.state, officer.left_on = row["state"], row["left_on"]
            officer.save(update_fields=["state", "left_on"])


def _in_public(work: Callable[[], Any]) -> Any:
    with schema_context(get_public_schema_name()):
        return work()
