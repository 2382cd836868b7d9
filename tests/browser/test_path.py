"""The whole path through the running demo, in Chinese: poster, phone, lesson, quiz, HR, library, own lessons, notices.

The tests are one story in order: each goes on where the one before has left the demo.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import FrameLocator, Locator, Page, expect
from python_calamine import load_workbook

from tests.browser.conftest import ROOT, Demo, Phone, Window
from tests.browser.english import english_on
from tests.lessons.conftest import picture_bytes
from tests.lessons.test_drafts import docx, drawing, paragraph

pytestmark = pytest.mark.browser

PRIVATE = "压力大的时候，五个小办法"
TRACKED = "批评怎么说，人家听得进"
WITHDRAWN = "带好十六七岁的新工友"
WORD_LESSON = "夜班吃什么"
PICTURE_LESSON = "换模三步"
SECONDS = 20_000  # milliseconds that something queued may take
expect.set_options(timeout=SECONDS)


def right_answers(title: str) -> list[list[str]]:
    """For each question of a library lesson, the texts of the right choices."""
    for path in (ROOT / "lessons" / "library").glob("*/*/lesson.yaml"):
        lesson = yaml.safe_load(path.read_text(encoding="utf-8"))
        if lesson["title"] == title:
            return [[each["text"] for each in question["choices"] if each["right"]] for question in lesson["questions"]]
    raise AssertionError(f"no lesson called {title}")


def in_chinese(page: Page | FrameLocator) -> None:
    assert english_on(page) == []


def choose(web: Page | FrameLocator, texts: list[str]) -> None:
    for text in texts:
        web.get_by_text(text, exact=True).click()


def open_lesson(web: FrameLocator, title: str) -> None:
    web.locator(".tabs").get_by_role("link", name="看课").click()
    web.get_by_role("link", name=title).click()
    expect(web.get_by_role("heading", name=title, level=1)).to_be_visible()


def aside(page: Page, entry: str) -> None:
    """Go there by the admin's navigation, through a folded section too."""
    link = page.locator("#nav-sidebar a").filter(has=page.get_by_text(entry, exact=True))
    if not link.is_visible():
        link.locator("xpath=ancestor::details").locator("summary").click()
    link.click()


def until(page: Page, address: str, locator: Callable[[], Locator], *, count: int) -> None:
    """Load the page again until it shows as many."""
    deadline = time.monotonic() + SECONDS / 1000
    while True:
        page.goto(address)
        if locator().count() == count:
            return
        assert time.monotonic() < deadline, f"not {count} on {address}"
        page.wait_for_timeout(300)


@pytest.fixture
def admin(window, demo) -> Callable[[str], Page]:
    """`admin("sunrise")` is HR's window there, `admin("public")` the one of CCR CSR's staff."""

    def log_in(site: str) -> Page:
        opened: Window = window()
        if site == "public":
            opened.log_in(demo.info["public"], demo.info["public"]["staff"])
        else:
            opened.log_in(demo.factory(site), demo.factory(site)["admin"])
        return opened.page

    return log_in


def test_hr_opens_a_poster(demo, admin):
    page = admin("sunrise")
    in_chinese(page)
    aside(page, "海报")
    in_chinese(page)
    with page.expect_popup() as opening:
        page.get_by_role("row", name="一车间").get_by_role("link", name="打印").click()
    poster = opening.value
    code = poster.locator(".sheet__code svg").bounding_box()
    assert code
    assert code["width"] == code["height"] > 200
    in_chinese(poster)


def test_a_worker_scans_follows_reads_binds_and_passes(phone):
    held: Phone = phone("李娜")
    held.scan("workshop-1")
    expect(held.lines).to_contain_text("欢迎")
    in_chinese(held.page)
    held.lines.get_by_role("link").first.click()
    web = held.web
    expect(web.get_by_role("heading", name="本周内容")).to_be_visible()
    in_chinese(web)

    open_lesson(web, PRIVATE)  # nobody has asked who she is
    in_chinese(web)
    open_lesson(web, TRACKED)
    web.get_by_role("link", name="绑定工号").click()
    in_chinese(web)
    web.get_by_label("工号", exact=True).fill("01001")
    web.get_by_label("姓名").fill("李娜")
    web.get_by_label("手机号后四位").fill("1001")
    web.get_by_role("button", name="绑定工号").click()
    expect(web.locator("main")).to_contain_text("李娜")
    in_chinese(web)
    web.get_by_role("link", name="继续").click()
    expect(web.get_by_role("heading", name=TRACKED, level=1)).to_be_visible()

    web.get_by_role("button", name="我看完了").click()
    first, *others = right_answers(TRACKED)
    for texts in others:
        choose(web, texts)
    web.get_by_role("button", name="提交").click()
    expect(web.get_by_role("alert")).to_contain_text("还有题没选")
    in_chinese(web)
    assert web.locator("input:checked").count() == sum(map(len, others))
    choose(web, first)
    web.get_by_role("button", name="提交").click()
    expect(web.get_by_role("heading", name="全答对了")).to_be_visible()
    expect(web.locator("body")).to_contain_text("对。只说看见的事")  # the feedback of a choice
    in_chinese(web)

    open_lesson(web, PRIVATE)  # bound now, so this is kept
    held.back_to_chat()
    held.menu("我的", "我的学习")
    records = web.locator("main section a.card")  # below them: my data, about me
    expect(records).to_have_count(2)
    expect(records.filter(has_text=PRIVATE)).to_contain_text("只有你自己看得到")
    expect(records.filter(has_text=TRACKED)).to_contain_text("100")
    expect(records.filter(has_text=TRACKED)).not_to_contain_text("只有你自己看得到")
    in_chinese(web)


def test_hr_sees_who_when_and_score_of_the_tracked_lesson_only(demo, admin, tmp_path: Path):
    page = admin("sunrise")
    for chart in page.locator("canvas").all():
        size = chart.bounding_box()
        assert size
        assert min(size["width"], size["height"]) > 50
    assert page.locator("canvas").count() >= 3
    aside(page, "学习进度")
    row = page.locator("#result_list tbody tr")
    expect(row).to_have_count(1)
    for shown in ["李娜", "01001", TRACKED, time.strftime("%Y-%m-"), "100%"]:
        expect(row).to_contain_text(shown)
    in_chinese(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="导出 Excel").click()
    file = tmp_path / "progress.xlsx"
    downloading.value.save_as(file)
    heading, *rows = load_workbook(file).get_sheet_by_index(0).to_python()
    shown = [dict(zip(heading, row, strict=True)) for row in rows]
    kept = {"员工": "李娜", "工号": "01001", "课程": TRACKED, "最好成绩": 1}
    assert [each | kept for each in shown] == shown
    assert len(shown) == 1, heading
    aside(page, "小测验记录")
    expect(page.locator("#result_list")).not_to_contain_text(PRIVATE)
    aside(page, "私密系列")
    expect(page.locator("body")).to_contain_text("少于 10 人")
    expect(page.locator("body")).not_to_contain_text("李娜")
    in_chinese(page)


def press(page: Page, action: str) -> None:
    """Publish or withdraw what is open in the editor, and say yes."""
    page.get_by_role("link", name=action).click()
    page.get_by_role("button", name=action, exact=True).click()


def test_staff_publish_and_withdraw_and_every_factory_follows_in_seconds(demo, admin, window):
    page = admin("public")
    in_chinese(page)
    lessons = demo.info["public"]["url"] + "/admin/lessons/lesson/"
    page.goto(lessons)
    in_chinese(page)
    page.get_by_role("link", name="两个工友吵起来了").click()
    page.locator("#id_title").fill("两个工友吵起来了，怎么劝")
    page.locator("a[href='#blocks']").click()
    text = page.locator(".tiptap").first
    text.click()
    page.keyboard.type("先别急。")
    in_chinese(page)
    page.get_by_role("button", name="保存并发布").click()
    expect(page.locator("body")).to_contain_text("第 2 版已发布")
    page.goto(lessons)
    page.get_by_role("link", name=WITHDRAWN).click()
    press(page, "撤回")
    expect(page.locator("body")).to_contain_text("已撤回")
    in_chinese(page)

    for slug in ["sunrise", "lakeside"]:
        reader = window(360, 740).page
        address = demo.factory(slug)["url"] + "/lessons/?audience=line_manager"
        until(reader, address, lambda reader=reader: reader.get_by_role("link", name="怎么劝"), count=1)
        until(reader, address, lambda reader=reader: reader.get_by_role("link", name=WITHDRAWN), count=0)
        reader.get_by_role("link", name="怎么劝").click()
        expect(reader.locator("article")).to_contain_text("先别急。")


def make_lesson(page: Page, kind: str, files: list[dict], *, title: str = "") -> None:
    aside(page, "课程")
    page.get_by_role("link", name=kind).click()
    in_chinese(page)
    page.locator("input[type=file]").set_input_files(files)
    page.locator("#id_title").fill(title)
    page.get_by_label("班组长").check()
    page.get_by_role("button", name="生成草稿").click()
    expect(page.locator("body")).to_contain_text("草稿")


def test_hr_makes_lessons_of_word_and_pictures_for_bound_workers_only(demo, admin, phone, window):
    page = admin("sunrise")
    body = paragraph(WORD_LESSON, style="1") + paragraph("少吃油的，多喝水。")
    body += f"<w:p><w:r>{drawing('rId1', alt='一碗面')}</w:r></w:p>"
    word = {"name": "夜班.docx", "mimeType": "application/zip", "buffer": docx(body, {"1.jpg": picture_bytes()})}
    make_lesson(page, "从 Word 新建", [word])
    press(page, "发布")
    expect(page.locator("body")).to_contain_text("第 1 版已发布")
    in_chinese(page)

    pictures = [
        {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes(colour=colour)}
        for number, colour in [(1, "teal"), (2, "navy")]
    ]
    make_lesson(page, "从图片新建", pictures, title=PICTURE_LESSON)
    page.locator("a[href='#blocks']").click()
    for number, words in enumerate(["停机", "换模"]):
        page.locator(f"#id_blocks-{number}-alt").fill(words)
    page.get_by_role("button", name="保存并发布").click()
    expect(page.locator("body")).to_contain_text("第 1 版已发布")

    held = phone("李娜")
    held.menu("学习", "全部的课")
    open_lesson(held.web, WORD_LESSON)
    expect(held.web.locator("article")).to_contain_text("少吃油的，多喝水。")
    address = held.web.locator("html").evaluate("(html) => html.ownerDocument.location.pathname")
    for title, count in [(WORD_LESSON, 1), (PICTURE_LESSON, 2)]:
        open_lesson(held.web, title)
        images = held.web.locator(".lesson__body img")
        expect(images).to_have_count(count)
        for image in images.all():
            image.scroll_into_view_if_needed()
            expect(image).to_have_js_property("complete", True)
            assert image.evaluate("(image) => image.naturalWidth") > 0
    in_chinese(held.web)

    other = phone("王强")
    other.scan("canteen")
    other.lines.get_by_role("link").first.click()
    other.web.get_by_role("link", name="全部的课").click()
    expect(other.web.get_by_role("link", name=TRACKED)).to_be_visible()
    for title in [WORD_LESSON, PICTURE_LESSON]:
        expect(other.web.get_by_role("link", name=title)).to_have_count(0)
    stranger: Window = window(360, 740)
    stranger.page.goto(demo.factory("sunrise")["url"] + address)  # to where WeChat says who one is
    expect(stranger.page.locator("body")).not_to_contain_text("少吃油的")
    answer = stranger.page.goto(demo.factory("lakeside")["url"] + address)
    assert answer
    assert answer.status == 404
    in_chinese(stranger.page)
    stranger.complaints.clear()  # of the 404


def test_a_notice_arrives_in_the_chat_and_its_opening_is_counted(demo, admin, phone):
    page = admin("sunrise")
    aside(page, "通知")
    page.locator("a[href$='/announcement/add/']").first.click()
    page.locator("#id_title").fill("周六食堂包饺子")
    page.locator(".tiptap").click()
    page.keyboard.type("下午三点，带上家人。")
    picture = {"name": "饺子.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes(colour="orange")}
    page.locator("input[type=file]").set_input_files([picture])
    page.locator("#id_aim").select_option(label="全体员工")
    in_chinese(page)
    page.get_by_role("button", name="保存，下一步：发送").click()
    expect(page.locator("#send-count")).to_contain_text("60")
    in_chinese(page)
    page.get_by_role("button", name="发给 60 人").click()
    expect(page.locator("body")).to_contain_text("已发给 60 人")
    in_chinese(page)

    held = phone("李娜")
    card = held.lines.locator("a.push", has_text="周六食堂包饺子")
    expect(card).to_have_count(1)
    card.click()
    web = held.web
    expect(web.get_by_role("heading", name="周六食堂包饺子")).to_be_visible()
    expect(web.locator("article img")).to_have_js_property("complete", True)
    expect(web.locator("article")).to_contain_text("带上家人")
    in_chinese(web)
    web.get_by_role("link", name="全部通知").click()
    expect(web.locator("main a.card")).to_have_count(1)
    in_chinese(web)

    page.goto(demo.factory("sunrise")["url"] + "/admin/announcements/announcement/")
    row = page.locator("#result_list tbody tr")
    expect(row.locator("td.field-opened")).to_have_text("1")
    expect(row.locator("td.field-recipients")).to_have_text("60")
    in_chinese(page)


def test_another_factory_sees_none_of_it(demo, admin, window):
    page = admin("lakeside")
    site = demo.factory("lakeside")["url"]
    for list_of in ["progress/lessonprogress", "progress/quizattempt", "announcements/announcement"]:
        page.goto(f"{site}/admin/{list_of}/")
        expect(page.locator("#result_list tbody tr")).to_have_count(0)
    for found in [f"lessons/lesson/?q={WORD_LESSON}", "workers/worker/?q=李娜"]:
        page.goto(f"{site}/admin/{found}")
        expect(page.locator("#result_list tbody tr")).to_have_count(0)

    ours = admin("sunrise")
    cookies = ours.context.cookies()
    assert cookies
    intruder = window()
    intruder.page.context.add_cookies([{**each, "domain": "lakeside.localhost"} for each in cookies])
    intruder.page.goto(f"{site}/admin/")
    expect(intruder.page.locator("#id_username")).to_be_visible()
    in_chinese(intruder.page)


def test_a_shared_lesson_and_its_quiz_need_neither_login_nor_script(demo, window):
    page = window(360, 740, java_script_enabled=False).page
    page.goto(demo.factory("sunrise")["url"] + "/lessons/")
    page.get_by_role("link", name=TRACKED).click()
    page.get_by_role("button", name="分享").click()
    address = page.url
    assert re.search(r"/s/[\w-]+/$", address)

    friend = window(360, 740, java_script_enabled=False).page
    friend.goto(address)
    expect(friend.get_by_role("heading", name=TRACKED, level=1)).to_be_visible()
    expect(friend.locator(".follow__code")).to_be_visible()
    friend.get_by_role("link", name="做小测验").click()
    for texts in right_answers(TRACKED):
        choose(friend, texts)
    friend.get_by_role("button", name="提交").click()
    expect(friend.get_by_role("heading", name="全答对了")).to_be_visible()
    expect(friend.locator("body")).to_contain_text("绑定工号")


def test_nothing_went_wrong_behind_the_pages(demo: Demo):
    assert "Traceback" not in demo.log()
