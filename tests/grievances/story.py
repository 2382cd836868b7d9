"""A case with everything in it, sealed in Python: two factory officers, an ombudsman, both lanes, a new key, notes.

And what a dishonest server, or somebody with its database, may do to it: `ATTACKS`, for both readers to notice.
"""

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from nacl.public import PrivateKey

from grievances import protocol
from grievances.protocol.encoding import box_seal, from_base64, pad, to_base64, wrap_open, wrap_seal
from grievances.protocol.messages import MESSAGE, NOTE, content_sign
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


# --- what a dishonest server can do ----------------------------------------------------------------------------------
def sealed_by_server(
    story: Story, sign, *, padded: Callable[[bytes], bytes] = bytes, domain: bytes = MESSAGE, **header
) -> str:
    """A message sealed to the case's public key, as anybody can, with a signature by whoever's key is at hand."""
    last = story.bundle["messages"][-1]
    full = {"v": 1, "place": PLACE, "case": story.bundle["id"], "lane": "factory", "number": 5, "epoch": 1}
    full |= {"author": "worker", "kind": "message", "previous": protocol.sealed_digest(from_base64(last["sealed"]))}
    full |= {"seen": 2, **header}
    body = full.pop("body", text_body("冒名"))
    public_key = from_base64(story.bundle["keys"][full["epoch"]]["public_key"])
    return wrap_seal(padded(content_sign(domain, full, body, sign)), public_key)


def row(story: Story, sealed: str, **columns) -> None:
    """Store it behind the last message of the factory's lane."""
    columns = {"lane": "factory", "number": 5, "epoch": 1, "kind": "message", "author": "worker", **columns}
    story.bundle["messages"].append(
        {"id": "00000000-0000-4000-8000-000000000000", "sealed": sealed, "arrived_on": "2026-11-09", **columns}
    )


@dataclass
class Attack:
    """Makes a story into a forged one. problems: all that Wang, or the worker, must then be told; messages: (lane, number) ->
    problem of those that have one."""

    forge: Callable[[Story], None]
    problems: set[str]
    messages: dict[tuple[str, int], str]
    by_worker: bool = False


ATTACKS: dict[str, Attack] = {}
ALL = [*(f"factory_{number}" for number in range(5)), *(f"ombudsman_{number}" for number in range(2))]
ALL_UNOPENED = dict.fromkeys(ALL, "unopened")
ALL_MOVED = dict.fromkeys(ALL, "moved")


def attack(*problems: str, by_worker: bool = False, **messages: str):
    """messages: `factory_0="moved"`."""

    def register(forge):
        places = {(lane, int(number)): code for key, code in messages.items() for lane, number in [key.split("_")]}
        ATTACKS[forge.__name__] = Attack(forge, set(problems), places, by_worker)
        return forge

    return register


@attack()
def nothing_is_touched(story):
    pass


@attack("case_keys_swapped", "unopened", "epoch_forged", **{**ALL_UNOPENED, "factory_4": "epoch_forged"})
def case_key_is_the_servers(story):
    rogue = PrivateKey.generate()
    key = story.bundle["keys"][0]
    key["public_key"] = to_base64(bytes(rogue.public_key))
    for wrap, who in zip(key["wraps"], (story.wang, story.chen, story.zhou), strict=True):
        wrap["sealed"] = wrap_seal(bytes(rogue), who.opened.box_key)


@attack("case_keys_swapped", "forged", factory_0="forged", factory_2="forged", factory_4="forged", ombudsman_0="forged")
def worker_sign_key_is_swapped(story):
    story.bundle["worker_sign_key"] = to_base64(story.chen.opened.sign_key)


@attack("case_keys_swapped")
def worker_box_key_is_swapped(story):
    story.bundle["worker_box_key"] = to_base64(story.chen.opened.box_key)


@attack("case_keys_swapped", "moved", "epoch_forged", **ALL_MOVED)
def case_is_moved_to_another_factory(story):
    story.place = story.bundle["place"] = "lakeside"


@attack("case_keys_swapped", "unopened", factory_4="unopened")
def wrap_holds_another_private_key(story):
    for wrap in story.bundle["keys"][1]["wraps"]:
        wrap["sealed"] = wrap_seal(bytes(PrivateKey.generate()), story.wang.opened.box_key)


@attack("case_keys_swapped", by_worker=True)
def worker_is_shown_another_workers_case(story):
    story.receipt = protocol.receipt_new()
    story.worker = protocol.worker_of_receipt(story.receipt, SALT)
    for key in story.bundle["keys"]:
        private = wrap_open(key["wraps"][0]["sealed"], story.wang.opened.box)
        key["worker_wrap"] = wrap_seal(private, story.worker.box_key)


@attack("gap", factory_2="gap")
def message_is_dropped(story):
    story.bundle["messages"].remove(story.message("factory", 1))


@attack("tail_missing", "epoch_forged", ombudsman_0="tail_missing", ombudsman_1="tail_missing")
def tail_of_a_lane_is_dropped(story):
    story.bundle["messages"] = [m for m in story.bundle["messages"] if m["lane"] == "ombudsman" or m["number"] == 0]


@attack("moved", "out_of_order", factory_0="moved", factory_1="moved", factory_2="out_of_order")
def messages_are_reordered(story):
    one, other = story.message("factory", 0), story.message("factory", 1)
    one["number"], other["number"] = 1, 0


@attack("moved", factory_5="moved")
def message_is_replayed_as_the_newest(story):
    first = story.message("factory", 0)
    story.bundle["messages"].append({**first, "number": 5})


@attack("moved", ombudsman_2="moved")
def message_is_moved_to_the_other_lane(story):
    story.bundle["messages"].append({**story.message("factory", 4), "lane": "ombudsman", "number": 2})


@attack("moved", factory_1="moved")
def message_is_given_to_another_author(story):
    story.message("factory", 1)["author"] = story.chen.record["id"]


@attack("moved", factory_2="moved")
def rating_is_called_a_message(story):
    story.message("factory", 2)["kind"] = "message"


@attack("unopened", factory_4="unopened")
def message_is_given_to_another_epoch(story):
    story.message("factory", 4)["epoch"] = 0


@attack("unopened", "out_of_order", factory_1="unopened", factory_2="out_of_order")
def ciphertext_is_damaged(story):
    sealed = bytearray(from_base64(story.message("factory", 1)["sealed"]))
    sealed[200] ^= 1
    story.message("factory", 1)["sealed"] = to_base64(bytes(sealed))


@attack("unopened", "out_of_order", factory_1="unopened", factory_2="out_of_order")
def ciphertext_is_cut_off(story):
    sealed = from_base64(story.message("factory", 1)["sealed"])
    story.message("factory", 1)["sealed"] = to_base64(sealed[:-512])


@attack("unopened", factory_5="unopened")
def message_comes_from_another_case(story):
    _receipt, worker, bundle = case_begin([story.wang], [])
    other = Story("", worker, story.wang, story.chen, story.zhou, bundle, story.officers)
    row(story, other.post(worker, "message", opening_body("别的案子", [story.wang]))["sealed"])


@attack("moved", factory_5="moved")
def message_of_another_case_is_sealed_to_this_one(story):
    row(story, sealed_by_server(story, story.worker.sign, case="0" * 32))


@attack("forged", factory_5="forged")
def message_is_signed_by_nobody_of_this_case(story):
    row(story, sealed_by_server(story, person("鬼").opened.sign))


@attack("forged", factory_5="forged")
def officer_writes_as_the_worker(story):
    row(story, sealed_by_server(story, story.wang.opened.sign))


@attack("forged", factory_5="forged")
def officer_is_unknown(story):
    ghost = person("鬼")
    author = ghost.record["id"]
    row(story, sealed_by_server(story, ghost.opened.sign, author=author), author=author)


@attack("forged", factory_5="forged")
def signature_of_a_note_is_used_for_a_message(story):
    author = story.wang.record["id"]
    row(story, sealed_by_server(story, story.wang.opened.sign, author=author, domain=NOTE), author=author)


@attack("out_of_order", factory_5="out_of_order")
def history_before_a_message_is_another(story):
    author = story.wang.record["id"]
    row(story, sealed_by_server(story, story.wang.opened.sign, author=author, previous="0" * 64), author=author)


@attack("unopened", factory_5="unopened")
def padding_carries_something(story):
    row(story, sealed_by_server(story, story.worker.sign, padded=lambda padded: padded[:-1] + b"\1"))


@attack("unopened", factory_5="unopened")
def padding_is_longer_than_needed(story):
    row(story, sealed_by_server(story, story.worker.sign, padded=lambda padded: padded + bytes(512)))


@attack("unopened", factory_5="unopened")
def padding_names_more_than_there_is(story):
    row(story, sealed_by_server(story, story.worker.sign, padded=lambda padded: b"\xff" * 4 + padded[4:]))


@attack("unopened", factory_5="unopened")
def content_is_no_json(story):
    row(story, sealed_by_server(story, story.worker.sign, padded=lambda _padded: pad(bytes(64) + b"{")))


@attack("unopened", factory_5="unopened")
def body_has_another_shape(story):
    row(story, sealed_by_server(story, story.worker.sign, body={"text": ["no text"], "attachments": []}))


@attack("unopened", factory_5="unopened")
def attachment_entry_has_another_shape(story):
    row(story, sealed_by_server(story, story.worker.sign, body=text_body("x", [{"id": "../x", "key": ""}])))


@attack("tail_missing", factory_5="tail_missing")
def lane_of_the_ombudsman_is_cut(story):
    row(story, sealed_by_server(story, story.worker.sign, seen=3))


@attack("epoch_forged")
def epoch_is_added_without_a_message(story):
    rogue = PrivateKey.generate()
    wraps = [{"officer": story.wang.record["id"], "sealed": wrap_seal(bytes(rogue), story.wang.opened.box_key)}]
    worker_wrap = wrap_seal(bytes(rogue), story.worker.box_key)
    public_key = to_base64(bytes(rogue.public_key))
    story.bundle["keys"].append({"epoch": 2, "public_key": public_key, "worker_wrap": worker_wrap, "wraps": wraps})


@attack("epoch_forged", "unopened", factory_4="unopened")
def epochs_key_is_swapped(story):
    rogue = PrivateKey.generate()
    key = story.bundle["keys"][1]
    key["public_key"] = to_base64(bytes(rogue.public_key))
    key["wraps"] = [{"officer": story.wang.record["id"], "sealed": wrap_seal(bytes(rogue), story.wang.opened.box_key)}]


@attack("epoch_forged", "unopened", factory_4="unopened")
def newest_epoch_is_kept_back(story):
    del story.bundle["keys"][1]


@attack("epoch_forged", "forged", "out_of_order", factory_3="forged", factory_4="out_of_order")
def epoch_is_made_by_a_stranger(story):
    ghost = person("鬼")
    before = protocol.sealed_digest(from_base64(story.message("factory", 2)["sealed"]))
    key = story.bundle["keys"][1]
    body = {"epoch": 1, "public_key": key["public_key"], "reason": "left"}
    header = {"author": ghost.record["id"], "kind": "rekey", "number": 3, "epoch": 0, "previous": before}
    sealed = sealed_by_server(story, ghost.opened.sign, body=body, **header)
    story.message("factory", 3).update(sealed=sealed, author=ghost.record["id"])


@attack("epoch_forged", "out_of_order", factory_4="out_of_order")
def worker_names_an_epoch(story):
    body = {"epoch": 1, "public_key": story.bundle["keys"][1]["public_key"], "reason": "left"}
    before = protocol.sealed_digest(from_base64(story.message("factory", 2)["sealed"]))
    header = {"author": "worker", "kind": "rekey", "number": 3, "epoch": 0, "previous": before}
    story.message("factory", 3).update(sealed=sealed_by_server(story, story.worker.sign, body=body, **header))
    story.message("factory", 3)["author"] = "worker"


@attack("epoch_forged", factory_4="epoch_forged")
def two_messages_name_one_epoch(story):
    author = story.chen.record["id"]
    body = {"epoch": 1, "public_key": to_base64(bytes(PrivateKey.generate().public_key)), "reason": "left"}
    header = {"author": author, "kind": "rekey", "number": 5, "epoch": 0}
    row(story, sealed_by_server(story, story.chen.opened.sign, body=body, **header), **{**header, "kind": "rekey"})


@attack("category_changed")
def category_is_changed(story):
    story.bundle["category"] = "other"


@attack(
    "officer_keys_changed",
    "forged",
    "epoch_forged",
    factory_1="forged",
    factory_3="forged",
    factory_4="epoch_forged",
)
def officers_keys_are_swapped_in_the_list(story):
    ghost = person("鬼")
    story.officers[0].update(sign_key=ghost.record["sign_key"], box_key=ghost.record["box_key"])


@attack("unopened", "epoch_forged", **ALL_UNOPENED)
def wraps_are_taken_away(story):
    for key in story.bundle["keys"]:
        key["wraps"] = []


@attack("gap")
def note_is_dropped(story):
    del story.bundle["notes"][0]


@attack("moved")
def notes_are_reordered(story):
    story.bundle["notes"][0]["number"], story.bundle["notes"][1]["number"] = 1, 0


@attack("unopened")
def note_is_damaged(story):
    note = story.bundle["notes"][1]
    note["sealed"] = to_base64(from_base64(note["sealed"])[:-1] + b"\0")


@attack("moved")
def note_is_given_to_another_author(story):
    story.bundle["notes"][0]["author"] = story.chen.record["id"]


@attack(by_worker=True)
def new_officer_writes(story):
    qian = story.ghost = person("钱")  # no ghost: somebody whom Wang has let in
    story.officers.append(qian.public)
    private = wrap_open(story.bundle["keys"][1]["wraps"][0]["sealed"], story.wang.opened.box)
    zero = wrap_open(story.bundle["keys"][0]["wraps"][0]["sealed"], story.wang.opened.box)
    for key, held in zip(story.bundle["keys"], (zero, private), strict=True):
        key["wraps"].append({"officer": qian.record["id"], "sealed": wrap_seal(held, qian.opened.box_key)})
    story.post(qian.opened, "message", text_body("我是新来的。"))


@attack("officer_keys_changed", "forged", "epoch_forged", by_worker=True, factory_1="forged", factory_3="forged")
def officer_writes_with_other_keys(story):
    ghost = person("鬼")
    story.officers[0].update(sign_key=ghost.record["sign_key"], box_key=ghost.record["box_key"])
    ATTACKS["officer_writes_with_other_keys"].messages[("factory", 4)] = "epoch_forged"


# --- an officer whom nobody let in, put into the database ------------------------------------------------------------
def ghost_in(story: Story, state: str = "left") -> Person:
    """Among the officers; as one who has left they stand on no poster and in no list of those who receive cases."""
    story.ghost = person("鬼")
    story.officers.append({**story.ghost.public, "state": state})
    return story.ghost


def other_keys(known: Person) -> list[Person]:
    """Confirmed under the same id, but with another key, or both."""
    other = person(known.record["name"])
    changes = [("sign_key",), ("box_key",), ("sign_key", "box_key")]
    return [
        Person(other.opened, {**known.record, **{name: other.record[name] for name in names}}, other.code)
        for names in changes
    ]


def key_by(story: Story, maker: Person, epoch: int, **header) -> None:
    """The next case key, well signed by its maker, with wraps for everybody and for the ghost."""
    private = PrivateKey.generate()
    body = {"epoch": epoch, "public_key": to_base64(bytes(private.public_key)), "reason": "left"}
    header = {"author": maker.record["id"], "kind": "rekey", "epoch": epoch - 1, **header}
    row(story, sealed_by_server(story, maker.opened.sign, body=body, **header), **header)
    readers = [each for each in (story.wang, story.chen, story.zhou, story.ghost) if each]
    wraps = [
        {"officer": each.record["id"], "sealed": wrap_seal(bytes(private), each.opened.box_key)} for each in readers
    ]
    worker_wrap = wrap_seal(bytes(private), story.worker.box_key)
    story.bundle["keys"].append(
        {"epoch": epoch, "public_key": body["public_key"], "worker_wrap": worker_wrap, "wraps": wraps}
    )


@attack("epoch_unconfirmed")
def ghost_officer_makes_the_next_key(story):
    key_by(story, ghost_in(story), 2)


@attack("epoch_unconfirmed")
def ghost_officer_makes_the_next_key_in_the_other_lane(story):
    previous = protocol.sealed_digest(from_base64(story.message("ombudsman", 1)["sealed"]))
    key_by(story, ghost_in(story, "active"), 2, lane="ombudsman", number=2, previous=previous, seen=5)


@attack("epoch_unconfirmed")
def key_of_a_ghost_officer_is_followed_by_an_honest_one(story):
    key_by(story, ghost_in(story), 2)
    key_by(story, story.chen, 3, number=6)


@attack(by_worker=True)
def ghost_officer_makes_the_next_key_for_the_worker(story):
    key_by(story, ghost_in(story), 2)


@attack()
def ghost_officer_writes(story):
    author = ghost_in(story).record["id"]
    row(story, sealed_by_server(story, story.ghost.opened.sign, author=author), author=author)


@attack("officer_keys_changed", "epoch_unconfirmed")
def ghost_officer_has_the_id_of_one_who_is_named(story):
    """Chen has written nothing but a note, which is taken away: other keys under Chen's id give themselves away all the same."""
    ghost = ghost_in(story)
    story.officers[1].update(sign_key=ghost.record["sign_key"], box_key=ghost.record["box_key"], state="left")
    story.officers.pop()
    ghost.record["id"] = story.chen.record["id"]
    story.bundle["notes"].pop()
    key_by(story, ghost, 2)


@attack()
def ghost_officer_writes_a_note(story):
    ghost, key = ghost_in(story), bytes(PrivateKey.generate())
    previous = protocol.sealed_digest(from_base64(story.bundle["notes"][-1]["sealed"]))
    header = {"v": 1, "place": PLACE, "case": story.bundle["id"], "lane": "notes", "number": 2, "epoch": 0, "seen": 0}
    header |= {"author": ghost.record["id"], "kind": "note", "previous": previous}
    sealed = box_seal(content_sign(NOTE, header, {"text": "别理他。"}, ghost.opened.sign), key)
    story.bundle["notes"].append(
        {
            "id": "00000000-0000-4000-8000-000000000001",
            "number": 2,
            "author": ghost.record["id"],
            "sealed": to_base64(sealed),
            "wraps": {story.wang.record["id"]: wrap_seal(key, story.wang.opened.box_key)},
            "written_on": "2026-11-09",
        }
    )
