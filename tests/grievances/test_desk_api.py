"""The desk's JSON: who gets which case, who may change what, and what happens when two do it at once."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from grievances import protocol
from grievances.models import Case, CaseEvent, CaseKey, CaseWrap, Message, Note, Officer
from grievances.protocol.officers import officer_of_seed
from grievances.queries.cases import INBOX_PAGE
from grievances.sample import sealed_message
from grievances.services.calendar import today
from grievances.services.log import log_faults
from grievances.services.sealed import SealedWrap
from grievances.services.worker import case_appeal, case_hand, worker_write
from grievances.wire import encoded, officer_out
from tests.grievances.conftest import (
    Holder,
    holder_enrol,
    leave_proof,
    new_key_of,
    read_by,
    read_by_worker,
    reply,
    staff_make,
    wrapped_seed,
)
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


@pytest.fixture
def desk_of(in_sunrise, site_client):
    """`desk_of(holder or user)` is that person signed in at Sunrise's desk."""

    def sit(who) -> Desk:
        holder = who if isinstance(who, Holder) else None
        client = site_client(in_sunrise)
        client.force_login(holder.user if holder else who, backend="django.contrib.auth.backends.ModelBackend")
        return Desk(client, holder)

    return sit


@pytest.fixture
def chen(officers, desk_of) -> Desk:
    return desk_of(officers[0])


@pytest.fixture
def wang(officers, desk_of) -> Desk:
    return desk_of(officers[1])


@pytest.fixture
def zhao(officers, desk_of) -> Desk:
    """A third one, who has enrolled and waits to be let in."""
    return desk_of(holder_enrol(staff_make("zhao"), name="赵敏"))


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


# --- who gets in -------------------------------------------------------------------------------------------------------


def test_a_stranger_gets_nothing(in_sunrise, make_case, site_client):
    written = make_case()
    client = site_client(in_sunrise)
    for path in ["state/", "cases/", f"cases/{written.row.pk}/", f"cases/{written.row.pk}/log/"]:
        assert client.get(API + path).status_code == 403
    assert "/admin/login/" in client.get("/admin/grievances/desk/")["Location"]


def test_a_content_editor_gets_nothing(make_case, desk_of):
    written = make_case()
    editor = desk_of(staff_make("editor", role="content_editor"))
    for path in ["state/", "cases/", f"cases/{written.row.pk}/"]:
        assert editor.get(path).status_code == 403
    assert editor.client.get("/admin/grievances/desk/").status_code == 403
    assert editor.post("officers/", enrolment(new_keys())).status_code == 403


def test_hr_without_keys_learns_who_the_officers_are_and_no_case(make_case, desk_of):
    written = make_case()
    hr = desk_of(staff_make("zhao"))
    state = hr.get("state/").json()
    assert (state["officer"], len(state["officers"]), state["is_open"]) == (None, 2, True)
    assert not any("passphrase_wrap" in officer for officer in state["officers"])
    for path in ["cases/", f"cases/{written.row.pk}/", f"cases/{written.row.pk}/log/"]:
        assert hr.get(path).json()["code"] == "not_officer"


def test_a_superuser_without_keys_gets_no_case(make_case, desk_of):
    written = make_case()
    root = desk_of(get_user_model().objects.create_superuser("root", password="correct-horse-battery"))
    assert root.get("cases/").json()["code"] == "not_officer"
    assert root.post(f"cases/{written.row.pk}/exported/").json()["code"] == "not_officer"


def test_somebody_who_waits_gets_no_case(make_case, zhao):
    written = make_case()
    assert zhao.get("state/").json()["officer"]["state"] == "waiting"
    for path in ["cases/", f"cases/{written.row.pk}/"]:
        assert zhao.get(path).json()["code"] == "not_officer"
    assert zhao.post(f"cases/{written.row.pk}/move/", {"to": "acknowledged", "revision": 0}).status_code == 409


def test_an_officer_gets_no_case_they_hold_no_key_of(make_case, chen, zhao):
    written = make_case(files=(b"\xff\xd8\xff picture",))
    admit(chen, zhao, [])
    attachment = written.row.messages.get().attachments.get()
    assert zhao.get("cases/").json() == {"cases": [], "next": None}
    assert not zhao.holds(written.row.pk)
    assert zhao.get(f"cases/{written.row.pk}/log/").status_code == 404
    assert zhao.get(f"attachments/{attachment.pk}/").status_code == 404
    for what, body in [
        ("move", {"to": "acknowledged", "revision": 0}),
        ("assign", {"officer": None, "revision": 0}),
        ("conflict", {}),
        ("release", {}),
        ("exported", {}),
        ("merge", {"into": written.row.pk, "revision": 0}),
    ]:
        assert zhao.post(f"cases/{written.row.pk}/{what}/", body).status_code == 409, what
    assert CaseEvent.objects.filter(case=written.row).count() == 1


def test_another_factorys_officer_gets_nothing(make_case, officers, lakeside, site_client):
    written = make_case()
    with tenant_context(lakeside):
        stranger = holder_enrol(get_user_model().objects.get(username="hr"), name="外人")
        client = site_client(lakeside)
        client.force_login(stranger.user, backend="django.contrib.auth.backends.ModelBackend")
    desk = Desk(client)
    assert desk.get("cases/").json()["cases"] == []
    assert not desk.holds(written.row.pk)
    assert desk.get(f"cases/{written.row.pk}/log/").status_code == 404
    assert {officer["name"] for officer in desk.get("state/").json()["officers"]} == {"外人"}
    assert desk.post(f"officers/{officers[0].row.pk}/leave/").status_code == 404
    assert desk.post(f"cases/{written.row.pk}/exported/").json()["code"] == "not_held"


def test_the_session_of_another_factory_opens_nothing(make_case, chen, lakeside, site_client):
    make_case()
    client = site_client(lakeside)
    client.cookies = chen.client.cookies
    assert client.get(API + "cases/").status_code == 403


def test_a_held_wrap_opens_no_case_before_it_is_handed_on(ombudsmen_keys, make_case, chen):
    written = make_case(agreed_escalation=True)
    holders = {(each["officer"], each["held"]) for each in chen.case(written.row.pk)["holders"]}
    assert {held for officer, held in holders if officer in {str(each.row.pk) for each in ombudsmen_keys}} == {True}
    assert not Case.objects.held_by(ombudsmen_keys[0].row).exists()


def test_a_change_needs_the_csrf_token(make_case, chen):
    written = make_case()
    chen.client.handler.enforce_csrf_checks = True
    path = f"cases/{written.row.pk}/exported/"
    assert chen.post(path).status_code == 403
    chen.client.get("/admin/grievances/desk/")
    token = chen.client.cookies["csrftoken"].value
    headers = {"X-CSRFToken": token, "Origin": f"https://{chen.client.host}"}
    answer = chen.client.post(API + path, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 200


def test_nothing_of_the_desk_is_kept_by_a_cache(make_case, chen):
    written = make_case()
    for path in ["state/", "cases/", f"cases/{written.row.pk}/", f"cases/{written.row.pk}/log/"]:
        assert chen.get(path)["Cache-Control"] == "no-store"


def test_each_officer_gets_their_own_keys_only(make_case, officers, chen, wang):
    written = make_case()
    for desk, holder in [(chen, officers[0]), (wang, officers[1])]:
        (key,) = desk.case(written.row.pk)["keys"]
        assert [wrap["officer"] for wrap in key["wraps"]] == [str(holder.row.pk)]
        assert key["worker_wrap"] is None


def test_the_page_of_cases_takes_the_same_number_of_queries_for_one_case_and_for_many(
    make_case, chen, django_assert_num_queries
):
    make_case()
    chen.get("cases/")
    with CaptureQueriesContext(connection) as one:
        chen.get("cases/")
    for _case in range(6):
        make_case()
    with django_assert_num_queries(len(one)):
        assert len(chen.get("cases/").json()["cases"]) == 7


def test_many_cases_come_in_pages_without_a_gap(officers, chen):
    _hold_many(officers[0], INBOX_PAGE + 3)
    first = chen.get("cases/").json()
    second = chen.get(f"cases/?after={first['next']}").json()
    assert (len(first["cases"]), len(second["cases"]), second["next"]) == (INBOX_PAGE, 3, None)
    assert len({case["id"] for page in (first, second) for case in page["cases"]}) == INBOX_PAGE + 3


def _hold_many(holder: Holder, count: int) -> None:
    """Cases without a message, which cost nothing to make."""
    day, key = today(), b"k" * 32
    facts = {"place": "sunrise", "lead": "factory", "category": "pay", "salt_version": 1, "arrived_on": day}
    facts |= {"acknowledge_by": day, "answer_by": day, "worker_sign_key": key, "worker_box_key": key}
    cases = Case.objects.bulk_create(Case(id=f"{number:032x}", **facts) for number in range(count))
    keys = CaseKey.objects.bulk_create(
        CaseKey(case=case, epoch=0, public_key=key, worker_wrap=b"w" * 80) for case in cases
    )
    CaseWrap.objects.bulk_create(CaseWrap(key=key, officer=holder.row, sealed=b"s" * 80) for key in keys)


# --- officers come and go ----------------------------------------------------------------------------------------------


def test_the_first_officer_is_active_at_once_and_the_second_waits(in_sunrise, desk_of):
    first = desk_of(get_user_model().objects.get(username="hr"))
    state = first.post("officers/", enrolment(new_keys(), name="陈主管")).json()
    assert (state["officer"]["state"], state["is_open"]) == ("active", False)
    second = desk_of(staff_make("wang"))
    assert second.post("officers/", enrolment(new_keys())).json()["officer"]["state"] == "waiting"


def test_sending_the_same_enrolment_twice_enrols_once(officers, desk_of):
    zhao = desk_of(staff_make("zhao"))
    sent = enrolment(new_keys())
    assert [zhao.post("officers/", sent).status_code for _time in range(2)] == [201, 201]
    assert Officer.objects.filter(name="赵敏").count() == 1
    assert zhao.post("officers/", enrolment(new_keys())).json()["code"] == "enrolled_already"


def test_weak_wraps_of_a_seed_are_refused(officers, desk_of):
    zhao = desk_of(staff_make("zhao"))
    for change in [{"ops": 1}, {"mem": 8192}, {"v": 2}, {"sealed": "AAAA"}]:
        sent = enrolment(new_keys())
        sent["seed"]["passphrase_wrap"] |= change
        assert zhao.post("officers/", sent).json()["code"] == "bad_keys"


def test_somebody_let_in_reads_what_was_there_before(make_case, chen, zhao):
    written = make_case("饭堂的菜不新鲜。")
    answer = admit(chen, zhao, [written.row.pk])
    assert answer.status_code == 200
    opened = read_by(zhao.holder, written.row.pk)
    assert texts(opened.messages) == ["饭堂的菜不新鲜。"]
    assert len(zhao.get("cases/").json()["cases"]) == 1


def test_letting_in_again_after_an_interruption_hands_over_the_rest(make_case, chen, zhao):
    one, two = make_case().row.pk, make_case().row.pk
    admit(chen, zhao, [one])
    assert admit(chen, zhao, [one, two]).status_code == 200
    assert {case["id"] for case in zhao.get("cases/").json()["cases"]} == {one, two}
    assert CaseWrap.objects.filter(officer=zhao.holder.row).count() == 2


def test_a_stolen_login_lets_nobody_in(make_case, officers, chen, zhao):
    make_case()
    thief = Holder(officers[0].row, new_keys())
    path = f"officers/{zhao.holder.row.pk}/admit/"
    assert chen.post(path, admission(chen, zhao, [], prover=thief)).json()["code"] == "bad_proof"
    assert zhao.post(path, admission(chen, zhao, [])).json()["code"] == "not_officer"
    assert zhao.get("state/").json()["officer"]["state"] == "waiting"


def test_a_stolen_login_replaces_no_wraps(officers, chen):
    seed = wrapped_seed()
    recovery_wrap = protocol.to_base64(seed.recovery_wrap)
    body = {"passphrase_wrap": seed.passphrase_wrap, "recovery_wrap": recovery_wrap}
    payload = protocol.wraps_payload(seed.passphrase_wrap, recovery_wrap)

    def proof(keys: protocol.Officer) -> str:
        return protocol.to_base64(protocol.proof_make(keys, "wraps", payload))

    assert chen.post("officers/seed/", {"seed": body, "proof": proof(new_keys())}).json()["code"] == "bad_proof"
    assert chen.post("officers/seed/", {"seed": body, "proof": proof(officers[0].keys)}).status_code == 200
    officers[0].row.refresh_from_db()
    assert officers[0].row.passphrase_wrap == seed.passphrase_wrap


def test_who_leaves_loses_every_key_and_open_cases_wait_for_a_new_one(make_case, officers, chen, wang):
    written = make_case()
    state = leave(wang, officers[1].row).json()
    assert (state["officer"], state["is_open"]) == (None, False)
    assert wang.get("cases/").json()["code"] == "not_officer"
    assert not CaseWrap.objects.filter(officer=officers[1].row).exists()
    left = Officer.objects.get(pk=officers[1].row.pk)
    assert (left.state, left.passphrase_wrap, left.recovery_wrap) == ("left", None, None)
    assert chen.case(written.row.pk)["needs_rekey"] is True


def test_nobody_but_themselves_or_another_officer_ends_an_enrolment(officers, desk_of, zhao):
    path = f"officers/{officers[0].row.pk}/leave/"
    boss = desk_of(staff_make("boss"))
    officers[0].user.is_active = False  # HR can close the account of an officer; the keys are not theirs to destroy
    officers[0].user.save()
    assert boss.post(path).json()["code"] == "not_yours"
    assert zhao.post(path).json()["code"] == "not_yours"
    assert Officer.objects.active().count() == 2


def test_a_stolen_login_ends_no_enrolment_not_even_its_own(officers, chen):
    for holder in officers:
        path = f"officers/{holder.row.pk}/leave/"
        assert chen.post(path).json()["code"] == "bad_proof"
        assert chen.post(path, {"proof": encoded(leave_proof(officers[1], holder.row))}).json()["code"] == "bad_proof"
    assert Officer.objects.active().count() == 2


def test_a_colleague_ends_the_enrolment_of_somebody_who_has_lost_everything(officers, chen):
    assert leave(chen, officers[1].row).status_code == 200
    assert Officer.objects.get(pk=officers[1].row.pk).state == "left"


def test_who_waits_takes_their_own_enrolment_back(zhao):
    assert zhao.post(f"officers/{zhao.holder.row.pk}/leave/", {}).status_code == 200
    assert zhao.get("state/").json()["officer"] is None


def test_nobody_enrols_with_the_keys_or_the_id_of_somebody_else(officers, desk_of):
    zhao, mine = desk_of(staff_make("zhao")), enrolment(new_keys())
    theirs = officer_out(officers[0].row)
    for change in [
        {"id": theirs["id"]},
        {"id": theirs["id"], "sign_key": theirs["sign_key"], "box_key": theirs["box_key"]},
        {"box_key": encoded(bytes(32))},
        {"proof": enrolment(new_keys())["proof"]},
    ]:
        assert zhao.post("officers/", {**mine, **change}).json()["code"] == "bad_keys", change


def test_after_a_new_key_who_left_reads_nothing_new_and_the_others_and_the_worker_do(
    make_case, officers, chen, wang, zhao
):
    written = make_case()
    admit(chen, zhao, [written.row.pk])
    leave(zhao, zhao.holder.row)
    answer = chen.post(f"cases/{written.row.pk}/rekey/", new_key(chen, written.row.pk))
    assert answer.json()["case"]["needs_rekey"] is False
    assert wang.write(written.row.pk, "我们换了锁。").status_code == 200
    opened = read_by(officers[0], written.row.pk)
    assert [message.epoch for message in opened.messages] == [0, 0, 1]
    assert not opened.problems
    assert texts(read_by_worker(written).messages)[-1] == "我们换了锁。"
    assert not CaseWrap.objects.filter(officer=zhao.holder.row).exists()


def test_of_two_new_keys_made_at_once_the_first_one_counts(make_case, officers, chen, wang, zhao):
    written = make_case()
    admit(chen, zhao, [written.row.pk])
    leave(zhao, zhao.holder.row)
    by_chen, by_wang = new_key(chen, written.row.pk), new_key(wang, written.row.pk)
    path = f"cases/{written.row.pk}/rekey/"
    assert chen.post(path, by_chen).status_code == 200
    assert chen.post(path, by_chen).status_code == 200  # the same again
    assert wang.post(path, by_wang).json()["code"] == "out_of_date"
    assert Case.objects.get(pk=written.row.pk).keys.count() == 2


def test_a_new_key_for_fewer_or_more_than_the_holders_is_refused(make_case, officers, chen, zhao):
    written = make_case()
    Case.objects.update(needs_rekey=True)
    made = new_key(chen, written.row.pk)
    fewer = {**made, "wraps": made["wraps"][:1]}
    more = {**made, "wraps": [*made["wraps"], {**made["wraps"][0], "officer": str(zhao.holder.row.pk)}]}
    for sent in (fewer, more):
        assert chen.post(f"cases/{written.row.pk}/rekey/", sent).json()["code"] == "out_of_date"


def test_a_stolen_login_gives_no_case_a_key_that_nobody_can_open(make_case, chen):
    written = make_case()
    made = new_key(chen, written.row.pk)
    path = f"cases/{written.row.pk}/rekey/"
    assert chen.post(path, made).json()["code"] == "no_rekey"
    Case.objects.update(needs_rekey=True)
    junk = {**made, "wraps": [{**wrap, "sealed": encoded(b"j" * 80)} for wrap in made["wraps"]]}
    assert chen.post(path, junk).json()["code"] == "bad_proof"
    assert chen.post(path, {**made, "worker_wrap": encoded(b"j" * 80)}).json()["code"] == "bad_proof"
    assert chen.post(path, made).status_code == 200


# --- working on a case -------------------------------------------------------------------------------------------------


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


def test_nothing_more_is_written_to_a_worker_before_the_new_key(make_case, officers, chen, wang):
    """Who stood aside held the old key: what comes after must not be sealed to it."""
    written = make_case()
    wang.post(f"cases/{written.row.pk}/conflict/")
    assert chen.write(written.row.pk, "这件事有结果了。").json()["code"] == "out_of_date"
    assert chen.post(f"cases/{written.row.pk}/rekey/", new_key(chen, written.row.pk)).status_code == 200
    assert chen.write(written.row.pk, "这件事有结果了。").status_code == 200
