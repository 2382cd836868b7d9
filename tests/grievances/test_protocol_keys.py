"""The vault's protocol in Python: officers' keys, receipts and the words that both are written in."""

import pytest

from grievances import protocol
from grievances.protocol import ProtocolError
from grievances.protocol.encoding import to_base64
from grievances.protocol.officers import recovery_read, recovery_written
from grievances.protocol.receipts import check_digit
from grievances.protocol.words import digits_of_numbers, normalise, numbers_of_digits, word_list
from tests.grievances.story import LEAST, ONE, PASSPHRASE, SALT, THREE, TWO, person, refusal


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
