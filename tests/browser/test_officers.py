"""Officers come, forget and go, through the running demo: Lakeside's channel begins with nobody.

One story in order: each test goes on where the one before has left the demo.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Window
from tests.browser.english import english_on
from tests.browser.voice import OPENED, compared, database, unlocked, voice

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def papers() -> dict[int, dict[str, str]]:
    """What each officer has on paper: passphrase and recovery code."""
    return {}


@pytest.fixture
def lakeside(window, demo) -> Callable[[int], Page]:
    """`lakeside(0)`: the desk of its first HR officer, signed in."""

    def open_desk(number: int) -> Page:
        opened: Window = window()
        site = demo.factory("lakeside")
        opened.log_in(site, site["officers"][number])
        opened.page.goto(f"{site['url']}/admin/grievances/desk/")
        return opened.page

    return open_desk


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def learn(page: Page, *, typed: str) -> dict[str, str]:
    """The steps with words and code. typed: "words" or "pinyin", how they are typed again."""
    expect(page.locator("ol.words .pinyin")).to_have_count(6, timeout=OPENED)
    words = page.locator("ol.words .word").all_inner_texts()
    pinyins = page.locator("ol.words .pinyin").all_inner_texts()
    press(page, "我已抄写好")
    page.locator("form input[type=text]").fill("".join(words) if typed == "words" else " ".join(pinyins))
    press(page, "下一步")
    code = page.locator(".code").inner_text(timeout=OPENED)
    press(page, "已在纸上，下一步")
    page.locator("form input[type=text]").fill(code.lower().replace("-", " "))
    return {"passphrase": " ".join(words), "code": code}


def let_in(page: Page, read_out: list[str]) -> None:
    """By an unlocked officer, who has heard these words."""
    page.locator("#links a", has_text="收件箱").click()
    page.locator("#links a", has_text="受理人").click()
    page.get_by_role("button", name="让其加入……").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("ol.words .word").all_inner_texts() == read_out
    expect(dialog.locator(".button-main")).to_be_disabled()
    dialog.locator("input[type=checkbox]").check()
    dialog.locator(".button-main").click()
    expect(dialog).to_be_hidden(timeout=OPENED)
    assert english_on(page) == []


def at_lakeside(demo: Demo, statement: str) -> None:
    with database(demo) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path TO f_lakeside")
        cursor.execute(statement)


def write(page: Page, demo: Demo, text: str) -> None:
    """A worker's case to the factory."""
    page.goto(voice(demo, "lakeside"))
    expect(page.locator("#factory-closed")).to_have_count(0)
    page.locator("[data-category=hours]").click()
    page.locator("#composer-text").fill(text)
    page.locator("#step-write [data-next]").click()
    expect(page.locator("[data-names=factory]")).to_contain_text("王芳")
    page.locator("input[name=to][value=factory]").check()
    page.locator("#step-readers [data-next]").click()
    page.locator("#step-name [data-next]").click()
    page.locator("#send").click()
    expect(page.locator("#receipt-digits")).to_be_visible(timeout=OPENED)


def test_before_anybody_has_keys_a_worker_is_told_so_and_offered_the_ombudsman(window, demo):
    page = window(width=360, height=740).page
    page.goto(voice(demo, "lakeside"))
    expect(page.locator("#factory-closed")).to_be_visible()
    assert english_on(page) == []


def test_the_first_officer_enrols_and_learns_that_a_second_is_needed(lakeside, papers, demo, window):
    page = lakeside(0)
    assert english_on(page) == []
    press(page, "开始")
    page.locator("form input[type=text]").fill("陈主管")
    press(page, "下一步")
    papers[0] = learn(page, typed="words")
    press(page, "保存我的密钥")
    expect(page.locator("#said")).to_contain_text("第二", timeout=OPENED)
    assert english_on(page) == []
    compared(page)
    assert english_on(page) == []


def test_wrong_words_and_a_wrong_code_are_not_taken(lakeside):
    page = lakeside(1)
    press(page, "开始")
    page.locator("form input[type=text]").fill("王芳")
    press(page, "下一步")
    press(page, "我已抄写好")
    page.locator("form input[type=text]").fill("苹果 苹果 苹果 苹果 苹果 苹果")
    press(page, "下一步")
    expect(page.get_by_role("alert")).to_be_visible(timeout=OPENED)
    assert english_on(page) == []


def test_the_second_types_pinyin_waits_and_is_let_in_after_the_words_were_compared(lakeside, papers):
    second = lakeside(1)
    press(second, "开始")
    second.locator("form input[type=text]").fill("王芳")
    press(second, "下一步")
    papers[1] = learn(second, typed="pinyin")
    press(second, "保存我的密钥")
    expect(second.locator("ol.words")).to_be_visible(timeout=OPENED)
    read_out = second.locator("ol.words .word").all_inner_texts()
    assert english_on(second) == []

    first = lakeside(0)
    unlocked(first, papers[0]["passphrase"])
    compared(first)
    let_in(first, read_out)


def test_then_the_channel_is_open(window, demo):
    at_lakeside(demo, "UPDATE grievances_channel SET shows_next_day = false")  # the story does not wait for tomorrow
    write(window(width=360, height=740).page, demo, "夜班之后没有休息。")


def test_a_forgotten_passphrase_is_replaced_by_the_code_from_the_paper(lakeside, papers):
    page = lakeside(0)
    press(page, "忘记口令")
    page.locator("form input[type=text]").fill(papers[0]["code"])
    press(page, "下一步")
    expect(page.locator("ol.words")).to_be_visible(timeout=OPENED)
    old, papers[0] = papers[0], learn(page, typed="words")
    page.locator("form button[type=submit]").click()
    compared(page)
    expect(page.locator("table.cases")).to_contain_text("夜班之后没有休息。")
    page.locator("#lock").click()
    unlocked(page, old["passphrase"])
    expect(page.get_by_role("alert")).to_be_visible(timeout=OPENED)
    unlocked(page, papers[0]["passphrase"])
    expect(page.get_by_role("heading", name="收件箱")).to_be_visible(timeout=OPENED)


def test_who_stands_aside_cannot_read_what_is_written_after(lakeside, papers, demo: Demo):
    first, second = lakeside(0), lakeside(1)
    for page, number in ((first, 0), (second, 1)):
        unlocked(page, papers[number]["passphrase"])
        compared(page)
        expect(page.locator("table.cases")).to_contain_text("夜班", timeout=OPENED)
    second.locator("table.cases tbody a").first.click()
    second.get_by_role("button", name="此事与我有关").click()
    second.get_by_role("dialog").locator(".button-danger").click()
    expect(second.get_by_role("heading", name="收件箱")).to_be_visible(timeout=OPENED)
    assert "夜班之后没有休息。" not in second.locator("#screen").inner_text()
    first.locator("#lock").click()
    unlocked(first, papers[0]["passphrase"])
    expect(first.locator("#said")).to_contain_text("密钥", timeout=OPENED)
    first.locator("table.cases tbody a").first.click()
    box = first.get_by_role("region", name="写给员工")
    box.locator("textarea").fill("我来处理。")
    box.get_by_role("button", name="发送").click()
    expect(first.locator(".talk-text", has_text="我来处理。")).to_be_visible()
    assert english_on(first) == []


def test_who_has_lost_both_asks_a_colleague_and_comes_back_with_new_keys(lakeside, papers, demo, window):
    write(window(width=360, height=740).page, demo, "食堂又涨价了。")
    second = lakeside(1)
    press(second, "口令和恢复码都丢失了")
    expect(second.locator("#screen")).to_contain_text("陈主管")
    assert english_on(second) == []
    press(second, "受理人身份已结束，继续")
    expect(second.locator("#said")).to_contain_text("还没有结束", timeout=OPENED)

    first = lakeside(0)
    unlocked(first, papers[0]["passphrase"])
    compared(first)
    first.locator("#links a", has_text="受理人").click()
    first.locator(".person", has_text="王芳").get_by_role("button", name="结束受理人身份……").click()
    first.get_by_role("dialog").locator(".button-danger").click()
    expect(first.locator("#said")).to_contain_text("王芳", timeout=OPENED)

    press(second, "受理人身份已结束，继续")
    press(second, "开始")
    second.locator("form input[type=text]").fill("王芳")
    press(second, "下一步")
    papers[1] = learn(second, typed="words")
    press(second, "保存我的密钥")
    expect(second.locator("ol.words")).to_be_visible(timeout=OPENED)
    let_in(first, second.locator("ol.words .word").all_inner_texts())
    unlocked(second, papers[1]["passphrase"])
    compared(second)
    expect(second.locator("table.cases")).to_contain_text("食堂又涨价了。")
    assert "夜班之后没有休息。" not in second.locator("#screen").inner_text()  # what is about her stays away from her


def test_a_key_made_by_somebody_not_compared_stops_the_case_until_their_words_are_confirmed(lakeside, papers, demo):
    at_lakeside(demo, "UPDATE grievances_case SET needs_rekey = true")
    second = lakeside(1)
    unlocked(second, papers[1]["passphrase"])
    compared(second)
    expect(second.locator("#said")).to_contain_text("密钥", timeout=OPENED)
    first = lakeside(0)
    unlocked(first, papers[0]["passphrase"])
    press(first, "以后再说，先只阅读")
    first.locator("table.cases a", has_text="食堂又涨价了。").click()
    expect(first.locator(".note-bad ol.words")).to_be_visible(timeout=OPENED)
    expect(first.get_by_role("region", name="写给员工").locator("textarea")).to_be_hidden()
    expect(first.get_by_label("新备注")).to_be_hidden()
    first.locator(".talk-line summary").first.click()
    expect(first.locator(".talk-line ol.words").first).to_be_visible()
    assert english_on(first) == []
    press(first, "核对词一致，确认")
    box = first.get_by_role("region", name="写给员工")
    box.locator("textarea").fill("价格已经调回。")
    box.get_by_role("button", name="发送").click()
    expect(first.locator(".talk-text", has_text="价格已经调回。")).to_be_visible(timeout=OPENED)
