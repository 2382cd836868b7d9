"""The admin speaks Chinese: unfold's own strings have a translation, and no page shows a word of English."""

import io
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import unfold
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import DjangoTranslation
from django_tenants.utils import tenant_context

KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
# Names, units and what people type.
NOT_ENGLISH = {
    *["wesupport", "wechat", "excel", "word", "hr", "csr", "ccr", "id", "url", "qr", "mb", "kb", "esc", "ctrl"],
    *["cc", "by", "nc", "sa"],
    *["csv", "xlsx", "docx", "png", "jpg", "jpeg", "webp", "gif", "svg"],
    "javascript",
    *["appid", "appsecret", "token", "encodingaeskey", "openid", "gh", "wx", "english"],
    *["mp", "weixin", "qq", "com", "xml", "ip"],  # the address of WeChat's console, and what it calls things
    *["sunrise", "lakeside", "staff", "hr"],
}


def unfold_strings() -> set[tuple[str | None, str]]:
    """(context, msgid) of every string that unfold's Python and templates mark for translation."""
    found = set()
    root = Path(unfold.__file__).parent
    for path in [*root.rglob("*.py"), *root.rglob("*.html")]:
        source = path.read_text()
        if path.suffix == ".html":
            source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            found.add((context, message if isinstance(message, str) else message[0]))
    return found


def test_every_string_of_unfold_has_a_chinese_translation():
    strings = unfold_strings()
    assert len(strings) > 150
    catalogue = DjangoTranslation("zh-hans")._catalog

    def is_translated(context, msgid):
        key = f"{context}\x04{msgid}" if context else msgid
        return any(catalogue.get(candidate) for candidate in [key, (key, 0), (key, 1)])

    assert not {msgid for context, msgid in strings if not is_translated(context, msgid)}


def test_no_two_rooms_say_one_string_differently():
    """One room's catalogue would win everywhere: give the string a context, or other words."""
    said: dict[tuple, set[str]] = {}
    for source in settings.BASE_DIR.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"):
        with source.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                if message.id:
                    said.setdefault((message.context, str(message.id)), set()).add(str(message.string))
    assert not {key: texts for key, texts in said.items() if len(texts) > 1}


class PageReader(HTMLParser):
    """What a person sees or hears of a page: text, titles, placeholders, labels. Without scripts, icons and samples."""

    SILENT = {"script", "style", "code", "canvas"}
    SPOKEN = ("title", "placeholder", "aria-label", "alt", "data-label")
    VOID = {"input", "img", "link", "meta", "br", "hr", "path", "source", "wbr"}

    def __init__(self):
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []
        self._silent = 0  # how many open elements stand inside a silent one, itself included

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.links.append(attributes.get("href", ""))
        is_silent = (
            tag in self.SILENT
            or "material-symbols" in attributes.get("class", "")
            or attributes.get("lang") == "en"
            or "translate" in attributes
        )
        if (self._silent or is_silent) and tag not in self.VOID:
            self._silent += 1
        if not self._silent:
            self.text += [attributes[name] for name in self.SPOKEN if name in attributes]

    def handle_endtag(self, tag):
        if self._silent and tag not in self.VOID:
            self._silent -= 1

    def handle_data(self, data):
        if not self._silent:
            self.text.append(data)


def read(response) -> PageReader:
    reader = PageReader()
    reader.feed(response.content.decode())
    return reader


def english_of(reader: PageReader) -> set[str]:
    text = re.sub(r"https?://\S+|\S+@\S+|\b[\w.-]+\.(?:test|localhost)\b|#[0-9a-fA-F]+", " ", " ".join(reader.text))
    return {word.lower() for word in re.findall(r"(?<![\w])[A-Za-z]{2,}", text)} - NOT_ENGLISH


def side_bar(reader: PageReader) -> list[str]:
    return sorted({link for link in reader.links if re.match(r"^/admin/[a-z]+/[a-z]+/([a-z]+/)?$", link)})


def walk(client) -> dict[str, set[str]]:
    """Every page of the side bar, with its form for adding: path -> English words on it."""
    home = read(client.get("/admin/"))
    found = {"/admin/": english_of(home)}
    pages = [*side_bar(home), *[f"{path}add/" for path in side_bar(home)], "/admin/account/"]
    for path in pages:
        response = client.get(path, follow=not path.endswith("add/"))
        if path.endswith("add/") and response.status_code in (302, 403, 404):
            continue
        assert response.status_code == 200, path
        found[path] = english_of(read(response))
    return found


def signed_in(client, username: str):
    client.force_login(get_user_model().objects.get(username=username))
    return client


@pytest.fixture
def staff(db):
    return get_user_model().objects.create_superuser("staff", password="correct-horse-battery")


def test_no_page_of_a_factory_admin_shows_english(sunrise, site_client):
    with tenant_context(sunrise):
        client = signed_in(site_client(sunrise), "hr")
    found = walk(client)
    assert len(found) > 10
    assert not {path: words for path, words in found.items() if words}


def test_no_page_of_the_library_admin_shows_english(staff, site_client):
    found = walk(signed_in(site_client(None), "staff"))
    assert "/admin/tenants/factory/add/" in found
    assert not {path: words for path, words in found.items() if words}


def test_neither_login_nor_error_nor_public_pages_show_english(sunrise, site_client):
    for client, path, status in [
        (site_client(sunrise), "/admin/login/", 200),
        (site_client(None), "/admin/login/", 200),
        (site_client(None), "/", 200),
        (site_client(None), "/nowhere/", 404),
    ]:
        response = client.get(path)
        assert response.status_code == status
        assert not english_of(read(response)), path


def test_the_login_page_says_whose_it_is(sunrise, site_client):
    assert sunrise.name in site_client(sunrise).get("/admin/login/").content.decode()
    assert "公共课程库" in site_client(None).get("/admin/login/").content.decode()


def test_somebody_may_choose_english_and_it_stays(sunrise, site_client):
    with tenant_context(sunrise):
        client = signed_in(site_client(sunrise), "hr")
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/admin/auth/user/"})
    assert response["Location"] == "/admin/auth/user/"
    page = client.get("/admin/auth/user/").content.decode()
    assert "Colleagues" in page
    assert "同事账号" not in page


def test_english_has_the_day_first_and_the_words_of_this_house():
    with translation.override("en"):
        assert date_format(date(2026, 3, 9)) == "9 Mar 2026"
        assert forms.DateField().clean("09/03/2026") == date(2026, 3, 9)
        assert gettext("users") == "colleagues"


def test_a_chosen_language_is_kept(in_sunrise, site_client):
    answer = site_client(in_sunrise).post("/i18n/setlang/", {"language": "en"})
    assert answer.cookies["django_language"]["max-age"] > 300 * 24 * 60 * 60
