"""The list of 1,000 words that passphrases, receipts and fingerprints are written in, and typed text -> numbers."""

import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from grievances.protocol.errors import ProtocolError

WORDS_FILE = Path(__file__).parent.parent / "static" / "grievances" / "words.txt"
LIST_SIZE = 1000
_DIAERESIS = "\N{COMBINING DIAERESIS}"


def normalise(typed: str) -> str:
    """Small letters and digits only: no tones, `v` for `ü`, no spaces; full-width signs as plain ones."""
    letters: list[str] = []
    for character in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", typed).lower()):
        if character == _DIAERESIS and letters and letters[-1] == "u":
            letters[-1] = "v"
        elif unicodedata.category(character)[0] in "LN":
            letters.append(character)
    return unicodedata.normalize("NFC", "".join(letters))


class WordList:
    """The words with their pinyin.

    lines: the text of words.txt, a line each: `word pinyin`.
    """

    def __init__(self, lines: str):
        pairs = [line.split() for line in lines.splitlines() if line.strip()]
        self.words = [word for word, _pinyin in pairs]
        self.pinyins = [pinyin for _word, pinyin in pairs]
        if len(pairs) != LIST_SIZE:
            raise ValueError(f"The word list has {len(pairs)} words, not {LIST_SIZE}.")
        self._index = {written: number for number, pair in enumerate(pairs) for written in pair}
        self._longest = max(map(len, self._index))

    def written(self, numbers: Iterable[int]) -> list[str]:
        """Numbers 0..999 -> words."""
        return [self.words[number] for number in numbers]

    def canonical(self, numbers: Iterable[int]) -> str:
        """Numbers 0..999 -> the form that keys are derived from: pinyins joined by single spaces."""
        return " ".join(self.pinyins[number] for number in numbers)

    def random(self, count: int) -> list[int]:
        return [secrets.randbelow(LIST_SIZE) for _ in range(count)]

    def read(self, typed: str, needed: int) -> list[int]:
        """Words or pinyins as typed -> their numbers.

        Raises ProtocolError `unknown_word` (position from 1, text), `too_few_words` or `too_many_words` (count, needed).
        """
        pieces = [normalise(piece) for piece in typed.split()]
        whole, at = "".join(pieces), 0
        numbers: list[int] = []
        while at < len(whole):
            for size in range(min(self._longest, len(whole) - at), 0, -1):
                if (number := self._index.get(whole[at : at + size])) is not None:
                    break
            else:
                raise ProtocolError("unknown_word", position=len(numbers) + 1, text=_rest(pieces, at))
            numbers.append(number)
            at += size
        if len(numbers) != needed:
            code = "too_few_words" if len(numbers) < needed else "too_many_words"
            raise ProtocolError(code, count=len(numbers), needed=needed)
        return numbers


def _rest(pieces: list[str], at: int) -> str:
    """The piece, from this place of all pieces joined on, so that a sentence can quote it."""
    for piece in pieces:
        if at < len(piece):
            return piece[at : at + 20]
        at -= len(piece)
    return ""


@cache
def word_list() -> WordList:
    return WordList(WORDS_FILE.read_text(encoding="utf-8"))


def numbers_of_digits(digits: str) -> list[int]:
    """Digits in groups of three from the left, padded on the right with zeros -> numbers of words."""
    padded = digits.ljust(-(-len(digits) // 3) * 3, "0")
    return [int(padded[at : at + 3]) for at in range(0, len(padded), 3)]


def digits_of_numbers(numbers: Iterable[int]) -> str:
    """Numbers of words -> digits, three for each."""
    return "".join(f"{number:03}" for number in numbers)
