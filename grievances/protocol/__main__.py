"""Opens an exported case offline: `python -m grievances.protocol case.json --officer me.json` (or `--salt salt.json`).

Needs nothing but this package, its word list and PyNaCl: for auditors, and for the day the site is gone. The passphrase or
receipt is asked for, never an argument: arguments stay in the shell's history.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from getpass import getpass
from pathlib import Path
from typing import Any

from grievances.protocol import (
    Case,
    Officer,
    ProtocolError,
    ReadMessage,
    Worker,
    case_read,
    fingerprint,
    from_base64,
    officer_unlock,
    receipt_read,
    worker_of_receipt,
)


def arguments_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", type=Path, help='the exported case: {"place", "bundle", "officers"}')
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument(
        "--officer", type=Path, help='the officer\'s record: {"id", "box_key", "sign_key", "passphrase_wrap"}'
    )
    who.add_argument("--salt", type=Path, help='for a receipt, the salt of the factory: {"salt", "ops", "mem"}')


def case_open(*, case: Path, officer: Path | None, salt: Path | None) -> Case:
    """Ask for the secret and read the case. Raises ProtocolError, OSError, and KeyError or ValueError for other files."""
    exported = json.loads(case.read_text(encoding="utf-8"))
    reader: Officer | Worker
    if officer:
        reader = officer_unlock(json.loads(officer.read_text(encoding="utf-8")), getpass("Passphrase (six words): "))
    elif salt:
        read = json.loads(salt.read_text(encoding="utf-8"))
        reader = worker_of_receipt(receipt_read(getpass("Receipt (20 digits or seven words): ")), read)
    else:
        raise ValueError("an officer's record or a salt is needed")
    return case_read(place=exported["place"], bundle=exported["bundle"], officers=exported["officers"], reader=reader)


def case_lines(case: Case) -> Iterator[str]:
    """The case as lines for a terminal; nothing in a text can steer it."""
    yield f"Case {case.id}, {case.place}, category {case.category}"
    yield "Checks that failed: " + (", ".join(sorted(case.problems)) or "none")
    for officer in case.unconfirmed:
        _digits, words = fingerprint(from_base64(officer["sign_key"]), from_base64(officer["box_key"]))
        yield f"Not named by the worker: {_printable(officer['name'])}, {officer['id']}, words {' '.join(words)}"
    for message in [*case.messages, *case.notes]:
        yield ""
        yield _heading(message)
        yield from _body_lines(message.body)


def _heading(message: ReadMessage) -> str:
    name = f" ({_printable(message.author_name)})" if message.author_name else ""
    marks = "".join(f" [{mark}]" for mark in (message.problem, message.notice) if mark)
    return f"{message.lane} {message.number}, {message.kind}, {message.arrived_on}, {message.author}{name}{marks}"


def _body_lines(body: dict[str, Any] | None) -> Iterator[str]:
    if body is None:
        yield "  (not shown)"
        return
    if "score" in body:
        yield f"  {body['score']} of 5"
    if "public_key" in body:
        yield f"  A new case key, epoch {body['epoch']}: {_printable(body['reason'])}"
    for line in body.get("text", "").splitlines():
        yield "  " + _printable(line)
    for entry in body.get("attachments", []):
        yield f"  Attachment {entry['id']}: {_printable(entry['name'])}, {entry['size']} bytes"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def sentence(error: Exception) -> str:
    """What went wrong, for the person at the terminal."""
    if isinstance(error, ProtocolError):
        return f"The case was not opened: {error}."
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}."
    return f"A file has not the shape that is expected ({type(error).__name__}: {error})."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m grievances.protocol", description=__doc__.split("\n")[0])
    arguments_add(parser)
    try:
        for line in case_lines(case_open(**vars(parser.parse_args()))):
            print(line)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(sentence(error))


if __name__ == "__main__":
    main()
