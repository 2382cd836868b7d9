"""The worker's receipt: 19 random digits and a Luhn check digit, and the keys that come from it."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from grievances.protocol.encoding import from_base64, subkey
from grievances.protocol.errors import ProtocolError
from grievances.protocol.officers import argon
from grievances.protocol.words import digits_of_numbers, normalise, numbers_of_digits, word_list

RECEIPT_WORDS = 7
LEAST_MEMORY = 32 * 1024 * 1024


@dataclass(frozen=True)
class Worker:
    """What a receipt gives: the key that finds the case, and the worker's two key pairs."""

    lookup: bytes
    box: PrivateKey
    sign: SigningKey
    author: str = "worker"

    @property
    def box_key(self) -> bytes:
        return bytes(self.box.public_key)

    @property
    def sign_key(self) -> bytes:
        return bytes(self.sign.verify_key)

    @property
    def lookup_digest(self) -> bytes:
        """What the server stores: SHA-256 of the lookup key."""
        return hashlib.sha256(self.lookup).digest()


def check_digit(digits: str) -> str:
    """The Luhn digit that belongs behind these digits."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if at % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def receipt_new() -> str:
    digits = f"{secrets.randbelow(10**19):019}"
    return digits + check_digit(digits)


def receipt_words(receipt: str) -> list[str]:
    """20 digits -> seven words."""
    return word_list().written(numbers_of_digits(receipt))


def receipt_read(typed: str) -> str:
    """Digits or words as typed -> 20 digits.

    Raises ProtocolError `bad_receipt` (reason: length or check) and what `WordList.read` raises.
    """
    digits = normalise(typed)
    if not re.fullmatch("[0-9]*", digits):
        digits = digits_of_numbers(word_list().read(typed, RECEIPT_WORDS))
        if digits[-1] != "0":
            raise ProtocolError("bad_receipt", reason="check")
        digits = digits[:-1]
    if len(digits) != 20:
        raise ProtocolError("bad_receipt", reason="length", count=len(digits))
    if check_digit(digits[:-1]) != digits[-1]:
        raise ProtocolError("bad_receipt", reason="check")
    return digits


def worker_of_receipt(receipt: str, salt: dict[str, Any], *, floor: bool = True) -> Worker:
    """20 digits and the salt of a factory, {salt (base64), ops, mem (bytes)} -> the worker's keys.

    Raises ProtocolError `parameters_refused`; floor: see `argon`.
    """
    ops, mem = salt["ops"], salt["mem"]
    master = argon(receipt, salt=from_base64(salt["salt"]), ops=ops, mem=mem, least=LEAST_MEMORY, floor=floor)
    return Worker(
        lookup=subkey(master, "wesupport.receipt.lookup.v1"),
        box=PrivateKey.from_seed(subkey(master, "wesupport.receipt.box.v1")),
        sign=SigningKey(subkey(master, "wesupport.receipt.sign.v1")),
    )
