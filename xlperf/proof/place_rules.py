"""Positions and intervals: a rank beyond the size of its group; a figure outside its own interval,
or an interval upside down.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.proof.proof_findings import (
    ANY_CASE,
    PERCENTAGE,
    ProofFinding,
    ProofRule,
    quoted_sentence,
)
from xlperf.tiles.quoted import PLACE, Unit, numbers
from xlperf.tiles.quoted_changes import PER_CENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.proof.passages import ProofText

SHARE = rf"(\d+(?:\.\d+)?)(?:{PER_CENT})?"
INTERVAL = re.compile(
    rf"{PERCENTAGE}\s*[,;]?\s*[(\[][^()\[\]]{{0,40}}?"
    r"(?:\bCI|\bconfidence\s+interval|\d\d%\s+(?:interval|range))\b:?\s*(?:of\s+|is\s+|from\s+)?"
    rf"{SHARE}\s*(?:to|[-–])\s*(\d+(?:\.\d+)?){PER_CENT}",
    ANY_CASE,
)
"""A percentage with its own interval in brackets behind it."""
ALONE = re.compile(
    rf"\bconfidence\s+interval\s+(?:is|was|of|from|between)\s+{SHARE}\s*(?:to|and|[-–])\s*"
    rf"(\d+(?:\.\d+)?){PER_CENT}",
    ANY_CASE,
)
"""An interval without its figure."""


def place_findings(text: ProofText) -> Iterator[ProofFinding]:
    """Find positions and intervals that cannot be."""
    for passage in text.passages:
        for sentence in passage.sentences:
            for rule, wrong, right in (*_places(sentence), *_intervals(sentence)):
                yield ProofFinding(rule, passage.where, quoted_sentence(sentence), wrong, right)


def _places(sentence: str) -> Iterator[tuple[ProofRule, str, str]]:
    if not re.search(PLACE, sentence):
        return
    for number in numbers(sentence):
        if number.unit is Unit.PLACE and not 1 <= number.value <= number.of:
            yield (
                ProofRule.PLACE,
                f"‘{number.written}’ is no position: the group has {number.of}.",
                "Correct the position or the size of the group.",
            )


def _intervals(sentence: str) -> Iterator[tuple[ProofRule, str, str]]:
    for match in ALONE.finditer(sentence):
        if float(match[1]) > float(match[2]):
            wrong = f"The interval begins at {match[1]}% and ends at {match[2]}%, below it."
            yield ProofRule.INTERVAL, wrong, "Correct the one that is wrong."
    for match in INTERVAL.finditer(sentence):
        value, lower, upper = map(float, match.groups())
        if lower > upper:
            wrong = f"The interval begins at {match[2]}% and ends at {match[3]}%, below it."
        elif not lower <= value <= upper:
            wrong = f"{match[1]}% is outside its own interval, {match[2]}% to {match[3]}%."
        else:
            continue
        yield ProofRule.INTERVAL, wrong, "Correct the figure or its interval."
