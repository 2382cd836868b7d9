"""Somebody known who stands in the file under a number that nobody has: asked about, never guessed; nobody is there twice."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from tests.workers.rosters import LI_NA, State, changed, received, saved, uploaded
from workers.models import Worker
from workers.services import roster_rows_import, worker_leave
from workers.services.roster_jobs import RosterRefused

YESTERDAY = timezone.localdate() - timedelta(days=1)
AGAIN = changed(工号="0301")  # 李娜 under a new number
QIAN = changed(姓名="钱多多", 出生日期="2001-05-06", 手机="13900139000")  # somebody else under 0012


@pytest.fixture
def gone(known) -> Worker:
    worker_leave(worker=known, on=YESTERDAY)
    known.refresh_from_db()
    return known


def asked(job) -> list[tuple]:
    return [(one["number"], one["former"], one["left_on"], one["worker_id"]) for one in job.report["found"]["returns"]]


def test_a_leaver_comes_back_under_a_new_number_with_phone_and_record(hr, gone):
    job = received(hr, AGAIN)
    assert asked(job) == [("0301", "0012", YESTERDAY.isoformat(), gone.pk)]
    job = saved(hr, job, returning=frozenset({"0301"}))
    assert (job.state, job.report["created"], job.report["changed"]) == (State.SAVED, 0, 1)
    worker = Worker.objects.get()
    assert (worker.pk, worker.employee_number, worker.left_on, worker.contacts.count()) == (gone.pk, "0301", None, 1)
    assert [row.employee_number for row in worker.history.order_by("history_date")][-1] == "0301"
    assert received(hr, AGAIN).report["unchanged"] == 1


def test_without_the_tick_somebody_new_is_added(hr, gone):
    job = saved(hr, received(hr, AGAIN))
    assert (job.report["created"], Worker.objects.count()) == (1, 2)
    gone.refresh_from_db()
    assert (gone.employee_number, gone.left_on) == ("0012", YESTERDAY)


def test_her_old_number_may_go_to_somebody_else_in_the_same_file(hr, gone):
    job = saved(hr, received(hr, QIAN, AGAIN), returning=frozenset({"0301"}))
    assert (job.state, job.report["created"], job.report["changed"]) == (State.SAVED, 1, 1)
    people = {worker.employee_number: worker for worker in Worker.objects.all()}
    assert {number: worker.name for number, worker in people.items()} == {"0012": "钱多多", "0301": "李娜"}
    assert people["0301"].pk == gone.pk
    assert [worker.contacts.count() for worker in (people["0012"], people["0301"])] == [0, 1]


@pytest.mark.parametrize("order", [(QIAN, AGAIN), (AGAIN, QIAN)], ids=["other first", "other last"])
@pytest.mark.parametrize("said", [{}, {"another"}], ids=["nothing", "another"])
def test_somebody_employed_with_a_new_number_gives_the_old_one_away(hr, known, order, said):
    job = received(hr, *order)
    assert asked(job) == [("0301", "0012", "", known.pk)]
    decisions = {key: frozenset({known.pk}) for key in said}
    job = saved(hr, job, returning=frozenset({"0301"}), left_on=YESTERDAY, **decisions)
    assert (job.state, job.report["created"], job.report["changed"], job.report["left"]) == (State.SAVED, 1, 1, 0)
    known.refresh_from_db()
    assert (known.employee_number, known.left_on, known.name, known.contacts.count()) == ("0301", None, "李娜", 1)
    assert Worker.objects.get(employee_number="0012").name == "钱多多"


def test_nobody_both_gets_a_new_number_and_keeps_the_old_one_under_another_name(hr, known):
    job = received(hr, QIAN, AGAIN)
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job, returning=frozenset({"0301"}), same=frozenset({known.pk}))
    assert refusal.value.code == "roster_claims"


def test_a_number_that_only_changes_proposes_nobody_to_leave_once_it_is_said(hr, known):
    job = received(hr, AGAIN)
    assert [one["worker_id"] for one in job.report["found"]["missing"]] == [known.pk]
    job = saved(hr, job, returning=frozenset({"0301"}), leaver_ids=(known.pk,), left_on=YESTERDAY)
    known.refresh_from_db()
    assert (known.employee_number, known.left_on, job.report["left"]) == ("0301", None, 0)


@pytest.mark.parametrize(
    ("cells", "is_asked"),
    [
        ({}, True),
        ({"出生日期": ""}, True),  # the phone is alike
        ({"手机": ""}, True),
        ({"手机": "13900139000"}, True),
        ({"出生日期": "1995-03-01"}, False),
        ({"出生日期": "", "手机": ""}, False),
        ({"姓名": "李 娜"}, True),
        ({"姓名": "李那"}, False),
    ],
)
def test_name_and_a_proof_have_to_be_alike(hr, gone, cells, is_asked):
    job = received(hr, changed(AGAIN, **cells))
    assert bool(job.report["found"].get("returns")) is is_asked


def test_two_rows_of_one_person_ask_about_the_first(hr, gone):
    assert [number for number, *_rest in asked(received(hr, AGAIN, changed(工号="0302")))] == ["0301"]


def test_nobody_is_asked_about_who_stands_in_the_file_as_herself(hr, known):
    assert asked(received(hr, AGAIN, LI_NA)) == []


def test_a_program_asks_nobody(known):
    row = {"employee_number": "0301", "name": "李娜", "birth_date": "1995-02-28"}
    assert roster_rows_import(rows=[row], by="payroll").created == 1


def test_the_preview_says_who_it_may_be_and_the_tick_brings_her_back(sunrise, hr_client, gone):
    page = uploaded(hr_client, QIAN, AGAIN)
    told = hr_client.get(page).content.decode()
    assert "可能是换了工号的人" in told
    assert f"李娜（0301）· 第 3 行 · 以前是 0012，{YESTERDAY.isoformat()} 离职" in told
    hr_client.post(page, {"save": "1", "returning": "0301"})
    with tenant_context(sunrise):
        assert Worker.objects.get(employee_number="0301").pk == gone.pk
        assert Worker.objects.get(employee_number="0301").birth_date == date(1995, 2, 28)
