"""What the check of a document finds, and the numbers its rules read."""

from __future__ import annotations

import re
from enum import StrEnum

from xlperf.frozen import NamedTuple
from xlperf.tiles.quoted import ROUGH, WHOLE, YEARS
from xlperf.tiles.quoted_changes import PER_CENT

ANY_CASE = re.IGNORECASE
PERCENTAGE = rf"(?<![\w.,])(\d{{1,6}}(?:\.\d{{1,9}})?){PER_CENT}"
COUNT = rf"(?<![\w.,/£$€+−–-])({WHOLE})(?![\w%/]|[.,:–-]\d|\s?per\s?cent)"
"""A whole number that stands by itself."""
ROUGH_WORDS = 40
"""Characters before a number in which a word may make it rough."""
SLACK = 1e-9
LONGEST_QUOTE = 300
"""Characters of a sentence that is repeated."""


class ProofRule(StrEnum):
    """What a finding is about."""

    PERCENTAGE = "percentage and n"
    SLIP = "decimal point"
    CHANGE = "change"
    SUM = "sum"
    INTERVAL = "interval"
    QUARTER = "quarter"
    DATE = "date"
    MONTHS = "number of months"
    PLACE = "position"
    TILE = "dashboard"


class ProofFinding(NamedTuple):
    """Numbers that cannot be, or do not fit each other."""

    rule: ProofRule
    where: str
    """Paragraph, page and line, or cell."""
    sentence: str
    """The sentence or row that says it."""
    wrong: str
    """What is wrong, as a sentence."""
    right: str
    """What would be right, or what to do, as a sentence."""


def whole_number(text: str) -> int:
    """Read the digits of a count, whatever stands between its thousands."""
    return int(re.sub(r"\D", "", text))


def decimals_of(text: str) -> int:
    """Decimals that a number is written with."""
    return len(text.partition(".")[2])


def half_step(text: str) -> float:
    """Half of the last place of a number: what rounding may have taken. A count in full hundreds or
    more is rounded, too.
    """
    if "." in text:
        return 0.5 * 10.0 ** -decimals_of(text)
    digits = re.sub(r"\D", "", text)
    zeros = len(digits) - len(digits.rstrip("0"))
    return 0.5 * 10.0**zeros if zeros > 1 else 0.0


def is_rough(before: str) -> bool:
    """Whether the words before a number make it rough: about, nearly, over."""
    return re.search(ROUGH, before[-ROUGH_WORDS:]) is not None


def is_year(text: str) -> bool:
    """Whether digits are those of a year."""
    return text.isdigit() and int(text) in YEARS


def quoted_sentence(text: str) -> str:
    """A sentence as a finding repeats it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_QUOTE else f"{flat[: LONGEST_QUOTE - 1]}…"
