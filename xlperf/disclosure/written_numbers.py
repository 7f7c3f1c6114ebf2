"""Numbers that a text writes, in digits or in words; more is found rather than less.

``4.321`` and ``4 321`` may be thousands, and count as both readings; so do ``twenty one`` (21, 20
and 1). Days of dates and financial years are no numbers.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.periods import NAMES
from xlperf.tiles.figures import NUMBERS, PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator


class NumberWords(Enum):
    """Which words count as numbers."""

    ANY = "any"
    """Every word that may give a count: two, second, pair, no."""
    SURE = "sure"
    """Words that hardly mean anything but a count: two, pair, twice."""
    COUNTING = "counting"
    """Words of counting alone: names say *First-time entrants*, *No further action* of no count."""
    LARGE = "large"
    """Words of counting above ten: what is said of everything has small ones without a count."""


TEENS = ("thir", "four", "fif", "six", "seven", "eigh", "nine")
CARDINALS = ("none", *NUMBERS, *(f"{word}teen" for word in TEENS))
"""None to nineteen."""
ORDINALS = (*PLACES, *(f"{word}teenth" for word in TEENS))
"""First to nineteenth."""
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
COUNTING = {
    **{word: value for value, word in enumerate(CARDINALS)},
    **{word: 10 * value for value, word in enumerate(TENS, 2)},
    "nil": 0, "zero": 0, "nought": 0,
}  # fmt: skip
GROUPS = {
    "twice": 2, "pair": 2, "couple": 2, "duo": 2, "twins": 2,
    "thrice": 3, "trio": 3, "treble": 3, "triplet": 3, "triplets": 3, "threesome": 3,
    "quartet": 4, "foursome": 4, "quintet": 5, "sextet": 6, "septet": 7, "octet": 8,
}  # fmt: skip
"""Words that give a count and hardly mean anything else."""
LOOSE = {
    **GROUPS,
    **{word: value for value, word in enumerate(ORDINALS, 1)},
    **{f"{word[:-1]}ieth": 10 * value for value, word in enumerate(TENS, 2)},
    "no": 0, "nobody": 0, "nothing": 0, "neither": 0, "once": 1, "single": 1, "sole": 1, "lone": 1,
    "both": 2, "double": 2, "twin": 2, "triple": 3, "quadruple": 4,
}  # fmt: skip
"""Words that give a count, those that often mean something else too."""
HANDFUL = {"handful": (2.0, 6.0)}
VAGUE = {**HANDFUL, "several": (3.0, 9.0)}
"""Words that say about how many: least and greatest count. This project's reading."""
_MORE_WORDS = {NumberWords.ANY: LOOSE, NumberWords.SURE: GROUPS}
_VAGUE_WORDS = {NumberWords.ANY: VAGUE, NumberWords.SURE: HANDFUL}
SCALES = {"dozen": 12, "score": 20, "hundred": 100, "thousand": 1000, "million": 1_000_000}
LARGE = 10
"""Numbers above this are large, in words."""
_MONTHS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in NAMES) + "|Sept"
_DATES = re.compile(
    rf"\b\d\d?(?:st|nd|rd|th)?\s+(?:{_MONTHS})\b"
    r"|\b\d{4}[/-]\d{2,4}\b"
    r"|\b\d\d?/\d\d?/\d{2,4}\b"
)
"""6 November, 2012/13, 6/11/2014."""
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:(?P<mark>[ .'’])\d{3}(?:(?P=mark)\d{3})*)(?![\d,])")
"""A number with other marks than commas between its thousands."""
_SCALED = re.compile(
    r"(\d[\d,]*)(\.\d+)?\s?-?(k|m|thousand|million|hundred|dozen)\b", re.IGNORECASE
)
"""A number of thousands or the like: 4.3k, 2 dozen."""
_SHORT_SCALES = {"k": 1000, "m": 1_000_000}
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[A-Za-z]+")
_JOINED = re.compile(r"[\s\-‐‑–]*")
"""What stands between the words of one number."""


_PERCENT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?(?:%|per\s?cent\b|pc\b)", re.IGNORECASE)
_ROMAN = re.compile(
    r"\b(?=[IVXLC]{2}|[VX]\b)(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})\b"
    r"|\b(?=[ivx]{2})()(x{0,3})(ix|iv|v?i{0,3})\b"
)
"""Roman numerals up to 399: of capitals two or more, V and X; of small letters i, v and x alone."""
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


class NumberRange(NamedTuple):
    """What a rounded number stands for, both ends included."""

    least: float
    greatest: float


def numbers_in(text: str, words: NumberWords | None = NumberWords.ANY) -> set[float]:
    """Numbers that a text writes exactly; without `words`, in digits only."""
    text = _DATES.sub(" ", _plain(text))
    numbers = {
        float("".join(filter(str.isdigit, match.group()))) for match in _GROUPED.finditer(text)
    }
    numbers.update(
        float(token.replace(",", "")) for token in _TOKEN.findall(text) if token[0].isdigit()
    )
    if words is None:
        return numbers
    in_words = _in_words(text, COUNTING | _MORE_WORDS.get(words, {}))
    numbers |= {
        float(value) for value in in_words if words is not NumberWords.LARGE or value > LARGE
    }
    return numbers | set(_roman(text)) if words in _MORE_WORDS else numbers


def percentages_in(text: str) -> set[float]:
    """Percentages that a text writes in digits."""
    return {float(number.replace(",", "")) for number in _PERCENT.findall(_plain(text))}


def _roman(text: str) -> Iterator[float]:
    for match in _ROMAN.finditer(text):
        values = [_ROMAN_VALUES[letter] for letter in match.group().upper()]
        pairs = zip(values, [*values[1:], 0], strict=False)
        if values:
            yield float(sum(-v if v < following else v for v, following in pairs))


def rounded_numbers_in(text: str, words: NumberWords | None = NumberWords.ANY) -> list[NumberRange]:
    """Numbers that a text writes in thousands or the like: 4.3k is 4,250 to 4,350, 2 dozen 24;
    with any words, a handful is 2 to 6.
    """
    vague = {} if words is None else _VAGUE_WORDS.get(words, {})
    spoken = re.findall(r"[a-z]+", text.lower())
    ranges = [NumberRange(*vague[word]) for word in spoken if word in vague]
    for whole, part, scale in _SCALED.findall(_plain(text)):
        size = (_SHORT_SCALES | SCALES)[scale.lower()]
        value = float(whole.replace(",", "") + part) * size
        half_step = size * 0.5 * 10.0 ** -max(0, len(part) - 1) if size >= 1000 else 0.0
        ranges.append(NumberRange(value - half_step, value + half_step))
    return ranges


def _plain(text: str) -> str:
    """Compatible forms made one (③ is 3), and nothing that cannot be seen within a number."""
    whole = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in whole if unicodedata.category(letter) != "Cf")


def _in_words(text: str, known: dict[str, int]) -> Iterator[int]:
    """Each number word alone, and each run of them as one number."""
    run: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        word = match.group().lower()
        together = _JOINED.fullmatch(text, end, match.start()) is not None
        end = match.end()
        if not together:
            yield from _values(run, known)
            run = []
        if word in known or word in SCALES or (run and word == "and") or word in ("a", "half"):
            run.append(word)
        else:
            yield from _values(run, known)
            run = []
    yield from _values(run, known)


def _values(run: list[str], known: dict[str, int]) -> Iterator[int]:
    """Numbers of words that follow each other: of the words, and of those that belong together."""
    words = [word for word in run if word not in ("a", "and", "half")]
    yield from (known[word] for word in words if word in known)
    yield from (SCALES["dozen"] for word in words if word == "dozen")
    if (run[:2] == ["half", "a"] and "dozen" in run) or run[:2] == ["half", "dozen"]:
        yield SCALES["dozen"] // 2
    total, current = 0, 0
    for word in words:
        if word in SCALES:
            current = max(current, 1) * SCALES[word]
            if SCALES[word] >= SCALES["thousand"]:
                total, current = total + current, 0
        elif current and not _continues(current, known[word]):
            yield total + current
            total, current = 0, known[word]
        else:
            current += known[word]
    if words:
        yield total + current


def _continues(current: int, value: int) -> bool:
    """Whether a word continues the number before: twenty, one; two hundred, forty."""
    if current % 100 == 0:
        return 0 < value < 100
    return current % 10 == 0 and current % 100 >= 20 and 0 < value < 10
