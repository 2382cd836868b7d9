"""Callbacks as WeChat's server makes them in safe mode: sealed here with `cryptography` alone, not by the code measured."""

import base64
import hashlib
import secrets
import struct
import time
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from config.bench.load import request_bytes

BLOCK = 32


@dataclass(frozen=True)
class Sender:
    """WeChat's side of one account."""

    host: str
    path: str
    appid: str
    original_id: str
    token: str
    encoding_aes_key: str

    def text(self, *, number: int, openid: str, content: str) -> bytes:
        """The request that delivers one text message; the same number again is WeChat's repetition of it."""
        inner = (
            f"<xml><ToUserName>{self.original_id}</ToUserName><FromUserName>{escape(openid)}</FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType>text</MsgType>"
            f"<Content>{escape(content)}</Content><MsgId>{number}</MsgId></xml>"
        )
        return self._request(inner.encode())

    def _request(self, inner: bytes) -> bytes:
        sealed = self._seal(inner)
        timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
        signed = "".join(sorted([self.token, timestamp, nonce, sealed]))
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": hashlib.sha1(signed.encode()).hexdigest(),
        }
        body = f"<xml><ToUserName>{self.original_id}</ToUserName><Encrypt>{sealed}</Encrypt></xml>".encode()
        return request_bytes(
            f"{self.path}?{urlencode(query)}",
            host=self.host,
            method="POST",
            body=body,
            headers={"Content-Type": "text/xml"},
        )

    def _seal(self, inner: bytes) -> str:
        """AES-256-CBC over 16 random bytes, the length, the message and the AppID, padded to blocks of 32."""
        key = base64.b64decode(self.encoding_aes_key + "=")
        plain = secrets.token_bytes(16) + struct.pack("!I", len(inner)) + inner + self.appid.encode()
        padding = BLOCK - len(plain) % BLOCK
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()
