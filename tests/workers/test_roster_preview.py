"""What HR is asked and told before a roster is saved: many leavers, new shifts, new people; and what waits no longer."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.audit.models import AuditEntry
from tests.workers.pages import admin_url
from tests.workers.rosters import HEADINGS, LI_NA, State, changed, received, saved, upload, uploaded, workbook
from workers.management.commands.roster_sample import roster_sample
from workers.models import Department, RosterImport, Shift, Turn, Worker
from workers.services import roster_import, worker_leave
from workers.services.roster_jobs import RosterRefused

WITH_SHIFT = [*HEADINGS, "班次"]


@pytest.fixture
def hundred(in_sunrise):
    assert roster_import(content=roster_sample(rows=100)).is_clean


def everybody() -> tuple[int, ...]:
    return tuple(Worker.objects.order_by("pk").values_list("pk", flat=True))


def test_one_save_does_not_empty_the_factory_without_a_second_question(sunrise, hr_client, hundred):
    page = uploaded(hr_client, LI_NA)
    shown = hr_client.get(page)
    assert shown.context["report"].is_partial
    assert "文件里只有 1 人" in shown.content.decode()
    posted = {"save": "1", "left_on": "2026-11-20", "leaver": [str(pk) for pk in everybody()]}
    for counted in ["", "99", "-100", "１００x", "100 "]:
        answer = hr_client.post(page, posted | {"leavers_counted": counted})
        if counted == "100 ":
            assert answer.status_code == 302
            continue
        told = answer.content.decode()
        assert "leavers_counted" in told
        assert "100 人" in told
        assert told.count('name="leaver" value="') == told.count(" checked>") == 100
        assert 'value="2026-11-20"' in told
        assert not Worker.objects.filter(left_on__isnull=False).exists()
    assert Worker.objects.filter(left_on=date(2026, 11, 20)).count() == 100


def test_leave_dates_in_the_file_count_as_well(hr, hundred):
    today = timezone.localdate().isoformat()
    rows = [[number, today] for number in Worker.objects.values_list("employee_number", flat=True)[:21]]
    names = dict(Worker.objects.values_list("employee_number", "name"))
    job = received(hr, *[[number, names[number], day] for number, day in rows], headings=["工号", "姓名", "离职日期"])
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job)
    assert refusal.value.code == "roster_many_leave"
    saved(hr, job, leavers_counted=21)
    assert Worker.objects.filter(left_on__isnull=False).count() == 21


def test_few_leavers_are_asked_nothing_more(hr, hundred):
    few = everybody()[:20]
    saved(hr, received(hr, LI_NA), leaver_ids=few, left_on=timezone.localdate())
    assert Worker.objects.filter(left_on__isnull=False).count() == 20


def test_a_file_of_half_the_roster_is_no_part(hr, hundred):
    assert received(hr, LI_NA).report["found"]["employed"] == 100
    roster_import(content=roster_sample(rows=100))
    assert not RosterImport.objects.filter(state=State.REFUSED).exists()


def test_unknown_shifts_are_told_and_made_by_saving(hr, hr_client, sunrise):
    rows = [[*LI_NA, "白班"], [*changed(工号="0013"), "夜班"], [*changed(工号="0014"), " 夜班 "]]
    page = uploaded(hr_client, *rows, headings=WITH_SHIFT)
    shown = hr_client.get(page)
    assert shown.context["report"].new_shifts == ["白班", "夜班"]
    assert "会新建班次：白班、夜班" in shown.content.decode()
    with tenant_context(sunrise):
        assert not Shift.objects.exists()
        hr_client.post(page, {"save": "1"})
        made = {shift.name: (shift.kind, shift.cycle, shift.night_starts_at) for shift in Shift.objects.all()}
        assert made == {"白班": ("day", [Turn.DAY], None), "夜班": ("night", [Turn.NIGHT], None)}
        assert Worker.objects.filter(shift__name="夜班").count() == 2
        again = received(hr, [*changed(职位="质检员"), "白班"], headings=WITH_SHIFT)
        assert again.report["found"]["new_shifts"] == []


@pytest.mark.parametrize("cells", [[f"{number}:00" for number in range(21)], ["班" * 31]], ids=["too many", "too long"])
def test_a_column_that_means_something_else_makes_no_shifts(hr, cells):
    rows = [[*changed(工号=f"1{number:03}"), cell] for number, cell in enumerate(cells)]
    job = received(hr, *rows, headings=WITH_SHIFT)
    assert (job.state, len(job.report["found"]["mistakes"])) == (State.REFUSED, len(cells))
    assert not Shift.objects.exists()


def test_mistakes_that_repeat_are_one_line_below_the_single_ones(hr, hr_client):
    rows = [changed(工号=f"1{number:03}", 性别="?") for number in range(40)]
    rows[7] = changed(工号="1007", 姓名="王强", 入职日期="1.2.")
    page = uploaded(hr_client, *rows)
    groups = hr_client.get(page).context["mistake_groups"]
    assert [(group.column, group.rows, len(group.mistakes)) for group in groups] == [
        ("入职日期", "9", 1),
        ("性别", "2–8、10–41", 39),
    ]
    assert groups[0].mistakes[0].person == "王强"
    told = hr_client.get(page).content.decode()
    assert "王强" in told
    assert "give_up" in told
    assert hr_client.post(page, {"give_up": "1"}).status_code == 302
    assert RosterImport.objects.get().content is None


def test_new_people_are_shown_as_they_were_read(hr_client):
    hired = timezone.localdate().replace(day=1)
    born = hired.replace(year=hired.year - 17).isoformat()
    page = uploaded(hr_client, [*changed(出生日期=born, 入职日期=hired.isoformat()), "白班"], headings=WITH_SHIFT)
    told = hr_client.get(page).content.decode()
    for value in ["生产部 / 一车间 / A线", "白班", hired.isoformat(), born, "13800138000", "未成年工"]:
        assert value in told, value


def test_who_may_not_see_birth_dates_compares_with_none(sunrise, hr_client, site_client):
    """What is new, changed or wrong in a file of guesses tells what is hidden."""
    page = uploaded(hr_client, LI_NA)
    client = site_client(sunrise)
    with tenant_context(sunrise):
        clerk = User.objects.create_user("clerk", password="x", is_staff=True)
        held = ["import_roster", "add_worker", "change_worker", "view_worker"]
        clerk.user_permissions.set(Permission.objects.filter(codename__in=held))
        client.force_login(clerk)
    assert client.get(page).status_code == 403
    assert client.post(page, {"save": "1"}).status_code == 403
    assert upload(client, workbook(LI_NA)).status_code == 403
    with tenant_context(sunrise):
        assert RosterImport.objects.count() == 1


@pytest.mark.parametrize("step", ["give_up", "retry", "save"])
def test_what_becomes_of_a_colleagues_file_is_on_record(sunrise, hr, hr_client, step):
    with tenant_context(sunrise):
        mine, theirs = received(hr, LI_NA), received(User.objects.create_user("colleague"), LI_NA)
        if step == "retry":
            RosterImport.objects.update(state=State.FAILED)
        for job, told in ((mine, []), (theirs, [("hr", f"roster_of_another_{step}", "花名册.xlsx", "colleague")])):
            hr_client.post(admin_url("rosterimport_change", job.pk), {step: "1"})
            entries = AuditEntry.objects.filter(action__startswith="roster_of_another", object_id=job.pk)
            assert [(entry.actor, entry.action, entry.detail["file"], entry.detail["of"]) for entry in entries] == told


def test_a_file_that_changes_nothing_waits_for_nobody(hr, hr_client):
    roster_import(content=roster_sample(rows=3))
    known = Worker.objects.order_by("employee_number")
    job = received(hr, *[[worker.employee_number, worker.name] for worker in known], headings=["工号", "姓名"])
    assert (job.state, job.content, job.report["unchanged"]) == (State.SAVED, None, 3)
    told = hr_client.get(admin_url("rosterimport_change", job.pk)).content.decode()
    assert "没有需要保存的变动" in told
    assert hr_client.get(admin_url("rosterimport_changelist")).status_code == 200


def test_a_saved_roster_overtakes_what_the_same_person_left_lying(hr):
    other = User.objects.create_user("colleague", is_staff=True)
    lying, mistaken = received(hr, LI_NA), received(hr, changed(性别="?"))
    of_another = received(other, LI_NA)
    last = received(hr, changed(职位="质检员"))
    after = received(hr, changed(工号="0013"))
    saved(hr, last)
    kept = dict(RosterImport.objects.values_list("pk", "content"))
    assert {pk for pk, content in kept.items() if content is not None} == {of_another.pk, after.pk}
    assert {lying.pk, mistaken.pk} <= set(kept)
    with pytest.raises(RosterRefused):
        saved(hr, lying)


def test_line_leaders_without_a_line_are_told_after_saving(hr, hr_client, in_sunrise):
    job = received(hr, [*LI_NA, "是"], headings=[*HEADINGS, "班组长"])
    saved(hr, job)
    page = admin_url("rosterimport_change", job.pk)
    assert hr_client.get(page).context["unplaced_leaders"] == 1
    assert admin_url("department_changelist") in hr_client.get(page).content.decode()
    Department.objects.filter(name="A线").update(leader=Worker.objects.get())
    assert hr_client.get(page).context["unplaced_leaders"] == 0


def test_all_who_come_back_can_be_ticked_and_stay_ticked_after_a_refusal(sunrise, hr_client, in_sunrise):
    roster_import(content=roster_sample(rows=5))
    two = list(Worker.objects.order_by("employee_number")[:2])
    rest = everybody()
    for worker in two:
        worker_leave(worker=worker, on=timezone.localdate())
    page = uploaded(hr_client, *[[worker.employee_number, worker.name] for worker in two], headings=["工号", "姓名"])
    assert hr_client.get(page).content.decode().count("input[name=returning]") == 1
    leavers = [str(pk) for pk in rest if pk not in {worker.pk for worker in two}]
    numbers = [worker.employee_number for worker in two]
    posted = {"save": "1", "returning": numbers, "leaver": leavers, "left_on": "1990-01-01"}
    refused = hr_client.post(page, posted)
    assert refused.context["error"]
    assert refused.content.decode().count(" checked>") == 5


def test_saving_one_departments_file_leaves_anothers_waiting(hr, in_sunrise):
    """But not what it puts right: a file of the same name, or one with mistakes."""
    rows = {
        "品质部.xlsx": changed(工号="0101"),
        "错的.xlsx": changed(工号="0102", 性别="?"),
        "仓储部.xlsx": changed(工号="0103"),
    }
    jobs = [received(hr, row, name=name) for name, row in rows.items()]
    saved(hr, received(hr, changed(工号="0104"), name="仓储部.xlsx"))
    for job in jobs:
        job.refresh_from_db()
    assert [job.file_name for job in jobs if job.content is not None] == ["品质部.xlsx"]
