"""Signatures and the safe mode of callbacks. The ciphers are wechatpy's; comparing is ours, in constant time."""

import hmac
import secrets
import struct
import time

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException
from wechatpy.utils import WeChatSigner

ENVELOPE = (
    "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


class Undecipherable(ValueError):
    """The cipher text was not made with this key for this account."""


def signature(*parts: str) -> str:
    """SHA-1 in hexadecimal of the parts, sorted and joined: (token, timestamp, nonce), with the cipher text in safe mode."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


def signature_matches(given: str, *parts: str) -> bool:
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


class MessageCipher(PrpCrypto):
    """Encrypts and decrypts the messages of one account. Safe to share between threads.

    encoding_aes_key: 43 characters of base64, whose last may carry bits that are not used: decoded leniently.
    """

    def __init__(self, *, encoding_aes_key: str, appid: str):
        super().__init__(WeChatCrypto("", encoding_aes_key, appid).key)
        self.appid = appid

    def get_random_string(self) -> str:
        """The library's own 16 characters come from a generator that can be predicted."""
        return secrets.token_hex(8)

    def seal(self, text: str) -> str:
        return self.encrypt(text, self.appid).decode()

    def open(self, cipher_text: str) -> str:
        """The message inside. Raises Undecipherable: another key, another account's AppID at the end, not base64."""
        try:
            return self.decrypt(cipher_text, self.appid)
        except (InvalidAppIdException, ValueError, IndexError, struct.error) as error:
            raise Undecipherable(type(error).__name__) from error


def envelope(*, cipher: MessageCipher, token: str, xml: str) -> str:
    """An encrypted, signed reply."""
    timestamp, nonce, encrypted = str(int(time.time())), secrets.token_hex(8), cipher.seal(xml)
    signed = signature(token, timestamp, nonce, encrypted)
    return ENVELOPE.format(encrypt=encrypted, signature=signed, timestamp=timestamp, nonce=nonce)
