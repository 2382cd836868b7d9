"""A number beside another name: corrected, or used again? Where it matters HR says which; a program is refused."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from tests.workers.pages import admin_url
from tests.workers.rosters import HEADINGS, State, changed, received, saved, uploaded, workbook
from workers.models import Worker
from workers.services import roster_import, roster_rows_import, worker_leave
from workers.services.roster_claims import CLAIMS_ASKED
from workers.services.roster_jobs import RosterRefused

NO_PROOFS = [heading for heading in HEADINGS if heading != "出生日期"]
ANOTHER_BY_BIRTH = changed(姓名="钱多多", 出生日期="2001-05-06")
ANOTHER_BY_HIRE = changed(姓名="钱多多", 出生日期="", 入职日期="2026-11-02", 手机="13900139000")
YESTERDAY = timezone.localdate() - timedelta(days=1)


def without_birth(row) -> list:
    return [cell for heading, cell in zip(HEADINGS, row, strict=True) if heading in NO_PROOFS]


@pytest.mark.parametrize("row", [ANOTHER_BY_BIRTH, ANOTHER_BY_HIRE], ids=["birth date", "hire date and phone"])
def test_somebody_elses_data_under_a_number_are_asked_about_and_never_guessed(hr, known, row):
    if row is ANOTHER_BY_HIRE:
        Worker.objects.update(birth_date=None)
    job = received(hr, row)
    (claim,) = job.report["found"]["claims"]
    assert job.state == State.CHECKED
    assert (claim["holder"], claim["name"], claim["worker_id"]) == ("李娜", "钱多多", known.pk)
    assert {heading for heading, _old, _new in claim["signs"]} in ({"出生日期"}, {"入职日期", "手机"})
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job)
    assert refusal.value.code == "roster_claims"
    assert Worker.objects.get().name == "李娜"


def test_another_person_under_a_number_gets_neither_record_nor_phones(hr, known):
    job = saved(hr, received(hr, ANOTHER_BY_BIRTH), another=frozenset({known.pk}), left_on=YESTERDAY)
    assert (job.state, job.report["created"], job.report["left"]) == (State.SAVED, 1, 1)
    known.refresh_from_db()
    new = Worker.objects.get(employee_number="0012")
    assert (known.left_on, known.employee_number) == (YESTERDAY, f"0012~{YESTERDAY:%Y%m%d}")
    assert (new.name, new.left_on, new.birth_date) == ("钱多多", None, date(2001, 5, 6))
    assert (known.contacts.count(), new.contacts.count()) == (1, 0)
    assert received(hr, ANOTHER_BY_BIRTH).report["unchanged"] == 1


def test_the_same_person_put_right_keeps_all(hr, known):
    job = saved(hr, received(hr, ANOTHER_BY_BIRTH), same=frozenset({known.pk}))
    known.refresh_from_db()
    assert (job.report["changed"], known.name, known.birth_date) == (1, "钱多多", date(2001, 5, 6))
    assert (Worker.objects.count(), known.contacts.count()) == (1, 1)


def test_a_name_alone_is_put_right_unless_hr_says_that_it_is_another_person(hr, known):
    row = changed(姓名="李娜娜")
    (claim,) = received(hr, row).report["found"]["claims"]
    assert claim["signs"] == []
    saved(hr, received(hr, row))
    known.refresh_from_db()
    assert known.name == "李娜娜"
    saved(hr, received(hr, changed(姓名="王强")), another=frozenset({known.pk}), left_on=YESTERDAY)
    assert set(Worker.objects.values_list("name", "left_on")) == {("李娜娜", YESTERDAY), ("王强", None)}


def test_who_left_and_is_back_under_a_corrected_name_is_who_they_were(hr, known):
    worker_leave(worker=known, on=YESTERDAY)
    job = received(hr, changed(姓名="李娜娜"))
    assert [claim["left_on"] for claim in job.report["found"]["claims"]] == [YESTERDAY.isoformat()]
    saved(hr, job, same=frozenset({known.pk}))
    known.refresh_from_db()
    assert (known.name, known.left_on, known.employee_number) == ("李娜娜", None, "0012")
    assert Worker.objects.count() == 1


@pytest.mark.parametrize("left_on", [None, timezone.localdate() + timedelta(days=1), date(2019, 1, 1)])
def test_whoever_gives_a_number_up_leaves_on_a_day_that_can_be(hr, known, left_on):
    job = received(hr, ANOTHER_BY_BIRTH)
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job, another=frozenset({known.pk}), left_on=left_on)
    assert refusal.value.code == "roster_leave_date"
    assert Worker.objects.get().name == "李娜"


def test_an_answer_to_what_was_not_asked_does_nothing(hr, known):
    """A forged tick frees no number and makes nobody leave."""
    everything = {"same": frozenset({known.pk, 10**30}), "another": frozenset({known.pk, 10**30})}
    saved(hr, received(hr, changed(职位="质检员")), **everything)
    assert Worker.objects.get().position == "质检员"
    worker_leave(worker=known, on=YESTERDAY)
    saved(hr, received(hr, changed(姓名="王强")), another=frozenset({known.pk}))
    assert Worker.objects.count() == 2


def test_an_answer_does_not_outlive_whom_it_was_about(hr, known):
    """Between the preview and saving the number has gone to a third person."""
    job = received(hr, ANOTHER_BY_BIRTH)
    Worker.objects.filter(pk=known.pk).update(employee_number="0099")
    third = Worker.objects.create(
        employee_number="0012", name="赵六", name_pinyin="zhao liu", birth_date=date(1990, 1, 1)
    )
    assert saved(hr, job, same=frozenset({known.pk})).state == State.REFUSED
    third.refresh_from_db()
    assert third.name == "赵六"


def test_those_who_give_a_number_up_count_among_many_leavers(hr, in_sunrise):
    rows = [changed(工号=f"1{number:03}") for number in range(30)]
    roster_import(content=workbook(*rows))
    new = [changed(row, 姓名="钱多多", 出生日期="2001-05-06") for row in rows]
    everybody = frozenset(Worker.objects.values_list("pk", flat=True))
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, received(hr, *new), another=everybody, left_on=YESTERDAY)
    assert refusal.value.code == "roster_many_leave"


def test_a_file_that_gives_most_numbers_to_others_is_another_factorys(hr, in_sunrise):
    rows = [changed(工号=f"1{number:03}") for number in range(CLAIMS_ASKED + 5)]
    roster_import(content=workbook(*rows))
    job = received(hr, *[changed(row, 姓名="钱多多", 出生日期="2001-05-06") for row in rows])
    assert (job.state, len(job.report["found"]["mistakes"])) == (State.REFUSED, 5)


def test_many_corrected_names_are_not_asked_about_one_by_one(hr, in_sunrise):
    rows = [changed(工号=f"1{number:03}") for number in range(CLAIMS_ASKED + 5)]
    roster_import(content=workbook(*rows))
    found = received(hr, *[changed(row, 姓名="李娜娜") for row in rows]).report["found"]
    assert (len(found["claims"]), len(found["remarks"])) == (CLAIMS_ASKED, 1)
    assert f"{CLAIMS_ASKED + 2}" in found["remarks"][0]


def test_a_program_is_refused_by_the_same_rule(known):
    row = {"employee_number": "0012", "name": "钱多多", "hired_on": "2026-11-02", "phone": "13900139000"}
    send = lambda row: roster_rows_import(rows=[row], by="api:payroll")  # noqa: E731
    assert send({**row, "birth_date": "1995-02-28"}).changed == 1
    Worker.objects.update(name="李娜", birth_date=None, phone="13800138000", hired_on=date(2020, 3, 1))
    assert [mistake.attribute for mistake in send(row).mistakes] == ["name"]
    assert send({**row, "phone": "13800138000"}).changed == 1


def test_the_page_asks_keeps_what_was_ticked_and_saves_without_scripts(sunrise, hr_client, known):
    page = uploaded(hr_client, ANOTHER_BY_BIRTH)
    shown = hr_client.get(page).content.decode()
    assert shown.count(f'name="claim-{known.pk}"') == 2
    assert "1995-02-28" in shown
    refused = hr_client.post(page, {"save": "1", "left_on": YESTERDAY.isoformat()})
    assert "0012" in refused.context["error"]
    answer = {f"claim-{known.pk}": "another", "claim-x": "same", "claim-²": "same"}
    late = hr_client.post(page, {"save": "1", "left_on": "2019-01-01", **answer})
    assert late.context["error"]
    assert late.content.decode().count('value="another" checked') == 1
    assert hr_client.post(page, {"save": "1", "left_on": YESTERDAY.isoformat(), **answer}).status_code == 302
    with tenant_context(sunrise):
        assert Worker.objects.get(employee_number="0012").name == "钱多多"


def test_a_preview_of_before_this_question_can_still_be_opened(hr, hr_client, known):
    job = received(hr, changed(职位="质检员"))
    job.report["found"]["reuses"] = job.report["found"].pop("claims")
    job.save(update_fields=["report"])
    assert hr_client.get(admin_url("rosterimport_change", job.pk)).status_code == 200
