"""WeChat's signatures and its "safe mode": AES-256-CBC, written from the public description alone.

Plain text inside the cipher: 16 random bytes, length of the message (4 bytes, big-endian), message, AppID; padded by
PKCS#7 to a multiple of 32. The key's first 16 bytes are the initialisation vector.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAD_TO_BYTES = 32


class CryptoError(ValueError):
    """A cipher text that cannot have been made with this key for this account."""


def signature(*parts: str) -> str:
    """SHA-1 of the parts, sorted and joined: `signature` of (token, timestamp, nonce), `msg_signature` with Encrypt."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _cipher(encoding_aes_key: str) -> Cipher:
    key = base64.b64decode(encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt(message: str, *, appid: str, encoding_aes_key: str) -> str:
    body = message.encode()
    plain = os.urandom(16) + struct.pack(">I", len(body)) + body + appid.encode()
    padding = PAD_TO_BYTES - len(plain) % PAD_TO_BYTES
    encryptor = _cipher(encoding_aes_key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()


def decrypt(cipher_text: str, *, appid: str, encoding_aes_key: str) -> str:
    """The message inside. Raises CryptoError for a broken cipher text or one that names another AppID."""
    try:
        decryptor = _cipher(encoding_aes_key).decryptor()
        padded = decryptor.update(base64.b64decode(cipher_text)) + decryptor.finalize()
    except (ValueError, binascii.Error) as error:
        raise CryptoError("not a whole number of AES blocks in base64") from error
    padding = padded[-1] if padded else 0
    if not 1 <= padding <= PAD_TO_BYTES or padded[-padding:] != bytes([padding]) * padding:
        raise CryptoError("the padding is wrong: another key?")
    plain = padded[16:-padding]
    (length,) = struct.unpack(">I", plain[:4].rjust(4, b"\0"))
    body, owner = plain[4 : 4 + length], plain[4 + length :]
    if len(body) != length or owner != appid.encode():
        raise CryptoError("the AppID inside is not this account's")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise CryptoError("the message inside is not UTF-8") from error
