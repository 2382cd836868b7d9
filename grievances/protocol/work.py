"""The puzzles of a flood: for each of 16 a number whose hash begins with 15 zero bits."""

import hashlib
from itertools import count

PUZZLES = 16
_ZERO_BITS = 15


def _holds(start: bytes, number: int) -> bool:
    digest = hashlib.blake2b(start + number.to_bytes(8, "big"), digest_size=32).digest()
    return int.from_bytes(digest[:2], "big") >> (16 - _ZERO_BITS) == 0


def work_solve(challenge: str) -> list[str]:
    """Challenge -> 16 numbers as decimal text."""
    starts = [challenge.encode() + bytes([puzzle]) for puzzle in range(PUZZLES)]
    return [str(next(number for number in count() if _holds(start, number))) for start in starts]


def work_holds(challenge: str, numbers: object) -> bool:
    """Whether these are 16 right answers, as decimal text. Never raises: what is no answer does not hold."""
    if not isinstance(numbers, list) or len(numbers) != PUZZLES:
        return False
    for puzzle, written in enumerate(numbers):
        if not (isinstance(written, str) and written.isascii() and written.isdigit() and len(written) <= 20):
            return False
        if int(written) >= 2**64 or not _holds(challenge.encode() + bytes([puzzle]), int(written)):
            return False
    return True
