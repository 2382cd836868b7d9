"""A case with everything in it, sealed in Python: two factory officers, an ombudsman, both lanes, a new key, notes."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from grievances import protocol
from grievances.protocol import ProtocolError
from grievances.protocol.encoding import to_base64, wrap_seal
from grievances.protocol.words import word_list

PLACE = "sunrise"
SALT = {"version": 1, "salt": "AAECAwQFBgcICQoLDA0ODw==", "ops": 3, "mem": 33_554_432}
LEAST = {"ops": 3, "mem": 67_108_864}  # what browsers still accept for a passphrase
ONE, TWO, THREE = word_list().words[:3]
PASSPHRASE = f"{ONE}{TWO}{THREE}" * 2
DAYS = ["2026-11-02", "2026-11-03", "2026-11-05", "2026-11-05", "2026-11-06", "2026-11-07", "2026-11-08"]


@dataclass
class Person:
    """An officer with the record the server keeps; opened is what their browser holds when unlocked."""

    opened: protocol.Officer
    record: dict[str, Any]
    code: str

    @property
    def public(self) -> dict[str, str]:
        """As the list of officers shows them."""
        return {
            **{name: self.record[name] for name in ("id", "name", "place", "box_key", "sign_key")},
            "state": "active",
        }

    @property
    def named(self) -> dict[str, str]:
        """As the worker's first message names them."""
        return {name: self.record[name] for name in ("id", "name", "sign_key", "box_key")}


def person(name: str, place: str = PLACE) -> Person:
    opened, record, code = protocol.officer_new(PASSPHRASE, **LEAST)
    return Person(opened, {**record, "name": name, "place": place}, code)


@dataclass
class Story:
    """The bundle holds every officer's wraps; `bundle_for` leaves what the server sends to one reader."""

    receipt: str
    worker: protocol.Worker
    wang: Person
    chen: Person
    zhou: Person
    bundle: dict[str, Any]
    officers: list[dict[str, str]]
    place: str = PLACE
    files: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)  # id -> sealed, content
    ghost: Person | None = None  # who is an officer, but not named by the worker

    def copy(self) -> "Story":
        story = copy.copy(self)
        story.bundle, story.officers = copy.deepcopy(self.bundle), copy.deepcopy(self.officers)
        return story

    def read(self, reader: protocol.Officer | protocol.Worker, trusted: Iterable[Person] = ()) -> protocol.Case:
        return protocol.case_read(
            place=self.place,
            bundle=self.bundle_for(reader),
            officers=self.officers,
            reader=reader,
            trusted=[each.named for each in trusted],
        )

    def bundle_for(self, reader: protocol.Officer | protocol.Worker) -> dict[str, Any]:
        """What the server sends: an officer gets their own wraps, the worker theirs and no notes."""
        bundle = copy.deepcopy(self.bundle)
        officer = None if reader is self.worker else reader.author
        for key in bundle["keys"]:
            key["wraps"] = [wrap for wrap in key["wraps"] if wrap["officer"] == officer]
            if officer:
                key["worker_wrap"] = None
        if officer is None:
            del bundle["notes"]
        for note in bundle.get("notes", []):
            note["wraps"] = {who: sealed for who, sealed in note["wraps"].items() if who == officer}
        return bundle

    def post(self, author, kind: str, body: dict[str, Any], lane: str = "factory", day: str = "") -> dict[str, Any]:
        """Seal a message as its author would now, and store it as the server would."""
        sealed = protocol.message_seal(self.read(author), author, kind=kind, body=body, lane=lane)
        return self.store(sealed, author, day)

    def store(self, sealed: dict[str, Any], author, day: str = "") -> dict[str, Any]:
        arrived_on = day or DAYS[min(len(self.bundle["messages"]), len(DAYS) - 1)]
        row = {**sealed, "author": author.author, "arrived_on": arrived_on, "attachments": []}
        self.bundle["messages"].append(row)
        return row

    def note(self, author: protocol.Officer, text: str, officers: list[Person]) -> dict[str, Any]:
        sealed = protocol.note_seal(self.read(author), author, text, [each.record for each in officers])
        row = {**sealed, "author": author.author, "written_on": "2026-11-06"}
        self.bundle["notes"].append(row)
        return row

    def message(self, lane: str, number: int) -> dict[str, Any]:
        return next(m for m in self.bundle["messages"] if (m["lane"], m["number"]) == (lane, number))


def text_body(text: str, attachments=()) -> dict[str, Any]:
    return {"text": text, "attachments": list(attachments)}


def opening_body(text: str, recipients: list[Person], name: str = "", attachments=()) -> dict[str, Any]:
    return {
        **text_body(text, attachments),
        "category": "pay",
        "name": name,
        "recipients": [each.named for each in recipients],
        "agreed": {"escalation": True, "publication": False},
    }


def bundle_of(case: protocol.Case, worker_wrap: str, wraps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": case.id,
        "place": case.place,
        "category": "pay",
        "state": "open",
        "worker_sign_key": to_base64(case.worker_sign_key),
        "worker_box_key": to_base64(case.worker_box_key),
        "keys": [
            {"epoch": 0, "public_key": to_base64(case.keys[0].public), "worker_wrap": worker_wrap, "wraps": wraps}
        ],
        "messages": [],
        "notes": [],
    }


def case_begin(recipients: list[Person], held: list[Person]) -> tuple[str, protocol.Worker, dict[str, Any]]:
    """-> receipt, worker, bundle without messages."""
    receipt = protocol.receipt_new()
    worker = protocol.worker_of_receipt(receipt, SALT)
    case = protocol.case_new(PLACE, worker)
    wraps = protocol.case_wraps(case, [each.record for each in recipients])
    wraps += protocol.case_wraps(case, [each.record for each in held], held=True)
    return receipt, worker, bundle_of(case, wrap_seal(bytes(case.keys[0].private), worker.box_key), wraps)


@cache
def _told() -> Story:
    wang, chen, zhou = person("王"), person("陈"), person("周", place="ccr")
    receipt, worker, bundle = case_begin([wang, chen], [zhou])
    story = Story(receipt, worker, wang, chen, zhou, bundle, [each.public for each in (wang, chen, zhou)])
    sealed, entry = protocol.attachment_seal(
        place=PLACE, case=bundle["id"], data=b"\xff\xd8 picture" * 9000, content_type="image/jpeg", name="照片.jpg"
    )
    story.files[entry["id"]] = (sealed, b"\xff\xd8 picture" * 9000)
    first = story.post(worker, "message", opening_body("加班费少了三百元。", [wang, chen, zhou], "小李", [entry]))
    first["attachments"] = [{"id": entry["id"], "size": len(sealed)}]
    story.post(wang.opened, "message", text_body("收到，我们查一下。"))
    story.post(worker, "message", text_body("周老师，请您也看一看。"), lane="ombudsman")
    story.post(zhou.opened, "message", text_body("我在跟进。"), lane="ombudsman")
    story.post(worker, "rating", {"score": 4, "text": "快", "attachments": []})
    holders = [{**wang.record, "held": False}, {**zhou.record, "held": True}]
    made = protocol.rekey(story.read(wang.opened), wang.opened, holders=holders, reason="left")
    story.store(made.pop("message"), wang.opened)
    story.bundle["keys"].append(made)
    story.post(worker, "message", text_body("谢谢"))
    story.note(wang.opened, "先查考勤。", [wang, chen])
    story.note(chen.opened, "查过了。", [wang, chen])
    return story


def told() -> Story:
    """A fresh copy of the story."""
    return _told().copy()


def refusal(call, *arguments, **named) -> str:
    """The code that a call is refused with."""
    with pytest.raises(ProtocolError) as refused:
        call(*arguments, **named)
    return refused.value.code
