"""What holds for every page of the workers: it fits a small phone, a thumb and large letters, and a keyboard finds its way."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Phone
from tests.browser.english import english_on

pytestmark = pytest.mark.browser

THUMB = 40  # CSS pixels that a target is high, at least
TARGETS = "a, button, input, select, textarea, summary, label"
# Links within a sentence are as high as their line; a label stands for its field; what is hidden is no target.
TOO_LOW = """(elements, least) => elements.filter((element) => {
    const { height, width } = element.getBoundingClientRect();
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || width < 2) return false;
    if (element.closest('p, li') && getComputedStyle(element).display === 'inline') return false;
    if (element.matches('label') && !element.querySelector('input')) return false;
    const label = element.closest('label') ?? element.labels?.[0];
    return Math.max(height, label?.getBoundingClientRect().height ?? 0) < least;
}).map((element) => element.outerHTML)"""
OVERFLOW = "(html) => html.scrollWidth - html.clientWidth"
OUTLINE = """(html) => {
    const style = getComputedStyle(html.ownerDocument.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
}"""
LARGER = """(html) => {
    for (const element of html.querySelectorAll('*')) {
        element.dataset.size = parseFloat(getComputedStyle(element).fontSize);
    }
    for (const element of html.querySelectorAll('*')) {
        element.style.setProperty('font-size', `${element.dataset.size * 1.5}px`, 'important');
    }
}"""

OPEN = ["/", "/lessons/", "/lessons/?q=没有这样的课", "/wechat/follow/", "/q/workshop-1/"]
KNOWN = ["/me/", "/announcements/", "/bind/"]


@pytest.fixture(scope="module")
def lesson_paths(demo: Demo, chromium) -> list[str]:
    """A lesson, its quiz, its shared page."""
    page = chromium.new_page(viewport={"width": 360, "height": 740}, locale="zh-CN")
    page.goto(demo.factory("sunrise")["url"] + "/lessons/")
    page.locator("#shelf a.card").first.click()
    lesson = page.url
    page.get_by_role("button", name="分享").click()
    page.wait_for_url("**/s/*/")
    shared = page.url
    page.close()
    site = demo.factory("sunrise")["url"]
    return [address.removeprefix(site) for address in (lesson, lesson + "quiz/", shared)]


def check(page: Page) -> None:
    where = page.url
    assert page.title().strip(), where
    assert page.locator("html").get_attribute("lang") == "zh-hans", where
    assert english_on(page) == [], where
    assert page.locator(TARGETS).evaluate_all(TOO_LOW, THUMB) == [], where
    assert page.locator("html").evaluate(OVERFLOW) == 0, where
    page.keyboard.press("Tab")
    assert page.locator("html").evaluate(OUTLINE), where
    page.locator("html").evaluate(LARGER)
    assert page.locator("html").evaluate(OVERFLOW) == 0, f"{where} in large letters"


def test_pages_open_to_everybody_fit_phone_thumb_and_large_letters(demo, window, lesson_paths):
    page = window(360, 740, bypass_csp=True).page  # the letters are enlarged by a script of the test
    for path in [*OPEN, *lesson_paths]:
        page.goto(demo.factory("sunrise")["url"] + path)
        check(page)
    page.goto(demo.factory("sunrise")["url"] + lesson_paths[1])
    for question in page.locator("fieldset").all():
        question.locator("label").first.click()
    page.get_by_role("button", name="提交").click()
    page.locator(".score").wait_for()
    check(page)


@pytest.mark.parametrize(("person", "number"), [("张敏", ""), ("刘洋", "01004")])
def test_pages_of_those_who_are_known_fit_too(demo, window, person, number):
    """张敏 has not bound, 刘洋 has."""
    opened = window(360, 740, bypass_csp=True)
    phone = Phone(opened, demo, person=person, slug="sunrise")
    phone.page.locator("#follow").click()
    page, site = opened.page, demo.factory("sunrise")["url"]
    page.goto(f"{site}/wechat/oauth/?next=/bind/")
    page.wait_for_url(f"{site}/bind/*")
    if number:
        page.locator("#id_employee_number").fill(number)
        page.locator("#id_name").fill(person)
        page.locator("#id_proof").fill(number[-4:])
        page.get_by_role("button", name="绑定工号").click()
        page.get_by_role("link", name="继续").wait_for()
    for path in ["/", "/lessons/", *KNOWN]:
        page.goto(site + path)
        check(page)


def test_the_public_page_fits_phone_thumb_and_large_letters(demo, window):
    page = window(360, 740, bypass_csp=True).page
    page.goto(demo.info["public"]["url"])
    check(page)


def test_what_is_not_there_is_said_in_chinese(demo, window):
    opened = window(360, 740, bypass_csp=True)
    for site in [demo.factory("sunrise")["url"], demo.info["public"]["url"]]:
        opened.page.goto(f"{site}/nothing-here/")
        check(opened.page)
    opened.complaints.clear()  # of the 404s
