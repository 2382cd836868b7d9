"""The roster's pages: looked at first, saved when confirmed, in the background when long; who may, and what stays."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from tenants.audit.models import AuditEntry
from tests.workers.pages import admin_url
from tests.workers.rosters import HEADINGS, LI_NA, State, changed, received, saved, upload, uploaded, workbook
from workers.formats import sheet_rows
from workers.management.commands.roster_sample import roster_sample
from workers.models import Contact, RosterImport, Worker
from workers.services import contact_seen, roster_import, worker_leave
from workers.services.roster_jobs import (
    RosterRefused,
    roster_confirm,
    roster_receive,
    roster_save,
    roster_watch,
    rosters_clean,
)
from workers.services.roster_report import RosterDecisions
from workers.tasks import roster_check_task, roster_save_task


def test_a_roster_is_shown_first_and_saved_when_confirmed(sunrise, hr_client):
    page = uploaded(hr_client, LI_NA, changed(工号="0013"))
    report = hr_client.get(page).context["report"]
    assert (report.created, report.new_places) == (2, ["生产部", "生产部 / 一车间", "生产部 / 一车间 / A线"])
    with tenant_context(sunrise):
        assert not Worker.objects.exists()
    assert hr_client.post(page, {"save": "1"})["Location"] == page
    with tenant_context(sunrise):
        assert Worker.objects.count() == 2
        job = RosterImport.objects.get()
        assert (job.state, job.content, job.report["created"]) == (State.SAVED, None, 2)
        assert "李娜" not in json.dumps(job.report, ensure_ascii=False)
    assert hr_client.post(page, {"save": "1"}).context["error"]
    assert "花名册.xlsx" in hr_client.get(admin_url("rosterimport_changelist")).content.decode()


def test_a_bad_roster_is_told_row_by_row_and_its_rows_can_be_taken_away(sunrise, hr_client):
    page = uploaded(hr_client, LI_NA, changed(工号="0013", 性别="?", 职位="=1+1"))
    shown = hr_client.get(page)
    assert [(m.rows, m.column) for m in shown.context["mistake_groups"]] == [("3", "性别")]
    assert hr_client.post(page, {"save": "1"}).context["error"]
    rows = sheet_rows(hr_client.get(f"{page.removesuffix('change/')}failed/").content)
    assert rows[0][:4] == ["问题", "行", "工号", "姓名"]
    assert (len(rows), rows[1][1], rows[1][2]) == (2, 3, "0013")
    assert "'=1+1" in rows[1]
    with tenant_context(sunrise):
        assert not Worker.objects.exists()
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.detail["rows"]) == ("roster_failed_rows", 1)


def test_a_file_that_cannot_be_read_is_told_beside_its_field(hr_client):
    assert upload(hr_client, b"no excel").context["form"].errors["file"]
    assert hr_client.post(admin_url("worker_import"), {}).context["form"].errors["file"]


def test_who_is_missing_leaves_only_when_ticked(hr):
    roster_import(content=workbook(LI_NA, changed(工号="0013", 姓名="王强"), changed(工号="0014", 姓名="张伟")))
    job = received(hr, LI_NA)
    missing = job.report["found"]["missing"]
    assert [one["person"] for one in missing] == ["王强 (0013)", "张伟 (0014)"] or len(missing) == 2
    gone = Worker.objects.get(employee_number="0013")
    saved(hr, job, leaver_ids=(gone.pk,), left_on=date(2026, 11, 1))
    assert {w.employee_number: w.left_on for w in Worker.objects.all()} == {
        "0012": None,
        "0013": date(2026, 11, 1),
        "0014": None,
    }
    assert gone.history.first().left_on == date(2026, 11, 1)
    assert RosterImport.objects.get().report["left"] == 1
    assert AuditEntry.objects.get().detail["left"] == 1


def test_somebody_in_the_file_cannot_be_ticked_as_missing(hr):
    roster_import(content=workbook(LI_NA))
    job = received(hr, changed(职位="质检员"))
    saved(hr, job, leaver_ids=(Worker.objects.get().pk,), left_on=timezone.localdate())
    assert Worker.objects.get().left_on is None


@pytest.mark.parametrize("left_on", [None, date(2999, 1, 1), date(2019, 1, 1)])
def test_leavers_need_a_day_that_can_be(hr, left_on):
    roster_import(content=workbook(LI_NA, changed(工号="0013", 姓名="王强")))
    job = received(hr, LI_NA)
    gone = Worker.objects.get(employee_number="0013")
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job, leaver_ids=(gone.pk,), left_on=left_on)
    assert refusal.value.code == "roster_leave_date"
    assert RosterImport.objects.get().state == State.CHECKED


def test_a_part_of_the_roster_proposes_nobody_as_leaver(hr):
    assert roster_import(content=roster_sample(rows=501)).is_clean
    found = received(hr, LI_NA).report["found"]
    assert (found["missing"], found["missing_count"]) == ([], 501)


def test_who_left_comes_back_only_when_ticked(hr):
    roster_import(content=workbook(LI_NA))
    worker_leave(worker=Worker.objects.get(), on=date(2026, 1, 1))
    for headings, row in [(HEADINGS, changed(职位="质检员")), ([*HEADINGS, "离职日期"], [*changed(职位="质检员"), ""])]:
        job = received(hr, row, headings=headings)
        assert [one["number"] for one in job.report["found"]["returns"]] == ["0012"]
        saved(hr, job)
        worker = Worker.objects.get()
        assert (worker.left_on, worker.position) == (date(2026, 1, 1), "操作工")
    saved(hr, received(hr, changed(职位="质检员")), returning=frozenset({"0012"}))
    worker = Worker.objects.get()
    assert (worker.left_on, worker.position) == (None, "质检员")


def test_a_number_used_again_is_a_new_person_and_the_old_one_keeps_everything(hr):
    roster_import(content=workbook(LI_NA))
    old = Worker.objects.get()
    phone = contact_seen(channel="wechat", address="openid-of-li-na")
    Contact.objects.filter(pk=phone.pk).update(worker=old)
    worker_leave(worker=old, on=date(2025, 3, 1))
    job = received(hr, changed(姓名="王强"))
    assert [(one["holder"], one["left_on"]) for one in job.report["found"]["claims"]] == [("李娜", "2025-03-01")]
    saved(hr, job)
    old.refresh_from_db()
    new = Worker.objects.get(employee_number="0012")
    assert (old.employee_number, old.name, new.name, new.left_on) == ("0012~20250301", "李娜", "王强", None)
    assert (old.contacts.count(), new.contacts.count()) == (1, 0)
    assert [version.employee_number for version in old.history.all()][:2] == ["0012~20250301", "0012"]
    assert [version.history_type for version in new.history.all()] == ["+"]
    worker_leave(worker=new, on=date(2026, 3, 1))
    saved(hr, received(hr, changed(姓名="张伟")))
    assert set(Worker.objects.values_list("employee_number", flat=True)) == {"0012", "0012~20250301", "0012~20260301"}


def test_a_name_that_changes_while_somebody_works_here_is_told(hr):
    roster_import(content=workbook(LI_NA, changed(工号="0013", 姓名="买买提•艾力")))
    found = received(hr, changed(姓名="王强"), changed(工号="0013", 姓名="买买提·艾力", 职位="x")).report["found"]
    assert [(one["row"], one["holder"], one["name"]) for one in found["claims"]] == [(2, "李娜", "王强")]


def test_a_number_released_twice_on_one_day_stays_single(hr):
    roster_import(content=workbook(LI_NA))
    worker_leave(worker=Worker.objects.get(), on=date(2026, 3, 1))
    saved(hr, received(hr, changed(姓名="王强")))
    worker_leave(worker=Worker.objects.get(name="王强"), on=date(2026, 3, 1))
    saved(hr, received(hr, changed(姓名="张伟")))
    numbers = set(Worker.objects.values_list("employee_number", flat=True))
    assert numbers == {"0012", "0012~20260301", "0012~20260301~2"}


def test_a_long_roster_is_checked_and_saved_in_the_background(
    sunrise, hr_client, eager, settings, django_capture_on_commit_callbacks
):
    settings.ROSTER_INLINE_ROWS = 1
    with django_capture_on_commit_callbacks(execute=False) as queued:
        page = uploaded(hr_client, LI_NA, changed(工号="0013"))
    shown = hr_client.get(page)
    assert shown.context["is_running"]
    assert 'hx-trigger="every 1s"' in shown.content.decode()
    assert "http-equiv" in shown.content.decode()
    progress = page.removesuffix("change/") + "progress/"
    assert "hx-get" in hr_client.get(progress).content.decode()
    with tenant_context(sunrise):
        for run in queued:
            run()
    assert hr_client.get(progress)["HX-Refresh"] == "true"
    assert hr_client.get(page).context["report"].created == 2
    with django_capture_on_commit_callbacks(execute=False) as queued:
        hr_client.post(page, {"save": "1"})
    assert hr_client.get(page).context["is_running"]
    with tenant_context(sunrise):
        for run in queued:
            run()
        assert Worker.objects.count() == 2
    assert hr_client.get(page).context["job"].state == State.SAVED


def test_each_task_run_twice_works_once(hr, sunrise):
    job = roster_receive(content=workbook(LI_NA), file_name="a.xlsx", by=hr)
    for _twice in range(2):
        roster_check_task(schema_name=sunrise.schema_name, job_id=job.pk)
    roster_confirm(job=job, by=hr, decisions=RosterDecisions())
    for _twice in range(2):
        roster_save_task(schema_name=sunrise.schema_name, job_id=job.pk)
    assert Worker.objects.count() == 1
    assert AuditEntry.objects.count() == 1


def test_a_fault_of_ours_leaves_nothing_half_saved_and_can_be_tried_again(hr, sunrise, hr_client):
    job = received(hr, LI_NA)
    roster_confirm(job=job, by=hr, decisions=RosterDecisions())
    good = bytes(RosterImport.objects.get().content)
    RosterImport.objects.update(content=b"torn")
    with pytest.raises(Exception, match="gzip"), transaction.atomic():
        roster_save_task(schema_name=sunrise.schema_name, job_id=job.pk)
    assert not Worker.objects.exists()
    RosterImport.objects.update(state=State.FAILED, content=good)
    page = admin_url("rosterimport_change", job.pk)
    assert "roster-failed" in hr_client.get(page).content.decode()
    hr_client.post(page, {"retry": "1"})
    assert hr_client.get(page).context["report"].created == 1


def test_an_import_whose_process_has_died_says_so(hr):
    job = received(hr, LI_NA)
    job = roster_confirm(job=job, by=hr, decisions=RosterDecisions())
    assert roster_watch(job=job).state == State.SAVING
    RosterImport.objects.update(updated_at=timezone.now() - timedelta(minutes=10))
    job.refresh_from_db()
    assert roster_watch(job=job).state == State.FAILED
    assert roster_save(job_id=job.pk).state == State.FAILED  # comes too late: HR has been told
    assert not Worker.objects.exists()


def test_a_second_roster_is_kindly_refused_while_one_is_being_saved(hr):
    first, second = received(hr, LI_NA), received(hr, changed(工号="0013", 姓名="王强"))
    roster_confirm(job=first, by=hr, decisions=RosterDecisions())
    with pytest.raises(RosterRefused) as refusal:
        roster_confirm(job=second, by=hr, decisions=RosterDecisions())
    assert refusal.value.code == "roster_busy"
    roster_save(job_id=first.pk)
    assert saved(hr, second).state == State.SAVED


def test_what_changed_since_the_preview_is_checked_again(hr):
    job = received(hr, LI_NA)
    roster_confirm(job=job, by=hr, decisions=RosterDecisions())
    RosterImport.objects.update(report={"found": job.report["found"], "returning": [], "left_on": ""})
    with_bad_row = roster_receive(content=workbook(changed(性别="?")), file_name="b.xlsx", by=hr)
    RosterImport.objects.filter(pk=job.pk).update(content=with_bad_row.content)
    assert roster_save(job_id=job.pk).state == State.REFUSED
    assert not Worker.objects.exists()


def test_a_file_is_kept_for_a_day_and_the_list_for_longer(hr):
    job = received(hr, LI_NA)
    assert rosters_clean() == 0
    RosterImport.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert rosters_clean() == 1
    job.refresh_from_db()
    assert (job.content, job.report["created"], job.report.get("found")) == (None, 1, None)
    with pytest.raises(RosterRefused) as refusal:
        saved(hr, job)
    assert refusal.value.code == "roster_gone"


def test_a_file_thrown_away_is_gone(hr_client, sunrise):
    page = uploaded(hr_client, LI_NA)
    assert hr_client.post(page, {"give_up": "1"})["Location"] == admin_url("worker_import")
    with tenant_context(sunrise):
        assert RosterImport.objects.get().content is None
    assert hr_client.post(page, {"save": "1"}).context["error"]


def test_neither_whole_id_numbers_nor_other_columns_are_kept(hr):
    headings = ["工号", "姓名", "身份证号码", "基本工资"]
    job = received(hr, ["7", "李娜", "11010119950228123x", "5000"], ["8", "王强", "1101", "1"], headings=headings)
    import gzip

    kept = gzip.decompress(bytes(job.content)).decode() + json.dumps(job.report)
    assert "110101" not in kept
    assert "5000" not in kept
    assert job.report["found"]["unread"] == ["基本工资"]
    saved(hr, job)
    assert list(Worker.objects.order_by("employee_number").values_list("id_last_four", flat=True)) == ["123X", "1101"]
    bad = received(hr, ["7", "李娜", "110101199502281"], ["8", "王强", "11010119950228"], headings=headings[:3])
    assert [m["row"] for m in bad.report["found"]["mistakes"]] == [3]
    assert "11010119950228" not in json.dumps(bad.report)


def test_only_who_may_import_sees_these_pages(sunrise, hr_client, site_client):
    page = uploaded(hr_client, LI_NA)
    client = site_client(sunrise)
    with tenant_context(sunrise):
        other = User.objects.create_user("viewer", password="x", is_staff=True)
        other.user_permissions.set(
            Permission.objects.filter(codename__in=["view_worker", "add_worker", "change_worker"])
        )
        client.force_login(other)
    for address in (page, admin_url("worker_import"), admin_url("worker_roster_blank"), admin_url("worker_export")):
        assert client.get(address).status_code == 403
    for name in ("progress", "failed", "changes"):
        assert client.get(f"{page.removesuffix('change/')}{name}/").status_code == 403
    assert client.get(admin_url("rosterimport_changelist")).status_code == 403
    assert client.post(page, {"save": "1"}).status_code == 403
    assert upload(client, workbook(LI_NA)).status_code == 403
    with tenant_context(sunrise):
        assert not Worker.objects.exists()


def test_another_factory_sees_nothing_of_it(sunrise, lakeside, hr_client, admin_of):
    page = uploaded(hr_client, LI_NA)
    other = admin_of(lakeside)
    assert other.get(page).status_code == 404
    assert other.get(f"{page.removesuffix('change/')}changes/").status_code == 404
    assert other.post(page, {"save": "1"}).status_code == 404
    assert "花名册.xlsx" not in other.get(admin_url("rosterimport_changelist")).content.decode()
    with tenant_context(lakeside):
        assert not Worker.objects.exists()


def test_the_list_goes_back_into_excel_and_is_recorded(sunrise, li_na, hr_client):
    response = hr_client.get(f"{admin_url('worker_export')}?q=lina")
    assert sheet_rows(response.content)[1][:2] == ["A001", "李娜"]
    with tenant_context(sunrise):
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.subject_ids, entry.detail["count"]) == ("workers_exported", [li_na.pk], 1)


def test_personal_columns_are_exported_only_for_those_who_see_them(sunrise, li_na, site_client):
    client = site_client(sunrise)
    with tenant_context(sunrise):
        clerk = User.objects.create_user("clerk", password="x", is_staff=True)
        held = ["view_worker", "export_worker", "see_all_departments"]
        clerk.user_permissions.set(Permission.objects.filter(codename__in=held))
        client.force_login(clerk)
    headings = sheet_rows(client.get(admin_url("worker_export")).content)[0]
    assert "工号" in headings
    assert not {"出生日期", "手机", "身份证后四位", "学历", "籍贯"} & set(headings)


def test_the_template_is_read_as_it_is_and_its_example_is_nobody(sunrise, hr_client):
    content = hr_client.get(admin_url("worker_roster_blank")).content
    assert sheet_rows(content)[1][0].startswith("示例")
    assert upload(hr_client, content).context["form"].errors["file"]


def test_the_list_of_imports_costs_the_same_however_long(hr, hr_client, django_assert_max_num_queries):
    for _many in range(20):
        received(hr, LI_NA)
    hr_client.get(admin_url("rosterimport_changelist"))
    with django_assert_max_num_queries(14):
        assert hr_client.get(admin_url("rosterimport_changelist")).status_code == 200
