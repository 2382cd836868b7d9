"""What one page costs: statements in the database, and bytes over the air of a cheap phone."""

import re
from html.parser import HTMLParser

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.bench.cast import BROWSER, Cast
from config.bench.results import Results
from config.bench.server import Server


def statements(results: Results, cast: Cast) -> None:
    """The SQL of a warm page, search path included, as after another factory's request on the same connection."""
    lesson = f"/lessons/{cast.lessons[0]}/"
    headers = {"host": cast.host, "x-forwarded-proto": "https", "user-agent": BROWSER, "cookie": cast.cookies[0]}
    client = Client(headers=headers)
    for path in ["/", "/lessons/", lesson, f"{lesson}quiz/", "/me/", "/announcements/", cast.notice]:
        count = 0
        for _warm in range(2):
            connection.set_schema_to_public()
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            count = len(queries)
        name = re.sub("[0-9a-f-]{36}", "…", path)
        results.at_most(f"statements of {name}", count, "SQL", 8 if path == "/" else 6)


def wire(results: Results, server: Server, cast: Cast) -> None:
    """Heads and bodies of the answers, compressed where the server compresses them; pictures are left out."""
    page = server.ask(cast.get(f"/lessons/{cast.lessons[0]}/"))
    again, cold, requests = 1, page.wire_bytes, 1
    for address in files_of(page.body.decode()):
        answer = server.ask(cast.get(address))
        cold += answer.wire_bytes
        requests += 1
        again += "max-age" not in answer.header("Cache-Control")
    results.at_most("lesson page on a cold phone, without pictures", cold / 1024, "KB", 50)
    results.at_most("its requests", requests, "requests", 6)
    results.at_most("lesson page, warm", page.wire_bytes / 1024, "KB", 8)
    results.at_most("its requests, warm", again, "requests", 2)


class _Files(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "link" and names.get("rel") in ("stylesheet", "icon", "preload", "manifest"):
            self.found.append(names["href"])
        elif tag == "script" and "src" in names:
            self.found.append(names["src"])


def files_of(html: str) -> list[str]:
    """Addresses of the style sheets, scripts and icons a page names, each once."""
    files = _Files()
    files.feed(html)
    return list(dict.fromkeys(address for address in files.found if not address.startswith("data:")))
