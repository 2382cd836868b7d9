"""Signatures, ciphers and parsing, held against what other implementations have published and against vectors of our own.

Those of others lie in a folder beside the repository (`../shared`), are not part of it, and are read where they are: with
the folder absent there is nothing to collect. Our own (`vectors/make.py`) always run.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from wechat.crypto import MessageCipher, Undecipherable, signature, signature_matches
from wechat.services.inbox import message_read

HERE = Path(__file__).parent
OWN = json.loads((HERE / "vectors" / "vectors.json").read_text())
SHARED_FILE = HERE.parents[2] / "shared" / "data" / "wechat" / "vectors.json"
SHARED = json.loads(SHARED_FILE.read_text()) if SHARED_FILE.is_file() else []
# Kinds whose feature comes later: payments and red packets, the JS-SDK, the third-party platform.
NOT_OURS_YET = {
    "pay_v2_sign": 7,
    "redpack_sign": 2,
    "pay_v3_aes_gcm": 1,
    "pay_v3_rsa_sign": 1,
    "refund_notify_decrypt": 1,
    "jsapi_signature": 3,
    "component_event": 4,
}
OURS = {
    "url_signature": 8,
    "msg_signature": 2,
    "sorted_sha1": 2,
    "card_signature": 2,
    "aes_decrypt": 15,
    "aes_encrypt": 4,
    "xml_message": 63,
}


def of_kind(*kinds: str) -> list:
    return [
        pytest.param(each["input"], each["expect"], id=each["id"]) for each in [*OWN, *SHARED] if each["kind"] in kinds
    ]


def test_every_kind_is_tested_or_named_as_not_ours_yet():
    assert len(OWN) == 17
    assert {each["kind"] for each in OWN} <= set(OURS)
    if SHARED:
        assert Counter(each["kind"] for each in SHARED) == OURS | NOT_OURS_YET
        assert len(SHARED) == 115


@pytest.mark.parametrize(("given", "expected"), of_kind("url_signature"))
def test_signature_of_an_address(given, expected):
    parts = (given["token"], given["timestamp"], given["nonce"])
    assert signature_matches(given["signature"], *parts) == expected["valid"]


@pytest.mark.parametrize(("given", "expected"), of_kind("msg_signature"))
def test_signature_of_a_cipher_text(given, expected):
    parts = (given["token"], given["timestamp"], given["nonce"], given["encrypt"])
    assert signature_matches(given["msg_signature"], *parts) == expected["valid"]


@pytest.mark.parametrize(("given", "expected"), of_kind("sorted_sha1", "card_signature"))
def test_signature_of_any_parts(given, expected):
    assert signature(*given["parts"]) == expected["sha1"]


@pytest.mark.parametrize(("given", "expected"), of_kind("aes_decrypt"))
def test_decryption(given, expected):
    opened, error = decrypted(given)
    if not expected["ok"]:
        assert error == expected["error"] or (error and expected["error"] == "any")
        return
    assert not error
    assert opened == expected.get("plaintext", opened)
    assert_fields(expected.get("fields", {}), opened)


def decrypted(given: dict[str, str]) -> tuple[str, str]:
    """(message, "") or ("", what was wrong with it), in the order in which a callback is checked."""
    if "msg_signature" in given:
        parts = (given["token"], given["timestamp"], given["nonce"], given["encrypt"])
        if not signature_matches(given["msg_signature"], *parts):
            return "", "signature"
    cipher = MessageCipher(encoding_aes_key=given["encoding_aes_key"], appid=given["appid"])
    try:
        return cipher.open(given["encrypt"]), ""
    except Undecipherable as error:
        return "", "appid" if "AppId" in str(error) else "any"


class Predictable(MessageCipher):
    random16 = ""

    def get_random_string(self) -> str:
        return self.random16


@pytest.mark.parametrize(("given", "expected"), of_kind("aes_encrypt"))
def test_encryption(given, expected):
    cipher = Predictable(encoding_aes_key=given["encoding_aes_key"], appid=given["appid"])
    cipher.random16 = given["random16"]
    sealed = cipher.seal(given["plaintext"])
    assert sealed == expected["encrypt"]
    if "msg_signature" in expected:
        assert signature(given["token"], given["timestamp"], given["nonce"], sealed) == expected["msg_signature"]


@pytest.mark.parametrize(("given", "expected"), of_kind("xml_message"))
def test_parsing(given, expected):
    assert_fields(expected["fields"], given["xml"])
    if "event_lower" in expected:
        kind = message_read(given["xml"])._data["Event"].lower()
        assert kind.removesuffix("_scan") == expected["event_lower"]


def assert_fields(fields: dict[str, str], xml: str) -> None:
    """The library trims white space, and takes the prefix off a scene that somebody followed by."""
    data = message_read(xml)._data if fields else {}
    for path, value in fields.items():
        found = pick(data, path)
        followed_by = value.removeprefix("qrscene_") if path == "EventKey" else value
        assert found in (value.strip(), followed_by) or float(found) == float(value), path


def pick(data: Any, path: str) -> str:
    for step in path.split("/"):
        name, index = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", step).groups()
        data = data[name]
        data = data[int(index or 0)] if isinstance(data, list) else data
    return data or ""
