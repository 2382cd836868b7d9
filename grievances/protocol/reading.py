"""Reading a case: every check of the protocol's section "Reading", in its order."""

from collections.abc import Iterable
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from grievances.protocol.cases import LANES, Case, CaseKey, LaneEnd, Reader, ReadMessage, case_id
from grievances.protocol.encoding import box_open, from_base64, sealed_digest, to_base64, wrap_open
from grievances.protocol.messages import MESSAGE, NOTE, Content, content_read
from grievances.protocol.officers import Officer
from grievances.protocol.receipts import Worker


def case_read(
    *,
    place: str,
    bundle: dict[str, Any],
    officers: list[dict[str, Any]],
    reader: Reader,
    trusted: Iterable[dict[str, Any]] = (),
) -> Case:
    """A case bundle, as the server sends or exports it, read with the keys of an officer or a worker.

    officers: [{id, name, place, state, box_key, sign_key}]. trusted: {id, sign_key, box_key} of those whose fingerprints the
    reader has confirmed. Never raises for what is forged or missing: see `problems` and each message's `problem`.
    """
    people = {officer["id"]: officer for officer in officers}
    case = _unread(place, bundle)
    unsafe = not _id_holds(case, bundle) or not _is_own(case, reader)
    if unsafe:
        case.problems.add("case_keys_swapped")
    case.keys = _keys_open(case, bundle, reader)
    for lane in LANES:
        _lane_read(case, lane, [message for message in bundle["messages"] if message["lane"] == lane], people)
    makers = _epoch_makers(case)
    forged = _epochs_forged(case, bundle, makers)
    _messages_judge(case, forged)
    case.messages = _merged(*([m for m in case.messages if m.lane == lane] for lane in LANES))
    _notes_read(case, bundle.get("notes") or [], people, reader)
    opening = _opening_read(case)
    strangers = _strangers_mark(case, people, [*_own_record(reader), *case.recipients, *trusted])
    unconfirmed = isinstance(reader, Officer) and any(
        message.author in strangers for named in makers.values() for message in named
    )
    if unconfirmed:
        case.problems.add("epoch_unconfirmed")
    case.doubt = _doubt(unsafe=unsafe, forged=bool(forged), unconfirmed=unconfirmed)
    case.epoch = None if case.doubt else max(case.keys)
    _names_fill(case, people, opening)
    case.problems |= {message.problem for message in [*case.messages, *case.notes] if message.problem}
    return case


def _unread(place: str, bundle: dict[str, Any]) -> Case:
    return Case(
        id=bundle["id"],
        place=place,
        worker_sign_key=from_base64(bundle["worker_sign_key"]),
        worker_box_key=from_base64(bundle["worker_box_key"]),
        keys={},
        lanes={},
        category=bundle["category"],
    )


def _id_holds(case: Case, bundle: dict[str, Any]) -> bool:
    first = next((key for key in bundle["keys"] if key["epoch"] == 0), None)
    if first is None:
        return False
    named = case_id(case.place, from_base64(first["public_key"]), case.worker_sign_key, case.worker_box_key)
    return named == case.id


def _is_own(case: Case, reader: Reader) -> bool:
    """A worker reads the case of their own receipt only."""
    if not isinstance(reader, Worker):
        return True
    return (case.worker_sign_key, case.worker_box_key) == (reader.sign_key, reader.box_key)


def _keys_open(case: Case, bundle: dict[str, Any], reader: Reader) -> dict[int, CaseKey]:
    keys = {}
    for key in bundle["keys"]:
        if isinstance(reader, Worker):
            own = key["worker_wrap"]
        else:
            wraps = key.get("wraps") or []
            own = next((wrap["sealed"] for wrap in wraps if wrap["officer"] == reader.author), None)
        public, private = from_base64(key["public_key"]), None
        opened = wrap_open(own, reader.box) if own else None
        if opened is not None:
            private = PrivateKey(opened) if len(opened) == 32 else None
            if private is None or bytes(private.public_key) != public:
                case.problems.add("case_keys_swapped")
                private = None
        keys[key["epoch"]] = CaseKey(public, private)
    return keys


def _sign_key(case: Case, author: str, people: dict[str, dict[str, Any]]) -> bytes | None:
    if author == "worker":
        return case.worker_sign_key
    return from_base64(people[author]["sign_key"]) if author in people else None


def _lane_read(case: Case, lane: str, stored: list[dict[str, Any]], people: dict[str, dict[str, Any]]) -> None:
    end = case.lanes[lane] = LaneEnd(0, case.id)
    for message in sorted(stored, key=lambda each: each["number"]):
        sealed = from_base64(message["sealed"])
        content = _message_open(case, sealed, message["epoch"])
        names = ("lane", "number", "epoch", "author", "kind")
        holds = content is not None and content.says(
            place=case.place, case=case.id, **{name: message[name] for name in names}
        )
        shown = ReadMessage(id=message["id"], **{n: message[n] for n in names}, arrived_on=message["arrived_on"])
        _judge(case, shown, content, holds, end, _sign_key(case, message["author"], people))
        _advance(end, shown.number, sealed)
        case.messages.append(shown)


def _message_open(case: Case, sealed: bytes, epoch: int) -> Content | None:
    key = case.keys.get(epoch)
    if key is None or key.private is None:
        return None
    try:
        return content_read(MESSAGE, SealedBox(key.private).decrypt(sealed))
    except (CryptoError, ValueError, TypeError):
        return None


def _judge(
    case: Case, shown: ReadMessage, content: Content | None, holds: bool, end: LaneEnd, sign_key: bytes | None
) -> None:
    """Set what is wrong with a message or note, or its body if header and signature hold; it stands behind `end`."""
    again, gap = shown.number < end.count, shown.number > end.count
    if gap:
        case.problems.add("gap")
    if content is None:
        shown.problem = "unopened"
    elif not holds:
        shown.problem = "moved"
    else:
        signed = content.signed_by(sign_key)
        if again or (not gap and content.header.get("previous") != end.previous):
            shown.problem = "out_of_order"
        elif not signed:
            shown.problem = "forged"
        elif gap:
            shown.problem = "gap"
        if signed:
            shown.body, shown.seen = content.body, content.header["seen"]


def _advance(end: LaneEnd, number: int, sealed: bytes) -> None:
    if number >= end.count:
        end.count, end.previous = number + 1, sealed_digest(sealed)


def _epoch_makers(case: Case) -> dict[int, list[ReadMessage]]:
    """epoch -> the officers' signed messages that name its key."""
    makers: dict[int, list[ReadMessage]] = {}
    for message in case.messages:
        by_officer = message.kind == "rekey" and message.author != "worker"
        if by_officer and message.body and message.body["epoch"] == message.epoch + 1:
            makers.setdefault(message.epoch + 1, []).append(message)
    return makers


def _epochs_forged(case: Case, bundle: dict[str, Any], makers: dict[int, list[ReadMessage]]) -> set[int]:
    """The epochs that no officer's message proves; also a newer epoch that a message names and the server left out."""
    named = {epoch: [message.body["public_key"] for message in by if message.body] for epoch, by in makers.items()}
    given = {key["epoch"]: key["public_key"] for key in bundle["keys"]}
    forged = {epoch for epoch in given.keys() | named.keys() if epoch and named.get(epoch) != [given.get(epoch)]}
    if forged:
        case.problems.add("epoch_forged")
    return forged


def _messages_judge(case: Case, forged: set[int]) -> None:
    """What no message shows by itself: its key is not proven, or it has seen more of the other lane than there is."""
    for message in case.messages:
        if message.problem is None and message.epoch in forged:
            message.problem = "epoch_forged"
        other = case.lanes[LANES[1 - LANES.index(message.lane)]]
        if message.seen > other.count:
            case.problems.add("tail_missing")
            message.problem = message.problem or "tail_missing"


def _merged(factory: list[ReadMessage], ombudsman: list[ReadMessage]) -> list[ReadMessage]:
    """Both lanes in reading order: a message stands after the first `seen` of the other lane."""
    merged: list[ReadMessage] = []
    left = right = 0
    while left < len(factory) and right < len(ombudsman):
        one, other = factory[left], ombudsman[right]
        one_fits, other_fits = one.seen <= right, other.seen <= left
        if one.arrived_on <= other.arrived_on if one_fits and other_fits else one_fits or not other_fits:
            merged.append(one)
            left += 1
        else:
            merged.append(other)
            right += 1
    return merged + factory[left:] + ombudsman[right:]


def _notes_read(case: Case, stored: list[dict[str, Any]], people: dict[str, dict[str, Any]], reader: Reader) -> None:
    end = case.lanes["notes"] = LaneEnd(0, case.id)
    for note in sorted(stored, key=lambda each: each["number"]):
        sealed = from_base64(note["sealed"])
        wrap = None if isinstance(reader, Worker) else (note.get("wraps") or {}).get(reader.author)
        key = wrap_open(wrap, reader.box) if wrap else None
        padded = box_open(sealed, key) if key and len(key) == 32 else None
        content = content_read(NOTE, padded) if padded is not None else None
        if key and padded is not None:
            case.note_keys[note["id"]] = key
        expected = {"lane": "notes", "number": note["number"], "epoch": 0, "author": note["author"], "kind": "note"}
        holds = content is not None and content.says(place=case.place, case=case.id, seen=0, **expected)
        shown = ReadMessage(id=note["id"], **expected, arrived_on=note["written_on"])
        sign_key = None if note["author"] == "worker" else _sign_key(case, note["author"], people)
        _judge(case, shown, content, holds, end, sign_key)
        _advance(end, shown.number, sealed)
        case.notes.append(shown)


def _opening_read(case: Case) -> ReadMessage | None:
    """The worker's first message says whom the case was sealed to, and what it is about."""
    opening = next((m for m in case.messages if m.author == "worker" and m.body and "recipients" in m.body), None)
    if opening and opening.body:
        case.recipients = opening.body["recipients"]
        if opening.body["category"] != case.category:
            case.problems.add("category_changed")
    return opening


def _own_record(reader: Reader) -> list[dict[str, str]]:
    """An officer knows their own keys."""
    if isinstance(reader, Worker):
        return []
    keys = {"sign_key": to_base64(reader.sign_key), "box_key": to_base64(reader.box_key)}
    return [{"id": reader.author, **keys}]


def _strangers_mark(case: Case, people: dict[str, dict[str, Any]], known: list[dict[str, Any]]) -> set[str]:
    """Officers who write here and are not known to the reader, or known with other keys -> their ids.

    known: {id, sign_key, box_key} of the reader, of the recipients that the worker signed, of those the reader has confirmed.
    """
    notices: dict[str, str] = {}
    for message in [*case.messages, *case.notes]:
        if message.author == "worker" or message.author not in people:
            continue
        officer = people[message.author]
        same = [each for each in known if each["id"] == message.author]
        if not any(all(each[key] == officer[key] for key in ("sign_key", "box_key")) for each in same):
            message.notice = notices[message.author] = "officer_keys_changed" if same else "officer_new"
    if "officer_keys_changed" in notices.values():
        case.problems.add("officer_keys_changed")
    case.unconfirmed = [people[author] for author in notices]
    return set(notices)


def _doubt(*, unsafe: bool, forged: bool, unconfirmed: bool) -> str | None:
    """Why nothing may be written: with a key that is not the case's own, somebody else could read it."""
    if unsafe:
        return "case_keys_swapped"
    if forged:
        return "epoch_forged"
    return "epoch_unconfirmed" if unconfirmed else None


def _names_fill(case: Case, people: dict[str, dict[str, Any]], opening: ReadMessage | None) -> None:
    names = {officer["id"]: officer["name"] for officer in people.values()}
    names.update((recipient["id"], recipient["name"]) for recipient in case.recipients)
    if opening and opening.body:
        names["worker"] = opening.body["name"]
    for message in [*case.messages, *case.notes]:
        message.author_name = names.get(message.author, "")
