"""Officers: keys from a seed, the two wraps of the seed, recovery codes, fingerprints, proofs.

Python cannot overwrite what it no longer needs; the browser does. This side is for tests, auditors and emergencies.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.pwhash import argon2id
from nacl.signing import SigningKey, VerifyKey

from grievances.protocol.encoding import blake2b, box_open, box_seal, from_base64, subkey, to_base64
from grievances.protocol.errors import ProtocolError
from grievances.protocol.proofs import officer_id
from grievances.protocol.words import numbers_of_digits, word_list

PASSPHRASE_WORDS = 6
OPS, MEMORY = 3, 128 * 1024 * 1024
LEAST_OPS, LEAST_MEMORY = 3, 64 * 1024 * 1024
MOST_OPS, MOST_MEMORY = 10, 1024**3
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32


def argon(secret: str, *, salt: bytes, ops: int, mem: int, least: int, floor: bool = True) -> bytes:
    """Argon2id13 -> 32 bytes.

    Raises ProtocolError `parameters_refused` below three passes or `least` bytes of memory, as a server asks that wants to
    guess cheaply, and above 10 passes or 1 GiB. floor: False for tests and samples only, which are in a hurry.
    """
    least_ops, least = (LEAST_OPS, least) if floor else (1, 8192)
    if not (least_ops <= ops <= MOST_OPS and least <= mem <= MOST_MEMORY):
        raise ProtocolError("parameters_refused")
    return argon2id.kdf(32, secret.encode(), salt, opslimit=ops, memlimit=mem)


@dataclass(frozen=True)
class Officer:
    """An officer who is unlocked: their id and everything that comes from their seed."""

    author: str
    seed: bytes
    box: PrivateKey
    sign: SigningKey

    @property
    def box_key(self) -> bytes:
        return bytes(self.box.public_key)

    @property
    def sign_key(self) -> bytes:
        return bytes(self.sign.verify_key)


def officer_of_seed(seed: bytes) -> Officer:
    box = PrivateKey.from_seed(subkey(seed, "wesupport.officer.box.v1"))
    sign = SigningKey(subkey(seed, "wesupport.officer.sign.v1"))
    return Officer(author=officer_id(bytes(sign.verify_key), bytes(box.public_key)), seed=seed, box=box, sign=sign)


def officer_new(
    passphrase: str, *, ops: int = OPS, mem: int = MEMORY, floor: bool = True
) -> tuple[Officer, dict[str, Any], str]:
    """A typed passphrase -> the officer, their record as the server keeps it, and the recovery code.

    record: {id, box_key, sign_key, passphrase_wrap, recovery_wrap}, bytes in base64. floor: see `argon`.
    """
    officer = officer_of_seed(secrets.token_bytes(32))
    recovery_wrap, code = recovery_wrap_make(officer.seed)
    record = {
        "id": officer.author,
        "box_key": to_base64(officer.box_key),
        "sign_key": to_base64(officer.sign_key),
        "passphrase_wrap": passphrase_wrap_make(officer.seed, passphrase, ops=ops, mem=mem, floor=floor),
        "recovery_wrap": recovery_wrap,
    }
    return officer, record, code


def officer_unlock(record: dict[str, Any], passphrase: str, *, floor: bool = True) -> Officer:
    """Raises ProtocolError: what reading words raises, `wrong_passphrase`, `officer_keys_swapped`, `parameters_refused`.

    floor: see `argon`.
    """
    return _unlocked(record, passphrase_wrap_open(record["passphrase_wrap"], passphrase, floor=floor))


def officer_recover(record: dict[str, Any], code: str) -> Officer:
    """Raises ProtocolError `wrong_recovery_code` (reason: length, check or other), `officer_keys_swapped`."""
    return _unlocked(record, recovery_wrap_open(record["recovery_wrap"], code))


def _unlocked(record: dict[str, Any], seed: bytes) -> Officer:
    officer = officer_of_seed(seed)
    told = (record["id"], from_base64(record["box_key"]), from_base64(record["sign_key"]))
    if (officer.author, officer.box_key, officer.sign_key) != told:
        raise ProtocolError("officer_keys_swapped")
    return officer


def passphrase_read(typed: str) -> str:
    """Six typed words -> the canonical form. Raises what `WordList.read` raises."""
    words = word_list()
    return words.canonical(words.read(typed, PASSPHRASE_WORDS))


def passphrase_wrap_make(
    seed: bytes, passphrase: str, *, ops: int = OPS, mem: int = MEMORY, floor: bool = True
) -> dict[str, Any]:
    """-> {v, salt, ops, mem, sealed}. floor: see `argon`."""
    salt = secrets.token_bytes(16)
    key = argon(passphrase_read(passphrase), salt=salt, ops=ops, mem=mem, least=LEAST_MEMORY, floor=floor)
    sealed = box_seal(seed, key)
    return {"v": 1, "salt": to_base64(salt), "ops": ops, "mem": mem, "sealed": to_base64(sealed)}


def passphrase_wrap_open(wrap: dict[str, Any], passphrase: str, *, floor: bool = True) -> bytes:
    if wrap["v"] != 1:
        raise ProtocolError("parameters_refused")
    salt, ops, mem = from_base64(wrap["salt"]), wrap["ops"], wrap["mem"]
    key = argon(passphrase_read(passphrase), salt=salt, ops=ops, mem=mem, least=LEAST_MEMORY, floor=floor)
    if (seed := box_open(from_base64(wrap["sealed"]), key)) is None:
        raise ProtocolError("wrong_passphrase")
    return seed


def recovery_wrap_make(seed: bytes) -> tuple[str, str]:
    """-> recovery wrap in base64, recovery code."""
    code = secrets.token_bytes(16)
    return to_base64(box_seal(seed, subkey(code, "wesupport.officer.recovery.v1"))), recovery_written(code)


def recovery_wrap_open(wrap: str, typed: str) -> bytes:
    seed = box_open(from_base64(wrap), subkey(recovery_read(typed), "wesupport.officer.recovery.v1"))
    if seed is None:
        raise ProtocolError("wrong_recovery_code", reason="other")
    return seed


def recovery_written(code: bytes) -> str:
    """16 bytes -> 26 characters of code and two of check, in groups of four."""
    number = int.from_bytes(code, "big") << 2 << 10 | int.from_bytes(blake2b(32, code)[:2], "big") >> 6
    characters = "".join(_ALPHABET[number >> 5 * at & 31] for at in range(27, -1, -1))
    return "-".join(characters[at : at + 4] for at in range(0, 28, 4))


def recovery_read(typed: str) -> bytes:
    """A typed recovery code -> its 16 bytes. Raises ProtocolError `wrong_recovery_code` (reason: length or check)."""
    characters = re.sub("[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed).upper())
    characters = characters.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(characters) != 28:
        raise ProtocolError("wrong_recovery_code", reason="length")
    number = 0
    for character in characters[:26]:
        number = number << 5 | max(_ALPHABET.find(character), 0)
    code = (number >> 2).to_bytes(16, "big")
    if recovery_written(code).replace("-", "") != characters:
        raise ProtocolError("wrong_recovery_code", reason="check")
    return code


def fingerprint(sign_key: bytes, box_key: bytes) -> tuple[str, list[str]]:
    """An officer's two public keys -> 18 digits and six words, for people to compare."""
    digest = blake2b(32, b"wesupport.officer.fingerprint.v1" + sign_key + box_key)
    digits = f"{int.from_bytes(digest[:16], 'big') % 10**18:018}"
    return digits, word_list().written(numbers_of_digits(digits))


def _proof_content(purpose: str, payload: bytes) -> bytes:
    return b"wesupport.proof.v1\0" + purpose.encode() + b"\0" + blake2b(32, payload)


def proof_make(officer: Officer, purpose: str, payload: bytes) -> bytes:
    """Signature over purpose (`wraps`, `admit`, and those of proofs.py) and payload."""
    return officer.sign.sign(_proof_content(purpose, payload)).signature


def proof_holds(sign_key: bytes, purpose: str, payload: bytes, proof: bytes) -> bool:
    """Whether the officer with this sign key made this proof. Never raises: what is no proof does not hold."""
    try:
        VerifyKey(sign_key).verify(_proof_content(purpose, payload), proof)
    except (CryptoError, ValueError, TypeError):
        return False
    return True


def wraps_payload(passphrase_wrap: dict[str, Any], recovery_wrap: str) -> bytes:
    """What the proof of purpose `wraps` is about."""
    return from_base64(passphrase_wrap["sealed"]) + from_base64(recovery_wrap)


def admit_payload(record: dict[str, Any]) -> bytes:
    """What the proof of purpose `admit` is about: the new officer's keys."""
    return from_base64(record["sign_key"]) + from_base64(record["box_key"])
