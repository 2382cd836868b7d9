"""What a worker does with the receipt: come back, write, rate, appeal, hand on, withdraw."""

import hashlib
from datetime import timedelta

import pytest

from grievances import protocol
from grievances.errors import OutOfDate, UnknownReceipt, VaultRefused
from grievances.models import Attachment, Case, CaseKey, CaseWrap, Lane, Message, Note, State
from grievances.sample import new_case, salt_out
from grievances.services.desk import case_move, officer_write
from grievances.services.sealed import SealedWrap
from grievances.services.worker import case_appeal, case_hand, case_of, case_withdraw, worker_write
from tests.grievances.cast import read_by, read_by_worker, reply


def answered(written, officers):
    officer_write(
        case_id=written.row.pk,
        officer=officers[0].row,
        message=reply(officers[0], written.row.pk, "改好了。"),
        is_answer=True,
    )
    written.row.refresh_from_db()
    written.case = read_by_worker(written)
    return written


def test_the_receipt_alone_leads_back_on_any_phone(officers):
    from grievances.services.intake import case_submit

    new, written = new_case("宿舍漏水。", cheap=False)
    case_submit(new=new)
    again = protocol.worker_of_receipt(
        protocol.receipt_read(" ".join(protocol.receipt_words(written.receipt))), salt_out()
    )
    written.row, written.worker = case_of(again.lookup), again
    assert read_by_worker(written).messages[0].body["text"] == "宿舍漏水。"


def test_a_wrong_receipt_an_erased_case_and_nonsense_get_one_answer(make_case, django_assert_num_queries):
    erased = make_case()
    case_withdraw(case=erased.row)
    refusals = []
    for lookup in [b"x" * 32, erased.worker.lookup, b""]:
        with django_assert_num_queries(1), pytest.raises(UnknownReceipt) as refusal:
            case_of(lookup)
        refusals.append((refusal.value.code, refusal.value.status, str(refusal.value)))
    assert len(set(refusals)) == 1


def test_the_server_keeps_no_receipt_and_no_lookup_key(make_case):
    written = make_case()
    row = Case.objects.get(pk=written.row.pk)
    assert bytes(row.lookup_digest) == hashlib.sha256(written.worker.lookup).digest()


def test_a_worker_who_writes_after_an_answer_sets_the_case_to_work_again(make_case, officers):
    written = answered(make_case(), officers)
    worker_write(case=written.row, message=written.seal("还是不行。"))
    written.row.refresh_from_db()
    assert written.row.state == State.IN_PROGRESS
    assert [message.body["text"] for message in read_by(officers[1], written.row.pk).messages][-1] == "还是不行。"


def test_the_same_message_twice_counts_once_and_an_older_number_is_refused(make_case):
    written = make_case()
    written.case = read_by_worker(written)
    first, rival = written.seal("补充"), written.seal("同时写的")
    assert worker_write(case=written.row, message=first) == worker_write(case=written.row, message=first)
    with pytest.raises(OutOfDate):
        worker_write(case=written.row, message=rival)
    assert written.row.messages.count() == 2


def test_a_rating_needs_an_answer_and_keeps_only_its_number_in_the_open(make_case, officers):
    written = make_case()
    written.case = read_by_worker(written)
    with pytest.raises(VaultRefused) as refusal:
        worker_write(case=written.row, message=written.seal("好", kind="rating", score=5), rating=5)
    assert refusal.value.code == "not_answered"
    answered(written, officers)
    worker_write(case=written.row, message=written.seal("好", kind="rating", score=4), rating=4)
    written.row.refresh_from_db()
    assert (written.row.rating, written.row.state) == (4, State.ANSWERED)


def test_an_appeal_is_possible_once_after_an_answer(make_case, officers):
    written = make_case()
    with pytest.raises(VaultRefused):
        case_appeal(case=written.row)
    answered(written, officers)
    case_move(case_id=written.row.pk, officer=officers[0].row, to=State.CLOSED, revision=written.row.revision)
    assert case_appeal(case=written.row).state == State.APPEALED
    assert case_appeal(case=written.row).state == State.APPEALED
    answered(written, officers)
    with pytest.raises(VaultRefused) as refusal:
        case_appeal(case=written.row)
    assert refusal.value.code == "no_appeal"


def test_long_after_the_answer_there_is_no_appeal(make_case, officers):
    written = answered(make_case(), officers)
    Case.objects.filter(pk=written.row.pk).update(answered_on=written.row.answered_on - timedelta(days=61))
    with pytest.raises(VaultRefused):
        case_appeal(case=Case.objects.get(pk=written.row.pk))


def test_withdrawing_erases_words_files_and_keys_and_keeps_the_count(make_case, officers):
    written = make_case(files=(b"\xff\xd8picture",))
    case_withdraw(case=written.row)
    assert [model.objects.count() for model in (Message, Attachment, CaseKey, CaseWrap, Note)] == [0] * 5
    row = Case.objects.get(pk=written.row.pk)
    assert (row.state, row.closing, row.lookup_digest) == (State.CLOSED, "withdrawn", None)
    assert [event.kind for event in row.events.all()] == ["received", "erased"]


def test_a_worker_hands_the_case_to_further_recipients(make_case, officers, ombudsmen_keys):
    written = make_case(to={Lane.FACTORY})
    written.case = read_by_worker(written)
    ombudsman = ombudsmen_keys[0]
    wraps = [
        SealedWrap(officer=ombudsman.row.pk, sealed=protocol.from_base64(wrap["sealed"]), epoch=wrap["epoch"])
        for wrap in protocol.case_wraps(
            written.case, [{"id": str(ombudsman.row.pk), "box_key": protocol.to_base64(ombudsman.keys.box_key)}]
        )
    ]
    case_hand(case=written.row, wraps=wraps)
    case_hand(case=written.row, wraps=wraps)
    assert read_by(ombudsman, written.row.pk).messages[0].body["text"] == "饭堂的菜不新鲜。"
    assert [event.kind for event in written.row.events.all()] == ["received", "handed"]


def test_where_a_message_was_taken_out_the_gap_shows_and_writing_goes_on(make_case):
    written = make_case()
    for text in ("第二条", "第三条"):
        written.case = read_by_worker(written)
        worker_write(case=written.row, message=written.seal(text))
    Message.objects.get(case=written.row, number=1).delete()
    written.case = read_by_worker(written)
    assert "gap" in written.case.problems
    worker_write(case=written.row, message=written.seal("第四条"))
    assert [message.number for message in read_by_worker(written).messages] == [0, 2, 3]
