"""Entries that each carry the hash of the one before: an edit anywhere shows from there on."""

import hashlib
import json
from typing import Any

FIRST_HASH = "0" * 64


def chain_hash(said: dict[str, Any]) -> str:
    """SHA-256, hex, over the one text of `said`: keys in order, no blanks, characters as they are."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
