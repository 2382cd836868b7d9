"""What support may do inside, whatever its role holds: every page of the admin, opened and posted to by a guest."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from announcements.models import Announcement
from tests.config.admin_pages import methods_of, pages, path_filled
from tests.workers.rosters import workbook
from workers.models import Audience, BindCode, RosterImport, Worker
from workers.services.audience_rules import Rule
from workers.services.roster_jobs import roster_receive

# All that a guest may write, were every role theirs: lessons, drafts of notices, shifts, audiences, posters; what only looks is
# posted to as well.
MAY_POST = re.compile(
    r"admin:(lessons_(lesson|series|topic)_(add|change|delete|preview|publish|withdraw|from_word|from_pictures)"
    r"|workers_(shift|audience)_(add|change|delete|merge|move|month|preview|adopt)"
    r"|announcements_announcement_(add|change|delete)|wechat_scene_(add|change|delete)|wechat_follower_read_tags"
    r"|progress_private_series|wechat_scene_poster|workers_worker_process_import|workers_rosterimport_add)\Z"
)


def rows(worker: Worker) -> dict[str, object]:
    from announcements.models import Announcement

    return {
        "admin:workers_worker": worker.pk,
        "admin:workers_department": worker.department_id,
        "admin:announcements_announcement": Announcement.objects.create(title="停电", body="<p>周六</p>").pk,
    }


def test_a_guest_posts_to_few_pages_and_takes_no_file_along(guest_of_all, li_na):
    there = rows(li_na)
    found = []
    guest_of_all.raise_request_exception = False
    for page in pages("config.urls_tenant"):
        for method in methods_of(page[0]):
            with transaction.atomic():
                answer = guest_of_all.generic(
                    method, path_filled(page, there), b"", "application/x-www-form-urlencoded"
                )
                transaction.set_rollback(True)
            assert answer.status_code < 500, page
            is_file = "attachment" in answer.headers.get("Content-Disposition", "")
            reached = answer.status_code not in (403, 404, 405) and answer.headers.get("Location") != "/admin/"
            if is_file:
                found.append((page[0], "file"))
            if method == "POST" and reached and not MAY_POST.match(page[0]):
                found.append((page[0], answer.status_code))
    assert found == []


@pytest.mark.parametrize("action", ["leave", "come_back", "put_in_shift"])
def test_a_guest_marks_nobody_as_left_or_back(guest, li_na, action):
    said = {"shift": "0", "counted": "1", "on": "2026-01-02"}
    guest.post("/admin/workers/worker/", {"action": action, "_selected_action": [li_na.pk], **said})
    guest.post(f"/admin/workers/worker/{li_na.pk}/leave/", {"on": "2026-01-02"})
    li_na.refresh_from_db()
    assert li_na.left_on is None


def test_a_guest_prints_no_slip(guest, li_na):
    page = guest.get(f"/admin/workers/worker/{li_na.pk}/change/")
    assert page.status_code == 200
    assert "/slip/" not in page.content.decode()
    for path in ("slips/", "slips/print/", "slips/export/"):
        for answer in (guest.get, guest.post):
            assert answer(f"/admin/workers/bindingpolicy/{path}", {"worker": li_na.pk}).status_code == 403
    assert guest.post("/admin/workers/bindingpolicy/1/change/", {"second_factor": "none"}).status_code == 403
    assert not BindCode.objects.exists()


def test_a_guest_neither_changes_an_employee_nor_sees_what_binding_asks_for(guest, li_na):
    page = guest.get(f"/admin/workers/worker/{li_na.pk}/change/").content.decode()
    assert "李娜" in page
    assert "13800000001" not in page
    assert guest.post(f"/admin/workers/worker/{li_na.pk}/change/", {"phone": "13911111111"}).status_code == 403
    assert guest.get("/admin/workers/worker/add/").status_code == 403


def test_a_guest_finds_nothing_out_by_a_roster_of_guesses(guest, li_na):
    """Whether a row is changed or not says whether the guess is right."""
    content = workbook(["A001", "李娜", "13800000001"], headings=["工号", "姓名", "手机"])
    upload = {"file": SimpleUploadedFile("花名册.xlsx", content)}
    assert guest.post("/admin/workers/worker/import/", upload).status_code == 403
    assert not RosterImport.objects.exists()


def test_a_guest_neither_sees_nor_drops_the_rosters_of_the_factory(guest, li_na, in_sunrise):
    content = workbook(["", "王强"], headings=["工号", "姓名"])
    job = roster_receive(content=content, file_name="花名册.xlsx", by=User.objects.get(username="hr"))
    address = f"/admin/workers/rosterimport/{job.pk}/"
    for path in ("change/", "failed/", "progress/"):
        assert guest.get(address + path).status_code == 403
    assert guest.post(address + "change/", {"give_up": "1"}).status_code == 403
    assert RosterImport.objects.filter(pk=job.pk, content__isnull=False).exists()


def test_a_guest_changes_not_whom_a_notice_goes_to(guest, li_na):
    """A planned notice asks its audience when its time comes."""
    rows = [Audience.objects.create(name=name, rule=Rule(hired_within_days=30).document()) for name in ("甲", "乙")]
    Announcement.objects.create(
        title="通知", aim_kind="audience", audience=rows[0], state="scheduled", send_at=timezone.now(), sent_by_id=1
    )
    for audience, status in zip(rows, (403, 302), strict=True):
        address = f"/admin/workers/audience/{audience.pk}/"
        posted = {"name": f"{audience.name}2", "departments": [li_na.department_id]}
        assert guest.get(f"{address}change/").status_code == 200
        assert guest.post(f"{address}change/", posted).status_code == status
        assert guest.post(f"{address}delete/", {"post": "yes"}).status_code == status
    assert list(Audience.objects.values_list("name", flat=True)) == ["甲"]
    every = {"action": "delete_selected", "_selected_action": [rows[0].pk], "post": "yes"}
    guest.post("/admin/workers/audience/", every)
    assert Audience.objects.exists()


def test_a_guest_gives_no_line_another_leader(guest, li_na):
    address = f"/admin/workers/department/{li_na.department_id}/change/"
    assert guest.get(address).status_code == 200
    assert guest.post(address, {"name": "A线", "kind": "line", "leader": li_na.pk}).status_code == 403
