"""WeChat's side of a callback, written from its public description alone: ciphers and signatures are not the product's."""

import base64
import hashlib
import os
import struct
import time
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wechat.services import accounts

OPENID = "oLiNa_0000000000000000000001"


def statements_of(queries) -> list[str]:
    """What a request asked the database, without finding out which factory it is for: that is remembered for a while."""
    return [query["sql"] for query in queries if "search_path" not in query["sql"] and "tenants_" not in query["sql"]]


def sha1_of(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _cipher(aes_key: str) -> Cipher:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def sealed(text: str, *, aes_key: str, appid: str) -> str:
    body = text.encode()
    plain = os.urandom(16) + struct.pack(">I", len(body)) + body + appid.encode()
    missing = 32 - len(plain) % 32
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()).decode()


def opened(cipher_text: str, *, aes_key: str) -> tuple[str, str]:
    """(message, AppID at its end)"""
    decryptor = _cipher(aes_key).decryptor()
    padded = decryptor.update(base64.b64decode(cipher_text)) + decryptor.finalize()
    plain = padded[16 : -padded[-1]]
    (length,) = struct.unpack(">I", plain[:4])
    return plain[4 : 4 + length].decode(), plain[4 + length :].decode()


def message_xml(account, **fields) -> str:
    head = {"ToUserName": account.original_id, "FromUserName": OPENID, "CreateTime": int(time.time())}
    rows = {**head, **fields}
    return f"<xml>{''.join(f'<{name}><![CDATA[{value}]]></{name}>' for name, value in rows.items())}</xml>"


def text_xml(account, content: str = "hello", msg_id: int = 24_800_000_000_000_001, **fields) -> str:
    return message_xml(account, MsgType="text", Content=content, MsgId=msg_id, **fields)


def event_xml(account, event: str, **fields) -> str:
    return message_xml(account, MsgType="event", Event=event, **fields)


class Wire:
    """Posts to an account's webhook as WeChat does. Keywords named like query parameters replace those."""

    def __init__(self, client, account):
        self.client, self.account = client, account
        self.path = f"/wechat/{account.uuid}/"

    def post(self, xml: str, *, aes_key: str = "", appid: str = "", token: str = "", body: str | None = None, **query):
        account, timestamp, nonce = self.account, str(int(time.time())), "1937051"
        timestamp = query.pop("timestamp", timestamp)
        token = token or account.token
        asked = {
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": OPENID,
            "signature": sha1_of(token, timestamp, nonce),
        }
        if account.mode != "plain":
            cipher_text = sealed(xml, aes_key=aes_key or account.encoding_aes_key, appid=appid or account.appid)
            asked |= {"encrypt_type": "aes", "msg_signature": sha1_of(token, timestamp, nonce, cipher_text)}
            envelope = f"<ToUserName><![CDATA[{account.original_id}]]></ToUserName><Encrypt><![CDATA[{cipher_text}]]></Encrypt>"
            clear = xml.removeprefix("<xml>").removesuffix("</xml>") if account.mode == "compatible" else ""
            xml = f"<xml>{clear}{envelope}</xml>"
        return self.client.post(
            self.path, xml if body is None else body, content_type="text/xml", query_params={**asked, **query}
        )

    def forget(self) -> None:
        """As if the process had just started, or the keys it remembers had expired."""
        accounts._keys.clear()

    def reply(self, response) -> dict[str, str]:
        """What the person reads: the fields of the answer, decrypted, its signature checked."""
        assert response.status_code == 200, response.content
        root = ElementTree.fromstring(response.content)
        if (cipher_text := root.findtext("Encrypt")) is not None:
            signed = sha1_of(self.account.token, root.findtext("TimeStamp"), root.findtext("Nonce"), cipher_text)
            assert root.findtext("MsgSignature") == signed
            text, appid = opened(cipher_text, aes_key=self.account.encoding_aes_key)
            assert appid == self.account.appid
            root = ElementTree.fromstring(text)
        return {element.tag: (element.text or "").strip() for element in root.iter() if not len(element)}
