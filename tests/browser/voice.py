"""The voice channel's pages and the desk, as a hand on the screen works them, and what is written on them."""

import io
import re

import psycopg2
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo

CANARY = "金丝雀柒肆壹"
WORDS = {
    "submission": f"宿舍的热水坏了两个星期。{CANARY}一",
    "reply": f"明天下午来修。{CANARY}二",
    "note": f"联系工程部。{CANARY}三",
    "rating": f"修好了，谢谢。{CANARY}四",
    "more": f"还有一件小事。{CANARY}五",
    "ombudsman": f"我们也看到了。{CANARY}六",
    "name": f"李娜{CANARY}七",
}
OPENED = 30_000  # milliseconds


def picture(said: str) -> bytes:
    """A photo as a phone takes it: with a place and words in what nobody sees."""
    image = Image.effect_noise((900, 600), 60).convert("RGB")
    exif = image.getexif()
    exif[0x010E] = said.encode().hex()  # ImageDescription
    exif[0x0110] = "PhoneOfLiNa"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    content = io.BytesIO()
    image.save(content, "JPEG", exif=exif)
    return content.getvalue()


def unlocked(page: Page, passphrase: str) -> None:
    page.locator("input.secret").fill(passphrase)
    page.locator("input.secret").press("Enter")


def compared(page: Page) -> None:
    """What a browser asks at its first visit: everybody's words are ticked and confirmed, then comes the inbox."""
    all_confirmed(page)
    expect(page.get_by_role("heading", name="收件箱")).to_be_visible(timeout=OPENED)


def all_confirmed(page: Page) -> None:
    expect(page.get_by_role("heading", name="核对受理人")).to_be_visible(timeout=OPENED)
    for box in page.locator(".screen-compare .card > ul.people input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="确认勾选的人").click()


def voice(demo: Demo, slug: str = "sunrise") -> str:
    return demo.factory(slug)["voice_url"]


def write(page: Page, *, to: str, category: str, text: str, name: str = "", file: bytes = b"") -> None:
    """Through the steps to the last one before sending."""
    page.locator(f"[data-category={category}]").click()
    page.locator("#composer-text").fill(text)
    if file:
        page.locator("#composer [data-picture-input]").set_input_files(
            {"name": f"{CANARY}.jpg", "mimeType": "image/jpeg", "buffer": file}
        )
        expect(page.locator("#composer [data-files] img")).to_be_visible(timeout=OPENED)
    page.locator("#step-write [data-next]").click()
    page.locator(f"input[name=to][value={to}]").check()
    page.locator("#step-readers [data-next]").click()
    if name:
        page.locator("input[name=named][value=yes]").check()
        page.locator("#name").fill(name)
    if page.locator("#escalation").is_visible():
        page.locator("#escalation").check()
    page.locator("#step-name [data-next]").click()


def sent(page: Page) -> tuple[str, list[str]]:
    """Send, and read the receipt as digits and as words."""
    page.locator("#send").click()
    expect(page.locator("#receipt-digits")).to_be_visible(timeout=OPENED)
    digits = re.sub(r"\D", "", page.locator("#receipt-digits").inner_text())
    words = [text.split()[0] for text in page.locator("#receipt-words li").all_inner_texts()]
    return digits, words


def come_back(page: Page, demo: Demo, receipt: str, *, kind: str = "digits") -> None:
    page.goto(f"{voice(demo)}/case/")
    page.locator(f"input[name=kind][value={kind}]").check(force=True)
    page.locator("#receipt").fill(receipt)
    page.locator("#open").click()
    expect(page.locator("#case")).to_be_visible(timeout=OPENED)


def case_row(page: Page, words: str) -> Locator:
    return page.locator("table.cases tbody tr", has_text=words)


def answer(page: Page, text: str, *, is_answer: bool = True) -> None:
    box = page.get_by_role("region", name="写给员工")
    box.locator("textarea").fill(text)
    if is_answer:
        box.locator("input[type=checkbox]").first.check()
    box.get_by_role("button", name="发送").click()


def database(demo: Demo):
    """The thief's own connection to the demo's database."""
    return psycopg2.connect(environment(demo)["DATABASE_URL"])


def environment(demo: Demo) -> dict[str, str]:
    lines = (demo.data / "env").read_text().splitlines()
    return {name: value.strip("\"'") for name, _equals, value in (line.partition("=") for line in lines)}
