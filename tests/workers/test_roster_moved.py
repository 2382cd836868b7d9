"""Numbers that change hands between people who are known: asked about, and everybody keeps their own phone and record."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from tests.workers.rosters import State, changed, received, saved, uploaded, workbook
from workers.models import Contact, Worker
from workers.services import roster_import, roster_rows_import, worker_leave
from workers.services.roster_claims import CLAIMS_ASKED
from workers.services.roster_jobs import RosterRefused

WANG = changed(工号="0013", 姓名="王强", 性别="男", 出生日期="1990-05-06", 手机="13900139000")
BARE = ["工号", "姓名"]
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def wang(known) -> Worker:
    """A second employee, with a phone as 李娜."""
    roster_rows_import(
        rows=[{"employee_number": "0013", "name": "王强", "birth_date": "1990-05-06", "phone": "13900139000"}], by="t"
    )
    worker = Worker.objects.get(employee_number="0013")
    Contact.objects.create(channel="wechat", address="o-wang", worker=worker, bound_at=timezone.now())
    return worker


def claims(job) -> list[tuple]:
    found = job.report["found"]["claims"]
    return [(one["number"], one["holder"], one["name"], one["known_id"], one["known_number"]) for one in found]


def everybody() -> dict[str, tuple[int, str, int, bool]]:
    """number -> (id, name, phones, works here)"""
    return {
        one.employee_number: (one.pk, one.name, one.contacts.count(), one.left_on is None)
        for one in Worker.objects.all()
    }


SWAPS = {
    "with proofs": ([changed(WANG, 工号="0012"), changed(工号="0013")], None),
    "other order": ([changed(工号="0013"), changed(WANG, 工号="0012")], None),
    "names only": ([["0012", "王强"], ["0013", "李娜"]], BARE),
    "new phones": ([["0012", "王强", "13911111111"], ["0013", "李娜", "13922222222"]], [*BARE, "手机"]),
}


@pytest.mark.parametrize("swap", SWAPS)
def test_two_who_swap_their_numbers_keep_their_phones(hr, known, wang, swap):
    rows, headings = SWAPS[swap]
    job = received(hr, *rows, **({"headings": headings} if headings else {}))
    assert sorted(claims(job)) == [
        ("0012", "李娜", "王强", wang.pk, "0013"),
        ("0013", "王强", "李娜", known.pk, "0012"),
    ]
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job)
    assert refusal.value.code == "roster_claims", "no answer is harmless"
    job = saved(hr, job, given=frozenset({known.pk, wang.pk}))
    assert (job.state, job.report["created"], job.report["left"]) == (State.SAVED, 0, 0)
    assert everybody() == {"0012": (wang.pk, "王强", 1, True), "0013": (known.pk, "李娜", 1, True)}
    assert {row.employee_number for row in known.history.all()} == {"0012", "0013"}, "and nothing in between"
    again = received(hr, *rows, **({"headings": headings} if headings else {}))
    assert again.report["unchanged"] == 2


def test_half_a_swap_is_refused(hr, known, wang):
    """李娜's number is 王强's now, and 王强's record is to be 李娜's: it would be two people's."""
    job = received(hr, ["0012", "王强"], ["0013", "李娜"], headings=BARE)
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job, given=frozenset({known.pk}), same=frozenset({wang.pk}))
    assert refusal.value.code == "roster_claims"
    assert everybody() == {"0012": (known.pk, "李娜", 1, True), "0013": (wang.pk, "王强", 1, True)}


def test_somebody_known_may_take_the_number_of_who_left(hr, known, wang):
    worker_leave(worker=known, on=YESTERDAY)
    job = received(hr, changed(WANG, 工号="0012"))
    assert claims(job) == [("0012", "李娜", "王强", wang.pk, "0013")]
    with pytest.raises(RosterRefused):
        saved(hr, job)
    job = saved(hr, job, given=frozenset({known.pk}), leaver_ids=(wang.pk,), left_on=YESTERDAY)
    assert (job.state, job.report["created"], job.report["left"]) == (State.SAVED, 0, 0)
    released = f"0012~{YESTERDAY:%Y%m%d}"
    assert everybody() == {"0012": (wang.pk, "王强", 1, True), released: (known.pk, "李娜", 1, False)}


def test_or_be_somebody_new_of_the_same_name(hr, known, wang):
    worker_leave(worker=known, on=YESTERDAY)
    job = saved(hr, received(hr, changed(WANG, 工号="0012"), WANG), another=frozenset({known.pk}))
    assert job.state == State.SAVED
    assert everybody()["0013"] == (wang.pk, "王强", 1, True)


def test_whoever_gives_a_number_up_and_gets_no_other_leaves_on_a_day(hr, known, wang):
    job = received(hr, changed(WANG, 工号="0012"))
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job, given=frozenset({known.pk}))
    assert refusal.value.code == "roster_leave_date"
    job = saved(hr, job, given=frozenset({known.pk}), left_on=YESTERDAY)
    assert (job.report["created"], job.report["left"]) == (0, 1)
    released = f"0012~{YESTERDAY:%Y%m%d}"
    assert everybody() == {"0012": (wang.pk, "王强", 1, True), released: (known.pk, "李娜", 1, False)}


def test_numbers_may_move_up_a_chain(hr, known, wang):
    """李娜 gets a new number, 王强 hers."""
    job = received(hr, changed(WANG, 工号="0012"), changed(工号="0301"))
    job = saved(hr, job, given=frozenset({known.pk}), returning=frozenset({"0301"}))
    assert (job.state, job.report["created"], job.report["left"]) == (State.SAVED, 0, 0)
    assert everybody() == {"0012": (wang.pk, "王强", 1, True), "0301": (known.pk, "李娜", 1, True)}


def test_a_name_put_right_stays_one_where_the_other_stands_in_the_file(hr, known, wang):
    job = received(hr, changed(姓名="王强"), WANG)
    assert claims(job) == [("0012", "李娜", "王强", 0, "")]
    assert saved(hr, job).state == State.SAVED


def test_no_other_birth_date_or_card_is_asked_about(hr, known, wang):
    job = received(hr, changed(WANG, 工号="0012", 出生日期="1999-09-09"))
    assert [known_id for *_rest, known_id, _number in claims(job)] == [0]


def test_a_program_that_moves_a_number_to_somebody_known_is_refused(known, wang):
    send = [{"employee_number": "0012", "name": "王强"}, {"employee_number": "0013", "name": "李娜"}]
    assert [(one.row, one.attribute) for one in roster_rows_import(rows=send, by="payroll").mistakes] == [
        (0, "name"),
        (1, "name"),
    ]
    worker_leave(worker=known, on=YESTERDAY)
    report = roster_rows_import(rows=send[:1], by="payroll")
    assert [one.attribute for one in report.mistakes] == ["name"]
    assert "0013" in report.mistakes[0].message
    assert "上传花名册" in report.mistakes[0].message


def test_an_answer_for_somebody_who_is_no_longer_there_moves_nothing(hr, known, wang):
    """Between the preview and saving 王强 was put right: he is nobody whom the file knows."""
    job = received(hr, ["0012", "王强"], headings=BARE)
    Worker.objects.filter(pk=wang.pk).update(name="王小强")
    assert saved(hr, job, given=frozenset({known.pk}), left_on=YESTERDAY).state == State.REFUSED
    assert everybody()["0012"] == (known.pk, "李娜", 1, True)


def test_nobody_leaves_by_a_question_that_was_not_answered(hr, known, wang):
    """李娜's number is 王强's now. Whether the new one is hers may not be left open: she would leave, and be there again."""
    job = received(hr, changed(WANG, 工号="0012"), changed(工号="0301"))
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job, given=frozenset({known.pk}), left_on=YESTERDAY)
    assert (refusal.value.code, "0301" in str(refusal.value)) == ("roster_claims", True)
    job = saved(hr, job, given=frozenset({known.pk}), strangers=frozenset({"0301"}), left_on=YESTERDAY)
    assert (job.report["created"], job.report["left"]) == (1, 1)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Nguyen Van An", "NGUYEN VAN AN"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("阿依古丽买买提", "阿依古丽买 买提"),
    ],
)
def test_a_name_in_another_spelling_is_known_under_another_number(hr, known, wang, name, written):
    Worker.objects.filter(pk=wang.pk).update(name=name)
    job = received(hr, ["0012", written], ["0013", "李娜"], headings=BARE)
    assert {known_id for *_rest, known_id, _number in claims(job)} == {known.pk, wang.pk}


# --- what happens between the preview and saving ---------------------------------------------------------------------
def test_two_files_that_use_one_number_do_not_rename_the_first_ones_person(hr, in_sunrise):
    one, other = (received(hr, ["0901", name], headings=BARE, name=f"{name}.xlsx") for name in ("孙三", "钱多"))
    saved(hr, one)
    job = saved(hr, other)
    assert (job.state, job.content is None) == (State.CHECKED, False)
    assert "看" in job.report["found"]["remarks"][0]
    assert [claim[1:3] for claim in claims(job)] == [("孙三", "钱多")]
    assert list(Worker.objects.values_list("name", flat=True)) == ["孙三"]
    assert saved(hr, job).state == State.SAVED, "who has seen it may say so"


def test_a_chain_whose_beginning_was_moved_by_hand_is_looked_at_anew(hr, known, wang):
    job = received(hr, changed(WANG, 工号="0012"), changed(工号="0301"))
    Worker.objects.filter(pk=known.pk).update(employee_number="0301")
    job = saved(hr, job, given=frozenset({known.pk}), returning=frozenset({"0301"}), left_on=YESTERDAY)
    assert job.state == State.CHECKED
    assert everybody() == {"0301": (known.pk, "李娜", 1, True), "0013": (wang.pk, "王强", 1, True)}


def test_an_answer_among_many_corrected_names_is_saved(hr, known, wang):
    """More than are asked about: where one is answered, the next takes its place."""
    rows = [[f"2{number:03}", f"周婷{number}"] for number in range(CLAIMS_ASKED + 5)]
    roster_import(content=workbook(*rows, headings=BARE))
    renamed = [[number, f"{name}婷"] for number, name in rows]
    job = received(hr, ["0012", "王强"], ["0013", "李娜"], *renamed, headings=BARE)
    assert saved(hr, job, given=frozenset({known.pk, wang.pk})).state == State.SAVED
    assert everybody()["0012"] == (wang.pk, "王强", 1, True)


def test_names_sorted_into_wrong_rows_are_warned_of(hr, known, wang):
    """Each keeps birth date and phone, and has the other's name."""
    found = received(hr, changed(姓名="王强"), changed(WANG, 姓名="李娜")).report["found"]
    assert any("姓名" in remark and "2、3" in remark for remark in found["remarks"])
    assert not received(hr, changed(姓名="李娜娜"), WANG).report["found"]["remarks"]


def test_a_program_that_lets_one_leave_and_another_come_in_one_request_is_refused_by_row(known):
    rows = [
        {"employee_number": "0012", "left_on": YESTERDAY.isoformat()},
        {"employee_number": "0012", "name": "钱多多", "birth_date": "2001-01-01"},
    ]
    assert [(one.row, one.attribute) for one in roster_rows_import(rows=rows, by="payroll").mistakes][:1] == [
        (1, "employee_number")
    ]
    assert Worker.objects.get().name == "李娜"


# --- a number that nobody has ----------------------------------------------------------------------------------------
def test_the_name_alone_is_asked_about_of_who_works_here_and_is_missing(hr, known, wang):
    job = received(hr, ["0301", "李娜"], headings=BARE)
    (back,) = job.report["found"]["returns"]
    assert (back["number"], back["former"], back["is_by_name"]) == ("0301", "0012", True)
    saved(hr, job, returning=frozenset({"0301"}))
    assert everybody()["0301"] == (known.pk, "李娜", 1, True)


def test_a_new_name_under_a_new_number_is_known_by_birth_date_and_card(hr, known):
    headings = [*BARE, "出生日期", "身份证后四位"]
    Worker.objects.update(id_last_four="1234")
    job = received(hr, ["0301", "李安娜", "1995-02-28", "1234"], headings=headings)
    (back,) = job.report["found"]["returns"]
    assert (back["number"], back["name"], back["named"], back["worker_id"]) == ("0301", "李娜", "李安娜", known.pk)
    job = saved(hr, job, returning=frozenset({"0301"}))
    assert everybody() == {"0301": (known.pk, "李安娜", 1, True)}
    for cells in (["1995-02-28", "1235"], ["1995-03-01", "1234"], ["", "1234"]):
        assert not received(hr, ["0302", "张三", *cells], headings=headings).report["found"]["returns"]


def test_nobody_who_stands_in_the_file_is_known_by_them(hr, known):
    headings = [*BARE, "出生日期", "身份证后四位"]
    Worker.objects.update(id_last_four="1234")
    twin = ["0301", "李安娜", "1995-02-28", "1234"]
    job = received(hr, twin, ["0012", "李娜", "1995-02-28", "1234"], headings=headings)
    assert not job.report["found"]["returns"]


# --- the page --------------------------------------------------------------------------------------------------------
def test_the_page_offers_three_answers_and_saves_the_third_without_scripts(sunrise, hr_client, known, wang):
    page = uploaded(hr_client, ["0012", "王强"], ["0013", "李娜"], headings=BARE)
    shown = hr_client.get(page).content.decode()
    assert shown.count(f'name="claim-{known.pk}"') == shown.count(f'name="claim-{wang.pk}"') == 3
    assert "以前是 0013" in shown
    assert shown.count("要看上面怎么回答") == 2
    answer = {f"claim-{known.pk}": "given", f"claim-{wang.pk}": "given", "save": "1"}
    assert hr_client.post(page, answer).status_code == 302
    with tenant_context(sunrise):
        assert everybody() == {"0012": (wang.pk, "王强", 1, True), "0013": (known.pk, "李娜", 1, True)}


def test_who_is_asked_about_is_marked_among_the_missing(hr_client, known, wang):
    page = uploaded(hr_client, ["0301", "李娜"], ["0013", "王强"], headings=BARE)
    assert "上面问了" in hr_client.get(page).content.decode()
