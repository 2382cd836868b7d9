"""Rosters as HR makes and brings them."""

import io

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.workers.pages import admin_url
from workers.models import RosterImport
from workers.services.roster_jobs import roster_check, roster_confirm, roster_receive, roster_save
from workers.services.roster_report import RosterDecisions

HEADINGS = ["工号", "姓名", "性别", "出生日期", "部门", "车间", "产线", "职位", "入职日期", "手机"]
LI_NA = ["0012", "李娜", "女", "1995-02-28", "生产部", "一车间", "A线", "操作工", "2020-03-01", "13800138000"]
State = RosterImport.State


def workbook(*rows, headings=HEADINGS) -> bytes:
    """An .xlsx as HR makes it: numbers and dates stay numbers and dates."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy/m/d"})
        for number, cells in enumerate([headings, *rows]):
            for column, cell in enumerate(cells):
                if hasattr(cell, "year"):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write(number, column, cell)
    return file.getvalue()


def changed(row=LI_NA, **cells) -> list:
    return [cells.get(heading, cell) for heading, cell in zip(HEADINGS, row, strict=True)]


def upload(client, content: bytes, name: str = "花名册.xlsx"):
    return client.post(admin_url("worker_import"), {"file": SimpleUploadedFile(name, content)})


def uploaded(client, *rows, headings=HEADINGS) -> str:
    """The address of the import's page."""
    return upload(client, workbook(*rows, headings=headings))["Location"]


def received(hr, *rows, headings=HEADINGS, name: str = "花名册.xlsx") -> RosterImport:
    job = roster_receive(content=workbook(*rows, headings=headings), file_name=name, by=hr)
    return roster_check(job_id=job.pk)


def saved(hr, job, **decisions) -> RosterImport:
    job = roster_confirm(job=job, by=hr, decisions=RosterDecisions(**decisions))
    return roster_save(job_id=job.pk)
