"""Sealed cases go up to the ombudsmen and answers come down; running it again, or twice at once, changes nothing."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django_tenants.utils import schema_context, tenant_context

from grievances.models import Case, CaseKey, CaseWrap, Channel, Lane, Message, Officer, State
from grievances.sample import new_case
from grievances.services.carrier import CarryIncomplete, carry
from grievances.services.desk import case_conflict, case_rekey, officer_write, quarantine_empty
from grievances.services.intake import case_submit
from grievances.services.retention import case_erase
from grievances.services.worker import case_appeal, case_withdraw, worker_write
from tests.grievances.cast import (
    holder_enrol,
    holder_leave,
    new_key_of,
    read_by,
    read_by_worker,
    reply,
    staff_make,
)

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
    holder_leave(officers[1], by=officers[0])
    carry()
    with in_public():
        assert not CaseWrap.objects.filter(officer_id=officers[1].row.pk).exists()
        assert Officer.objects.get(pk=officers[1].row.pk).state == Officer.State.LEFT
    written.row.refresh_from_db()
    assert written.row.needs_rekey


def test_a_new_key_made_by_the_factory_reaches_the_ombudsman(make_case, ombudsman, officers):
    written = make_case(to=BOTH)
    carry()
    holder_leave(officers[1], by=officers[0])
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
    case_rekey(case_id=case_id, officer=holder.row, new=new_key_of(holder, case_id, lane=lane))


def test_another_factory_is_never_touched(make_case, ombudsman, lakeside):
    make_case(to=BOTH)
    carry()
    with tenant_context(lakeside):
        carry()
        assert not Case.objects.exists()
        assert not Officer.objects.own().exists()
    with in_public():
        assert set(Case.objects.values_list("place", flat=True)) == {"sunrise"}


def test_a_message_id_chosen_twice_stops_nobody_elses_case(make_case, ombudsman, lakeside):
    """Browsers choose ids: one sent to two factories must not hold up the carrier of either."""
    with tenant_context(lakeside):
        first = holder_enrol(get_user_model().objects.get(username="hr"), name="湖畔一")
        holder_enrol(staff_make("l2"), name="湖畔二", by=first)
        Channel.objects.update(shows_next_day=False)
        carry()
        taken, _written = new_case(to=BOTH)
        case_submit(new=taken)
        carry()
    attack, _written = new_case(to=BOTH)
    case_submit(new=replace(attack, message=replace(attack.message, id=taken.message.id)))
    good = make_case("真的", to={Lane.OMBUDSMAN})
    for _time in range(2):
        carry()
    with in_public():
        assert read_by(ombudsman, good.row.pk).messages[0].body["text"] == "真的"
        assert read_by(ombudsman, taken.id).messages[0].body


def test_a_case_that_cannot_be_carried_holds_up_no_other_and_is_told_of(make_case, ombudsman):
    bad, good = make_case(to={Lane.OMBUDSMAN}), make_case(to={Lane.OMBUDSMAN})
    clash = bad.row.keys.get()
    with in_public():  # a key of another case under the same id
        facts = {field.attname: getattr(bad.row, field.attname) for field in Case._meta.fields}
        other = Case.objects.create(**{**facts, "id": "0" * 32, "lookup_digest": None})
        CaseKey.objects.create(pk=clash.pk, case=other, epoch=0, public_key=b"k" * 32, worker_wrap=b"w" * 80)
    with pytest.raises(CarryIncomplete) as refusal:
        carry()
    assert bad.row.pk not in str(refusal.value)
    with in_public():
        assert read_by(ombudsman, good.row.pk).messages


def test_officers_cannot_erase_what_the_ombudsman_holds(make_case, ombudsman, officers):
    written = make_case(to=BOTH)
    carry()
    Case.objects.update(is_quarantined=True)
    assert quarantine_empty(case_ids=[written.row.pk], officer=officers[0].row) == 0
    case_erase(Case.objects.get(pk=written.row.pk), closing="resolved")  # the factory's retention
    carry()
    with in_public():
        assert read_by(ombudsman, written.row.pk).messages
        assert Case.objects.get(pk=written.row.pk).lead == Lane.OMBUDSMAN


def test_an_ombudsman_who_stood_aside_from_a_factorys_case_makes_it_need_a_new_key(make_case, ombudsman, ombudsmen):
    written = make_case(to=BOTH)
    carry()
    with in_public():
        case_conflict(case_id=written.row.pk, officer=ombudsman.row)
    carry()
    written.row.refresh_from_db()
    assert written.row.needs_rekey
    assert "conflict" in [event.kind for event in written.row.events.all()]
    carry()
    with in_public():
        assert Case.objects.get(pk=written.row.pk).needs_rekey
