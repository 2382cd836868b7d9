"""The desk's JSON: who stands aside, whom a case is handed to, and what nobody plants."""

import uuid
from typing import Any

from grievances import protocol
from grievances.models import Case, Note
from grievances.services.sealed import SealedWrap
from grievances.services.worker import case_hand
from grievances.wire import encoded, officer_out
from tests.grievances.cast import holder_enrol, read_by, read_by_worker
from tests.grievances.desk import Desk, admission, admit, leave, new_key, note, proof_of, texts


def test_whoever_a_case_is_about_cannot_open_it_any_more(make_case, officers, chen, wang):
    written = make_case()
    chen.post(f"cases/{written.row.pk}/notes/", note(chen, written.row.pk, "和王芳有关。", officers))
    assert wang.post(f"cases/{written.row.pk}/conflict/").json() == {"case": None}
    assert wang.get("cases/").json()["cases"] == []
    case = chen.case(written.row.pk)
    assert (case["needs_rekey"], case["conflicted"]) == (True, [str(officers[1].row.pk)])
    assert set(Note.objects.get().wraps) == {str(officers[0].row.pk)}


def test_handing_everything_over_gives_no_case_back_to_whom_it_is_about(make_case, officers, chen, wang):
    written, other = make_case(), make_case()
    wang.post(f"cases/{written.row.pk}/conflict/")
    assert admit(chen, wang, [written.row.pk, other.row.pk]).status_code == 200
    assert [case["id"] for case in wang.get("cases/").json()["cases"]] == [other.row.pk]


def test_the_last_one_who_can_read_a_case_does_not_give_it_up(make_case, chen, wang):
    written = make_case()
    assert wang.post(f"cases/{written.row.pk}/conflict/").status_code == 200
    assert chen.post(f"cases/{written.row.pk}/conflict/").json()["code"] == "nobody_else"


def test_handing_to_the_ombudsmen_makes_held_keys_live(ombudsmen_keys, make_case, officers, chen):
    written = make_case(agreed_escalation=True)
    records = [officer_out(each.row) for each in ombudsmen_keys]
    wraps = protocol.case_wraps(read_by(officers[0], written.row.pk), records)
    case = chen.post(f"cases/{written.row.pk}/grant/", granted(chen, written.row.pk, wraps)).json()["case"]
    assert {each["held"] for each in case["holders"]} == {False}
    assert Case.objects.held_by(ombudsmen_keys[1].row).exists()


def granted(by: Desk, case_id: str, wraps: list[dict[str, Any]]) -> dict[str, Any]:
    assert by.holder
    said = [(wrap["officer"], wrap["epoch"], protocol.from_base64(wrap["sealed"])) for wrap in wraps]
    return {"wraps": wraps, "proof": proof_of(by.holder.keys, "grant", protocol.grant_payload(case_id, said))}


def test_a_login_alone_plants_no_wraps_and_nobody_plants_held_ones(ombudsmen_keys, make_case, chen):
    written = make_case()
    junk = [
        {"officer": str(each.row.pk), "epoch": 0, "sealed": encoded(b"j" * 80), "held": False}
        for each in ombudsmen_keys
    ]
    path = f"cases/{written.row.pk}/grant/"
    assert chen.post(path, {"wraps": junk, "proof": encoded(b"p" * 64)}).json()["code"] == "bad_proof"
    held = [{**wrap, "held": True} for wrap in junk]
    assert chen.post(path, granted(chen, written.row.pk, held)).json()["code"] == "bad_case"


def test_what_the_worker_hands_over_goes_before_what_an_officer_has_planted(ombudsmen_keys, make_case, chen):
    written = make_case()
    junk = [
        {"officer": str(each.row.pk), "epoch": 0, "sealed": encoded(b"j" * 80), "held": False}
        for each in ombudsmen_keys
    ]
    assert chen.post(f"cases/{written.row.pk}/grant/", granted(chen, written.row.pk, junk)).status_code == 200
    records = [officer_out(each.row) for each in ombudsmen_keys]
    wraps = [
        SealedWrap(officer=uuid.UUID(wrap["officer"]), epoch=0, sealed=protocol.from_base64(wrap["sealed"]))
        for wrap in protocol.case_wraps(read_by_worker(written), records)
    ]
    case_hand(case=written.row, wraps=wraps)
    assert texts(read_by(ombudsmen_keys[0], written.row.pk).messages) == ["饭堂的菜不新鲜。"]


def test_who_stood_aside_gets_the_case_back_under_no_enrolment(make_case, officers, chen, wang, desk_of):
    """Stand aside, leave, enrol anew, be let in: a person stays one whom the case is about."""
    written, other = make_case(), make_case()
    wang.post(f"cases/{written.row.pk}/conflict/")
    leave(wang, officers[1].row)
    again = desk_of(holder_enrol(officers[1].user, name="王芳"))
    assert admit(chen, again, [written.row.pk, other.row.pk]).status_code == 200
    assert [case["id"] for case in again.get("cases/").json()["cases"]] == [other.row.pk]
    assert str(again.holder.row.pk) in chen.case(written.row.pk)["conflicted"]
    record = officer_out(again.holder.row)
    wraps = protocol.case_wraps(read_by(officers[0], written.row.pk), [record])
    answer = chen.post(f"cases/{written.row.pk}/grant/", granted(chen, written.row.pk, wraps))
    assert answer.json()["code"] == "stood_aside"


def test_letting_in_again_overwrites_no_note_of_a_colleague(make_case, officers, chen, wang):
    written = make_case()
    chen.post(f"cases/{written.row.pk}/notes/", note(chen, written.row.pk, "先问宿管。", officers))
    body = admission(chen, wang, [])
    body["note_wraps"] = [{"note": str(Note.objects.get().pk), "sealed": encoded(b"j" * 80)}]
    chen.post(f"officers/{officers[1].row.pk}/admit/", body)
    assert texts(read_by(officers[1], written.row.pk).notes) == ["先问宿管。"]


def test_nothing_more_is_written_to_a_worker_before_the_new_key(make_case, officers, chen, wang):
    """Who stood aside held the old key: what comes after must not be sealed to it."""
    written = make_case()
    wang.post(f"cases/{written.row.pk}/conflict/")
    assert chen.write(written.row.pk, "这件事有结果了。").json()["code"] == "out_of_date"
    assert chen.post(f"cases/{written.row.pk}/rekey/", new_key(chen, written.row.pk)).status_code == 200
    assert chen.write(written.row.pk, "这件事有结果了。").status_code == 200
