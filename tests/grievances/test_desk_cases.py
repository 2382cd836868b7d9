"""The desk's JSON: working on a case, also two people at once."""

from typing import Any

from grievances import protocol
from grievances.models import Case, CaseEvent, CaseWrap, Message, Note
from grievances.sample import sealed_message
from grievances.services.log import log_faults
from grievances.services.worker import case_appeal, worker_write
from tests.grievances.cast import read_by, read_by_worker
from tests.grievances.desk import API, admit, note, texts


def test_the_first_word_acknowledges_and_an_answer_answers(make_case, chen):
    written = make_case()
    assert chen.write(written.row.pk, "收到。").json()["case"]["state"] == "acknowledged"
    case = chen.write(written.row.pk, "修好了。", is_answer=True).json()["case"]
    assert (case["state"], bool(case["answered_on"])) == ("answered", True)
    assert texts(read_by_worker(written).messages)[1:] == ["收到。", "修好了。"]


def test_the_same_message_twice_counts_once(make_case, chen):
    written = make_case()
    body = {"message": chen.message(written.row.pk, "收到。"), "is_answer": False}
    for _time in range(2):
        assert chen.post(f"cases/{written.row.pk}/messages/", body).status_code == 200
    assert Message.objects.filter(case=written.row).count() == 2
    assert CaseEvent.objects.filter(case=written.row, kind="officer_wrote").count() == 1


def test_of_two_messages_sealed_at_once_the_second_is_told_and_goes_behind_when_sealed_again(make_case, chen, wang):
    written = make_case()
    by_chen, by_wang = chen.message(written.row.pk, "陈写的。"), wang.message(written.row.pk, "王写的。")
    path = f"cases/{written.row.pk}/messages/"
    assert chen.post(path, {"message": by_chen}).status_code == 200
    assert wang.post(path, {"message": by_wang}).json()["code"] == "out_of_date"
    assert wang.write(written.row.pk, "王写的。").status_code == 200
    opened = read_by_worker(written)
    assert texts(opened.messages)[1:] == ["陈写的。", "王写的。"]
    assert not opened.problems


def test_a_message_sealed_before_the_worker_wrote_is_told_so(make_case, chen):
    written = make_case()
    early = chen.message(written.row.pk, "收到。")
    worker_write(case=written.row, message=sealed_message(_next_of_worker(written, "还有一件事。")))
    answer = chen.post(f"cases/{written.row.pk}/messages/", {"message": early})
    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_date")


def _next_of_worker(written, text: str) -> dict[str, Any]:
    body = {"text": text, "attachments": []}
    return protocol.message_seal(read_by_worker(written), written.worker, kind="message", body=body)


def test_a_move_or_an_assignment_from_an_older_revision_overwrites_nothing(make_case, officers, chen, wang):
    written = make_case()
    revision = chen.case(written.row.pk)["revision"]
    path = f"cases/{written.row.pk}/"
    assert chen.post(path + "move/", {"to": "in_progress", "revision": revision}).status_code == 200
    me = str(officers[1].row.pk)
    assert wang.post(path + "move/", {"to": "acknowledged", "revision": revision}).json()["code"] == "out_of_date"
    assert wang.post(path + "assign/", {"officer": me, "revision": revision}).json()["code"] == "out_of_date"
    case = wang.case(written.row.pk)
    assert (case["state"], case["assigned_to"]) == ("in_progress", None)
    assert wang.post(path + "assign/", {"officer": me, "revision": case["revision"]}).status_code == 200


def test_a_case_takes_only_the_moves_there_are(make_case, chen):
    written = make_case()
    path = f"cases/{written.row.pk}/move/"
    for to in ("answered", "closed", "appealed"):
        assert chen.post(path, {"to": to, "revision": 0}).json()["code"] == "no_such_move"
    assert chen.post(path, {"to": "nonsense", "revision": 0}).status_code == 400


def test_a_case_is_assigned_to_nobody_who_cannot_read_it(make_case, chen, zhao):
    written = make_case()
    admit(chen, zhao, [])
    body = {"officer": str(zhao.holder.row.pk), "revision": 0}
    assert chen.post(f"cases/{written.row.pk}/assign/", body).json()["code"] == "not_held"


def test_a_closed_case_takes_no_more_messages(make_case, chen):
    written = make_case()
    chen.write(written.row.pk, "修好了。", is_answer=True)
    revision = chen.case(written.row.pk)["revision"]
    assert chen.post(f"cases/{written.row.pk}/move/", {"to": "closed", "revision": revision}).status_code == 200
    assert chen.write(written.row.pk, "还有……").json()["code"] == "case_closed"


def test_notes_are_for_those_who_hold_the_case_here_and_never_for_the_worker(make_case, officers, chen, wang):
    written = make_case()
    path = f"cases/{written.row.pk}/notes/"
    sent = note(chen, written.row.pk, "先问宿管。", officers)
    for _time in range(2):
        assert chen.post(path, sent).status_code == 200
    assert Note.objects.count() == 1
    assert texts(read_by(officers[1], written.row.pk).notes) == ["先问宿管。"]
    assert not read_by_worker(written).notes
    only_me = note(wang, written.row.pk, "悄悄话", officers[1:])
    assert wang.post(path, only_me).json()["code"] == "out_of_date"


def test_a_worker_has_a_merged_case_looked_at_again(make_case, chen):
    one, two = make_case().row, make_case()
    chen.post(f"cases/{two.row.pk}/merge/", {"into": one.pk, "revision": 0})
    appealed = case_appeal(case=Case.objects.get(pk=two.row.pk))
    assert (appealed.state, appealed.merged_into, appealed.closing) == ("appealed", None, "")


def test_a_merged_case_is_closed_and_still_takes_the_answer_of_the_other(make_case, chen):
    one, two = make_case("热水器坏了。").row, make_case("没有热水。")
    case = chen.post(f"cases/{two.row.pk}/merge/", {"into": one.pk, "revision": 0}).json()["case"]
    assert (case["state"], case["closing"], case["merged_into"]) == ("closed", "merged", one.pk)
    case = chen.write(two.row.pk, "修好了。", is_answer=True).json()["case"]
    assert (case["state"], bool(case["answered_on"])) == ("closed", True)
    assert texts(read_by_worker(two).messages)[-1] == "修好了。"


def test_cases_are_merged_neither_with_themselves_nor_round_in_a_circle(make_case, chen):
    one, two = make_case().row.pk, make_case().row.pk
    assert chen.post(f"cases/{one}/merge/", {"into": one, "revision": 0}).json()["code"] == "same_case"
    chen.post(f"cases/{one}/merge/", {"into": two, "revision": 0})
    assert chen.post(f"cases/{two}/merge/", {"into": one, "revision": 0}).json()["code"] == "case_closed"
    assert chen.post(f"cases/{one}/merge/", {"into": "f" * 32, "revision": 1}).json()["code"] == "not_held"


def test_the_quarantine_is_let_out_or_emptied_by_those_who_hold_it(make_case, chen, wang, zhao):
    admit(chen, zhao, [])
    real, junk = make_case().row.pk, make_case().row.pk
    CaseWrap.objects.filter(officer=zhao.holder.row).delete()
    Case.objects.update(is_quarantined=True)
    assert chen.post(f"cases/{real}/release/").json()["case"]["is_quarantined"] is False
    assert zhao.post("quarantine/empty/", {"cases": [real, junk]}).json() == {"erased": 0}
    assert wang.post("quarantine/empty/", {"cases": [real, junk]}).json() == {"erased": 1}
    assert Case.objects.get(pk=junk).erased_on is not None
    assert Case.objects.get(pk=real).erased_on is None
    assert not Message.objects.filter(case=junk).exists()


def test_taking_a_copy_out_is_logged_and_the_log_tells_enough_to_check_it(make_case, officers, chen):
    written = make_case()
    chen.post(f"cases/{written.row.pk}/exported/")
    events = chen.get(f"cases/{written.row.pk}/log/").json()["events"]
    assert [event["kind"] for event in events] == ["received", "exported"]
    assert events[1]["officer_id"] == str(officers[0].row.pk)
    assert [event["previous_hash"] for event in events] == [written.row.pk, events[0]["hash"]]
    assert not log_faults(CaseEvent.objects.filter(case=written.row).order_by("number"))


def test_attachments_are_handed_out_as_bytes_and_as_nothing_else(make_case, chen):
    written = make_case(files=(b"<html><script>alert(1)</script></html>",))
    attachment = written.row.messages.get().attachments.get()
    answer = chen.get(f"attachments/{attachment.pk}/")
    assert (answer["Content-Type"], answer.content) == ("application/octet-stream", bytes(attachment.sealed))
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_damaged_or_endless_input_is_refused_in_words(make_case, chen):
    written = make_case()
    path = f"cases/{written.row.pk}/messages/"
    message = chen.message(written.row.pk, "收到。")
    for sealed in ["no base64!", "", "A" * 100_000, None, 7]:
        assert chen.post(path, {"message": {**message, "sealed": sealed}}).status_code in (400, 409)
    assert chen.client.post(API + path, "no json", content_type="application/json").status_code == 400
    assert Message.objects.filter(case=written.row).count() == 1
