"""What goes wrong while a worker writes and sends. Runs before test_voice.py, whose thief searches what it leaves, too."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.browser.english import english_on
from tests.browser.voice import OPENED, come_back, picture, voice, write

pytestmark = pytest.mark.browser


def test_an_interrupted_upload_loses_nothing_and_goes_on(worker, demo, refusals):
    page = worker
    cut = {"times": 1}

    def interrupt(route: Route) -> None:
        if cut["times"]:
            cut["times"] -= 1
            route.abort("connectionreset")
        else:
            route.continue_()

    page.goto(voice(demo))
    page.route("**/api/attachments/**", interrupt)
    write(page, to="both", category="safety", text="通道堵了。", file=picture("x"))
    page.locator("#send").click()
    expect(page.locator("#failure")).to_be_visible(timeout=OPENED)
    assert english_on(page) == []
    page.locator("#send").click()
    expect(page.locator("#receipt-digits")).to_be_visible(timeout=OPENED)


def test_an_answer_that_is_lost_leaves_her_with_the_receipt(window, worker, demo, refusals):
    """The case has come, the phone does not know it: she may have to leave before she can try again."""

    def lose(route: Route) -> None:
        address = urlsplit(route.request.url)  # Playwright's own resolver knows no name below localhost
        there = f"http://127.0.0.1:{address.port}{address.path}"
        route.fetch(url=there, headers={**route.request.headers, "host": address.netloc})
        route.abort("connectionreset")

    worker.goto(voice(demo))
    worker.route("**/api/cases/", lose)
    write(worker, to="factory", category="hours", text="周末排班没有通知。")
    worker.locator("#send").click()
    expect(worker.locator("#uncertain")).to_be_visible(timeout=OPENED)
    assert english_on(worker) == []
    other = window(width=360, height=740).page
    come_back(other, demo, worker.locator("#uncertain-digits").inner_text())
    expect(other.locator("#messages")).to_contain_text("周末排班没有通知。")
    worker.unroute("**/api/cases/")
    worker.locator("#send").click()
    expect(worker.locator("#receipt-digits")).to_be_visible(timeout=OPENED)


def test_a_browser_without_webassembly_is_told_so_and_keeps_the_words(window, demo):
    opened = window(width=360, height=740)
    page = opened.page
    page.add_init_script("delete window.WebAssembly")
    page.goto(voice(demo))
    expect(page.locator("#no-webassembly")).to_be_visible()
    write(page, to="factory", category="pay", text="加班费没有算。")
    page.locator("#send").click()
    expect(page.locator("#failure")).to_be_visible(timeout=OPENED)
    expect(page.locator("#check")).to_contain_text("加班费没有算。")
    assert english_on(page) == []


def test_without_javascript_a_sentence_says_what_to_do(window, demo):
    page = window(width=360, height=740, java_script_enabled=False).page
    for path in ("/", "/case/"):
        page.goto(voice(demo) + path)
        expect(page.locator("noscript").first).to_be_visible()
        assert english_on(page) == []
