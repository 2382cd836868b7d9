"""The browser's vault reads what Python seals, and notices the same forgeries."""

import pytest

from grievances.protocol.encoding import to_base64
from tests.grievances.attacks import ATTACKS
from tests.grievances.attacks.ghosts import other_keys
from tests.grievances.browser.page import VaultRefusal, read_in, refusal, shown_in_browser, shown_in_python
from tests.grievances.story import person, text_body, told

pytestmark = pytest.mark.browser


def test_a_case_sealed_in_python_reads_the_same_in_the_browser(vault):
    story = told()
    for reader in (story.wang.opened, story.chen.opened, story.zhou.opened, story.worker):
        assert shown_in_browser(read_in(vault, story, reader)) == shown_in_python(story.read(reader))


@pytest.mark.parametrize("name", ATTACKS)
def test_the_browser_notices_what_python_notices(vault, name):
    attack, story = ATTACKS[name], told()
    attack.forge(story)
    reader = story.worker if attack.by_worker else story.wang.opened
    view = read_in(vault, story, reader)
    assert shown_in_browser(view) == shown_in_python(story.read(reader))
    assert set(view["problems"]) == attack.problems


@pytest.mark.parametrize(
    "name", ["newest_epoch_is_kept_back", "epoch_is_added_without_a_message", "case_key_is_the_servers"]
)
def test_the_browser_writes_nothing_under_a_key_in_doubt(vault, name):
    story = told()
    ATTACKS[name].forge(story)
    view = read_in(vault, story, story.wang.opened)
    assert view["replyTo"] is None
    case, code = view["id"], ("case_keys_swapped" if name == "case_key_is_the_servers" else "epoch_forged")
    assert refusal(vault, "caseSeal", case=case, kind="message", body=text_body("x"), lane="factory") == code
    assert refusal(vault, "caseWraps", case=case, officers=[story.chen.record]) == code
    assert refusal(vault, "noteSeal", case=case, text="x", officers=[]) == code
    assert refusal(vault, "rekey", case=case, holders=[], reason="left") == code


GHOST_KEYS = [name for name, attack in ATTACKS.items() if "epoch_unconfirmed" in attack.problems]


@pytest.mark.parametrize("name", GHOST_KEYS)
def test_the_browser_writes_nothing_under_the_key_of_somebody_not_confirmed(vault, name):
    story = told()
    ATTACKS[name].forge(story)
    view = read_in(vault, story, story.wang.opened)
    assert view["replyTo"] is None
    case, body = view["id"], text_body("x")
    for method, args in [
        ("caseSeal", {"kind": "message", "body": body, "lane": "factory"}),
        ("caseWraps", {"officers": [story.chen.record]}),
        ("noteSeal", {"text": "x", "officers": []}),
        ("rekey", {"holders": [], "reason": "left"}),
    ]:
        assert refusal(vault, method, case=case, **args) == "epoch_unconfirmed"
    granted = vault.call("grant", cases=[case], officer=person("钱").record)
    assert (granted["wraps"], granted["noteWraps"], granted["unconfirmed"]) == ([], [], [case])

    for twin in other_keys(story.ghost):
        view = read_in(vault, story, story.wang.opened, trusted=[twin])
        assert set(view["problems"]) == {"epoch_unconfirmed", "officer_keys_changed"}
        assert refusal(vault, "caseWraps", case=case, officers=[]) == "epoch_unconfirmed"

    view = read_in(vault, story, story.wang.opened, trusted=[story.ghost])
    assert shown_in_browser(view) == shown_in_python(story.read(story.wang.opened, trusted=[story.ghost]))
    assert view["problems"] == []
    newest = max(key["epoch"] for key in story.bundle["keys"])
    assert view["replyTo"]["epoch"] == newest
    assert vault.call("caseSeal", case=case, kind="message", body=body, lane="factory")["epoch"] == newest
    assert len(vault.call("caseWraps", case=case, officers=[story.chen.record])["wraps"]) == newest + 1


@pytest.mark.parametrize("name", ["ghost_officer_writes", "ghost_officer_writes_a_note", "new_officer_writes"])
def test_who_writes_without_being_named_is_marked_until_confirmed(vault, name):
    story = told()
    ATTACKS[name].forge(story)
    for trusted in ([], [story.ghost], [person("鬼")]):
        view = read_in(vault, story, story.wang.opened, trusted)
        assert shown_in_browser(view) == shown_in_python(story.read(story.wang.opened, trusted))
        marked = [each["notice"] for each in [*view["messages"], *view["notes"]] if each["notice"]]
        assert marked == ([] if trusted == [story.ghost] else ["officer_new"])
        assert view["replyTo"]["epoch"] == 1
    several = vault.call(
        "casesLoad",
        cases=[story.bundle_for(story.wang.opened)],
        officers=story.officers,
        trusted=[story.ghost.named],
    )["views"]
    assert several[0]["unconfirmed"] == []


def test_the_worker_is_warned_before_writing_under_a_new_officers_key(vault):
    story = told()
    ATTACKS["ghost_officer_makes_the_next_key_for_the_worker"].forge(story)
    reply = read_in(vault, story, story.worker)["replyTo"]
    assert (reply["epoch"], reply["notice"]) == (2, "officer_new")


@pytest.mark.parametrize("key", [b"", bytes(32), b"\1" + bytes(31), bytes(31)])
def test_the_browser_names_the_officer_whose_key_is_bad(vault, key):
    story = told()
    case = read_in(vault, story, story.wang.opened)["id"]
    bad = {**story.chen.record, "box_key": to_base64(key), "held": False}
    for method, args in [
        ("caseWraps", {"case": case, "officers": [story.zhou.record, bad]}),
        ("noteSeal", {"case": case, "text": "x", "officers": [bad]}),
        ("rekey", {"case": case, "holders": [story.zhou.record, bad], "reason": "left"}),
        ("grant", {"cases": [case], "officer": bad}),
    ]:
        with pytest.raises(VaultRefusal) as refused:
            vault.call(method, **args)
        assert (refused.value.code, refused.value.detail) == ("officer_key_bad", {"officer": bad["id"]})


def test_the_worker_learns_who_is_new_before_replying(vault):
    story = told()
    ATTACKS["new_officer_writes"].forge(story)
    view = read_in(vault, story, story.worker)
    assert [officer["name"] for officer in view["officersNew"]] == ["钱"]
    assert view["replyTo"]["notice"] is None  # the key is one that a recipient made
