"""The vault's protocol in Python: what of a case opens, what does not, and what every reader notices."""

import pytest

from grievances import protocol
from grievances.protocol import ProtocolError, case_read
from grievances.protocol.encoding import to_base64
from tests.grievances.attacks import ATTACKS
from tests.grievances.attacks.ghosts import other_keys
from tests.grievances.story import PLACE, case_begin, opening_body, person, refusal, text_body, told


def test_officers_ombudsman_and_worker_read_the_same_case():
    story = told()
    cases = [story.read(reader) for reader in (story.wang.opened, story.zhou.opened, story.worker)]
    for case in cases:
        assert case.problems <= {"unopened"}  # the ombudsman has none of the factory's notes
        assert [message.problem for message in case.messages] == [None] * 7
        assert [message.body for message in case.messages] == [message.body for message in cases[0].messages]
    assert [message.author_name for message in cases[2].messages] == ["小李", "王", "小李", "周", "小李", "王", "小李"]
    assert [note.body["text"] for note in cases[0].notes] == ["先查考勤。", "查过了。"]
    assert cases[2].notes == []


def test_lanes_are_put_in_the_order_of_what_their_authors_had_read():
    case = told().read(told().wang.opened)
    places = [(message.lane, message.number) for message in case.messages]
    assert places.index(("factory", 1)) < places.index(("ombudsman", 0)) < places.index(("ombudsman", 1))
    assert places.index(("ombudsman", 1)) < places.index(("factory", 2))


def test_who_has_no_wrap_reads_nothing_and_writes_nothing():
    story, outsider = told(), person("外")
    case = story.read(outsider.opened)
    assert {message.body for message in case.messages} == {None}
    assert refusal(protocol.case_wraps, case, [outsider.record]) in ("unopened", "epoch_forged")


def test_a_held_wrap_opens_the_case_only_once_it_is_handed_on():
    wang, zhou = person("王"), person("周", place="ccr")
    _receipt, worker, bundle = case_begin([wang], [zhou])
    held = [wrap for wrap in bundle["keys"][0]["wraps"] if wrap["held"]]
    assert [wrap["officer"] for wrap in held] == [zhou.record["id"]]

    def read(wraps):
        keys = [{**bundle["keys"][0], "wraps": wraps}]
        return case_read(place=PLACE, bundle={**bundle, "keys": keys}, officers=[], reader=zhou.opened)

    assert read([]).keys[0].private is None
    assert read(held).keys[0].private is not None


def test_an_officer_who_joins_reads_all_epochs_after_a_new_wrap():
    story, qian = told(), person("钱")
    story.officers.append(qian.public)
    for wrap in protocol.case_wraps(story.read(story.wang.opened), [qian.record]):
        story.bundle["keys"][wrap["epoch"]]["wraps"].append(wrap)
    assert not any(message.problem for message in story.read(qian.opened).messages)


def test_an_officer_who_left_does_not_read_what_comes_under_the_new_key():
    story = told()
    case = story.read(story.chen.opened)  # Chen's wrap was not made again
    last = [message for message in case.messages if (message.lane, message.number) == ("factory", 4)]
    assert [(message.problem, message.body) for message in last] == [("unopened", None)]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_reader_notices(name):
    attack, story = ATTACKS[name], told()
    attack.forge(story)
    case = story.read(story.worker if attack.by_worker else story.wang.opened)
    assert {(m.lane, m.number): m.problem for m in case.messages if m.problem} == attack.messages
    assert case.problems == attack.problems


# What officers of the case really wrote, one of them with bad intent.
BY_OFFICERS = {"two_messages_name_one_epoch", "key_of_a_ghost_officer_is_followed_by_an_honest_one"}


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_a_server_puts_in_is_shown_as_somebodys_words(name):
    attack, story = ATTACKS[name], told()
    honest = [message.body for message in story.read(story.wang.opened).messages]
    attack.forge(story)
    case = story.read(story.worker if attack.by_worker else story.wang.opened)
    for message in case.messages:
        if message.problem in ("unopened", "moved", "forged"):
            assert message.body is None
        elif not message.problem:
            assert message.body in honest or message.notice or name in BY_OFFICERS


@pytest.mark.parametrize(
    "name", ["case_key_is_the_servers", "newest_epoch_is_kept_back", "epoch_is_added_without_a_message"]
)
def test_nobody_writes_into_a_case_whose_keys_are_in_doubt(name):
    story = told()
    ATTACKS[name].forge(story)
    case = story.read(story.wang.opened)
    code = "case_keys_swapped" if "case_keys_swapped" in ATTACKS[name].problems else "epoch_forged"
    assert refusal(protocol.message_seal, case, story.wang.opened, kind="message", body=text_body("x")) == code
    assert refusal(protocol.note_seal, case, story.wang.opened, "x", []) == code
    assert refusal(protocol.rekey, case, story.wang.opened, holders=[], reason="left") == code


def test_the_worker_is_told_of_new_officers_and_of_other_keys():
    notices = {}
    for name in ("new_officer_writes", "officer_writes_with_other_keys"):
        story = told()
        ATTACKS[name].forge(story)
        notices[name] = [message.notice for message in story.read(story.worker).messages]
    assert notices["new_officer_writes"].count("officer_new") == 1
    assert notices["officer_writes_with_other_keys"].count("officer_keys_changed") == 2


GHOST_KEYS = [name for name, attack in ATTACKS.items() if "epoch_unconfirmed" in attack.problems]


@pytest.mark.parametrize("name", GHOST_KEYS)
def test_officers_write_nothing_under_the_key_of_somebody_they_have_not_confirmed(name):
    story = told()
    ATTACKS[name].forge(story)
    wang = story.wang.opened
    case = story.read(wang)
    assert case.epoch is None
    assert [officer["sign_key"] for officer in case.unconfirmed] == [story.ghost.record["sign_key"]]
    assert refusal(protocol.message_seal, case, wang, kind="message", body=text_body("x")) == "epoch_unconfirmed"
    assert refusal(protocol.note_seal, case, wang, "x", [story.wang.record]) == "epoch_unconfirmed"
    assert refusal(protocol.case_wraps, case, [story.chen.record]) == "epoch_unconfirmed"
    assert refusal(protocol.rekey, case, wang, holders=[], reason="left") == "epoch_unconfirmed"

    for twin in other_keys(story.ghost):
        assert story.read(wang, trusted=[twin]).problems == {"epoch_unconfirmed", "officer_keys_changed"}


@pytest.mark.parametrize("name", [*GHOST_KEYS, "ghost_officer_writes", "ghost_officer_writes_a_note"])
def test_an_officer_who_was_confirmed_is_no_stranger(name):
    story = told()
    ATTACKS[name].forge(story)
    wang = story.wang.opened
    marked = [each.notice for each in [*story.read(wang).messages, *story.read(wang).notes] if each.notice]
    assert set(marked) == {"officer_keys_changed" if name.startswith("ghost_officer_has") else "officer_new"}
    case = story.read(wang, trusted=[story.ghost])
    assert (case.problems, case.unconfirmed, case.epoch) == (
        set(),
        [],
        max(key["epoch"] for key in story.bundle["keys"]),
    )
    assert {each.notice for each in [*case.messages, *case.notes]} == {None}
    assert protocol.message_seal(case, wang, kind="message", body=text_body("x"))["epoch"] == case.epoch


def test_the_worker_still_writes_under_a_new_officers_key_once_told():
    story = told()
    ATTACKS["ghost_officer_makes_the_next_key_for_the_worker"].forge(story)
    case = story.read(story.worker)
    assert (case.epoch, case.messages[-1].notice) == (2, "officer_new")


def test_an_officer_who_joined_knows_themselves_and_is_known_once_confirmed():
    story = told()
    ATTACKS["new_officer_writes"].forge(story)
    qian = story.ghost
    assert story.read(qian.opened).unconfirmed == []
    assert [officer["name"] for officer in story.read(story.wang.opened).unconfirmed] == ["钱"]
    assert story.read(story.wang.opened, trusted=[qian]).unconfirmed == []


@pytest.mark.parametrize("key", [b"", bytes(32), b"\1" + bytes(31), bytes(31)])
def test_a_key_that_nothing_can_be_sealed_to_is_named_by_its_officer(key):
    story = told()
    assert not protocol.box_key_is_sound(key)
    assert protocol.box_key_is_sound(story.chen.opened.box_key)
    bad, case = {**story.chen.record, "box_key": to_base64(key)}, story.read(story.wang.opened)
    for call, arguments in [
        (protocol.case_wraps, {"officers": [story.wang.record, bad]}),
        (protocol.note_seal, {"author": story.wang.opened, "text": "x", "officers": [bad]}),
        (protocol.rekey, {"maker": story.wang.opened, "holders": [bad], "reason": "left"}),
    ]:
        with pytest.raises(ProtocolError) as refused:
            call(case, **arguments)
        assert (refused.value.code, refused.value.detail) == ("officer_key_bad", {"officer": bad["id"]})


def test_a_body_that_does_not_fit_its_kind_is_not_sealed():
    story = told()
    case = story.read(story.worker)
    for kind, body in [
        ("message", {"text": "x"}),
        ("message", {**opening_body("x", [story.wang]), "agreed": {}}),
        ("rating", {"score": 6, "text": "", "attachments": []}),
        ("rating", {"score": True, "text": "", "attachments": []}),
        ("rekey", {"epoch": 1, "public_key": "AAAA", "reason": "left"}),
        ("poem", text_body("x")),
    ]:
        assert refusal(protocol.message_seal, case, story.worker, kind=kind, body=body) == "bad_message"
