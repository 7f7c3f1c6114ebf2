"""Percentages against the numbers they are of: 37.5% of 65; 24 of 65 (37.5%); 91.4% (n = 105).

A percentage is compared with an n, or with a count of an n, that stands right beside it. Rough
numbers and weighted results are left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.proof.passages import NUMBER_ASKED
from xlperf.proof.proof_findings import (
    ANY_CASE,
    COUNT,
    PERCENTAGE,
    ProofFinding,
    ProofRule,
    decimals_of,
    is_rough,
    is_year,
    quoted_sentence,
    whole_number,
)
from xlperf.stats.intervals import attainable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.proof.passages import Passage, ProofText, TextCell

K_OF_N = rf"{COUNT}\s+(?:out\s+)?of\s+(?:the\s+|all\s+)?{COUNT}"
WITH_N = re.compile(
    rf"{PERCENTAGE}(?:\s+[^\W\d]+){{0,4}}\s*[(\[]\s*{NUMBER_ASKED}\s*[)\],;]", ANY_CASE
)
SHARE_OF = re.compile(
    rf"{PERCENTAGE}\s+of\s+(?:the\s+|all\s+|our\s+){{0,2}}{COUNT}(?=\s+[^\W\d]|\s*[.,;)]|\s*$)",
    ANY_CASE,
)
COUNTED_SHARE = re.compile(
    rf"{K_OF_N}(?:\s+[^\W\d]+){{0,4}}\s*[(,]\s*(?:or\s+)?{PERCENTAGE}\s*[),.;]", ANY_CASE
)
SHARE_COUNTED = re.compile(rf"{PERCENTAGE}\s*\(\s*{K_OF_N}\s*(?:[^\W\d]+\s*){{0,4}}\)", ANY_CASE)
CALLS = (101, 111, 999)
"""Numbers that are telephone numbers: 999 calls."""
NO_COUNT_AFTER = re.compile(
    r"\s*(?:m\b|million|bn\b|billion|thousand|hours?|days?|minutes?|months?|years?)"
)
WEIGHTED = re.compile(r"\bweight(?:ed|ing)\b", ANY_CASE)
MORE_THAN_ALL = re.compile(
    rf"{PERCENTAGE}\s+(?:of\s+)?(?:the\s+|all\s+|our\s+)?"
    r"(?:victims|respondents|people|users|offenders|families|residents|callers|officers)\b"
    rf"|{PERCENTAGE}\s+(?:were|was|are|is)\s+(?:very\s+)?(?:satisfied|confident)\b",
    ANY_CASE,
)
NUMBER_ASKED_TITLE = re.compile(r"n|base|sample|sample size|number asked|respondents", ANY_CASE)
NO_SHARE_TITLE = re.compile(
    r"change|var|interval|limit|margin|target|low|high|group|difference|rate|baseline", ANY_CASE
)
MOST_FAR = 12
"""How far another n may be to be named."""


def share_findings(text: ProofText) -> Iterator[ProofFinding]:
    """Find percentages that their numbers do not allow."""
    for passage in text.passages:
        for sentence in passage.sentences:
            if not WEIGHTED.search(sentence):
                yield from _of_sentence(passage, sentence)
    for table in text.tables:
        yield from _of_table(table)


def _of_sentence(passage: Passage, sentence: str) -> Iterator[ProofFinding]:
    for wrong, right in _faults(sentence):
        yield ProofFinding(
            ProofRule.PERCENTAGE, passage.where, quoted_sentence(sentence), wrong, right
        )


def _faults(sentence: str) -> Iterator[tuple[str, str]]:
    """Say what is wrong and what would be right; of the same percentage and n once."""
    seen = set()
    for percent, count, n in _pairs(sentence):
        fault = _fault(percent, count, n)
        if fault and (percent, n) not in seen:
            seen.add((percent, n))
            yield fault
    for match in MORE_THAN_ALL.finditer(sentence):
        percent = match[1] or match[2]
        if float(percent) > 100:
            yield f"{percent}% of people is more than all of them.", "Correct it."


def _pairs(sentence: str) -> Iterator[tuple[str, int | None, int]]:
    """Percentages with the count and the n they are tied to."""
    for match in WITH_N.finditer(sentence):
        if not is_rough(sentence[: match.start()]):
            yield match[1], None, whole_number(match[2])
    for match in SHARE_OF.finditer(sentence):
        n = whole_number(match[2])
        other = is_year(match[2]) or n in CALLS or NO_COUNT_AFTER.match(sentence, match.end(2))
        if not other and not is_rough(sentence[: match.start()]):
            yield match[1], None, n
    for pattern, (count, n_at, percent) in ((COUNTED_SHARE, (1, 2, 3)), (SHARE_COUNTED, (2, 3, 1))):
        for match in pattern.finditer(sentence):
            rough = any(is_rough(sentence[: match.start(at)]) for at in (count, n_at, percent))
            if not rough and whole_number(match[n_at]):
                yield match[percent], whole_number(match[count]), whole_number(match[n_at])


def _fault(percent: str, count: int | None, n: int) -> tuple[str, str] | None:
    """Say what is wrong with a percentage, and what would be right; None where it can be."""
    possible = attainable(percent, n)
    if count is None:
        if possible or not n or n >= 10 ** (decimals_of(percent) + 2):
            return None
        return f"{percent}% of {n:,} is not possible: {_nearest(percent, n)}.", _another_n(
            percent, n
        )
    if count > n:
        return f"{count:,} of {n:,} is more than all of them.", "Correct one of the two."
    if count in possible:
        return None
    right = _percent(count, n, decimals_of(percent))
    return (f"{count:,} of {n:,} is {right}, not {percent}%.", "Correct one of the three.")


def _percent(count: int, n: int, decimals: int) -> str:
    return f"{100 * count / n:.{decimals}f}%"


def _nearest(percent: str, n: int) -> str:
    """Name the percentages of `n` on both sides of one that it cannot have."""
    below = int(float(percent) * n / 100)
    counts = [count for count in (below, below + 1) if 0 <= count <= n]
    decimals = decimals_of(percent)
    return ", ".join(f"{count:,} of {n:,} is {_percent(count, n, decimals)}" for count in counts)


def _another_n(percent: str, n: int) -> str:
    """Name the nearest n that the percentage can be of."""
    for apart in range(1, MOST_FAR + 1):
        for other in (n - apart, n + apart):
            counts = attainable(percent, other)
            if counts:
                return (
                    f"Ask for the number itself; n may be another: {counts[0]:,} of {other:,} is"
                    f" {percent}%."
                )
    return "Ask for the number itself; n may be another."


# Tables with a column of n.


def _of_table(table: tuple[tuple[TextCell, ...], ...]) -> Iterator[ProofFinding]:
    """Rows under a header with one column of n and one column of percentages."""
    columns: tuple[int, int] | None = None
    for row in table:
        titles = [cell.text.strip() for cell in row]
        asked = [at for at, title in enumerate(titles) if NUMBER_ASKED_TITLE.fullmatch(title)]
        if asked:
            shares = [
                at
                for at, title in enumerate(titles)
                if "%" in title or re.search(r"percent|per cent|satisf|share", title, ANY_CASE)
            ]
            one_each = len(asked) == 1 == len(shares) and not NO_SHARE_TITLE.search(
                titles[shares[0]]
            )
            columns = (asked[0], shares[0]) if one_each else None
        elif columns and len(row) > max(columns):
            yield from _of_row(row, *columns)


def _of_row(row: tuple[TextCell, ...], asked: int, share: int) -> Iterator[ProofFinding]:
    n = re.fullmatch(COUNT, row[asked].text.strip())
    percent = re.fullmatch(PERCENTAGE, row[share].text.strip())
    fault = _fault(percent[1], None, whole_number(n[1])) if n and percent else None
    if fault:
        sentence = quoted_sentence(" ".join(cell.text for cell in row))
        yield ProofFinding(ProofRule.PERCENTAGE, row[share].where, sentence, *fault)
