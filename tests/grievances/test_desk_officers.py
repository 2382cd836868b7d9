"""The desk's JSON: officers come, are let in and leave, and cases get new keys."""

from django.contrib.auth import get_user_model

from grievances import protocol
from grievances.models import Case, CaseWrap, Officer
from grievances.wire import encoded, officer_out
from tests.grievances.cast import Holder, leave_proof, read_by, read_by_worker, staff_make, wrapped_seed
from tests.grievances.desk import admission, admit, enrolment, leave, new_key, new_keys, texts


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
