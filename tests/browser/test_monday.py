"""A Monday of Lakeside's HR, in Chinese: the new roster, its mistake, slips for the new line, who has bound, who has left.

One story in order: each test goes on where the one before has left the demo.
"""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import FilePayload, Page, expect
from python_calamine import load_workbook

from tests.browser.conftest import Phone
from tests.browser.english import english_on
from tests.browser.test_path import SECONDS, aside, in_chinese

pytestmark = pytest.mark.browser

LINE = "生产部 / 二车间 / D线"
NEW = [("02001", "周婷"), ("02002", "贺小雨"), ("02003", "康志远")]
CHANGED, LEFT = "01037", "01030"  # employee numbers of the demo's roster
expect.set_options(timeout=SECONDS)


@pytest.fixture(scope="module")
def told() -> dict:
    """What the story has learned: `rows` of the exported roster by number, `code` of a slip."""
    return {}


@pytest.fixture
def hr(window, demo) -> Page:
    opened = window()
    opened.log_in(demo.factory("lakeside"), demo.factory("lakeside")["admin"])
    return opened.page


@pytest.fixture
def pocket(window, demo) -> Callable[[str], Phone]:
    """The small phone of somebody."""
    return lambda person: Phone(window(360, 740), demo, person=person, slug="lakeside")


def bind(phone: Phone, *, number: str, name: str, proof: str, by_slip: bool = False) -> None:
    phone.scan("gate")
    phone.menu("我的", "绑定工号")
    web = phone.web
    if by_slip:
        web.get_by_role("link", name="我有带绑定码的纸条").click()
    web.get_by_label("纸条上的绑定码" if by_slip else "手机号后四位").fill(proof)
    web.get_by_label("工号", exact=True).fill(number)
    web.get_by_label("姓名").fill(name)
    in_chinese(web)
    web.get_by_role("button", name="绑定工号").click()
    expect(web.locator("main")).to_contain_text(name)
    expect(web.get_by_role("link", name="继续")).to_be_visible()
    in_chinese(web)


def upload(page: Page, rows: list[dict[str, str]], name: str) -> None:
    """From the list of employees, as Excel would have saved it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(number, 0, cells)
    aside(page, "员工")
    page.get_by_role("link", name="导入员工花名册").click()
    in_chinese(page)
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content.getvalue()}
    page.locator("input[type=file]").set_input_files([file])
    page.get_by_role("button", name="上传并预览").click()


def this_week(rows: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """The roster with three new people on a new line, one in another job, and one gone."""
    blank = dict.fromkeys(rows[CHANGED], "")
    place = {"部门": "生产部", "车间": "二车间", "产线": "D线", "出生日期": "1996-05-20", "入职日期": "2026-02-02"}
    new = [{**blank, **place, "工号": number, "姓名": name} for number, name in NEW]
    changed = {**rows, CHANGED: {**rows[CHANGED], "职位": "质检员"}}
    return [row for number, row in changed.items() if number != LEFT] + new


def test_hr_takes_the_roster_along_and_somebody_on_it_is_bound(hr, pocket, told, tmp_path: Path):
    aside(hr, "员工")
    with hr.expect_download() as downloading:
        hr.get_by_role("link", name="导出花名册").click()
    file = tmp_path / "roster.xlsx"
    downloading.value.save_as(file)
    heading, *cells = load_workbook(file).get_sheet_by_index(0).to_python()
    told["rows"] = {row[0]: dict(zip(heading, row, strict=True)) for row in cells}
    assert len(told["rows"]) == 40
    leaver = told["rows"][LEFT]
    bind(pocket("吴刚"), number=LEFT, name=leaver["姓名"], proof=leaver["手机"][-4:])


def test_a_mistake_is_shown_by_row_and_column_with_what_to_do(hr, told):
    rows = this_week(told["rows"])
    rows[-1] = {**rows[-1], "出生日期": "1996-13-40"}
    upload(hr, rows, "花名册.xlsx")
    mistake = hr.locator("#roster-problems tbody tr")
    expect(mistake).to_have_count(1)
    for cell in [str(len(rows) + 1), "出生日期"]:
        expect(mistake.get_by_role("cell", name=cell, exact=True)).to_be_visible()
    expect(mistake).to_contain_text("“1996-13-40”不是日期。格式是 2025-02-28 这样。")
    in_chinese(hr)


def test_the_right_file_is_looked_at_then_saved(hr, told):
    upload(hr, this_week(told["rows"]), "花名册-改好.xlsx")
    preview = hr.locator("#roster-preview")
    counts = preview.locator(".grid").first
    expect(counts).to_have_text(re.compile(r"3\D+1\D+38\D+1\D+"))
    expect(preview).to_contain_text(LINE)
    expect(preview.locator("tr", has_text=CHANGED)).to_contain_text("质检员")
    in_chinese(hr)
    preview.get_by_label(re.compile(LEFT)).check()
    preview.get_by_role("button", name="确认导入").click()
    saved = hr.locator("#roster-saved .grid")
    expect(saved).to_have_text(re.compile(r"3\D+1\D+38\D+1\D+"))
    in_chinese(hr)


def test_slips_are_printed_for_the_new_line(hr, told):
    aside(hr, "绑定纸条")
    hr.get_by_role("link", name=LINE).click()
    expect(hr.locator("#slips-confirm")).to_contain_text("3 张")
    in_chinese(hr)
    hr.get_by_role("button", name="生成纸条，打开打印页").click()
    expect(hr.locator(".slip")).to_have_count(3)
    slip = hr.locator(".slip", has_text=NEW[0][1])
    qr = slip.locator("svg").bounding_box()
    assert qr
    assert qr["width"] == qr["height"] > 60
    told["code"] = slip.locator(".slip__code").inner_text()
    assert set(english_on(hr)) <= set(hr.locator(".slip__code").all_inner_texts())


def test_a_new_person_binds_with_the_slip_and_says_three_taps(pocket, told):
    number, name = NEW[0]
    held: Phone = pocket("周婷")
    bind(held, number=number, name=name, proof=told["code"], by_slip=True)
    web = held.web
    web.locator("#about-me").click()
    in_chinese(web)
    web.get_by_role("checkbox", name="我有孩子").check()
    web.get_by_role("button", name="同意，下一步").click()
    in_chinese(web)
    web.get_by_role("checkbox", name="6–11 岁").check()
    web.get_by_role("button", name="下一步").click()
    in_chinese(web)
    web.get_by_role("button", name="和我一起").click()
    expect(web.get_by_role("heading", name="关于我", level=1)).to_be_visible()
    expect(web.locator(".about__said")).to_contain_text("6–11 岁")
    in_chinese(web)


def test_hr_sees_how_far_the_line_has_come(hr):
    aside(hr, "绑定纸条")
    row = hr.locator("#bind-progress tr", has_text=LINE).locator("td")
    expect(row).to_have_text([LINE, "1", "2", "3", "33"])


def test_who_has_left_is_received_kindly(pocket, told):
    held: Phone = pocket("吴刚")
    held.menu("我的", "我的学习")
    expect(held.web.locator("#former")).to_contain_text(f"{told['rows'][LEFT]['姓名']}，你已经从这里离职了")
    expect(held.web.locator("#former").get_by_role("link", name="去看课")).to_be_visible()
    in_chinese(held.web)
