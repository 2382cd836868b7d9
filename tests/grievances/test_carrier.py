"""Sealed cases go up to the ombudsmen and answers come down; running it again, or twice at once, changes nothing."""

import pytest
from django_tenants.utils import schema_context, tenant_context

from grievances import protocol
from grievances.models import Case, CaseWrap, Lane, Message, Officer, State
from grievances.sample import sealed_message
from grievances.services.carrier import carry
from grievances.services.desk import NewKey, case_conflict, case_rekey, holders, officer_write
from grievances.services.officers import officer_leave
from grievances.services.sealed import SealedWrap
from grievances.services.worker import case_appeal, case_withdraw, worker_write
from tests.grievances.conftest import read_by, read_by_worker, reply

BOTH = {Lane.FACTORY, Lane.OMBUDSMAN}


def in_public():
    return schema_context("public")


def counts():
    return [model.objects.count() for model in (Case, Message, CaseWrap, Officer)]


@pytest.fixture
def ombudsman(ombudsmen_keys, ombudsmen):
    """The first ombudsman, to act in public."""
    return ombudsmen[0]


def test_an_ombudsman_reads_what_was_sent_to_them_and_nothing_else(make_case, ombudsman):
    sent, kept = make_case("给独立受理人", to={Lane.OMBUDSMAN}), make_case("只给工厂")
    carry()
    with in_public():
        assert set(Case.objects.values_list("pk", flat=True)) == {sent.row.pk}
        assert read_by(ombudsman, sent.row.pk).messages[0].body["text"] == "给独立受理人"
    assert kept.row.pk


def test_the_factorys_officers_hold_nothing_of_a_case_for_the_ombudsman(make_case, ombudsman, officers):
    written = make_case(to={Lane.OMBUDSMAN})
    assert not Case.objects.held_by(officers[0].row).exists()
    assert not CaseWrap.objects.filter(key__case=written.row, officer__place="").exists()


def test_carrying_twice_changes_nothing(make_case, ombudsman):
    make_case(to=BOTH, files=(b"\xff\xd8picture",))
    carry()
    here = counts()
    with in_public():
        there = counts()
    carry()
    assert counts() == here
    with in_public():
        assert counts() == there


def test_the_ombudsmans_answer_comes_down_and_the_worker_answers_back(make_case, ombudsman):
    written = make_case(to={Lane.OMBUDSMAN})
    carry()
    with in_public():
        message = reply(ombudsman, written.row.pk, "我们会去看。", lane="ombudsman")
        officer_write(case_id=written.row.pk, officer=ombudsman.row, message=message, is_answer=True)
    carry()
    written.row.refresh_from_db()
    assert written.row.state == State.ANSWERED
    written.case = read_by_worker(written)
    assert [message.body["text"] for message in written.case.messages] == ["饭堂的菜不新鲜。", "我们会去看。"]
    assert not written.case.problems
    worker_write(case=written.row, message=written.seal("谢谢，还有一点。"))
    carry()
    with in_public():
        assert Case.objects.get(pk=written.row.pk).state == State.IN_PROGRESS
        assert read_by(ombudsman, written.row.pk).messages[-1].body["text"] == "谢谢，还有一点。"


def test_both_sides_write_at_once_and_both_are_read_in_one_order(make_case, ombudsman, officers):
    written = make_case(to=BOTH)
    carry()
    with in_public():
        message = reply(ombudsman, written.row.pk, "独立受理人写的", lane="ombudsman")
        officer_write(case_id=written.row.pk, officer=ombudsman.row, message=message, is_answer=False)
    officer_write(
        case_id=written.row.pk,
        officer=officers[0].row,
        message=reply(officers[0], written.row.pk, "工厂写的"),
        is_answer=False,
    )
    carry()
    texts = [message.body["text"] for message in read_by(officers[1], written.row.pk).messages]
    with in_public():
        opened = read_by(ombudsman, written.row.pk)
        assert [message.body["text"] for message in opened.messages] == texts
        assert not opened.problems
    assert sorted(texts) == sorted(["饭堂的菜不新鲜。", "工厂写的", "独立受理人写的"])


def test_an_appeal_reaches_the_ombudsman_who_leads(make_case, ombudsman):
    written = make_case(to={Lane.OMBUDSMAN})
    carry()
    with in_public():
        message = reply(ombudsman, written.row.pk, "答复", lane="ombudsman")
        officer_write(case_id=written.row.pk, officer=ombudsman.row, message=message, is_answer=True)
    carry()
    case_appeal(case=Case.objects.get(pk=written.row.pk))
    carry()
    with in_public():
        assert Case.objects.get(pk=written.row.pk).state == State.APPEALED
    assert Case.objects.get(pk=written.row.pk).state == State.APPEALED


def test_what_the_worker_withdraws_is_erased_on_both_sides(make_case, ombudsman):
    written = make_case(to=BOTH)
    carry()
    case_withdraw(case=written.row)
    carry()
    with in_public():
        row = Case.objects.get(pk=written.row.pk)
        assert (row.erased_on is not None, row.closing) == (True, "withdrawn")
        assert not Message.objects.exists()


def test_a_held_key_is_not_carried(make_case, ombudsman):
    make_case(agreed_escalation=True)
    carry()
    with in_public():
        assert not Case.objects.exists()


def test_an_ombudsman_who_stood_aside_does_not_get_the_case_back(make_case, ombudsman, ombudsmen):
    written = make_case(to={Lane.OMBUDSMAN})
    carry()
    with in_public():
        case_conflict(case_id=written.row.pk, officer=ombudsman.row)
    carry()
    carry()
    with in_public():
        assert not Case.objects.held_by(ombudsman.row).exists()
        assert Case.objects.held_by(ombudsmen[1].row).exists()
    assert not CaseWrap.objects.filter(officer_id=ombudsman.row.pk).exists()


def test_an_officer_who_left_the_factory_has_no_key_on_the_other_side(make_case, ombudsman, officers):
    written = make_case(to=BOTH)
    carry()
    officer_leave(officer=officers[1].row, by=officers[0].user)
    carry()
    with in_public():
        assert not CaseWrap.objects.filter(officer_id=officers[1].row.pk).exists()
        assert Officer.objects.get(pk=officers[1].row.pk).state == Officer.State.LEFT
    written.row.refresh_from_db()
    assert written.row.needs_rekey


def test_a_new_key_made_by_the_factory_reaches_the_ombudsman(make_case, ombudsman, officers):
    written = make_case(to=BOTH)
    carry()
    officer_leave(officer=officers[1].row, by=officers[0].user)
    rekey_by(officers[0], written.row.pk, lane="factory")
    officer_write(
        case_id=written.row.pk,
        officer=officers[0].row,
        message=reply(officers[0], written.row.pk, "新钥匙"),
        is_answer=False,
    )
    carry()
    with in_public():
        assert read_by(ombudsman, written.row.pk).messages[-1].body["text"] == "新钥匙"
    assert read_by_worker(written).messages[-1].body["text"] == "新钥匙"


def rekey_by(holder, case_id: str, *, lane: str) -> None:
    """What the next officer's browser does with a case that needs a new key."""
    row = Case.objects.get(pk=case_id)
    people = {officer.pk: officer for officer in Officer.objects.all()}
    hold = [
        {"id": str(pk), "box_key": protocol.to_base64(people[pk].box_key), "held": held} for pk, held in holders(row)
    ]
    made = protocol.rekey(read_by(holder, case_id), holder.keys, holders=hold, reason="left", lane=lane)
    wraps = [
        SealedWrap(
            officer=next(pk for pk in people if str(pk) == wrap["officer"]),
            sealed=protocol.from_base64(wrap["sealed"]),
            epoch=wrap["epoch"],
            is_held=wrap["held"],
        )
        for wrap in made["wraps"]
    ]
    new = NewKey(
        epoch=made["epoch"],
        public_key=protocol.from_base64(made["public_key"]),
        worker_wrap=protocol.from_base64(made["worker_wrap"]),
        wraps=wraps,
        message=sealed_message(made["message"]),
    )
    case_rekey(case_id=case_id, officer=holder.row, new=new)


def test_another_factory_is_never_touched(make_case, ombudsman, lakeside):
    make_case(to=BOTH)
    carry()
    with tenant_context(lakeside):
        carry()
        assert not Case.objects.exists()
        assert not Officer.objects.own().exists()
    with in_public():
        assert set(Case.objects.values_list("place", flat=True)) == {"sunrise"}
