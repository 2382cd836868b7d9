"""Looks for a text in everything a server keeps, in every form it could have taken on the way."""

import base64
import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b\x08"
BLOCK, OVERLAP = 8 * 1024 * 1024, 4096


def forms(text: str) -> dict[str, bytes]:
    """name -> bytes: raw, base64 (at its three alignments, both alphabets), hex, UTF-16, escaped for JSON and URLs."""
    raw = text.encode()
    found = {
        "raw": raw,
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
    }
    if not text.isascii():
        found["json"] = "".join(f"\\u{ord(each):04x}" if ord(each) > 127 else each for each in text).encode()
        found["url"] = "".join(f"%{byte:02X}" for byte in raw).encode()
        found["gbk"] = text.encode("gbk")
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        inner = whole[4 if shift else 0 : -4]  # what no neighbour can change
        found[f"base64+{shift}"] = inner
        found[f"base64url+{shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def found_in(data: bytes, text: str) -> list[str]:
    """The forms of `text` in these bytes, packed streams inside them unpacked."""
    names = [name for name, form in forms(text).items() if form in data]
    return names + [
        f"gzip: {name}" for unpacked in _unpacked(data) for name, form in forms(text).items() if form in unpacked
    ]


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What can be unpacked of every gzip stream that begins somewhere in these bytes."""
    at = data.find(GZIP_MAGIC)
    while at >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(wbits=31).decompress(data[at:], BLOCK)
        at = data.find(GZIP_MAGIC, at + 1)


def found_under(folder: Path, text: str) -> list[str]:
    """`file: form` for every file below a folder that holds the text in some form."""
    hits = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        try:
            with path.open("rb") as file:
                tail = b""
                while block := file.read(BLOCK):
                    hits += [f"{path}: {form}" for form in found_in(tail + block, text)]
                    tail = block[-OVERLAP:]
        except OSError:  # a socket, or gone in the meantime
            continue
    return hits


def packed(data: bytes) -> bytes:
    return gzip.compress(data)
