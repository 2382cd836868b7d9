"""The word list that passphrases and receipts are written in: whoever changes it makes every receipt given out unreadable."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from pypinyin import Style, lazy_pinyin

LIST = Path(__file__).resolve().parents[2] / "grievances" / "static" / "grievances" / "words.txt"
LINES = LIST.read_text(encoding="utf-8").splitlines()
WORDS = [line.split(" ")[0] for line in LINES]
PINYINS = [line.split(" ")[1] for line in LINES]

# Words that pypinyin reads otherwise than people do.
READ_OTHERWISE: dict[str, str] = {}


def slips(pinyin: str) -> set[str]:
    """What one slip of a finger makes of it: a letter wrong (`?`), a letter missing, two neighbours swapped."""
    places = range(len(pinyin))
    wrong = {f"{pinyin[:at]}?{pinyin[at + 1 :]}" for at in places}
    missing = {pinyin[:at] + pinyin[at + 1 :] for at in places}
    swapped = {pinyin[:at] + pinyin[at + 1] + pinyin[at] + pinyin[at + 2 :] for at in places[:-1]}
    return (wrong | missing | swapped) - {pinyin}


def test_a_thousand_lines_of_a_word_and_its_pinyin():
    assert LIST.read_bytes() == "".join(f"{line}\n" for line in LINES).encode()
    assert len(LINES) == 1000
    assert [line for line in LINES if not re.fullmatch(r"[\u4e00-\u9fff]{2,3} [a-z]+", line)] == []


def test_no_word_and_no_pinyin_twice():
    assert len(set(WORDS)) == len(set(PINYINS)) == 1000


def test_no_pinyin_begins_with_another_so_that_a_string_of_them_reads_in_one_way():
    # Sorted, a prefix stands right before a word that begins with it.
    for these in (WORDS, PINYINS):
        assert [(one, other) for one, other in pairwise(sorted(these)) if other.startswith(one)] == []


def test_the_pinyin_is_what_people_would_type():
    read = {word: "".join(lazy_pinyin(word, style=Style.NORMAL, v_to_u=False)) for word in WORDS} | READ_OTHERWISE
    assert {
        (word, pinyin, read[word]) for word, pinyin in zip(WORDS, PINYINS, strict=True) if read[word] != pinyin
    } == set()
    assert set(READ_OTHERWISE) <= set(WORDS)


def test_no_word_is_another_turned_round_or_made_longer():
    assert len({"".join(sorted(word)) for word in WORDS}) == 1000
    assert [(one, other) for one in WORDS for other in WORDS if one != other and one in other] == []


def test_one_slip_never_makes_another_word():
    wrong = [slip for pinyin in PINYINS for slip in slips(pinyin) if "?" in slip]
    assert [slip for slip, count in Counter(wrong).items() if count > 1] == []
    known = set(PINYINS)
    assert [(pinyin, slips(pinyin) & known) for pinyin in PINYINS if slips(pinyin) & known] == []


def test_no_two_are_the_same_to_a_southern_ear():
    """Many do not tell zh, ch, sh from z, c, s, nor -ng from -n."""
    heard = {re.sub("([zcs])h", r"\1", pinyin).replace("ng", "n") for pinyin in PINYINS}
    assert len(heard) == 1000
