"""What a dishonest server, or somebody with its database, can do to a case."""

from nacl.public import PrivateKey

from grievances import protocol
from grievances.protocol.encoding import from_base64, pad, to_base64, wrap_open, wrap_seal
from grievances.protocol.messages import NOTE
from tests.grievances.attacks.base import ATTACKS, attack, row, sealed_by_server
from tests.grievances.story import SALT, Story, case_begin, opening_body, person, text_body

ALL = [*(f"factory_{number}" for number in range(5)), *(f"ombudsman_{number}" for number in range(2))]
ALL_UNOPENED = dict.fromkeys(ALL, "unopened")
ALL_MOVED = dict.fromkeys(ALL, "moved")


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
