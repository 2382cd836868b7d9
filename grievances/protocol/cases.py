"""A case as a whole: made, read with every check of the protocol's section "Reading", and written into.

What fails a check keeps its place, with a code in `problem`. A body is given only when header and signature hold: text that
its author did not write here is no text of this case.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from grievances.protocol.encoding import (
    blake2b,
    box_seal,
    from_base64,
    to_base64,
    wrap_seal,
)
from grievances.protocol.errors import ProtocolError
from grievances.protocol.messages import MESSAGE, NOTE, body_fits, content_sign
from grievances.protocol.officers import Officer
from grievances.protocol.receipts import Worker

LANES = ("factory", "ombudsman")
Reader = Officer | Worker


@dataclass
class CaseKey:
    """The key pair of one epoch; private is None for a reader without a wrap that opens."""

    public: bytes
    private: PrivateKey | None


@dataclass
class LaneEnd:
    """How many messages a lane has, and the `previous` of the next one."""

    count: int
    previous: str


@dataclass
class ReadMessage:
    """A message or note as it is shown. body: None when header or signature do not hold."""

    id: str
    lane: str
    number: int
    epoch: int
    kind: str
    author: str
    arrived_on: str
    author_name: str = ""
    body: dict[str, Any] | None = None
    seen: int = 0
    problem: str | None = None
    notice: str | None = None  # its author is not known to the reader: officer_new, officer_keys_changed


@dataclass
class Case:
    """A case that was made or read: what it says, what is wrong with it, and what writing into it needs."""

    id: str
    place: str
    worker_sign_key: bytes
    worker_box_key: bytes
    keys: dict[int, CaseKey]
    lanes: dict[str, LaneEnd]
    epoch: int | None = 0  # the newest; None when nothing may be written
    doubt: str | None = None  # the code why nothing may be written
    category: str = ""
    messages: list[ReadMessage] = field(default_factory=list)
    notes: list[ReadMessage] = field(default_factory=list)
    note_keys: dict[str, bytes] = field(default_factory=dict)
    recipients: list[dict[str, str]] = field(default_factory=list)
    unconfirmed: list[dict[str, Any]] = field(default_factory=list)  # officers who write here and are not known
    problems: set[str] = field(default_factory=set)


def case_id(place: str, public_key: bytes, worker_sign_key: bytes, worker_box_key: bytes) -> str:
    """32 hexadecimal digits; another place or key gives another id. public_key: of epoch 0."""
    named = b"wesupport.case.v1\0" + place.encode() + b"\0"
    return blake2b(16, named + public_key + worker_sign_key + worker_box_key).hex()


def case_new(place: str, worker: Worker) -> Case:
    """A case without messages, in a place (slug of a factory)."""
    private = PrivateKey.generate()
    public = bytes(private.public_key)
    made = case_id(place, public, worker.sign_key, worker.box_key)
    return Case(
        id=made,
        place=place,
        worker_sign_key=worker.sign_key,
        worker_box_key=worker.box_key,
        keys={0: CaseKey(public, private)},
        lanes={lane: LaneEnd(0, made) for lane in (*LANES, "notes")},
    )


# --- writing ---------------------------------------------------------------------------------------------------------
def _newest(case: Case) -> int:
    if case.doubt is not None:
        raise ProtocolError(case.doubt, case=case.id)
    assert case.epoch is not None, "A case without doubt has a newest epoch."
    return case.epoch


def message_seal(
    case: Case, author: Reader, *, kind: str, body: dict[str, Any], lane: str = "factory", epoch: int | None = None
) -> dict[str, Any]:
    """One message for a case as it was read -> {id, lane, number, epoch, kind, sealed}.

    Raises ProtocolError `bad_message` for a body that does not fit its kind, `case_keys_swapped` for a case whose keys are
    not its own, `epoch_forged` for one whose keys are not proven, `epoch_unconfirmed` for one with a key that an officer made
    whom the author, an officer, has not confirmed.
    """
    if not body_fits(kind, body):
        raise ProtocolError("bad_message", kind=kind)
    epoch = _newest(case) if epoch is None else epoch
    end, other = case.lanes[lane], case.lanes[LANES[1 - LANES.index(lane)]]
    header = {
        "v": 1,
        "place": case.place,
        "case": case.id,
        "lane": lane,
        "number": end.count,
        "epoch": epoch,
        "author": author.author,
        "kind": kind,
        "previous": end.previous,
        "seen": other.count,
    }
    sealed = wrap_seal(content_sign(MESSAGE, header, body, author.sign), case.keys[epoch].public)
    return {
        "id": str(uuid.uuid4()),
        "lane": lane,
        "number": end.count,
        "epoch": epoch,
        "kind": kind,
        "sealed": sealed,
    }


def keys_held(case: Case) -> dict[int, PrivateKey]:
    """epoch -> private key. Raises ProtocolError `unopened` when the reader holds none."""
    if held := {epoch: key.private for epoch, key in case.keys.items() if key.private is not None}:
        return held
    raise ProtocolError("unopened", case=case.id)


def case_wraps(case: Case, officers: Iterable[dict[str, Any]], *, held: bool = False) -> list[dict[str, Any]]:
    """Every epoch's key the reader holds, for each officer {id, box_key} -> [{officer, epoch, sealed, held}].

    Raises ProtocolError `officer_key_bad` (officer) for a key that nothing can be sealed to, and what `message_seal` raises
    for a case.
    """
    _newest(case)
    return [
        {"officer": each["id"], "epoch": epoch, "sealed": wrap_for(each, bytes(private)), "held": held}
        for epoch, private in keys_held(case).items()
        for each in officers
    ]


def wrap_for(officer: dict[str, Any], secret: bytes) -> str:
    """A secret sealed to an officer {id, box_key}, in base64. Raises ProtocolError `officer_key_bad` (officer)."""
    try:
        return wrap_seal(secret, from_base64(officer["box_key"]))
    except (CryptoError, ValueError, TypeError) as error:
        raise ProtocolError("officer_key_bad", officer=officer["id"]) from error


def rekey(
    case: Case, maker: Officer, *, holders: list[dict[str, Any]], reason: str, lane: str = "factory"
) -> dict[str, Any]:
    """A new case key -> {epoch, public_key, worker_wrap, wraps, message}.

    holders: {id, box_key, held} of everybody who holds the case. reason: left or conflict.
    """
    before = _newest(case)
    keys_held(case)
    private = PrivateKey.generate()
    public_key = to_base64(bytes(private.public_key))
    body = {"epoch": before + 1, "public_key": public_key, "reason": reason}
    return {
        "epoch": before + 1,
        "public_key": public_key,
        "worker_wrap": wrap_for({"id": "worker", "box_key": to_base64(case.worker_box_key)}, bytes(private)),
        "wraps": [
            {
                "officer": each["id"],
                "epoch": before + 1,
                "sealed": wrap_for(each, bytes(private)),
                "held": bool(each.get("held")),
            }
            for each in holders
        ],
        "message": message_seal(case, maker, kind="rekey", body=body, lane=lane, epoch=before),
    }


def note_seal(case: Case, author: Officer, text: str, officers: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A note for the officers of this side -> {id, number, sealed, wraps: officer id -> key sealed to them}."""
    _newest(case)
    end = case.lanes["notes"]
    header = {
        "v": 1,
        "place": case.place,
        "case": case.id,
        "lane": "notes",
        "number": end.count,
        "epoch": 0,
        "author": author.author,
        "kind": "note",
        "previous": end.previous,
        "seen": 0,
    }
    key = bytes(PrivateKey.generate())  # 32 random bytes
    sealed = box_seal(content_sign(NOTE, header, {"text": text}, author.sign), key)
    wraps = {each["id"]: wrap_for(each, key) for each in officers}
    return {"id": str(uuid.uuid4()), "number": end.count, "sealed": to_base64(sealed), "wraps": wraps}
