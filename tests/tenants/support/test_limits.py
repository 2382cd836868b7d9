"""What support may do inside, whatever its role holds: every page of the admin, opened and posted to by a guest."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.config.admin_pages import methods_of, pages, path_filled
from tests.workers.rosters import workbook
from workers.models import BindCode, RosterImport, Worker

# All that a guest may write, were every role theirs: lessons, drafts of notices, places, shifts, audiences, posters, and the
# preview of a roster; what only looks is posted to as well.
MAY_POST = re.compile(
    r"admin:(lessons_(lesson|series|topic)_(add|change|delete|preview|publish|withdraw|from_word|from_pictures)"
    r"|workers_(department|shift|audience)_(add|change|delete|merge|move|month|preview|adopt)"
    r"|announcements_announcement_(add|change|delete)|wechat_scene_(add|change|delete)|wechat_follower_read_tags"
    r"|workers_worker_(import|process_import|roster_blank)|workers_rosterimport_(add|change|progress)"
    r"|progress_private_series|wechat_scene_poster)\Z"
)
MAY_GIVE_A_FILE = {"admin:workers_worker_roster_blank"}  # the empty template: nobody's data


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
            if is_file and page[0] not in MAY_GIVE_A_FILE:
                found.append((page[0], "file"))
            if method == "POST" and reached and not MAY_POST.match(page[0]):
                found.append((page[0], answer.status_code))
    assert found == []


@pytest.mark.parametrize("action", ["leave", "come_back", "put_in_shift"])
def test_a_guest_marks_nobody_as_left_or_back(guest, li_na, action):
    guest.post("/admin/workers/worker/", {"action": action, "_selected_action": [li_na.pk], "shift": "0"})
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


def test_a_guest_checks_a_roster_and_the_factory_saves_it(guest, li_na, in_sunrise, site_client):
    row = {"工号": "A001", "姓名": "李娜", "手机": "13911111111", "岗位": "车工"}
    content = workbook(list(row.values()), headings=list(row))
    address = guest.post("/admin/workers/worker/import/", {"file": SimpleUploadedFile("花名册.xlsx", content)})[
        "Location"
    ]
    page = guest.get(address).content.decode()
    assert "车工" in page
    assert "13800000001" not in page
    assert 'name="save"' not in page
    assert guest.post(address, {"save": "1"}).status_code == 403
    assert RosterImport.objects.get().state == RosterImport.State.CHECKED
    owner = site_client(in_sunrise)
    owner.force_login(User.objects.get(username="hr"))
    assert 'name="save"' in owner.get(address).content.decode()
    owner.post(address, {"save": "1"})
    li_na.refresh_from_db()
    assert li_na.position == "车工"


def test_a_guest_takes_no_failed_rows_along(guest, li_na):
    content = workbook(["", "王强"], headings=["工号", "姓名"])
    address = guest.post("/admin/workers/worker/import/", {"file": SimpleUploadedFile("花名册.xlsx", content)})[
        "Location"
    ]
    page = guest.get(address)
    assert page.status_code == 200
    job = RosterImport.objects.get()
    assert guest.get(f"/admin/workers/rosterimport/{job.pk}/failed/").status_code == 403
