"""One message or note: signed, padded, sealed; opened and checked. What it says about its neighbours is cases.py's."""

import json
import re
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from grievances.protocol.encoding import from_base64, pad, unpad
from grievances.protocol.errors import ProtocolError

MESSAGE = b"wesupport.message.v1"
NOTE = b"wesupport.note.v1"
_SIGNATURE = 64
_MOST = 2**53 - 1  # a whole number that every browser reads exactly
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def content_sign(domain: bytes, header: dict[str, Any], body: dict[str, Any], sign: SigningKey) -> bytes:
    """Header and body -> padded bytes, ready to be sealed."""
    content = json.dumps({"header": header, "body": body}, ensure_ascii=False, separators=(",", ":"))
    encoded = content.encode("utf-8", "surrogatepass")
    return pad(sign.sign(domain + b"\0" + encoded).signature + encoded)


@dataclass(frozen=True)
class Content:
    """An opened message or note whose content is well formed; whether it is true is still to be checked."""

    domain: bytes
    signature: bytes
    encoded: bytes
    header: dict[str, Any]
    body: dict[str, Any]

    def signed_by(self, sign_key: bytes | None) -> bool:
        if sign_key is None:
            return False
        try:
            VerifyKey(sign_key).verify(self.domain + b"\0" + self.encoded, self.signature)
        except (CryptoError, ValueError):
            return False
        return True

    def says(self, **expected: object) -> bool:
        """Whether the header has the same names with the same values, of the same types."""
        header = self.header
        return all(
            name in header and type(header[name]) is type(value) and header[name] == value
            for name, value in {"v": 1, **expected}.items()
        )


def content_read(domain: bytes, padded: bytes) -> Content | None:
    """Padded bytes -> content; None when padding or content are not well formed."""
    data = unpad(padded)
    if data is None or len(data) < _SIGNATURE:
        return None
    signature, encoded = data[:_SIGNATURE], data[_SIGNATURE:]
    try:
        read = json.loads(encoded.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    header, body = read.get("header"), read.get("body")
    if not isinstance(header, dict) or not isinstance(body, dict):
        return None
    if not body_fits(header.get("kind"), body) or not _is_count(header.get("seen")):
        return None
    return Content(domain, signature, encoded, header, body)


def _no_number(written: str) -> None:
    raise ValueError(written)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def _is_text(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def _is_key(value: object) -> bool:
    try:
        return isinstance(value, str) and len(from_base64(value)) == 32
    except ProtocolError:
        return False


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and _is_text(*(entry.get(name) for name in ("id", "type", "name", "digest")))
        and bool(_UUID.fullmatch(entry["id"]))
        and _is_key(entry.get("key"))
        and _is_count(entry.get("size"))
    )


def _is_recipient(recipient: object) -> bool:
    return (
        isinstance(recipient, dict)
        and _is_text(recipient.get("id"), recipient.get("name"))
        and _is_key(recipient.get("sign_key"))
        and _is_key(recipient.get("box_key"))
    )


def _is_opening(body: dict[str, Any]) -> bool:
    recipients, agreed = body.get("recipients"), body.get("agreed")
    return (
        _is_text(body.get("category"), body.get("name"))
        and isinstance(recipients, list)
        and all(map(_is_recipient, recipients))
        and isinstance(agreed, dict)
        and all(isinstance(agreed.get(name), bool) for name in ("escalation", "publication"))
    )


def body_fits(kind: object, body: Any) -> bool:
    """Whether a body has the shape of its kind; readers may then trust its types, never its text."""
    if not isinstance(body, dict):
        return False
    if kind == "rekey":
        return _is_count(body.get("epoch")) and _is_key(body.get("public_key")) and _is_text(body.get("reason"))
    if not _is_text(body.get("text")):
        return False
    if kind == "note":
        return True
    attachments = body.get("attachments")
    if not isinstance(attachments, list) or not all(map(_is_entry, attachments)):
        return False
    if kind == "rating":
        return _is_count(body.get("score")) and 1 <= body["score"] <= 5
    return kind == "message" and ("recipients" not in body or _is_opening(body))
