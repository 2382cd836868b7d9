"""The worker's pages of the voice host, as Django sends them: what they load, say, and leave alone."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django_tenants.utils import schema_context

from grievances.models import BoardEntry, Category
from tenants.middleware import domains_forget
from tenants.models import Factory
from tests.grievances.voice import VoiceClient

PAGES = ["/", "/case/", "/board/"]
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "grievances" / "voice"
SCRIPTS = Path(settings.BASE_DIR) / "grievances" / "web" / "voice"


class Outline(HTMLParser):
    """The tags of a page with their attributes, and the text inside of its scripts."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.script_texts: list[tuple[dict[str, str], str]] = []
        self._in: dict[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self._in = attributes if tag == "script" else None

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in is not None and data.strip():
            self.script_texts.append((self._in, data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        return [attributes["id"] for _tag, attributes in self.tags if "id" in attributes]


@pytest.fixture
def phone(sunrise):
    return VoiceClient(sunrise.slug)


def text_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("path", [*PAGES, "/nowhere/"])
def test_a_page_sets_no_cookie_and_tells_nobody_where_the_worker_came_from(officers, phone, path):
    phone.cookies["sessionid"] = "stale"
    response = phone.get(path)
    assert response.status_code == (404 if path == "/nowhere/" else 200)
    assert not response.cookies
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    for link in Outline(text_of(response)).all("a"):
        assert link["href"].startswith("#") or link["rel"] == "noreferrer", link


@pytest.mark.parametrize("path", ["/api/", "/api/v1/workers/", "/api/cases/nowhere/"])
def test_a_program_at_a_wrong_address_is_told_so_in_a_programmers_words(officers, phone, path):
    for response in (phone.get(path), phone.post_json(path, {})):
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "not_found"
        assert "接口" in text_of(response)
        assert "海报" not in text_of(response)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_nothing_that_its_policy_forbids(officers, phone, path):
    page = Outline(text_of(phone.get(path)))
    assert all(attributes.get("type") == "application/json" for attributes, _text in page.script_texts)
    assert not page.all("style")
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    loaded = [each["src"] for each in page.all("script") if "src" in each]
    loaded += [each["href"] for each in page.all("link") if each["href"] != "data:,"]
    assert all(address.startswith("/static/") for address in loaded)
    assert len(set(page.ids())) == len(page.ids())


@pytest.mark.parametrize("path", ["/", "/case/"])
def test_a_page_says_what_to_do_where_javascript_is_off(officers, phone, path):
    html = text_of(phone.get(path))
    hint = html[html.index("<noscript>") : html.index("</noscript>")]
    assert len(re.findall(r"<p>[^<]{20,}</p>", hint)) == 2
    assert [each for each in Outline(html).tags if each[1].get("id") == "app" and "hidden" in each[1]]


def test_every_category_can_be_chosen_by_its_picture(officers, phone):
    html = text_of(phone.get("/"))
    chosen = [each["data-category"] for each in Outline(html).all("button") if "data-category" in each]
    assert chosen == Category.values
    assert html.count('class="icon icon_category"') == len(Category.values)


def test_the_title_in_the_history_says_only_the_factory(officers, phone, sunrise):
    for path in PAGES:
        assert f"<title>{sunrise.name}</title>" in text_of(phone.get(path))


def test_the_language_is_chosen_in_the_address_and_stays_in_the_links(officers, phone):
    page = text_of(phone.get("/", {"lang": "en"}))
    assert "What is it about?" in page
    assert Outline(page).all("body")[0]["data-query"] == "?lang=en"
    inside = [each["href"] for each in Outline(page).all("a") if each["href"].startswith("/")]
    assert inside
    assert all(href.endswith("?lang=en") for href in inside)
    plain = text_of(phone.get("/"))
    assert "想说哪方面的事？" in plain
    assert Outline(plain).all("body")[0]["data-query"] == ""


def test_an_invented_language_reaches_no_link(officers, phone):
    page = text_of(phone.get("/", {"lang": '"><script>'}))
    assert "<script>" not in page
    assert Outline(page).all("body")[0]["data-query"] == "?lang=zh-hans"


def test_a_closed_channel_says_so_and_offers_no_form(in_sunrise, phone):
    page = Outline(text_of(phone.get("/")))
    assert "closed" in page.ids()
    assert "app" not in page.ids()
    assert not page.all("script")


def test_the_ombudsman_is_offered_while_the_factory_has_nobody(ombudsmen_keys, officers, phone):
    for officer in officers:
        officer.row.state, officer.row.passphrase_wrap, officer.row.recovery_wrap = "left", None, None
        officer.row.save()
    page = Outline(text_of(phone.get("/")))
    assert "factory-closed" in page.ids()
    radios = {each["value"]: "disabled" in each for each in page.all("input") if each.get("name") == "to"}
    assert radios == {"factory": True, "ombudsman": False, "both": True}


def test_where_anybody_may_join_only_the_ombudsman_is_offered_and_no_factory_is_named(
    sunrise, ombudsmen_keys, officers, phone
):
    for officer in officers:
        officer.row.state, officer.row.passphrase_wrap, officer.row.recovery_wrap = "left", None, None
        officer.row.save()
    with schema_context("public"):
        Factory.objects.filter(pk=sunrise.pk).update(enrolment=Factory.Enrolment.OPEN)
    domains_forget()
    try:
        text = text_of(phone.get("/"))
    finally:
        domains_forget()
    assert "现在厂里没有受理人" not in text
    hidden = [
        label for label in re.findall(r"<label[^>]* hidden>.*?</label>", text, flags=re.S) if 'name="to"' in label
    ]
    assert [re.search(r'value="(\w+)"', label)[1] for label in hidden] == ["factory", "both"]


def test_the_ombudsman_cannot_be_chosen_before_there_are_any(officers, phone):
    page = Outline(text_of(phone.get("/")))
    radios = {each["value"]: "disabled" in each for each in page.all("input") if each.get("name") == "to"}
    assert radios == {"factory": False, "ombudsman": True, "both": True}


def test_the_board_shows_what_is_published_and_nothing_else(make_case, officers, phone):
    said = {"drafted_by": officers[0].row, "drafted_on": "2027-01-05", "we_did": "<b>门口装了灯</b>"}
    for state, words in [("published", "晚上门口太黑"), ("draft", "还没有同意")]:
        case = make_case("…").row
        BoardEntry.objects.create(case=case, category="safety", you_said=words, state=state, **said)
    page = text_of(phone.get("/board/"))
    assert "晚上门口太黑" in page
    assert "&lt;b&gt;门口装了灯" in page
    assert "还没有同意" not in page
    assert "empty" not in Outline(page).ids()


def test_an_empty_board_says_so(officers, phone):
    assert "empty" in Outline(text_of(phone.get("/board/"))).ids()


def test_another_factorys_phone_sees_its_own_officers_only(officers, lakeside):
    page = text_of(VoiceClient(lakeside.slug).get("/"))
    assert officers[0].row.name not in page
    assert str(officers[0].row.pk) not in page


# --- sentences of the scripts ----------------------------------------------------------------------------------------


def keys_of(*names: str) -> set[str]:
    return {key for name in names for key in re.findall(r'data-key="([^"]+)"', (TEMPLATES / name).read_text())}


def test_every_sentence_a_script_says_is_on_its_page():
    """Keys that are put together (`error-…`) are those of codes; the plain ones are looked up here."""
    said = {key for path in SCRIPTS.glob("*.js") for key in re.findall(r'\bt\("([^"]+)"', path.read_text())}
    assert said
    assert said <= keys_of("_texts.html", "_texts_new.html", "_texts_case.html")


def test_every_problem_of_the_reader_has_a_sentence():
    problems = [
        "case_keys_swapped",
        "epoch_forged",
        "gap",
        "unopened",
        "moved",
        "out_of_order",
        "forged",
        "tail_missing",
    ]
    problems += ["category_changed", "officer_keys_changed"]
    assert {f"problem-{code}" for code in problems} <= keys_of("_texts_case.html")


def test_scripts_keep_nothing_on_the_phone():
    for path in [*SCRIPTS.glob("*.js"), *SCRIPTS.with_name("shared").glob("*.js")]:
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML", path.read_text()), (
            path
        )


def test_no_page_is_built_on_the_workers_frame():
    """That one needs the session of a known worker."""
    for path in TEMPLATES.glob("*.html"):
        get_template(f"grievances/voice/{path.name}")
        assert "base_worker" not in path.read_text()
