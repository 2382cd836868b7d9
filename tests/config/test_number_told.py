"""Where people read, nobody meets the number that was made for somebody who left, as theirs was given to another."""

from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from python_calamine import load_workbook

from announcements.models import Receipt
from lessons.models import Lesson
from progress.models import LessonProgress, QuizAttempt
from tenants.audit.services import audit_record
from tests.config.admin_pages import pages, path_filled
from tests.config.rows import row_make
from tests.workers.pages import admin_url
from workers.models import Colleague, Contact, Department, PrivacyRequest, Worker, WorkerMessage
from workers.privacy.copies import copy_html, worker_copy
from workers.services import worker_leave
from workers.services.people import number_release, number_released
from workers.services.roster import roster_export, roster_import

TOLD = "原工号 A001（后来给了别人）"
# Files that are to come back name everybody by the stored number.
FOR_PROGRAMS = ("admin:workers_worker_export",)


@pytest.fixture
def former(li_na) -> Worker:
    """李娜, in every list; her A001 is 王强's since."""
    user = get_user_model().objects.get(username="hr")
    Contact.objects.create(channel="wechat", address="li-na", worker=li_na, bound_at=timezone.now())
    Department.objects.update(leader=li_na)
    Colleague.objects.create(user=get_user_model().objects.create_user("li", is_staff=True), worker=li_na)
    lesson = row_make(Lesson, series=row_make(Lesson._meta.get_field("series").related_model))
    for model, values in {
        LessonProgress: {"lesson": lesson},
        QuizAttempt: {"lesson": lesson},
        WorkerMessage: {},
        PrivacyRequest: {},
        Receipt: {},
    }.items():
        row_make(model, worker=li_na, **values)
    worker_leave(worker=li_na, on=date(2026, 1, 5))
    li_na.refresh_from_db()
    number_release(worker=li_na, released=number_released(li_na))
    Worker.objects.create(employee_number="A001", name="王强", name_pinyin="wang qiang")
    li_na.refresh_from_db()
    audit_record(by=user, action="worker_copied", about=li_na, subjects=[li_na.pk])
    return li_na


def texts(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheet" in answer.get("Content-Type", ""):
        book = load_workbook(BytesIO(content))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return content.decode(errors="ignore") + answer.get("Content-Disposition", "")


def test_no_page_and_no_file_of_the_admin_says_it(in_sunrise, former, hr_client):
    rows = {"admin:workers_worker": former.pk, "admin:workers_department": former.department_id}
    for model in (LessonProgress, QuizAttempt, WorkerMessage, Receipt):
        rows[f"admin:{model._meta.app_label}_{model._meta.model_name}"] = model.objects.get(worker=former).pk
    read = {}
    for page in pages("config.urls_tenant"):
        if page[0] not in FOR_PROGRAMS:
            asked = "employment=left" if page[0].startswith("admin:workers_worker_") else "q=A001"
            read[page[0]] = texts(hr_client.get(f"{path_filled(page, rows)}?{asked}", follow=True))
    assert [name for name, text in read.items() if "A001~" in text] == []
    told = {name.removeprefix("admin:") for name, text in read.items() if TOLD in text}
    assert told >= {
        *("workers_worker_changelist", "workers_worker_sheet", "workers_worker_change", "workers_worker_history"),
        *("progress_lessonprogress_changelist", "progress_lessonprogress_sheet", "progress_quizattempt_sheet"),
        *("workers_workermessage_sheet", "announcements_receipt_sheet", "workers_worker_personal_data"),
    }


@pytest.mark.parametrize("role", ["viewer", "line_leader", "people"])
def test_nor_does_their_page_to_who_only_looks(in_sunrise, former, site_client, role):
    from tests.config.test_permission_table import user_of

    client = site_client(in_sunrise)
    client.force_login(user := user_of(role))
    if role == "line_leader":
        leader = Worker.objects.create(employee_number="A009", name="班长", name_pinyin="ban zhang")
        Department.objects.update(leader=leader)
        Colleague.objects.create(user=user, worker=leader)
    page = texts(client.get(admin_url("worker_change", former.pk), follow=True))
    assert "A001~" not in page
    assert TOLD in page or role == "viewer"


def test_nor_does_the_copy_of_their_data(in_sunrise, former):
    for is_own in (True, False):
        copy = copy_html(worker_copy(worker=former, is_own=is_own))
        assert ("A001~" in copy, TOLD in copy) == (False, True)


def test_the_roster_names_them_by_the_stored_number_and_comes_back_the_same(in_sunrise, former):
    content = roster_export(queryset=Worker.objects.all())
    assert "A001~20260105" in str(load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python())
    report = roster_import(content=content)
    assert (report.is_clean, report.created, report.changed, report.unchanged) == (True, 0, 0, 2)


def test_search_for_the_number_finds_both(in_sunrise, former, hr_client):
    for number in ("A001", "a 001"):
        found = hr_client.get(admin_url("worker_changelist"), {"employment": "all", "q": number}).context["cl"]
        assert {worker.name for worker in found.result_list} == {"李娜", "王强"}, number
