"""Bytes and their written forms, the two hashes, padding, and the two kinds of boxes."""

import base64
import binascii
import hashlib

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from grievances.protocol.errors import ProtocolError

PAD = 512


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def from_base64(written: str) -> bytes:
    """Standard base64 with padding -> bytes. Raises ProtocolError `bad_input`."""
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise ProtocolError("bad_input") from error


def blake2b(size: int, message: bytes) -> bytes:
    """H(size, message) of the protocol: without a key."""
    return hashlib.blake2b(message, digest_size=size).digest()


def subkey(key: bytes, label: str) -> bytes:
    """32 bytes that belong to this key and label."""
    return hashlib.blake2b(label.encode(), digest_size=32, key=key).digest()


def sealed_digest(sealed: bytes) -> str:
    """The hexadecimal digest of something sealed, as `previous` and `digest` carry it."""
    return blake2b(32, sealed).hex()


def _padded_size(size: int) -> int:
    return -(-(size + 4) // PAD) * PAD


def pad(data: bytes) -> bytes:
    """Length (4 bytes, big endian), the bytes, zeros up to a multiple of 512."""
    return (len(data).to_bytes(4, "big") + data).ljust(_padded_size(len(data)), b"\0")


def unpad(padded: bytes) -> bytes | None:
    """The reverse of `pad`; None when the padding is not exactly what `pad` makes."""
    length = int.from_bytes(padded[:4], "big")
    if len(padded) < PAD or _padded_size(length) != len(padded) or any(padded[4 + length :]):
        return None
    return padded[4 : 4 + length]


def box_seal(message: bytes, key: bytes) -> bytes:
    """secretbox as the protocol stores it: nonce, then box."""
    return bytes(SecretBox(key).encrypt(message))


def box_open(sealed: bytes, key: bytes) -> bytes | None:
    """The reverse of `box_seal`; None when it does not open."""
    try:
        return SecretBox(key).decrypt(sealed)
    except (CryptoError, ValueError):
        return None


def wrap_seal(message: bytes, public_key: bytes) -> str:
    """crypto_box_seal to a public key, in base64."""
    return to_base64(SealedBox(PublicKey(public_key)).encrypt(message))


def wrap_open(sealed: str, private_key: PrivateKey) -> bytes | None:
    """The reverse of `wrap_seal`; None when it does not open."""
    try:
        return SealedBox(private_key).decrypt(from_base64(sealed))
    except (CryptoError, ProtocolError, ValueError, TypeError):
        return None
