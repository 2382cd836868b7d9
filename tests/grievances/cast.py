"""The vault's people and what their browsers do, by the protocol's Python twin."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

from grievances import protocol
from grievances.models import Case, Officer
from grievances.protocol.officers import officer_of_seed
from grievances.queries.cases import case_for_worker, cases_for_officer
from grievances.sample import Written, officer_let_in, sealed_message
from grievances.services.desk import NewKey, holders
from grievances.services.officers import WrappedSeed, officer_enrol, officer_leave
from grievances.services.sealed import SealedMessage, SealedWrap
from grievances.wire import case_out, officer_out
from tenants.roles import role_on

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Holder:
    """An officer as the server keeps them (`row`), and unlocked, as their browser does (`keys`)."""

    row: Officer
    keys: protocol.Officer

    @property
    def user(self):
        return self.row.user


def wrapped_seed() -> WrappedSeed:
    """The shape of a wrapped seed; opening it is tested with the protocol."""
    wrap = {"v": 1, "ops": 3, "mem": 128 * 1024 * 1024}
    wrap["salt"] = protocol.to_base64(secrets.token_bytes(16))
    wrap["sealed"] = protocol.to_base64(secrets.token_bytes(72))
    return WrappedSeed(passphrase_wrap=wrap, recovery_wrap=secrets.token_bytes(72))


def holder_enrol(user, *, name: str, by: Holder | None = None) -> Holder:
    """Enrol a user of the present schema, and let them in where somebody must."""
    keys = officer_of_seed(secrets.token_bytes(32))
    row = officer_enrol(
        user=user,
        officer_id=uuid.UUID(keys.author),
        name=name,
        box_key=keys.box_key,
        sign_key=keys.sign_key,
        seed=wrapped_seed(),
        proof=protocol.proof_make(keys, "enrol", protocol.enrol_payload(keys.sign_key, keys.box_key)),
    )
    if by:
        row = officer_let_in(row, keys, by=(by.row, by.keys))
    return Holder(row, keys)


def leave_proof(by: Holder, officer: Officer) -> bytes:
    """What the browser of an unlocked officer signs to end an enrolment, their own or a colleague's."""
    return protocol.proof_make(by.keys, "leave", protocol.leave_payload(str(officer.pk)))


def holder_leave(holder: Holder, *, by: Holder | None = None) -> None:
    by = by or holder
    officer_leave(officer=holder.row, by=by.user, proof=leave_proof(by, holder.row))


def staff_make(username: str, *, role: str = "owner"):
    user = get_user_model().objects.create_user(username, password=PASSWORD, is_staff=True)
    user.groups.add(role_on(role))
    return user


def read_by(holder: Holder, case_id: str) -> protocol.Case:
    """The case as an officer's browser opens and checks it."""
    row = cases_for_officer(officer=holder.row, case_id=case_id)[0]
    return _read(row, case_out(row, messages=row.messages.all(), reader=holder.row), holder.keys)


def read_by_worker(written: Written) -> protocol.Case:
    row, _officers = case_for_worker(written.row)
    return _read(row, case_out(row, messages=row.messages.all()), written.worker)


def _read(row: Case, bundle: dict[str, Any], reader) -> protocol.Case:
    known = [officer_out(officer) for officer in Officer.objects.all()]
    return protocol.case_read(place=row.place, bundle=bundle, officers=known, reader=reader)


def reply(holder: Holder, case_id: str, text: str, *, lane: str = "factory") -> SealedMessage:
    """What an officer's browser seals behind what it has read."""
    case = read_by(holder, case_id)
    body = {"text": text, "attachments": []}
    return sealed_message(protocol.message_seal(case, holder.keys, kind="message", body=body, lane=lane))


def new_key_of(holder: Holder, case_id: str, *, lane: str = "factory") -> NewKey:
    """A new key for everybody who holds the case, made and signed as by an officer's browser."""
    people = {str(officer.pk): officer for officer in Officer.objects.all()}
    holding = [
        {"id": str(pk), "box_key": protocol.to_base64(people[str(pk)].box_key), "held": held}
        for pk, held in holders(Case.objects.get(pk=case_id))
    ]
    made = protocol.rekey(read_by(holder, case_id), holder.keys, holders=holding, reason="left", lane=lane)
    wraps = [
        SealedWrap(
            officer=people[wrap["officer"]].pk,
            sealed=protocol.from_base64(wrap["sealed"]),
            epoch=wrap["epoch"],
            is_held=wrap["held"],
        )
        for wrap in made["wraps"]
    ]
    return signed_key(
        holder,
        case_id,
        epoch=made["epoch"],
        public_key=protocol.from_base64(made["public_key"]),
        worker_wrap=protocol.from_base64(made["worker_wrap"]),
        wraps=wraps,
        message=sealed_message(made["message"]),
    )


def signed_key(holder: Holder, case_id: str, **parts) -> NewKey:
    payload = protocol.rekey_payload(
        case_id,
        epoch=parts["epoch"],
        public_key=parts["public_key"],
        worker_wrap=parts["worker_wrap"],
        wraps=[(str(wrap.officer), wrap.is_held, wrap.sealed) for wrap in parts["wraps"]],
    )
    return NewKey(**parts, proof=protocol.proof_make(holder.keys, "rekey", payload))
