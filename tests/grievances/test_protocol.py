"""The vault's protocol in Python: what opens, what does not, and what every reader notices."""

import json
import subprocess
import sys

import pytest

from grievances import protocol
from grievances.protocol import ProtocolError, case_read
from grievances.protocol.encoding import from_base64, pad, to_base64, unpad
from grievances.protocol.officers import recovery_read, recovery_written
from grievances.protocol.receipts import check_digit
from grievances.protocol.words import digits_of_numbers, normalise, numbers_of_digits, word_list
from tests.grievances.story import (
    ATTACKS,
    LEAST,
    ONE,
    PASSPHRASE,
    PLACE,
    SALT,
    THREE,
    TWO,
    case_begin,
    opening_body,
    other_keys,
    person,
    text_body,
    told,
)


def refusal(call, *arguments, **named) -> str:
    """The code that a call is refused with."""
    with pytest.raises(ProtocolError) as refused:
        call(*arguments, **named)
    return refused.value.code


# --- officers --------------------------------------------------------------------------------------------------------
def test_an_enrolled_officer_unlocks_with_the_passphrase_at_real_strength():
    officer, record, _code = protocol.officer_new(PASSPHRASE)
    assert (record["passphrase_wrap"]["ops"], record["passphrase_wrap"]["mem"]) == (3, 128 * 1024 * 1024)
    assert protocol.officer_unlock(record, " ".join(word_list().pinyins[:3] * 2)).seed == officer.seed


def test_another_passphrase_does_not_unlock():
    wang = person("王")
    assert refusal(protocol.officer_unlock, wang.record, f"{THREE}{TWO}{ONE}" * 2) == "wrong_passphrase"
    assert refusal(protocol.officer_unlock, wang.record, f"{ONE}{TWO}" * 2) == "too_few_words"


def test_a_wrap_of_another_officer_is_no_way_in():
    wang, chen = person("王"), person("陈")
    swapped = {**wang.record, "passphrase_wrap": chen.record["passphrase_wrap"]}
    assert refusal(protocol.officer_unlock, swapped, PASSPHRASE) == "officer_keys_swapped"


@pytest.mark.parametrize(
    "strength",
    [{"ops": 11}, {"mem": 1024**3 + 1}, {"ops": 2}, {"ops": 0}, {"mem": 67_108_863}, {"mem": 8192}, {"v": 2}],
)
def test_a_record_cannot_ask_for_endless_work_nor_for_a_key_that_is_guessed_cheaply(strength):
    wang = person("王")
    wrap = {**wang.record["passphrase_wrap"], **strength}
    assert (
        refusal(protocol.officer_unlock, {**wang.record, "passphrase_wrap": wrap}, PASSPHRASE) == "parameters_refused"
    )


def test_the_recovery_code_opens_what_the_passphrase_opens():
    wang = person("王")
    assert protocol.officer_recover(wang.record, wang.code).seed == wang.opened.seed
    typed = wang.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert protocol.officer_recover(wang.record, typed).seed == wang.opened.seed


def test_a_mistyped_recovery_code_is_told_from_a_wrong_one():
    wang = person("王")
    other = "0" if wang.code[3] != "0" else "2"
    for typed, reason in [
        (wang.code[:-1], "length"),
        (wang.code[:3] + other + wang.code[4:], "check"),
        (wang.code.replace(wang.code[0], "U"), "check"),
        (person("陈").code, "other"),
    ]:
        with pytest.raises(ProtocolError) as refused:
            protocol.officer_recover(wang.record, typed)
        assert (refused.value.code, refused.value.detail) == ("wrong_recovery_code", {"reason": reason})


def test_a_recovery_code_has_128_bits_and_two_characters_of_check():
    for code in (bytes(16), b"\xff" * 16, bytes(range(16))):
        assert recovery_read(recovery_written(code)) == code
    assert recovery_written(bytes(16)).startswith("0000-0000-0000-0000-0000-0000-00")


def test_new_wraps_are_taken_from_who_holds_the_seed_only():
    wang, chen = person("王"), person("陈")
    wrap = protocol.passphrase_wrap_make(wang.opened.seed, PASSPHRASE, **LEAST)
    payload = protocol.wraps_payload(wrap, protocol.recovery_wrap_make(wang.opened.seed)[0])
    proof = protocol.proof_make(wang.opened, "wraps", payload)
    assert protocol.proof_holds(wang.opened.sign_key, "wraps", payload, proof)
    for other in [
        (chen.opened.sign_key, "wraps", payload, proof),
        (wang.opened.sign_key, "admit", payload, proof),
        (wang.opened.sign_key, "wraps", payload + b"\0", proof),
        (wang.opened.sign_key, "wraps", payload, proof[:-1]),
        (b"", "wraps", payload, proof),
    ]:
        assert not protocol.proof_holds(*other)


def test_an_officers_id_belongs_to_their_keys():
    wang, chen = person("王"), person("陈")
    assert wang.record["id"] == protocol.officer_id(wang.opened.sign_key, wang.opened.box_key)
    assert wang.record["id"] != protocol.officer_id(wang.opened.sign_key, chen.opened.box_key)
    assert refusal(protocol.officer_unlock, {**wang.record, "id": chen.record["id"]}, PASSPHRASE) == (
        "officer_keys_swapped"
    )


def test_a_fingerprint_changes_with_either_key():
    wang, chen = person("王"), person("陈")
    keys = wang.opened.sign_key, wang.opened.box_key
    digits, words = protocol.fingerprint(*keys)
    assert len(digits) == 18
    assert digits_of_numbers(word_list().read("".join(words), 6)) == digits
    assert protocol.fingerprint(keys[0], chen.opened.box_key)[0] != digits
    assert protocol.fingerprint(chen.opened.sign_key, keys[1])[0] != digits


# --- receipts and words ----------------------------------------------------------------------------------------------
def test_a_receipt_finds_the_same_keys_again_at_real_strength():
    receipt = protocol.receipt_new()
    one, other = protocol.worker_of_receipt(receipt, SALT), protocol.worker_of_receipt(receipt, SALT)
    assert (one.lookup, one.sign_key, one.box_key) == (other.lookup, other.sign_key, other.box_key)
    assert one.lookup_digest == other.lookup_digest != one.lookup


@pytest.mark.parametrize("weaker", [{"ops": 2}, {"mem": 33_554_431}, {"ops": 11}, {"mem": 1024**3 + 1}])
def test_a_receipt_is_not_turned_into_keys_that_are_guessed_cheaply(weaker):
    assert refusal(protocol.worker_of_receipt, protocol.receipt_new(), {**SALT, **weaker}) == "parameters_refused"


def test_only_who_says_so_makes_cheap_keys():
    cheap = {"ops": 1, "mem": 8192}
    assert refusal(protocol.officer_new, PASSPHRASE, **cheap) == "parameters_refused"
    officer, record, _code = protocol.officer_new(PASSPHRASE, **cheap, floor=False)
    assert refusal(protocol.officer_unlock, record, PASSPHRASE) == "parameters_refused"
    assert protocol.officer_unlock(record, PASSPHRASE, floor=False).seed == officer.seed
    receipt = protocol.receipt_new()
    worker = protocol.worker_of_receipt(receipt, {**SALT, **cheap}, floor=False)
    assert worker.lookup != protocol.worker_of_receipt(receipt, SALT).lookup


def test_another_receipt_or_factory_gives_other_keys():
    receipt = protocol.receipt_new()
    one = protocol.worker_of_receipt(receipt, SALT)
    assert protocol.worker_of_receipt(protocol.receipt_new(), SALT).lookup != one.lookup
    assert protocol.worker_of_receipt(receipt, {**SALT, "salt": to_base64(bytes(16))}).lookup != one.lookup


def test_a_receipt_is_read_as_digits_words_or_pinyin():
    receipt = protocol.receipt_new()
    words = protocol.receipt_words(receipt)
    pinyins = [word_list().pinyins[word_list().words.index(word)] for word in words]
    for typed in [
        receipt,
        " ".join(receipt[at : at + 4] for at in range(0, 20, 4)),
        "".join(chr(ord(digit) + 0xFEE0) for digit in receipt),  # full width
        "-".join(receipt),
        "".join(words),
        "、".join(words),
        "".join(pinyins),
        " ".join(pinyins).upper(),
        "".join(chr(ord(letter) + 0xFEE0) for letter in "".join(pinyins)),
        words[0] + " " + " ".join(pinyins[1:]),
    ]:
        assert protocol.receipt_read(typed) == receipt


def test_one_wrong_digit_or_two_neighbours_swapped_are_noticed():
    receipt = "4992739871600000000"
    receipt += check_digit(receipt)
    assert protocol.receipt_read(receipt) == receipt
    for at in range(20):
        wrong = receipt[:at] + str((int(receipt[at]) + 3) % 10) + receipt[at + 1 :]
        assert refusal(protocol.receipt_read, wrong) == "bad_receipt"
    swapped = receipt[1] + receipt[0] + receipt[2:]
    assert refusal(protocol.receipt_read, swapped) == "bad_receipt"
    assert check_digit("7992739871") == "3"  # the example of Luhn's patent's usual description


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "bad_receipt"),
        ("1234 5678", "bad_receipt"),
        ("1" * 21, "bad_receipt"),
        (f"{ONE}{TWO}" * 3 + "xx", "unknown_word"),
        (f"{ONE}{TWO}" * 3, "too_few_words"),
        (ONE * 8, "too_many_words"),
        (ONE * 6 + "7", "unknown_word"),
    ],
)
def test_what_is_no_receipt_is_refused_with_its_reason(typed, code):
    assert refusal(protocol.receipt_read, typed) == code


def test_seven_words_whose_last_is_no_receipts_are_refused():
    words = word_list()
    last = next(number for number in range(1000) if number % 10)
    assert refusal(protocol.receipt_read, "".join(words.written([0, 0, 0, 0, 0, 0, last]))) == "bad_receipt"


def test_the_unknown_word_is_named():
    with pytest.raises(ProtocolError) as refused:
        word_list().read(f"{ONE} {word_list().pinyins[1].title()} Ｘylophon {THREE}", 4)
    assert (refused.value.code, refused.value.detail) == ("unknown_word", {"position": 3, "text": "xylophon"})


def test_tones_and_umlauts_are_read_as_plain_letters():
    assert normalise("Bāng-máng　MĚI shù") == "bangmangmeishu"
    assert normalise("lǜ sè nǚ ér LÜ") == "lvsenverlv"
    assert normalise("Ｌü②") == "lv2"


def test_every_word_is_read_back_in_both_writings():
    words = word_list()
    numbers = list(range(1000))
    assert words.read("".join(words.words), 1000) == numbers
    assert words.read("".join(words.pinyins), 1000) == numbers
    assert digits_of_numbers(numbers_of_digits("00100201")) == "001002010"


# --- a case ----------------------------------------------------------------------------------------------------------
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


# --- sizes -----------------------------------------------------------------------------------------------------------
def test_padding_hides_the_length_and_is_taken_back_exactly():
    for size in (0, 1, 507, 508, 509, 1020, 1021):
        padded = pad(b"x" * size)
        assert len(padded) % 512 == 0
        assert len(padded) - 512 < size + 4 <= len(padded)
        assert unpad(padded) == b"x" * size
    assert [unpad(damaged) for damaged in (b"", bytes(511), pad(b"x")[:-1] + b"\1", pad(b"x") + bytes(512))] == [
        None
    ] * 4


def test_the_size_of_a_message_tells_only_how_many_blocks_it_has():
    sizes = set()
    for length in range(0, 400, 7):
        story = told()
        sealed = protocol.message_seal(
            story.read(story.worker), story.worker, kind="message", body=text_body("x" * length)
        )
        sizes.add(len(from_base64(sealed["sealed"])))
    assert {(size - 48) % 512 for size in sizes} == {0}
    assert len(sizes) <= 2


# --- attachments -----------------------------------------------------------------------------------------------------
def sealed_file(data: bytes, case: str = "c" * 32):
    return protocol.attachment_seal(place=PLACE, case=case, data=data, content_type="image/png", name="x.png")


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_an_attachment_comes_back_whole_and_its_size_is_hidden(size):
    data = bytes(range(256)) * (size // 256 + 1)
    sealed, entry = sealed_file(data[:size])
    assert (len(sealed) - 24) % (65_536 + 17) == 0
    assert protocol.attachment_open(place=PLACE, case="c" * 32, entry=entry, sealed=sealed) == data[:size]


def test_a_damaged_attachment_is_not_opened():
    sealed, entry = sealed_file(b"x" * 200_000)
    chunk = 65_536 + 17
    header, chunks = sealed[:24], [sealed[24 + at * chunk : 24 + (at + 1) * chunk] for at in range(4)]

    def opened(sealed, *, place=PLACE, case="c" * 32, **changes):
        fitting = {**entry, "digest": protocol.sealed_digest(sealed), **changes}
        return refusal(protocol.attachment_open, place=place, case=case, entry=fitting, sealed=sealed)

    for forged in [
        sealed[:-1],
        sealed[:-chunk],
        b"",
        header + b"".join(chunks[at] for at in (1, 0, 2, 3)),
        header + b"".join(chunks[at] for at in (0, 0, 1, 2, 3)),
        sealed[:30] + bytes([sealed[30] ^ 1]) + sealed[31:],
    ]:
        assert opened(forged) == "attachment_damaged"
    assert opened(sealed[:-chunk], size=3 * 65_536) == "attachment_damaged"  # cut off at a chunk, entry or not
    assert opened(sealed, digest="0" * 64) == "attachment_damaged"
    assert opened(sealed, size=150_000) == "attachment_damaged"
    assert opened(sealed, case="d" * 32) == "attachment_damaged"
    assert opened(sealed, place="lakeside") == "attachment_damaged"
    assert opened(sealed, id=sealed_file(b"")[1]["id"]) == "attachment_damaged"


# --- work ------------------------------------------------------------------------------------------------------------
def test_work_is_solved_for_one_challenge():
    numbers = protocol.work_solve("challenge")
    assert protocol.work_holds("challenge", numbers)
    assert not protocol.work_holds("another", numbers)
    for other in (
        None,
        [],
        numbers[:-1],
        [*numbers[:-1], int(numbers[-1])],
        [*numbers[:-1], "-1"],
        [*numbers[:-1], "²"],
    ):
        assert not protocol.work_holds("challenge", other)
    assert not protocol.work_holds("challenge", ["99999999999999999999"] * 16)


# --- an exported case ------------------------------------------------------------------------------------------------
def exported(folder, story, reader) -> list[str]:
    """The files of an export; -> the arguments that name them."""
    case = {"place": PLACE, "bundle": story.bundle_for(reader), "officers": story.officers}
    for name, content in [("case", case), ("officer", story.wang.record), ("salt", SALT)]:
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    secret = "salt" if reader is story.worker else "officer"
    return [str(folder / "case.json"), f"--{secret}", str(folder / f"{secret}.json")]


def run(program: list[str], secret: str) -> tuple[int, str, str]:
    """Away from any terminal, so that the secret is asked for on standard input."""
    done = subprocess.run(
        [sys.executable, *program],
        input=secret + "\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("program", [["-m", "grievances.protocol"], ["manage.py", "vault_open"]])
def test_an_exported_case_is_opened_offline(program, tmp_path):
    story = told()
    code, printed, _ = run([*program, *exported(tmp_path, story, story.wang.opened)], PASSPHRASE)
    assert code == 0
    for text in ("加班费少了三百元。", "小李", "照片.jpg", "4 of 5", "查过了。", "Checks that failed: none"):
        assert text in printed
    code, printed, _ = run([*program, *exported(tmp_path, story, story.worker)], story.receipt)
    assert (code, "谢谢" in printed, "查过了。" in printed) == (0, True, False)


def test_who_opens_a_case_offline_is_told_whom_to_ask_about(tmp_path):
    story = told()
    ATTACKS["ghost_officer_makes_the_next_key"].forge(story)
    _, printed, _ = run(["-m", "grievances.protocol", *exported(tmp_path, story, story.wang.opened)], PASSPHRASE)
    _digits, words = protocol.fingerprint(story.ghost.opened.sign_key, story.ghost.opened.box_key)
    assert "Checks that failed: epoch_unconfirmed" in printed
    assert f"{story.ghost.record['id']}, words {' '.join(words)}" in printed
    assert "[officer_new]" in printed


@pytest.mark.parametrize("program", [["-m", "grievances.protocol"], ["manage.py", "vault_open"]])
def test_an_exported_case_stays_shut_without_the_secret(program, tmp_path):
    story = told()
    arguments = exported(tmp_path, story, story.wang.opened)
    code, printed, said = run([*program, *arguments], THREE * 6)
    assert (code, printed.strip(), "wrong_passphrase" in said) == (1, "", True)
    (tmp_path / "case.json").write_text("{}")
    code, _, said = run([*program, *arguments], PASSPHRASE)
    assert (code, "Traceback" in said) == (1, False)


def test_a_text_cannot_steer_the_terminal_it_is_printed_on(tmp_path):
    story = told()
    story.post(story.worker, "message", text_body("\x1b[2J\x1b]0;x\x07好\u202e"))
    _code, printed, _ = run(["-m", "grievances.protocol", *exported(tmp_path, story, story.wang.opened)], PASSPHRASE)
    assert "好" in printed
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
