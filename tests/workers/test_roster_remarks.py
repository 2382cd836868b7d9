"""What HR is asked to look at twice, and the Excel of all that a roster would change."""

import pytest
from django_tenants.utils import tenant_context

from tenants.audit.models import AuditEntry
from tests.workers.rosters import HEADINGS, LI_NA, State, changed, received, saved, uploaded, workbook
from workers.formats import sheet_rows
from workers.models import Department, RosterImport, Worker
from workers.resources import CHANGES_KEPT
from workers.services import roster_import, worker_leave


def remarks(job) -> str:
    return "\n".join(job.report["found"]["remarks"])


def test_who_was_hired_as_a_child_is_named_by_row_and_can_be_saved(hr):
    job = received(hr, LI_NA, changed(工号="0013", 出生日期="2005-06-02", 入职日期="2021-06-01"))
    assert "第 3 行李娜" in remarks(job)
    assert "不到 16 岁" in remarks(job)
    assert saved(hr, job).state == State.SAVED


def test_what_was_told_once_is_not_told_again_of_rows_that_change_nothing(hr):
    young = changed(工号="0013", 出生日期="2005-06-02", 入职日期="2021-06-01", 职位="组长")
    way = changed(部门="注塑车间/A线", 车间="", 产线="")
    first = received(hr, young, way)
    assert len(first.report["found"]["remarks"]) == 3
    saved(hr, first)
    assert not remarks(received(hr, young, way, changed(工号="0014", 姓名="王强")))


@pytest.mark.parametrize(
    "cells",
    [{"出生日期": "2005-06-01", "入职日期": "2021-06-01"}, {"出生日期": ""}, {"入职日期": ""}],
    ids=["16 that day", "no birth date", "no hire date"],
)
def test_nobody_is_called_too_young_without_both_dates(hr, cells):
    assert not remarks(received(hr, changed(**cells)))


def test_leaders_by_position_alone_are_told_of(hr):
    job = received(hr, changed(职位="组长"), changed(工号="0013", 职位="A线拉长"), changed(工号="0014"))
    assert "有 2 人的职位是组长、A线拉长" in remarks(job)


@pytest.mark.parametrize("heading", ["班组长", "带班组", "是否班组长"])
def test_no_word_of_leaders_where_the_column_says_who_they_are(hr, heading):
    rows = [[*changed(职位="组长"), "是"], [*changed(工号="0013", 职位="副班长"), "否"]]
    job = received(hr, *rows, headings=[*HEADINGS, heading])
    assert not remarks(job)
    saved(hr, job)
    assert Worker.objects.get(is_line_manager=True).employee_number == "0012"


def many(count: int) -> list[list]:
    return [changed(工号=f"1{number:03}", 姓名="王强") for number in range(count)]


def test_all_changes_can_be_taken_away_where_the_page_shows_the_first(sunrise, hr_client):
    with tenant_context(sunrise):
        roster_import(content=workbook(LI_NA, changed(工号="0013", 姓名="张伟"), changed(工号="0014", 姓名="赵敏")))
        worker_leave(worker=Worker.objects.get(employee_number="0014"), on=Worker.objects.first().hired_on)
        places = Department.objects.count()
    news = many(CHANGES_KEPT + 20)
    page = uploaded(hr_client, *news, changed(职位="=组长", 产线="B线"), changed(工号="0014", 姓名="赵敏"))
    shown = hr_client.get(page)
    assert shown.context["report"].changes[0].person == "李娜 (0012)"
    assert "另外 20 条在 Excel 文件里" in shown.content.decode()
    file = f"{page.removesuffix('change/')}changes/"
    assert file in shown.content.decode()
    heading, *lines = sheet_rows(hr_client.get(file).content)
    assert heading == ["行", "工号", "姓名", "变动", "栏目", "原来", "改为"]
    assert lines.pop(0)[3:] == ["新部门", "部门", "", "生产部 › 一车间 › B线"]
    told = {number: [line for line in lines if line[1] == number] for number in {line[1] for line in lines}}
    assert len(told) == len(news) + 3
    assert [line[4:] for line in told["0012"]] == [
        ["部门", "生产部 / 一车间 / A线", "生产部 / 一车间 / B线"],
        ["职位", "操作工", "'=组长"],
    ]
    assert told["0013"][0][3] == "在职，但文件里没有"
    assert (told["0014"][0][3], told["0014"][0][5]) == ("已经离职，但又出现在文件里", "2020-03-01")
    assert told["1000"][0][3] == "新增"
    assert "13800138000" in told["1000"][0][6]
    with tenant_context(sunrise):
        assert Worker.objects.count() == 3
        assert Department.objects.count() == places
        entry = AuditEntry.objects.get(action="roster_changes_taken")
        assert set(entry.subject_ids) == set(Worker.objects.values_list("pk", flat=True))


def test_there_are_no_changes_to_take_of_a_file_that_is_gone_or_wrong(hr_client):
    page = uploaded(hr_client, LI_NA)
    file = f"{page.removesuffix('change/')}changes/"
    hr_client.post(page, {"give_up": "1"})
    answer = hr_client.get(file, follow=True)
    assert "请重新上传" in answer.content.decode()
    wrong = uploaded(hr_client, changed(性别="?"))
    assert hr_client.get(f"{wrong.removesuffix('change/')}changes/")["Location"] == wrong


def test_changes_are_asked_anew_of_a_roster_that_has_changed(sunrise, hr_client):
    page = uploaded(hr_client, LI_NA)
    with tenant_context(sunrise):
        roster_import(content=workbook(changed(姓名="钱多多", 出生日期="1990-01-01")))
        RosterImport.objects.update(state=State.CHECKED)
    heading, *lines = sheet_rows(hr_client.get(f"{page.removesuffix('change/')}changes/").content)
    assert [line[3:] for line in lines if line[4] == "工号"] == [
        ["要先回答：这个工号是谁的？", "工号", "钱多多", "李娜"]
    ]
    assert {line[4] for line in lines} == {"工号"}, "what an answer decides is no change yet"
