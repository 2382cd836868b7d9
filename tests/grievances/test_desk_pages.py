"""The officers' desk, as Django sends it: what it loads, what its policy allows, in which language it speaks."""

import json
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders

from grievances.desk.words import SENTENCES
from grievances.models import Category, State
from tenants.roles import roles_ensure
from tests.config.test_admin_language import english_of, read
from tests.grievances.cast import staff_make
from tests.grievances.test_voice_pages import Outline

DESK = "/admin/grievances/desk/"
SCRIPTS = Path(settings.BASE_DIR) / "grievances" / "web" / "desk"
SAID = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
NEVER = ["举报", "收据", "回执", "您"]
SEALING = ["noteSeal", "caseWraps", "grant", "rekey", "caseSeal"]


@pytest.fixture
def hr(in_sunrise, site_client):
    client = site_client(in_sunrise)
    user = get_user_model().objects.get(username="hr")
    client.force_login(user)
    return client


def scripts() -> dict[str, str]:
    return {path.name: path.read_text() for path in SCRIPTS.glob("*.js")}


def json_of(response, element: str):
    found = re.search(
        rf'<script id="{element}" type="application/json">(.*?)</script>', response.content.decode(), re.S
    )
    assert found
    return json.loads(found[1])


def test_the_scripts_say_exactly_the_sentences_that_are_translated():
    said = {json.loads(f'"{sentence}"') for text in scripts().values() for sentence in SAID.findall(text)}
    assert said == set(SENTENCES)


def test_every_sentence_has_its_chinese_and_none_uses_a_word_that_is_ruled_out():
    source = Path(settings.BASE_DIR) / "grievances" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with source.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    chinese = {sentence: str(entry.string) for sentence in SENTENCES if (entry := catalogue.get(sentence))}
    assert not [sentence for sentence in SENTENCES if not chinese.get(sentence)]
    assert not [text for text in chinese.values() if any(word in text for word in NEVER)]
    for sentence, text in chinese.items():
        assert set(re.findall(r"%\(\w+\)s", text)) <= set(re.findall(r"%\(\w+\)s", sentence)), sentence


def test_what_people_write_can_only_become_text():
    for name, text in scripts().items():
        for way in [
            "innerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "eval(",
            "new Function",
            "srcdoc",
        ]:
            assert way not in text, name


def test_nothing_is_sealed_but_through_the_one_function_that_knows_whose_keys_were_confirmed():
    assert all(f"{method}: " in scripts()["trust.js"] for method in SEALING)
    for name, text in scripts().items():
        asked = set(re.findall(r"\bvaultCall\(\s*([^\s,)]+)", text)) - {"method"}
        assert not asked & {f'"{method}"' for method in SEALING}, name
        if name != "session.js":  # where it is defined; elsewhere which method is called can be read
            assert all(each.startswith('"') for each in asked) or name == "trust.js", name


def test_the_page_needs_nothing_that_its_policy_forbids(hr):
    response = hr.get(DESK)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    page = Outline(response.content.decode())
    assert all(attributes.get("type") == "application/json" for attributes, _text in page.script_texts)
    assert not page.all("style")
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    loaded = [each["src"] for each in page.all("script") if "src" in each]
    loaded += [each["href"] for each in page.all("link")]
    config = json_of(response, "desk-config")
    for address in [*loaded, config["vault_url"], config["words_url"]]:
        assert address.startswith("/static/")
        assert finders.find(address.removeprefix("/static/")), address


def test_the_page_is_kept_by_no_cache_and_framed_by_nobody(hr):
    response = hr.get(DESK)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "no-referrer"


def test_the_page_speaks_chinese_and_its_scripts_too(hr):
    response = hr.get(DESK)
    assert not english_of(read(response))
    words, config = json_of(response, "desk-words"), json_of(response, "desk-config")
    assert not [sentence for sentence in words.values() if re.search(r"[A-Za-z]{2,} [a-z]{2,}", sentence)]
    assert set(config["states"]) == set(State.values)
    assert set(config["categories"]) == set(Category.values)
    labels = [*config["states"].values(), *config["categories"].values(), *config["closings"].values()]
    assert not [label for label in labels if re.search("[A-Za-z]", label)]


def test_whoever_has_chosen_english_reads_english(hr):
    hr.post("/i18n/setlang/", {"language": "en", "next": "/admin/"})
    words = json_of(hr.get(DESK), "desk-words")
    assert words == {sentence: sentence for sentence in SENTENCES}


def test_the_page_carries_nothing_of_any_case(hr, make_case):
    written = make_case("饭堂的菜不新鲜。")
    page = hr.get(DESK).content.decode()
    assert written.row.pk[:8] not in page
    assert "饭堂的菜" not in page


def test_the_page_asks_the_database_for_no_case(hr, make_case, django_assert_max_num_queries):
    make_case()
    hr.get(DESK)
    with django_assert_max_num_queries(6):
        hr.get(DESK)


def test_the_ombudsmen_have_the_same_page_on_the_public_site(db, site_client):
    roles_ensure()
    client = site_client(None)
    user = staff_make("ombudsman", role="ombudsman")
    client.force_login(user)
    response = client.get(DESK)
    assert response.status_code == 200
    config = json_of(response, "desk-config")
    assert (config["place"], config["board_url"]) == ("", "")
    assert client.get(f"{DESK}api/state/").json()["lane"] == "ombudsman"


def test_a_library_editor_has_no_desk(db, site_client):
    roles_ensure()
    client = site_client(None)
    user = staff_make("editor", role="librarian")
    client.force_login(user)
    assert client.get(DESK).status_code == 403
