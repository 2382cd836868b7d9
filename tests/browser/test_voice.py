"""The voice channel through the running demo, as a worker, two officers and the ombudsman use it; then the thief comes.

One story in order: each test goes on where the one before has left the demo. At the end everything the server has kept is
searched for words that were written.
"""

import io
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.english import english_on
from tests.browser.voice import (
    CANARY,
    OPENED,
    WORDS,
    all_confirmed,
    answer,
    case_row,
    come_back,
    compared,
    database,
    environment,
    picture,
    sent,
    unlocked,
    voice,
    write,
)
from tests.grievances.canary import found_in, found_under

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What one test has learned that a later one needs: the receipt, the case."""
    return {}


@pytest.fixture
def desk(window, demo) -> Callable[..., Page]:
    """`desk("sunrise", 0)`: the first officer's desk, signed in and unlocked."""

    def open_desk(place: str, number: int, *, unlock: bool = True) -> Page:
        opened: Window = window()
        page = opened.page
        if place == "public":
            site, officer = demo.info["public"], demo.info["ombudsmen"][number]
        else:
            site = demo.factory(place)
            officer = site["officers"][number]
        opened.log_in(site, officer)
        page.goto(f"{site['url']}/admin/grievances/desk/")
        if unlock:
            unlocked(page, officer["passphrase"])
            compared(page)
        return page

    return open_desk


# --- the worker ------------------------------------------------------------------------------------------------------


def test_a_worker_comes_from_the_home_page_and_writes_with_a_picture(worker, demo, told):
    worker.goto(demo.factory("sunrise")["url"])
    worker.locator("a[href*='//voice-']").click()
    worker.wait_for_url(f"{voice(demo)}/")
    assert worker.evaluate("document.referrer") == ""
    assert english_on(worker) == []
    write(worker, to="factory", category="living", text=WORDS["submission"], name=WORDS["name"], file=picture(CANARY))
    expect(worker.locator("#check")).to_contain_text("宿舍的热水坏了")
    told["receipt"], words = sent(worker)
    told["words"] = " ".join(words)
    assert len(told["receipt"]) == 20
    assert len(words) == 7
    worker.locator("#receipt-save").click()
    expect(worker.locator("#receipt-picture")).to_be_visible()
    worker.locator("#receipt-kept").check()
    worker.locator("#finish").click()
    expect(worker.locator("#step-done")).to_be_visible()
    assert told["receipt"] not in worker.content().replace(" ", "")
    assert worker.context.cookies(voice(demo)) == []
    assert worker.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


# --- two officers ----------------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_in_words_and_opens_nothing(desk, demo):
    page = desk("sunrise", 0, unlock=False)
    unlocked(page, "种树 种树 种树 种树 种树 种树")
    expect(page.get_by_role("alert")).to_contain_text("不是你的口令", timeout=OPENED)
    unlocked(page, "种树 这不是词")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator("table.cases").count() == 0


def test_an_officer_reads_the_case_and_its_picture_notes_and_answers(desk, told):
    page = desk("sunrise", 0)
    assert english_on(page) == []
    page.locator("#search").fill("热水")
    row = case_row(page, "宿舍的热水坏了")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("李娜")
    row.locator("a").click()
    expect(page.get_by_text(WORDS["submission"])).to_be_visible()
    shown = page.locator("img[src^='blob:']")
    expect(shown).to_be_visible(timeout=OPENED)
    assert shown.evaluate("(image) => image.naturalWidth") == 900
    page.get_by_label("新备注").fill(WORDS["note"])
    page.get_by_role("button", name="保存备注").click()
    expect(page.locator(".notes")).to_contain_text(WORDS["note"])
    answer(page, WORDS["reply"])
    expect(page.locator(".talk-text", has_text=WORDS["reply"])).to_be_visible()
    told["case"] = page.url.rpartition("/")[2]
    assert english_on(page) == []
    page.locator("#lock").click()
    expect(page.locator("input.secret")).to_be_visible()
    assert CANARY not in page.content()


def test_the_picture_has_lost_what_the_camera_wrote_into_it(desk, told):
    page = desk("sunrise", 1)
    page.goto(f"{page.url.partition('#')[0]}#/case/{told['case']}")
    shown = page.locator("img[src^='blob:']")
    expect(shown).to_be_visible(timeout=OPENED)
    with page.expect_download() as download:
        shown.evaluate(
            """(image) => {
              const link = document.createElement("a");
              link.href = image.src;
              link.download = "shown.jpg";
              link.click();
            }"""
        )
    stored = Path(download.value.path()).read_bytes()
    assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}
    assert b"PhoneOfLiNa" not in stored


def test_two_officers_write_at_once_and_both_are_there(desk, told, refusals):
    first, second = desk("sunrise", 0), desk("sunrise", 1)
    for page in (first, second):
        page.goto(f"{page.url.partition('#')[0]}#/case/{told['case']}")
        expect(page.get_by_text(WORDS["submission"])).to_be_visible()
    second.get_by_role("region", name="写给员工").locator("textarea").fill("第二个人同时写的。")
    answer(first, "第一个人写的。", is_answer=False)
    expect(first.locator(".talk-text", has_text="第一个人写的。")).to_be_visible()
    second.get_by_role("region", name="写给员工").get_by_role("button", name="发送").click()
    expect(second.locator(".talk-text", has_text="第二个人同时写的。")).to_be_visible()
    expect(second.locator(".talk-text", has_text="第一个人写的。")).to_be_visible()


def test_before_the_words_are_compared_an_officer_reads_and_nothing_is_sealed_to_others(desk, demo, told):
    page = desk("sunrise", 0, unlock=False)
    page.goto(f"{page.url}#/case/{told['case']}")
    unlocked(page, demo.factory("sunrise")["officers"][0]["passphrase"])
    expect(page.get_by_role("heading", name="核对受理人")).to_be_visible(timeout=OPENED)
    expect(page.locator(".screen-compare ol.words")).to_have_count(3)
    assert english_on(page) == []
    page.get_by_role("button", name="以后再说").click()
    expect(page.get_by_text(WORDS["submission"])).to_be_visible()
    page.get_by_label("新备注").fill("还没有核对。")
    page.get_by_role("button", name="保存备注").click()
    expect(page.locator(".case-notes").get_by_role("alert")).to_contain_text("王芳", timeout=OPENED)
    page.get_by_role("button", name="转给独立受理人……").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("ol.words")).to_have_count(2)
    expect(dialog.locator(".button-main")).to_be_disabled()
    dialog.get_by_role("link", name="现在核对").click()
    all_confirmed(page)
    expect(page.get_by_text(WORDS["submission"])).to_be_visible(timeout=OPENED)
    assert page.get_by_label("新备注").input_value() == "还没有核对。"
    page.get_by_role("button", name="转给独立受理人……").click()
    expect(page.get_by_role("dialog").get_by_text("已核对")).to_have_count(2)
    expect(page.get_by_role("dialog").locator(".button-main")).to_be_enabled()
    assert english_on(page) == []


def test_after_fifteen_idle_minutes_the_desk_has_locked_itself(desk, demo):
    page = desk("sunrise", 0, unlock=False)
    page.clock.install()
    page.reload()
    unlocked(page, demo.factory("sunrise")["officers"][0]["passphrase"])
    compared(page)
    page.clock.fast_forward("15:05")
    expect(page.locator("input.secret")).to_be_visible()
    assert "热水" not in page.content()


# --- the worker again ------------------------------------------------------------------------------------------------


def test_a_wrong_receipt_gets_a_sentence(worker, demo, told, refusals):
    worker.goto(f"{voice(demo)}/case/")
    wrong = told["receipt"][:-1] + str((int(told["receipt"][-1]) + 1) % 10)
    worker.locator("#receipt").fill(wrong)
    worker.locator("#open").click()
    expect(worker.locator("#enter-wrong")).to_be_visible(timeout=OPENED)
    assert english_on(worker) == []
    worker.locator("#receipt").fill("4242 4242 4242 4242 4242")
    worker.locator("#open").click()
    expect(worker.locator("#enter-wrong")).to_be_visible(timeout=OPENED)


def test_with_the_words_on_another_phone_she_reads_rates_and_writes_on(worker, demo, told):
    come_back(worker, demo, told["words"], kind="words")
    expect(worker.locator("#messages")).to_contain_text(WORDS["reply"])
    assert WORDS["note"] not in worker.content()
    worker.locator("[data-score='4']").click()
    worker.locator("#rate-text").fill(WORDS["rating"])
    worker.locator("#rate-send").click()
    expect(worker.locator("#messages")).to_contain_text(WORDS["rating"], timeout=OPENED)
    worker.locator("#reply-composer-text").fill(WORDS["more"])
    worker.locator("#reply-send").click()
    expect(worker.locator("#messages")).to_contain_text(WORDS["more"], timeout=OPENED)
    assert english_on(worker) == []


def test_she_hands_it_to_the_ombudsman_who_answers(worker, desk, demo, told):
    come_back(worker, demo, told["receipt"])
    worker.locator("#hand-ombudsman summary").click()
    worker.locator("#hand-ombudsman [data-do]").click()
    expect(worker.locator("#state-readers")).to_contain_text("周老师", timeout=OPENED)
    page = desk("public", 0)
    deadline = time.monotonic() + 60
    while not case_row(page, "宿舍的热水坏了").count():
        assert time.monotonic() < deadline, "the case was not carried up"
        page.wait_for_timeout(2000)
        page.get_by_role("button", name="刷新").click()
        page.wait_for_timeout(500)
        page.locator(".filters select").first.select_option("all")
    case_row(page, "宿舍的热水坏了").locator("a").click()
    expect(page.locator(".talk-text", has_text=WORDS["more"])).to_be_visible()
    answer(page, WORDS["ombudsman"], is_answer=False)
    expect(page.locator(".talk-text", has_text=WORDS["ombudsman"])).to_be_visible()
    assert WORDS["note"] not in page.content()
    deadline = time.monotonic() + 60
    while True:
        come_back(worker, demo, told["receipt"])
        if WORDS["ombudsman"] in worker.locator("#messages").inner_text():
            break
        assert time.monotonic() < deadline, "the answer was not carried down"
        worker.wait_for_timeout(3000)


# --- the thief and the forger ----------------------------------------------------------------------------------------


def test_swapped_ciphertext_is_shown_in_its_place_and_the_rest_stays_readable(desk, worker, demo, told):
    with database(demo) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path TO f_sunrise")
        cursor.execute(
            "SELECT id, sealed FROM grievances_message WHERE case_id = %s AND lane = 'factory' ORDER BY number",
            [told["case"]],
        )
        (first, one), (second, other) = cursor.fetchall()[1:3]
        for pk, sealed in [(first, other), (second, one)]:
            cursor.execute("UPDATE grievances_message SET sealed = %s WHERE id = %s", [sealed, pk])
        cursor.execute("UPDATE grievances_case SET rating = 5 WHERE id = %s", [told["case"]])
    come_back(worker, demo, told["receipt"])
    assert worker.locator(".message__problem").count() >= 2
    expect(worker.locator("#messages")).to_contain_text(WORDS["submission"])
    page = desk("sunrise", 0)
    page.goto(f"{page.url.partition('#')[0]}#/case/{told['case']}")
    expect(page.locator(".problem").first).to_be_visible()
    expect(page.get_by_text(WORDS["submission"])).to_be_visible()
    expect(page.get_by_text("列表里的评分和员工写下的不一样")).to_be_visible()
    with database(demo) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path TO f_sunrise")
        for pk, sealed in [(first, one), (second, other)]:
            cursor.execute("UPDATE grievances_message SET sealed = %s WHERE id = %s", [sealed, pk])
        cursor.execute("UPDATE grievances_case SET rating = 4 WHERE id = %s", [told["case"]])


def test_an_officers_key_swapped_in_the_database_changes_what_everybody_can_see(worker, demo):
    def words() -> list[str]:
        worker.goto(voice(demo))
        worker.locator("[data-category=other]").click()
        worker.locator("#composer-text").fill("x")
        worker.locator("#step-write [data-next]").click()
        worker.locator("#fingerprints summary").click()
        expect(worker.locator("#people li").first).to_contain_text(re.compile(r"\S+ \S+ \S+"), timeout=OPENED)
        return worker.locator("#people li").all_inner_texts()

    before = words()
    with database(demo) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path TO f_sunrise")
        cursor.execute("SELECT id, box_key FROM grievances_officer WHERE place = '' ORDER BY id LIMIT 1")
        pk, key = cursor.fetchone()
        cursor.execute("UPDATE grievances_officer SET box_key = %s WHERE id = %s", [os.urandom(32), pk])
    after = words()
    with database(demo) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path TO f_sunrise")
        cursor.execute("UPDATE grievances_officer SET box_key = %s WHERE id = %s", [key, pk])
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_an_officers_key_swapped_under_a_confirmed_id_stops_everything_that_is_sent(desk, demo, told):
    page = desk("sunrise", 0)
    with database(demo) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path TO f_sunrise")
        cursor.execute("SELECT id, box_key FROM grievances_officer WHERE name = '王芳' AND place = ''")
        pk, key = cursor.fetchone()
        cursor.execute("UPDATE grievances_officer SET box_key = %s WHERE id = %s", [os.urandom(32), pk])
    try:
        page.get_by_role("button", name="刷新").click()
        expect(page.locator("#alarm")).to_contain_text("王芳", timeout=OPENED)
        page.goto(f"{page.url.partition('#')[0]}#/case/{told['case']}")
        answer(page, "不应发出。", is_answer=False)
        box = page.get_by_role("region", name="写给员工")
        expect(box.get_by_role("alert")).to_contain_text("王芳", timeout=OPENED)
        expect(page.locator(".talk-text", has_text="不应发出。")).to_have_count(0)
        assert english_on(page) == []
    finally:
        with database(demo) as connection, connection.cursor() as cursor:
            cursor.execute("SET search_path TO f_sunrise")
            cursor.execute("UPDATE grievances_officer SET box_key = %s WHERE id = %s", [key, pk])
    page.goto(f"{page.url.partition('#')[0]}#/inbox")
    page.get_by_role("button", name="刷新").click()
    expect(page.locator("#alarm")).to_be_hidden(timeout=OPENED)


def test_nothing_that_was_written_is_anywhere_on_the_server(demo, told):
    """Dump, database files with their log, cache, queue, media, logs, temporary files: in no form."""
    values = environment(demo)
    with database(demo) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM f_sunrise.grievances_message")
        assert cursor.fetchone()[0] >= 7
        cursor.execute("SHOW data_directory")
        files = Path(cursor.fetchone()[0])
        cursor.execute("CHECKPOINT")
    dump = subprocess.run(
        [str(Path(values["PG_BIN"]) / "pg_dump"), values["DATABASE_URL"]], capture_output=True, check=True
    ).stdout
    assert b"grievances_message" in dump
    for text in [CANARY, "宿舍的热水坏了两个星期", told["receipt"], told["words"]]:
        assert found_in(dump, text) == []
        assert found_under(demo.data, text) == []
        assert found_under(files, text) == []
    assert [path for path in Path("/tmp").glob("*") if path.is_file() and found_in(path.read_bytes(), CANARY)] == []


def test_no_log_has_a_line_about_the_voice_host_and_none_names_a_case(demo, told):
    log = demo.log()
    assert "GET /admin/grievances/desk/" in log
    assert told["case"] not in log
    assert "/api/cases/" not in log
    assert "grievances.voice" not in log
