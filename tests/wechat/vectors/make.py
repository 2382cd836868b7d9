"""Makes vectors.json beside this file: `python tests/wechat/vectors/make.py`.

AES is done by the openssl program, hashing by sha1sum: neither the product's code nor its libraries have a hand in it.
"""

import base64
import json
import struct
import subprocess
from pathlib import Path
from typing import Any

APPID, TOKEN, TIME, NONCE = "wx7f3c0a91d2e4b658", "sunrise2026", "1795400000", "640581239"
KEY = "kqZ0bL9vT3xYwR7mN2cJ5hF8dS1gA4pU6eIoWzXtVuQ"
LOOSE_KEY = KEY[:-1] + "R"  # the same 32 bytes: the last character carries bits that are not used
OTHER_KEY = "Zz0bL9vT3xYwR7mN2cJ5hF8dS1gA4pU6eIoWzXtVuQk"
RANDOM = "f00dfacecafe0123"
HEAD = (
    "<ToUserName><![CDATA[gh_5a1f]]></ToUserName><FromUserName><![CDATA[oLiNa]]></FromUserName>"
    "<CreateTime>1795400000</CreateTime>"
)


def sha1(*parts: str) -> str:
    ran = subprocess.run(["sha1sum"], input="".join(sorted(parts)).encode(), capture_output=True, check=True)
    return ran.stdout.decode().split()[0]


def aes(text: str, *, key: str = KEY, appid: str = APPID) -> str:
    raw_key, body = base64.b64decode(key + "="), text.encode()
    plain = RANDOM.encode() + struct.pack(">I", len(body)) + body + appid.encode()
    missing = 32 - len(plain) % 32
    command = ["openssl", "enc", "-aes-256-cbc", "-nopad", "-K", raw_key.hex(), "-iv", raw_key[:16].hex()]
    ran = subprocess.run(command, input=plain + bytes([missing]) * missing, capture_output=True, check=True)
    return base64.b64encode(ran.stdout).decode()


def decrypt_vector(text: str, *, key: str = KEY, **given: Any) -> dict[str, Any]:
    encrypted = given.pop("encrypt", None) or aes(text, key=key)
    asked = {"token": TOKEN, "timestamp": TIME, "nonce": NONCE, "encoding_aes_key": key, "appid": APPID}
    signed = {"encrypt": encrypted, "msg_signature": sha1(TOKEN, TIME, NONCE, encrypted)}
    return {"kind": "aes_decrypt", "input": {**asked, **signed, **given}, "expect": {"ok": True, "plaintext": text}}


def refused(vector: dict[str, Any], error: str) -> dict[str, Any]:
    return {**vector, "expect": {"ok": False, "error": error}}


def xml_vector(inner: str, **fields: str) -> dict[str, Any]:
    known = {"ToUserName": "gh_5a1f", "FromUserName": "oLiNa", "CreateTime": "1795400000"}
    return {"kind": "xml_message", "input": {"xml": f"<xml>{HEAD}{inner}</xml>"}, "expect": {"fields": known | fields}}


def vectors() -> list[dict[str, Any]]:
    signed = {"token": TOKEN, "timestamp": TIME, "nonce": NONCE, "signature": sha1(TOKEN, TIME, NONCE)}
    text = f"<xml>{HEAD}<MsgType>text</MsgType><Content>第3课</Content><MsgId>7</MsgId></xml>"
    boundary = "a" * (64 - 20 - len(APPID) % 32)  # a whole block of padding follows
    encrypt_input = {"encoding_aes_key": KEY, "appid": APPID, "random16": RANDOM, "plaintext": text}
    cut = base64.b64encode(base64.b64decode(aes(text))[:-8]).decode()
    return [
        {"kind": "url_signature", "input": signed, "expect": {"valid": True}},
        {"kind": "url_signature", "input": {**signed, "nonce": "640581238"}, "expect": {"valid": False}},
        {"kind": "url_signature", "input": {**signed, "signature": ""}, "expect": {"valid": False}},
        decrypt_vector(text),
        decrypt_vector(boundary),
        decrypt_vector(text, key=LOOSE_KEY),
        decrypt_vector("", encrypt=aes("")),
        refused(decrypt_vector(text, msg_signature="0" * 40), "signature"),
        refused(decrypt_vector(text, appid="wx0000000000000000"), "appid"),
        refused(decrypt_vector(text, key=OTHER_KEY, encrypt=aes(text)), "any"),
        refused(decrypt_vector(text, encrypt=cut), "any"),
        refused(decrypt_vector(text, encrypt="not base64 !"), "any"),
        {"kind": "aes_encrypt", "input": encrypt_input, "expect": {"encrypt": aes(text)}},
        xml_vector("<MsgType>text</MsgType><Content>第3课</Content><MsgId>7</MsgId>", Content="第3课", MsgId="7"),
        xml_vector(
            "<MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_f12_w3</EventKey>",
            EventKey="qrscene_f12_w3",
        ),
        xml_vector("<MsgType>event</MsgType><Event>never_heard_of</Event><A><B>1</B></A>", **{"A/B": "1"}),
        xml_vector(
            "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>12</MsgID><Status>failed:user block</Status>",
            MsgID="12",
            Status="failed:user block",
        ),
    ]


if __name__ == "__main__":
    numbered = [{"id": f"own-{number:02d}", **vector} for number, vector in enumerate(vectors(), start=1)]
    target = Path(__file__).with_name("vectors.json")
    target.write_text(json.dumps(numbered, ensure_ascii=False, indent=1) + "\n")
