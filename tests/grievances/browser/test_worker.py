"""The vault's Web Worker and the page that calls it: locked, slow, missing or without WebAssembly."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.grievances.browser.page import (
    BUNDLE,
    read_in,
    refusal,
)
from tests.grievances.story import (
    PASSPHRASE,
    person,
    told,
)

pytestmark = pytest.mark.browser


def test_big_arrays_are_given_away_not_copied(vault):
    story = told()
    case = read_in(vault, story, story.wang.opened)["id"]
    left = vault.page.evaluate(
        """async (id) => {
          const bytes = new Uint8Array(3e6);
          await window.vault.call("attachmentSeal", { case: id, bytes, type: "image/png", name: "x" });
          return bytes.length;
        }""",
        case,
    )
    assert left == 0


def test_after_locking_nothing_is_open(vault):
    story = told()
    case = read_in(vault, story, story.wang.opened)["id"]
    vault.call("lock")
    assert vault.call("isUnlocked") == {"unlocked": False, "officer": None}
    assert refusal(vault, "casesLoad", cases=[], officers=[]) == "locked"
    assert refusal(vault, "passphraseChange", passphrase=PASSPHRASE) == "locked"
    assert refusal(vault, "recoveryCheck", code="") == "locked"
    assert refusal(vault, "caseWraps", case=case, officers=[]) == "unopened"


def test_calls_made_with_a_lock_under_way_are_answered(vault):
    wang = person("王")
    vault.call("officerUnlock", officer=wang.record, passphrase=PASSPHRASE)
    states = vault.page.evaluate(
        """() => Promise.all([
          window.vault.call("isUnlocked"), window.vault.call("lock"), window.vault.call("isUnlocked")
        ]).then(([before, , after]) => [before.unlocked, after.unlocked])"""
    )
    assert states == [True, False]


def test_an_unknown_method_and_bad_arguments_are_refused_not_fatal(vault):
    assert refusal(vault, "toString") == "unknown_method"
    assert refusal(vault, "receiptRead") == "bad_input"
    assert vault.call("isUnlocked")["unlocked"] is False


@pytest.mark.parametrize("before", ["delete window.WebAssembly", "WebAssembly.validate = () => false"])
def test_a_browser_without_webassembly_is_told_so_by_the_page(opened, before):
    page = opened("/vault.js", before=before)
    assert refusal(page, "isUnlocked") == "no_webassembly"
    assert page.page.workers == []


@pytest.mark.parametrize("path", ["/without.js", "/old.js"])
def test_a_worker_without_webassembly_says_so(opened, path):
    assert refusal(opened(path), "isUnlocked") == "no_webassembly"


def test_a_vault_that_does_not_load_is_reported_and_tried_again(opened):
    page = opened("/missing.js")
    assert refusal(page, "isUnlocked") == "vault_not_loaded"
    assert refusal(page, "isUnlocked") == "vault_not_loaded"


def test_calls_wait_for_a_slow_vault(opened):
    page = opened("/slow.js")
    assert page.call("isUnlocked") == {"unlocked": False, "officer": None}


def test_pages_find_the_bundle_among_the_static_files():
    assert Path(finders.find("grievances/vault.js")) == BUNDLE


def test_the_bundle_is_finished_and_evaluates_nothing():
    bundle = BUNDLE.read_text(encoding="utf-8")
    assert "sourceMappingURL" not in bundle
    assert "eval(" not in bundle
