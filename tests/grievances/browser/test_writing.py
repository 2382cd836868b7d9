"""What the browser's vault seals, signs and hands over, Python opens and finds proven."""

import pytest

from grievances import protocol
from grievances.protocol.encoding import from_base64
from grievances.protocol.officers import admit_payload
from tests.grievances.attacks import ATTACKS
from tests.grievances.browser.page import read_in, refusal, shown_in_browser, shown_in_python
from tests.grievances.story import (
    PASSPHRASE,
    PLACE,
    SALT,
    Story,
    bundle_of,
    opening_body,
    person,
    text_body,
    told,
)

pytestmark = pytest.mark.browser


def test_a_case_made_in_the_browser_is_read_in_python(vault):
    wang, zhou = person("王"), person("周", place="ccr")
    made = vault.call("caseNew", place=PLACE, salt=SALT)
    case, worker = made["id"], protocol.worker_of_receipt(made["receipt"], SALT)
    picture = bytes(range(256)) * 600
    file = vault.call("attachmentSeal", case=case, bytes=picture, type="image/jpeg", name="照片.jpg")
    opening = opening_body("加班费少了。\u2028😀", [wang, zhou], "小李", [file["entry"]])
    first = vault.call("caseSeal", case=case, kind="message", body=opening, lane="factory")
    wraps = vault.call("caseWraps", case=case, officers=[wang.record])["wraps"]
    wraps += vault.call("caseWraps", case=case, officers=[zhou.record], held=True)["wraps"]
    assert [wrap["held"] for wrap in wraps] == [False, True]
    assert vault.call("caseWraps", case=case, officers=[wang.record])["proof"] is None

    empty = protocol.Case(
        id=case,
        place=PLACE,
        worker_sign_key=worker.sign_key,
        worker_box_key=worker.box_key,
        keys={0: protocol.cases.CaseKey(from_base64(made["publicKey"]), None)},
        lanes={},
    )
    story = Story(
        made["receipt"],
        worker,
        wang,
        wang,
        zhou,
        bundle_of(empty, made["workerWrap"], wraps),
        [wang.public, zhou.public],
    )
    story.store(first, worker)

    # The worker again, then the ombudsman's lane and a rating; the UI loads the case after each post.
    for kind, body, lane in [
        ("message", text_body("周老师好"), "ombudsman"),
        ("rating", {"score": 2, "text": "慢", "attachments": []}, "factory"),
    ]:
        read_in(vault, story, worker)
        story.store(vault.call("caseSeal", case=case, kind=kind, body=body, lane=lane), worker)

    # Officer Wang: an answer, a note, and a new key after somebody left.
    read_in(vault, story, wang.opened)
    story.store(vault.call("caseSeal", case=case, kind="message", body=text_body("收到"), lane="factory"), wang.opened)
    note = vault.call("noteSeal", case=case, text="查考勤", officers=[wang.record])
    story.bundle["notes"].append({**note, "author": wang.record["id"], "written_on": "2026-11-06"})
    read_in(vault, story, wang.opened)
    rekeyed = vault.call("rekey", case=case, holders=[{**zhou.record, "held": True}], reason="conflict")
    assert [(wrap["officer"], wrap["held"]) for wrap in rekeyed["wraps"]] == [
        (zhou.record["id"], True),
        (wang.record["id"], False),
    ]
    assert proof_holds(wang.opened, "rekey", rekey_signed(case, rekeyed), rekeyed.pop("proof"))
    story.store(rekeyed.pop("message"), wang.opened)
    story.bundle["keys"].append(rekeyed)
    view = read_in(vault, story, wang.opened)
    assert view["replyTo"]["epoch"] == 1
    story.store(
        vault.call("caseSeal", case=case, kind="message", body=text_body("新钥匙"), lane="factory"), wang.opened
    )

    for reader in (wang.opened, zhou.opened, worker):
        read = story.read(reader)
        assert read.problems == ({"unopened"} if reader is zhou.opened else set())
        assert [message.problem for message in read.messages] == [None] * 6
        assert shown_in_browser(read_in(vault, story, reader)) == shown_in_python(read)
    read = story.read(wang.opened)
    assert read.messages[0].body == opening
    assert [note.body["text"] for note in read.notes] == ["查考勤"]
    assert read.messages[-1].epoch == 1
    entry = read.messages[0].body["attachments"][0]
    assert protocol.attachment_open(place=PLACE, case=case, entry=entry, sealed=file["sealed"]) == picture


def test_an_officer_admitted_in_the_browser_reads_everything(vault):
    story, qian = told(), person("钱")
    case = read_in(vault, story, story.wang.opened)["id"]
    granted = vault.call("grant", cases=[case], officer=qian.record)
    proof = from_base64(granted["proof"])
    assert protocol.proof_holds(story.wang.opened.sign_key, "admit", admit_payload(qian.record), proof)
    assert {(wrap["case"], wrap["epoch"], wrap["held"]) for wrap in granted["wraps"]} == {
        (case, 0, False),
        (case, 1, False),
    }
    for wrap in granted["wraps"]:
        story.bundle["keys"][wrap["epoch"]]["wraps"].append(wrap)
    notes = {note["id"]: note for note in story.bundle["notes"]}
    for wrap in granted["noteWraps"]:
        notes[wrap["note"]]["wraps"][qian.record["id"]] = wrap["sealed"]
    story.officers.append(qian.public)
    read = story.read(qian.opened)
    assert read.problems == set()
    assert [note.body["text"] for note in read.notes] == ["先查考勤。", "查过了。"]


def proof_holds(officer: protocol.Officer, purpose: str, payload: bytes, proof: str) -> bool:
    return protocol.proof_holds(officer.sign_key, purpose, payload, from_base64(proof))


def rekey_signed(case: str, made: dict) -> bytes:
    wraps = [(wrap["officer"], wrap["held"], from_base64(wrap["sealed"])) for wrap in made["wraps"]]
    public_key, worker_wrap = from_base64(made["public_key"]), from_base64(made["worker_wrap"])
    return protocol.rekey_payload(
        case, epoch=made["epoch"], public_key=public_key, worker_wrap=worker_wrap, wraps=wraps
    )


def test_what_officers_change_in_the_browser_is_proven(vault):
    story, wang, others = told(), told().wang, [person(name) for name in "钱孙李吴"]
    case = read_in(vault, story, wang.opened)["id"]
    granted = vault.call("caseWraps", case=case, officers=[each.record for each in others])
    wraps = [(wrap["officer"], wrap["epoch"], from_base64(wrap["sealed"])) for wrap in granted["wraps"]]
    assert len(wraps) == 8
    assert proof_holds(wang.opened, "grant", protocol.grant_payload(case, wraps), granted["proof"])
    assert not proof_holds(wang.opened, "grant", protocol.grant_payload(case, wraps[1:]), granted["proof"])
    assert not proof_holds(wang.opened, "grant", protocol.grant_payload("f" * 32, wraps), granted["proof"])

    holders = [{**each.record, "held": at % 2 == 0} for at, each in enumerate(others)]
    made = vault.call("rekey", case=case, holders=holders, reason="left")
    assert proof_holds(wang.opened, "rekey", rekey_signed(case, made), made["proof"])
    made["wraps"][0]["held"] = not made["wraps"][0]["held"]
    assert not proof_holds(wang.opened, "rekey", rekey_signed(case, made), made["proof"])

    chen = story.chen.record["id"]
    proof = vault.call("leaveProof", officer=chen)["proof"]
    assert proof_holds(wang.opened, "leave", protocol.leave_payload(chen), proof)
    assert not proof_holds(wang.opened, "leave", protocol.leave_payload(wang.record["id"]), proof)
    vault.call("lock")
    assert refusal(vault, "leaveProof", officer=chen) == "locked"


def test_an_officer_without_a_wrap_writes_nothing(vault):
    story = told()
    ATTACKS["wraps_are_taken_away"].forge(story)
    view = read_in(vault, story, story.wang.opened)
    assert view["readable"] is False
    body = text_body("x")
    code = refusal(vault, "caseSeal", case=view["id"], kind="message", body=body, lane="factory")
    assert code in ("unopened", "epoch_forged")
    assert refusal(vault, "caseSeal", case="f" * 32, kind="message", body=body, lane="factory") == "unopened"


def test_a_body_that_does_not_fit_its_kind_is_not_sealed_in_the_browser(vault):
    story = told()
    case = read_in(vault, story, story.worker)["id"]
    for kind, body, lane in [
        ("message", {"text": "x"}, "factory"),
        ("rating", {"score": 6, "text": "", "attachments": []}, "factory"),
        ("message", text_body("x"), "notes"),
        ("poem", text_body("x"), "factory"),
    ]:
        assert refusal(vault, "caseSeal", case=case, kind=kind, body=body, lane=lane) == "bad_message"


def test_a_thousand_cases_are_read_at_once(vault):
    story = told()
    vault.call("officerUnlock", officer=story.wang.record, passphrase=PASSPHRASE)
    story.bundle["messages"] = [story.message("factory", 0), story.message("factory", 1)]
    del story.bundle["keys"][1]
    bundle = story.bundle_for(story.wang.opened)
    count = vault.page.evaluate(
        """async ([bundle, officers]) => {
          const cases = Array.from({ length: 1000 }, () => bundle);
          const { views } = await window.vault.call("casesLoad", { cases, officers });
          return views.filter((view) => view.messages.length === 2 && !view.problems.length).length;
        }""",
        [bundle, story.officers],
    )
    assert count == 1000


@pytest.mark.parametrize("size", [0, 1, 65_536, 150_001])
def test_attachments_go_both_ways(vault, size):
    story, data = told(), (bytes(range(251)) * 700)[:size]
    case = read_in(vault, story, story.wang.opened)["id"]
    sealed, entry = protocol.attachment_seal(place=PLACE, case=case, data=data, content_type="image/png", name="x")
    assert vault.call("attachmentOpen", case=case, entry=entry, sealed=sealed)["bytes"] == data
    made = vault.call("attachmentSeal", case=case, bytes=data, type="image/png", name="x")
    assert made["id"] == made["entry"]["id"]
    assert len(made["sealed"]) == len(sealed)
    assert protocol.attachment_open(place=PLACE, case=case, entry=made["entry"], sealed=made["sealed"]) == data


def test_a_damaged_attachment_is_not_opened_in_the_browser(vault):
    story = told()
    case = read_in(vault, story, story.wang.opened)["id"]
    sealed, entry = protocol.attachment_seal(
        place=PLACE, case=case, data=b"x" * 200_000, content_type="image/png", name="x.png"
    )
    chunk = 65_536 + 17
    header, chunks = sealed[:24], [sealed[24 + at * chunk : 24 + (at + 1) * chunk] for at in range(4)]
    elsewhere = protocol.attachment_seal(place=PLACE, case="d" * 32, data=b"x" * 200_000, content_type="", name="")
    for forged, changes in [
        (sealed[:-1], {}),
        (sealed[:-chunk], {}),
        (sealed[:-chunk], {"size": 3 * 65_536}),
        (b"", {}),
        (header + b"".join(chunks[at] for at in (1, 0, 2, 3)), {}),
        (sealed, {"size": 150_000}),
        (sealed, {"id": elsewhere[1]["id"]}),
        (elsewhere[0], {"key": elsewhere[1]["key"], "id": elsewhere[1]["id"]}),
    ]:
        fitting = {**entry, "digest": protocol.sealed_digest(forged), **changes}
        assert refusal(vault, "attachmentOpen", case=case, entry=fitting, sealed=forged) == "attachment_damaged"
    assert refusal(vault, "attachmentOpen", case=case, entry={**entry, "digest": "0" * 64}, sealed=sealed) == (
        "attachment_damaged"
    )


def test_work_done_in_the_browser_is_accepted(vault):
    solved = vault.call("workSolve", challenge="挑战:abc")
    assert solved["challenge"] == "挑战:abc"
    assert protocol.work_holds("挑战:abc", solved["numbers"])
    assert solved["numbers"] == protocol.work_solve("挑战:abc")
