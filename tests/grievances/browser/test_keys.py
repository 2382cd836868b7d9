"""The browser's vault and the one in Python: keys, receipts and words of one are good in the other."""

import pytest

from grievances import protocol
from grievances.protocol import ProtocolError
from grievances.protocol.encoding import from_base64, to_base64, wrap_open
from grievances.protocol.officers import fingerprint, passphrase_read, recovery_read, wraps_payload
from grievances.protocol.words import word_list
from tests.grievances.browser.page import VaultRefusal, refusal
from tests.grievances.story import ONE, PASSPHRASE, PLACE, SALT, THREE, TWO, person, told

pytestmark = pytest.mark.browser


def record_of(made: dict, name: str = "王") -> dict:
    return {
        "id": made["id"],
        "name": name,
        "place": PLACE,
        "state": "active",
        "box_key": made["boxKey"],
        "sign_key": made["signKey"],
        "passphrase_wrap": made["passphraseWrap"],
        "recovery_wrap": made["recoveryWrap"],
    }


def test_an_officer_enrolled_in_the_browser_is_unlocked_in_python(vault):
    passphrase = "".join(vault.call("passphraseNew")["words"])
    made = vault.call("officerNew", passphrase=passphrase)
    assert set(made) == {"id", "boxKey", "signKey", "passphraseWrap", "recoveryWrap", "recoveryCode", "proof"}
    record = record_of(made)
    assert (record["passphrase_wrap"]["ops"], record["passphrase_wrap"]["mem"]) == (3, 128 * 1024 * 1024)
    officer = protocol.officer_unlock(record, passphrase)
    assert made["id"] == protocol.officer_id(officer.sign_key, officer.box_key)
    payload = protocol.enrol_payload(officer.sign_key, officer.box_key)
    assert protocol.proof_holds(officer.sign_key, "enrol", payload, from_base64(made["proof"]))
    assert protocol.officer_recover(record, made["recoveryCode"]).seed == officer.seed
    assert vault.call("isUnlocked") == {"unlocked": True, "officer": made["id"]}
    assert vault.call("recoveryCheck", code=made["recoveryCode"].lower()) == {}
    assert refusal(vault, "recoveryCheck", code=person("陈").code) == "wrong_recovery_code"


def test_an_officer_enrolled_in_python_is_unlocked_in_the_browser(vault):
    wang, chen = person("王"), person("陈")
    assert vault.call("officerUnlock", officer=wang.record, passphrase=PASSPHRASE) == {"officer": wang.record["id"]}
    vault.call("lock")
    assert (
        refusal(vault, "officerUnlock", officer=wang.record, passphrase=f"{THREE}{TWO}{ONE}" * 2) == "wrong_passphrase"
    )
    swapped = {**wang.record, "passphrase_wrap": chen.record["passphrase_wrap"]}
    assert refusal(vault, "officerUnlock", officer=swapped, passphrase=PASSPHRASE) == "officer_keys_swapped"
    renamed = {**wang.record, "id": chen.record["id"]}
    assert refusal(vault, "officerUnlock", officer=renamed, passphrase=PASSPHRASE) == "officer_keys_swapped"
    for change in ({"ops": 11}, {"mem": 1024**3 + 1}, {"ops": 2}, {"mem": 67_108_863}, {"mem": None}, {"v": 2}):
        record = {**wang.record, "passphrase_wrap": {**wang.record["passphrase_wrap"], **change}}
        assert refusal(vault, "officerUnlock", officer=record, passphrase=PASSPHRASE) == "parameters_refused"
    assert vault.call("isUnlocked") == {"unlocked": False, "officer": None}


def test_new_wraps_made_in_the_browser_open_and_are_proven(vault):
    wang, renewed = person("王"), f"{TWO}{ONE}{THREE}" * 2
    for method, args in [("officerRecover", {"officer": wang.record, "code": wang.code}), ("passphraseChange", {})]:
        made = vault.call(method, passphrase=renewed, **args)
        record = {**wang.record, "passphrase_wrap": made["passphraseWrap"], "recovery_wrap": made["recoveryWrap"]}
        assert protocol.officer_unlock(record, renewed).seed == wang.opened.seed
        assert protocol.officer_recover(record, made["recoveryCode"]).seed == wang.opened.seed
        payload = wraps_payload(made["passphraseWrap"], made["recoveryWrap"])
        assert protocol.proof_holds(wang.opened.sign_key, "wraps", payload, from_base64(made["proof"]))
        vault.call("recoveryCheck", code=made["recoveryCode"])


@pytest.mark.parametrize("damage", ["length", "check", "other"])
def test_wrong_recovery_codes_have_the_same_reasons(vault, damage):
    wang = person("王")
    typed = {"length": wang.code[1:], "check": wang.code[:-1] + ("0" if wang.code[-1] != "0" else "1")}
    code = typed.get(damage) or person("陈").code
    with pytest.raises(VaultRefusal) as refused:
        vault.call("officerRecover", officer=wang.record, code=code, passphrase=PASSPHRASE)
    assert (refused.value.code, refused.value.detail) == ("wrong_recovery_code", {"reason": damage})


def test_fingerprints_are_the_same(vault):
    for _ in range(20):
        record = person("王").record
        digits, words = fingerprint(from_base64(record["sign_key"]), from_base64(record["box_key"]))
        shown = vault.call("fingerprint", signKey=record["sign_key"], boxKey=record["box_key"])
        assert shown == {"words": words, "digits": digits}


def test_recovery_codes_are_written_the_same(vault):
    made = vault.call("officerNew", passphrase=PASSPHRASE)
    assert len(recovery_read(made["recoveryCode"])) == 16


TYPED_RECEIPTS = [
    "",
    "1234 5678",
    "4992 7398 7160 0000 0007",
    "４９９２　７３９８　７１６０　００００　０００７",
    "4992-7398-7160-0000-0000",
    "1" * 21,
    ONE * 7,
    ONE * 6 + "7",
    f"{ONE}, {TWO}",
    ONE * 8,
    f"{ONE} xylophon {TWO}",
    ONE.encode().decode() + "ü",
]


@pytest.mark.parametrize("typed", TYPED_RECEIPTS)
def test_typed_receipts_are_read_the_same(vault, typed):
    outcomes: list[object] = []
    for read in (protocol.receipt_read, lambda text: vault.call("receiptRead", text=text)["receipt"]):
        try:
            outcomes.append(read(typed))
        except (ProtocolError, VaultRefusal) as refused:
            outcomes.append((refused.code, refused.detail))
    assert outcomes[0] == outcomes[1]


def test_passphrases_are_read_the_same_however_they_are_typed(vault):
    toned = {"a": "ā", "e": "é", "i": "ǐ", "o": "ò", "u": "ū", "v": "ǚ"}
    for at in range(0, 996, 83):
        words, pinyins = word_list().words[at : at + 6], word_list().pinyins[at : at + 6]
        for typed in [
            "".join(words),
            "　".join(words),
            "".join(pinyins),
            " ".join(pinyins).upper(),
            "".join("".join(toned.get(letter, letter) for letter in pinyin) for pinyin in pinyins),
            "".join(chr(ord(letter) + 0xFEE0) for letter in "".join(pinyins)),
        ]:
            read = vault.call("passphraseRead", text=typed)
            assert read == {"canonical": passphrase_read(typed), "words": words}
            assert read["canonical"] == " ".join(pinyins)


def test_a_receipt_made_in_the_browser_gives_the_same_keys_in_python(vault):
    made = vault.call("caseNew", place=PLACE, salt=SALT)
    worker = protocol.worker_of_receipt(made["receipt"], SALT)
    assert protocol.receipt_words(made["receipt"]) == made["words"]
    assert protocol.receipt_read("".join(made["words"])) == made["receipt"]
    assert made["lookupDigest"] == to_base64(worker.lookup_digest)
    assert (made["workerSignKey"], made["workerBoxKey"]) == (to_base64(worker.sign_key), to_base64(worker.box_key))
    assert made["id"] == protocol.case_id(PLACE, from_base64(made["publicKey"]), worker.sign_key, worker.box_key)
    assert made["saltVersion"] == 1
    assert len(wrap_open(made["workerWrap"], worker.box)) == 32


def test_a_receipt_made_in_python_finds_the_same_case_in_the_browser(vault):
    story = told()
    read = vault.call("receiptRead", text=" ".join(protocol.receipt_words(story.receipt)))
    found = vault.call("receiptLookup", receipt=read["receipt"], salt=SALT)
    assert found == {"lookup": to_base64(story.worker.lookup)}


@pytest.mark.parametrize("weaker", [{"ops": 2}, {"mem": 33_554_431}, {"ops": 11}, {"mem": 1024**3 + 1}])
def test_a_server_cannot_make_receipts_cheap_to_guess(vault, weaker):
    salt = {**SALT, **weaker}
    assert refusal(vault, "caseNew", place=PLACE, salt=salt) == "parameters_refused"
    assert refusal(vault, "receiptLookup", receipt=protocol.receipt_new(), salt=salt) == "parameters_refused"
    assert refusal(vault, "caseLoad", bundle=told().bundle, officers=[]) == "locked"
