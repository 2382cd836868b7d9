"""The grievance vault in a browser: until a slow phone can write, what sealing costs, an inbox of a thousand cases."""

import gzip
import json
import time
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from django.contrib.auth.models import User
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, Page

from config.bench.cast import admin_cookie, factory_make
from config.bench.load import request_bytes
from config.bench.pages import files_of
from config.bench.phone import SlowLine, chromium, slowed
from config.bench.results import Results
from config.bench.server import Server
from grievances.models import Channel
from grievances.protocol import to_base64
from grievances.protocol.words import word_list
from grievances.sample import new_case, officer_sample, salt_out
from grievances.services.intake import case_submit
from grievances.services.worker import case_withdraw
from tenants.models import Domain

WAIT_MS = 60_000
ROUNDS_OF_RECEIPTS = 50
PHRASE_INDEXES = [1, 20, 300, 400, 555, 999]
CALLS = Path(__file__).with_name("vault_calls.js").read_text()


def vault(results: Results, server: Server, *, cases: int, rounds: int) -> None:
    """All rows of the vault, in a factory of its own with two officers and so many cases."""
    factory = factory_make("vault")
    site = factory.get_primary_domain().domain
    voice = factory.domains.get(kind=Domain.Kind.VOICE).domain
    passphrase = " ".join(word_list().written(PHRASE_INDEXES))
    with tenant_context(factory):
        _officers(passphrase)
        Channel.objects.update(flood_from=5000, most_per_hour=5000, shows_next_day=False)
        _cases(cases)
        gone = _withdrawn()
        cookie, salt = admin_cookie(site), salt_out()
    wire(results, server, voice)
    receipts(results, server, voice, gone=gone)
    with chromium(voice.partition(".")[2]) as browser:
        phone(results, server, browser, voice, salt=salt, rounds=rounds)
        inbox(results, server, browser, site, cookie=cookie, passphrase=passphrase, cases=cases)


def wire(results: Results, server: Server, host: str) -> None:
    """What a cold phone loads before somebody can write; the vault comes behind it."""
    page = server.ask(_get("/", host))
    html = gzip.decompress(page.body).decode()
    size, requests = page.wire_bytes, 1
    for address in files_of(html):
        answer = server.ask(_get(address, host))
        size += answer.wire_bytes
        requests += 1
    results.at_most("voice page on a cold phone, without the vault", size / 1024, "KB", 50)
    results.at_most("its requests", requests, "requests", 6)
    names = {name: _data(html, name) for name in ("vault", "words")}
    sizes = {name: server.ask(_get(address, host)).wire_bytes / 1024 for name, address in names.items()}
    results.note(
        "the vault (libsodium and protocol), behind it", sizes["vault"], "KB", f"words {sizes['words']:.0f} KB"
    )


def receipts(results: Results, server: Server, host: str, *, gone: bytes) -> None:
    """That a case was there and is withdrawn shows in no answer, and not in how long one takes."""
    times: dict[bytes, list[float]] = {b"x" * 32: [], gone: []}
    headers = {"Content-Type": "application/json"}
    for _round in range(ROUNDS_OF_RECEIPTS):
        for lookup, taken in times.items():
            body = json.dumps({"lookup": to_base64(lookup)}).encode()
            asked = request_bytes("/api/cases/open/", host=host, method="POST", body=body, headers=headers)
            started = time.perf_counter()
            server.ask(asked, status=404)
            taken.append(time.perf_counter() - started)
    wrong, withdrawn = map(median, times.values())
    slower = max(wrong, withdrawn) / min(wrong, withdrawn)
    results.at_most("a withdrawn receipt beside a wrong one: the slower answer", slower, "x the other", 2)


def phone(results: Results, server: Server, browser: Browser, host: str, *, salt: dict[str, Any], rounds: int) -> None:
    """On 400 kbit/s with a processor four times slower, everything cold."""
    usable, ready, calls = [], [], []
    line = SlowLine(server.port)
    process = _process_of(browser)
    try:
        for _round in range(rounds):
            page = _page(browser, 360, 740)
            with slowed(process):
                started = time.perf_counter()
                page.goto(f"http://{host}:{line.port}/", wait_until="commit")
                page.locator("#categories button").first.click(timeout=WAIT_MS)
                usable.append(time.perf_counter() - started)
                page.wait_for_load_state("networkidle", timeout=WAIT_MS)
                ready.append(time.perf_counter() - started)
            with slowed(process):
                calls.append(_calls(page, salt))
            page.context.close()
    finally:
        line.shutdown()
        line.server_close()
    results.note("voice page usable: a category can be chosen (phone)", median(usable), "s", "4x CPU, 400 kbit/s")
    results.note("everything has come, the vault included (phone)", median(ready), "s")
    for name, title in [
        ("ready", "vault ready, once it has come (phone)"),
        ("keys", "keys from a new receipt (phone)"),
        ("seal", "sealing a message (phone)"),
        ("open", "opening a case with it, all checks (phone)"),
        ("picture", "sealing a picture of 300 KB (phone)"),
        ("look", "opening it (phone)"),
    ]:
        results.note(title, median(call[name] for call in calls), "ms")


def inbox(
    results: Results, server: Server, browser: Browser, host: str, *, cookie: str, passphrase: str, cases: int
) -> None:
    """An officer unlocks: from the typed passphrase to the list, on this machine."""
    site = f"http://{host}:{server.port}"
    page = _page(browser, 1366, 768, cookie=cookie, url=site)
    page.goto(f"{site}/admin/grievances/desk/")
    _unlock(page, passphrase)
    page.locator(".screen-compare button").last.wait_for(timeout=WAIT_MS)  # asked once in each browser
    for box in page.locator(".screen-compare .card > ul.people input[type=checkbox]").all():
        box.check()
    page.locator(".screen-compare .button-main").click()
    page.locator("table.cases").wait_for(timeout=WAIT_MS)
    page.reload()
    started = _unlock(page, passphrase)
    page.locator("table.cases").wait_for(timeout=WAIT_MS)
    results.at_most(f"inbox of {cases} cases, unlocked, opened and shown", time.perf_counter() - started, "s", 3)
    page.context.close()


def _unlock(page: Page, passphrase: str) -> float:
    """Type the passphrase; the moment at which Enter is pressed."""
    field = page.locator("input.secret")
    field.fill(passphrase, timeout=WAIT_MS)
    started = time.perf_counter()
    field.press("Enter")
    return started


def _officers(passphrase: str) -> None:
    first = officer_sample(User.objects.get(username="hr"), name="陈主管", passphrase=passphrase)
    second = User.objects.create_user("hr2", is_staff=True)
    officer_sample(second, name="王芳", passphrase=passphrase, by=first)


def _cases(count: int) -> None:
    for number in range(count):
        new, _written = new_case(
            f"第{number}件：饭堂的菜不新鲜，希望换一家。" * 3, category=["living", "pay", "hours"][number % 3]
        )
        case_submit(new=new)


def _withdrawn() -> bytes:
    """What a receipt looks up whose case was withdrawn."""
    new, written = new_case()
    case_withdraw(case=case_submit(new=new))
    return written.worker.lookup


def _get(path: str, host: str) -> bytes:
    return request_bytes(path, host=host, headers={"Accept-Encoding": "gzip, deflate"})


def _data(html: str, name: str) -> str:
    return html.split(f'data-{name}="', 1)[1].split('"', 1)[0]


def _page(browser: Browser, width: int, height: int, *, cookie: str = "", url: str = "") -> Page:
    """A window with an empty cache. cookie: "name=value", sent to the page's own host."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        extra_http_headers={"X-Forwarded-Proto": "https"},
    )
    if cookie:
        name, _equals, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": url}])
    context.set_default_timeout(WAIT_MS)
    return context.new_page()


def _process_of(browser: Browser) -> psutil.Process:
    """The Chromium that Playwright's driver has started for us."""
    found = [child for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]
    return min(found, key=lambda child: child.create_time())


def _calls(page: Page, salt: dict[str, Any]) -> dict[str, float]:
    """Milliseconds of each of CALLS."""
    data = {name: page.locator("body").get_attribute(f"data-{name}") for name in ("vault", "words")}
    return page.evaluate(CALLS, {"url": data["vault"], "words": data["words"], "salt": salt, "place": "vault"})
