"""Attachments: padded to whole chunks and sealed as a secretstream that belongs to one place, case and id."""

import secrets
import uuid
from typing import Any

from nacl import bindings
from nacl.exceptions import CryptoError

from grievances.protocol.encoding import from_base64, sealed_digest, to_base64
from grievances.protocol.errors import ProtocolError

CHUNK = 65536
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_SEALED_CHUNK = CHUNK + bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


def _chunks(size: int) -> int:
    return max(1, -(-size // CHUNK))


def _about(place: str, case: str, attachment: str) -> bytes:
    return f"{place}/{case}/{attachment}".encode()


def attachment_seal(
    *, place: str, case: str, data: bytes, content_type: str, name: str
) -> tuple[bytes, dict[str, Any]]:
    """-> what is stored, and the entry for the message's body."""
    attachment, key = str(uuid.uuid4()), secrets.token_bytes(32)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    sealed = [bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)]
    count = _chunks(len(data))
    for at in range(count):
        chunk = data[at * CHUNK : (at + 1) * CHUNK].ljust(CHUNK, b"\0")
        sealed.append(
            bindings.crypto_secretstream_xchacha20poly1305_push(
                state, chunk, ad=_about(place, case, attachment), tag=_FINAL if at == count - 1 else _MESSAGE
            )
        )
    whole = b"".join(sealed)
    entry = {
        "id": attachment,
        "key": to_base64(key),
        "size": len(data),
        "type": content_type,
        "name": name,
        "digest": sealed_digest(whole),
    }
    return whole, entry


def attachment_open(*, place: str, case: str, entry: dict[str, Any], sealed: bytes) -> bytes:
    """The reverse. Raises ProtocolError `attachment_damaged`, whatever is wrong with it."""
    count = _chunks(entry["size"])
    if len(sealed) != _HEADER + count * _SEALED_CHUNK or sealed_digest(sealed) != entry["digest"]:
        raise ProtocolError("attachment_damaged")
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, sealed[:_HEADER], from_base64(entry["key"]))
    about, opened = _about(place, case, entry["id"]), []
    for at in range(count):
        chunk = sealed[_HEADER + at * _SEALED_CHUNK : _HEADER + (at + 1) * _SEALED_CHUNK]
        try:
            data, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, chunk, ad=about)
        except (CryptoError, RuntimeError) as error:
            raise ProtocolError("attachment_damaged") from error
        if (tag == _FINAL) != (at == count - 1):
            raise ProtocolError("attachment_damaged")
        opened.append(data)
    whole = b"".join(opened)
    if any(whole[entry["size"] :]):
        raise ProtocolError("attachment_damaged")
    return whole[: entry["size"]]
