"""The vault's protocol in Python: sizes and attachments, work, and a case that was exported."""

import json
import subprocess
import sys

import pytest

from grievances import protocol
from grievances.protocol.encoding import from_base64, pad, unpad
from tests.grievances.attacks import ATTACKS
from tests.grievances.story import (
    PASSPHRASE,
    PLACE,
    SALT,
    THREE,
    refusal,
    text_body,
    told,
)


def test_padding_hides_the_length_and_is_taken_back_exactly():
    for size in (0, 1, 507, 508, 509, 1020, 1021):
        padded = pad(b"x" * size)
        assert len(padded) % 512 == 0
        assert len(padded) - 512 < size + 4 <= len(padded)
        assert unpad(padded) == b"x" * size
    assert [unpad(damaged) for damaged in (b"", bytes(511), pad(b"x")[:-1] + b"\1", pad(b"x") + bytes(512))] == [
        None
    ] * 4


def test_the_size_of_a_message_tells_only_how_many_blocks_it_has():
    sizes = set()
    for length in range(0, 400, 7):
        story = told()
        sealed = protocol.message_seal(
            story.read(story.worker), story.worker, kind="message", body=text_body("x" * length)
        )
        sizes.add(len(from_base64(sealed["sealed"])))
    assert {(size - 48) % 512 for size in sizes} == {0}
    assert len(sizes) <= 2


def sealed_file(data: bytes, case: str = "c" * 32):
    return protocol.attachment_seal(place=PLACE, case=case, data=data, content_type="image/png", name="x.png")


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_an_attachment_comes_back_whole_and_its_size_is_hidden(size):
    data = bytes(range(256)) * (size // 256 + 1)
    sealed, entry = sealed_file(data[:size])
    assert (len(sealed) - 24) % (65_536 + 17) == 0
    assert protocol.attachment_open(place=PLACE, case="c" * 32, entry=entry, sealed=sealed) == data[:size]


def test_a_damaged_attachment_is_not_opened():
    sealed, entry = sealed_file(b"x" * 200_000)
    chunk = 65_536 + 17
    header, chunks = sealed[:24], [sealed[24 + at * chunk : 24 + (at + 1) * chunk] for at in range(4)]

    def opened(sealed, *, place=PLACE, case="c" * 32, **changes):
        fitting = {**entry, "digest": protocol.sealed_digest(sealed), **changes}
        return refusal(protocol.attachment_open, place=place, case=case, entry=fitting, sealed=sealed)

    for forged in [
        sealed[:-1],
        sealed[:-chunk],
        b"",
        header + b"".join(chunks[at] for at in (1, 0, 2, 3)),
        header + b"".join(chunks[at] for at in (0, 0, 1, 2, 3)),
        sealed[:30] + bytes([sealed[30] ^ 1]) + sealed[31:],
    ]:
        assert opened(forged) == "attachment_damaged"
    assert opened(sealed[:-chunk], size=3 * 65_536) == "attachment_damaged"  # cut off at a chunk, entry or not
    assert opened(sealed, digest="0" * 64) == "attachment_damaged"
    assert opened(sealed, size=150_000) == "attachment_damaged"
    assert opened(sealed, case="d" * 32) == "attachment_damaged"
    assert opened(sealed, place="lakeside") == "attachment_damaged"
    assert opened(sealed, id=sealed_file(b"")[1]["id"]) == "attachment_damaged"


def test_work_is_solved_for_one_challenge():
    numbers = protocol.work_solve("challenge")
    assert protocol.work_holds("challenge", numbers)
    assert not protocol.work_holds("another", numbers)
    for other in (
        None,
        [],
        numbers[:-1],
        [*numbers[:-1], int(numbers[-1])],
        [*numbers[:-1], "-1"],
        [*numbers[:-1], "²"],
    ):
        assert not protocol.work_holds("challenge", other)
    assert not protocol.work_holds("challenge", ["99999999999999999999"] * 16)


def exported(folder, story, reader) -> list[str]:
    """The files of an export; -> the arguments that name them."""
    case = {"place": PLACE, "bundle": story.bundle_for(reader), "officers": story.officers}
    for name, content in [("case", case), ("officer", story.wang.record), ("salt", SALT)]:
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    secret = "salt" if reader is story.worker else "officer"
    return [str(folder / "case.json"), f"--{secret}", str(folder / f"{secret}.json")]


def run(program: list[str], secret: str) -> tuple[int, str, str]:
    """Away from any terminal, so that the secret is asked for on standard input."""
    done = subprocess.run(
        [sys.executable, *program],
        input=secret + "\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("program", [["-m", "grievances.protocol"], ["manage.py", "vault_open"]])
def test_an_exported_case_is_opened_offline(program, tmp_path):
    story = told()
    code, printed, _ = run([*program, *exported(tmp_path, story, story.wang.opened)], PASSPHRASE)
    assert code == 0
    for text in ("加班费少了三百元。", "小李", "照片.jpg", "4 of 5", "查过了。", "Checks that failed: none"):
        assert text in printed
    code, printed, _ = run([*program, *exported(tmp_path, story, story.worker)], story.receipt)
    assert (code, "谢谢" in printed, "查过了。" in printed) == (0, True, False)


def test_who_opens_a_case_offline_is_told_whom_to_ask_about(tmp_path):
    story = told()
    ATTACKS["ghost_officer_makes_the_next_key"].forge(story)
    _, printed, _ = run(["-m", "grievances.protocol", *exported(tmp_path, story, story.wang.opened)], PASSPHRASE)
    _digits, words = protocol.fingerprint(story.ghost.opened.sign_key, story.ghost.opened.box_key)
    assert "Checks that failed: epoch_unconfirmed" in printed
    assert f"{story.ghost.record['id']}, words {' '.join(words)}" in printed
    assert "[officer_new]" in printed


@pytest.mark.parametrize("program", [["-m", "grievances.protocol"], ["manage.py", "vault_open"]])
def test_an_exported_case_stays_shut_without_the_secret(program, tmp_path):
    story = told()
    arguments = exported(tmp_path, story, story.wang.opened)
    code, printed, said = run([*program, *arguments], THREE * 6)
    assert (code, printed.strip(), "wrong_passphrase" in said) == (1, "", True)
    (tmp_path / "case.json").write_text("{}")
    code, _, said = run([*program, *arguments], PASSPHRASE)
    assert (code, "Traceback" in said) == (1, False)


def test_a_text_cannot_steer_the_terminal_it_is_printed_on(tmp_path):
    story = told()
    story.post(story.worker, "message", text_body("\x1b[2J\x1b]0;x\x07好\u202e"))
    _code, printed, _ = run(["-m", "grievances.protocol", *exported(tmp_path, story, story.wang.opened)], PASSPHRASE)
    assert "好" in printed
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
