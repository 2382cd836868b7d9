"""The desk's JSON as a browser speaks it."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from grievances import protocol
from grievances.models import Officer
from grievances.protocol.officers import officer_of_seed
from grievances.wire import encoded, officer_out
from tests.grievances.cast import Holder, leave_proof, new_key_of, read_by, reply, wrapped_seed
from tests.grievances.voice import message_json

API = "/admin/grievances/desk/api/"


@dataclass
class Desk:
    """One person's browser at the desk. `holder` is None for somebody without keys."""

    client: Any
    holder: Holder | None = None

    def get(self, path: str):
        return self.client.get(API + path)

    def post(self, path: str, body: dict | None = None):
        return self.client.post(API + path, json.dumps(body or {}), content_type="application/json")

    def holds(self, case_id: str) -> bool:
        return self.get(f"cases/{case_id}/").json()["case"] is not None

    def case(self, case_id: str) -> dict[str, Any]:
        return self.get(f"cases/{case_id}/").json()["case"]

    def message(self, case_id: str, text: str) -> dict[str, Any]:
        assert self.holder
        return message_json(reply(self.holder, case_id, text))

    def write(self, case_id: str, text: str, *, is_answer: bool = False):
        return self.post(f"cases/{case_id}/messages/", {"message": self.message(case_id, text), "is_answer": is_answer})


def enrolment(keys: protocol.Officer, *, name: str = "赵敏") -> dict[str, Any]:
    seed = wrapped_seed()
    return {
        "id": keys.author,
        "name": name,
        "box_key": protocol.to_base64(keys.box_key),
        "sign_key": protocol.to_base64(keys.sign_key),
        "seed": {"passphrase_wrap": seed.passphrase_wrap, "recovery_wrap": protocol.to_base64(seed.recovery_wrap)},
        "proof": proof_of(keys, "enrol", protocol.enrol_payload(keys.sign_key, keys.box_key)),
    }


def proof_of(keys: protocol.Officer, purpose: str, payload: bytes) -> str:
    return protocol.to_base64(protocol.proof_make(keys, purpose, payload))


def leave(by: Desk, officer: Officer):
    """End an enrolment from somebody's unlocked desk."""
    assert by.holder
    return by.post(f"officers/{officer.pk}/leave/", {"proof": protocol.to_base64(leave_proof(by.holder, officer))})


def new_keys() -> protocol.Officer:
    return officer_of_seed(uuid.uuid4().bytes * 2)


def admission(by: Desk, to: Desk, case_ids: list[str], *, prover: Holder | None = None) -> dict[str, Any]:
    """What a browser sends to let somebody in: the cases' keys, those of the notes, the proof."""
    assert by.holder
    assert to.holder
    record = officer_out(to.holder.row)
    opened = [read_by(by.holder, case_id) for case_id in case_ids]
    wraps = [{"case": case.id, **wrap} for case in opened for wrap in protocol.case_wraps(case, [record])]
    proof = protocol.proof_make((prover or by.holder).keys, "admit", protocol.admit_payload(record))
    return {"wraps": wraps, "note_wraps": [], "proof": protocol.to_base64(proof)}


def admit(by: Desk, to: Desk, case_ids: list[str]):
    assert to.holder
    return by.post(f"officers/{to.holder.row.pk}/admit/", admission(by, to, case_ids))


def new_key(by: Desk, case_id: str) -> dict[str, Any]:
    """What a browser sends to give a case a new key for everybody who holds it."""
    assert by.holder
    made = new_key_of(by.holder, case_id)
    wraps = [
        {"officer": str(wrap.officer), "epoch": wrap.epoch, "sealed": encoded(wrap.sealed), "held": wrap.is_held}
        for wrap in made.wraps
    ]
    sealed = {name: encoded(getattr(made, name)) for name in ("public_key", "worker_wrap", "proof")}
    return {"epoch": made.epoch, "wraps": wraps, "message": message_json(made.message), **sealed}


def note(by: Desk, case_id: str, text: str, holders: list[Holder]) -> dict[str, Any]:
    assert by.holder
    records = [officer_out(holder.row) for holder in holders]
    return protocol.note_seal(read_by(by.holder, case_id), by.holder.keys, text, records)


def texts(messages: list[protocol.ReadMessage]) -> list[str | None]:
    return [(message.body or {}).get("text") for message in messages]
