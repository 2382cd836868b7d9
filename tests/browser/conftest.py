"""The whole demo as `make run` starts it, on free ports and with data of its own, and a browser to walk through it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
# What the tests' own services are called; the demo starts its own.
NOT_PASSED_ON = ("DATABASE_URL", "CELERY_BROKER_URL", "VOLATILE_URL", "CACHE_URL")
NOT_PASSED_ON += ("SECRET_KEY", "FIELD_KEY", "BASE_DOMAIN", "DATA_DIR")


@dataclass
class Demo:
    """info: what `demo_info --json` prints. data: the folder everything is written to, logs included."""

    info: dict[str, Any]
    data: Path

    def factory(self, slug: str) -> dict[str, Any]:
        return next(each for each in self.info["factories"] if each["slug"] == slug)

    def log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted((self.data / "log").glob("*.log")))


def _free_port_pair() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="wesupport-demo-"))
    passed = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    environment = {**passed, "DATA_DIR": str(data), "PORT": str(_free_port_pair())}
    screen = data / "screen.log"
    with screen.open("wb") as output:
        run = subprocess.Popen(
            [sys.executable, "-m", "config.local", "run"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _until_running(run, screen)
        info = subprocess.run(
            [sys.executable, "manage.py", "demo_info", "--json"],
            cwd=ROOT,
            env={**passed, "DATA_DIR": str(data)},
            capture_output=True,
            check=True,
        )
        yield Demo(json.loads(info.stdout), data)
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(60)
        subprocess.run(
            [sys.executable, "-m", "config.local", "reset"], cwd=ROOT, env=environment, capture_output=True, check=False
        )
        shutil.rmtree(data, ignore_errors=True)


def _until_running(run: subprocess.Popen, screen: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "WeSupport is running" not in screen.read_text():
        if run.poll() is not None or time.monotonic() > deadline:
            logs = "".join(path.read_text()[-3000:] for path in (screen.parent / "log").glob("*.log"))
            raise AssertionError(f"The demo did not start:\n{screen.read_text()}\n{logs}")
        time.sleep(0.2)


@dataclass
class Window:
    """A browser window of its own; `complaints` are console errors, script errors and answers from 500 on."""

    page: Page
    complaints: list[str]

    def log_in(self, site: dict[str, Any], login: dict[str, str]) -> None:
        self.page.goto(f"{site['url']}/admin/")
        self.page.fill("#id_username", login["username"])
        self.page.fill("#id_password", login["password"])
        self.page.locator("#id_password").press("Enter")
        self.page.wait_for_url(f"{site['url']}/admin/")


@pytest.fixture
def forgiven() -> list[str]:
    """Beginnings of complaints that a test expects."""
    return []


@pytest.fixture
def window(chromium: Browser, forgiven: list[str]) -> Iterator[Callable[..., Window]]:
    """`window()` opens a window with cookies of its own, of an admin's size; at the end nothing may have been complained of."""
    contexts: list[BrowserContext] = []
    opened: list[Window] = []

    def open_window(width: int = 1366, height: int = 900, **options: Any) -> Window:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        complaints: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: answer.status >= 500 and complaints.append(f"{answer.status} {answer.url}"))
        opened.append(Window(page, complaints))
        return opened[-1]

    yield open_window
    for context in contexts:
        context.close()
    complaints = [text for each in opened for text in each.complaints if not text.startswith(tuple(forgiven))]
    assert complaints == []


class Phone:
    """The simulator's phone, in the hand of one person, open at one account."""

    def __init__(self, window: Window, demo: Demo, *, person: str, slug: str):
        self.page = window.page
        appid = demo.factory(slug)["wechat"]["appid"]
        self.page.goto(demo.info["simulator"]["url"])
        self.page.locator(".people label", has_text=person).click()
        self.page.locator(".accounts label", has_text=appid).click()
        self.page.get_by_role("button", name="拿起手机").click()
        self.page.wait_for_selector("#phone")

    def scan(self, code: str) -> None:
        """Point the camera at a poster, chosen by its scene code, and follow."""
        self.page.locator("#view-profile [data-go=back]").click()
        self.page.locator("#view-home [data-go=scan]").click()
        self.page.locator("#codes > *", has_text=code).click()
        self.page.locator("#follow").click()

    @property
    def lines(self):
        return self.page.locator("#lines")

    @property
    def web(self) -> FrameLocator:
        """The page in the phone's browser."""
        return self.page.frame_locator("#web iframe")

    def back_to_chat(self) -> None:
        self.page.locator("#web-close").click()

    def menu(self, button: str, entry: str = "") -> None:
        self.page.locator("#menu").get_by_text(button, exact=True).click()
        if entry:
            self.page.locator("#menu").get_by_text(entry, exact=True).click()


@pytest.fixture
def phone(window, demo) -> Callable[..., Phone]:
    return lambda person, slug="sunrise": Phone(window(), demo, person=person, slug=slug)


@pytest.fixture
def refusals(forgiven) -> None:
    """The browser complains of every answer that is a refusal, and of a cut connection: here they are what is tested."""
    forgiven.append("Failed to load resource")


@pytest.fixture
def worker(window) -> Page:
    return window(width=360, height=740, has_touch=True).page
