"""Sums: "£7.8m + £9.5m = £17.3m"; "116 offences, made up of 58 burglaries and 60 thefts"; "58 here
and 60 there, 116 in total"; the row *Total* of a table.

All addends must be there: where a cell of a column is no number, its total is not checked.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from xlperf.proof.proof_findings import (
    ANY_CASE,
    COUNT,
    SLACK,
    ProofFinding,
    ProofRule,
    half_step,
    is_rough,
    is_year,
    quoted_sentence,
    whole_number,
)
from xlperf.tiles.quoted import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.proof.passages import ProofText, TextCell

TERM = rf"(?:£\s?)?(?:{WHOLE})(?:\.\d+)?(?:\s?(?:m|million|%))?"
EQUATION = re.compile(
    rf"(?<![\w.,/*×^(−–-])(?<![*×/^−–-] )({TERM}(?:\s*\+\s*{TERM}){{1,30}})\s*=\s*({TERM})"
    r"(?![\w.]*\d|\s*[*×/^+−–-])",
    ANY_CASE,
)
PARTS_FOLLOW = re.compile(
    r"\b(?:made up of|compris(?:ing|es|ed of|ed|e)|consist(?:ing|s|ed)? of|composed of)\b", ANY_CASE
)
OF_WHICH = re.compile(rf"{COUNT}\s+of\s+(?:which|whom|these|them)\b", ANY_CASE)
OF_WHICH_PART = re.compile(
    rf"{COUNT}(?:\s+[^\W\d]+){{1,4}},?\s+of\s+(?:which|whom)\s+{COUNT}(?=\s+(?:were|was|are|is|had)\b)",
    ANY_CASE,
)
"""A count and the part of it that follows."""
TOTAL_FOLLOWS = re.compile(
    rf"(?:,\s*|\()(?:a\s+total\s+of\s+)?{COUNT}(?:\s+[^\W\d]+)?\s+(?:in\s+total|in\s+all|altogether)\b",
    ANY_CASE,
)
OTHER_NUMBERS = re.compile(
    r"%|per\s?cent|£|\d(?:st|nd|rd|th)\b|\d[./:]\d|\b(?:19|20)\d\d\b", ANY_CASE
)
"""What a list of parts must not hold: it would be of something else too."""
TOTAL_TITLE = re.compile(r"(?:grand\s+|overall\s+)?totals?:?|sum|all", ANY_CASE)
PART_OF_PART = re.compile(r"\b(?:of which|including|sub-?total|average|mean|total)\b", ANY_CASE)
LEAST_PARTS = 2


def sum_findings(text: ProofText) -> Iterator[ProofFinding]:
    """Find sums that do not add up."""
    for passage in text.passages:
        for sentence in passage.sentences:
            for wrong in (*_equations(sentence), *_lists(sentence)):
                yield ProofFinding(
                    ProofRule.SUM,
                    passage.where,
                    quoted_sentence(sentence),
                    wrong,
                    "Correct the one that is wrong.",
                )
    for table in text.tables:
        yield from _of_table(table)


def _equations(sentence: str) -> Iterator[str]:
    for match in EQUATION.finditer(sentence):
        terms = match[1].split("+")
        values = [_value(term) for term in (*terms, match[2])]
        units = {_unit(term) for term in (*terms, match[2])}
        tolerance = sum(half_step(re.sub(r"[^\d.,]", "", term)) for term in (*terms, match[2]))
        if len(units) == 1 and abs(sum(values[:-1]) - values[-1]) > tolerance + SLACK:
            places = max(len(term.partition(".")[2].rstrip("m% ilon")) for term in terms)
            yield f"{match[1].strip()} is {sum(values[:-1]):,.{places}f}, not {match[2].strip()}."


def _value(term: str) -> float:
    return float(re.sub(r"[^\d.]", "", term))


def _unit(term: str) -> str:
    return re.sub(r"[\d.,\s]", "", term).lower().replace("million", "m")


def _lists(sentence: str) -> Iterator[str]:
    """Compare a total with the parts that a sentence lists before or after it."""
    follow = PARTS_FOLLOW.search(sentence)
    total = TOTAL_FOLLOWS.search(sentence)
    if follow and not total:
        before = list(re.finditer(COUNT, sentence[: follow.start()]))
        parts = sentence[follow.end() :]
        if len(before) == 1 and not is_rough(sentence[: before[0].start()]):
            yield from _not_the_sum(before[0][1], parts)
    elif total and not follow:
        yield from _not_the_sum(total[1], sentence[: total.start()])
    elif not follow:
        yield from _more_than_all(sentence)


def _more_than_all(sentence: str) -> Iterator[str]:
    """Find parts that are more than all: 92 incidents, 74 of which ... and 19 of which ...; 92
    incidents, of which 93 ...
    """
    for match in OF_WHICH_PART.finditer(sentence):
        whole, part = whole_number(match[1]), whole_number(match[2])
        years = is_year(match[1]) or is_year(match[2])
        if part > whole and not years and not is_rough(sentence[: match.start(1)]):
            yield f"{match[2]} is more than the {match[1]} it is of."
    parts = list(OF_WHICH.finditer(sentence))
    before = (
        [whole_number(m[1]) for m in re.finditer(COUNT, sentence[: parts[0].start()])]
        if parts
        else []
    )
    counts = [whole_number(match[1]) for match in parts]
    if before and len(parts) >= LEAST_PARTS and sum(counts) > max(before):
        written = " + ".join(match[1] for match in parts)
        yield f"{written} is {sum(counts):,}, more than the {max(before):,} they are of."


def _not_the_sum(total: str, parts: str) -> Iterator[str]:
    found = list(re.finditer(COUNT, parts))
    if len(found) < LEAST_PARTS or OTHER_NUMBERS.search(parts) or is_year(total):
        return
    if any(is_rough(parts[: match.start()]) for match in found):
        return
    counts = [whole_number(match[1]) for match in found]
    joined = all(
        re.search(r",|\band\b|;", parts[one.end() : other.start()])
        for one, other in pairwise(found)
    )
    if joined and sum(counts) != whole_number(total):
        written = " + ".join(match[1] for match in found)
        yield f"{written} is {sum(counts):,}, not {total}."


# The total of a table.


def _of_table(table: Sequence[tuple[TextCell, ...]]) -> Iterator[ProofFinding]:
    """Compare each row of totals with the rows above it, up to a row without numbers."""
    start = 0
    for at, row in enumerate(table):
        title = next((cell.text.strip() for cell in row if cell.text.strip()), "")
        if TOTAL_TITLE.fullmatch(title):
            yield from _of_totals(table[start:at], row)
            start = at + 1
        elif not any(re.fullmatch(COUNT, cell.text.strip()) for cell in row):
            start = at + 1


def _of_totals(
    rows: Sequence[tuple[TextCell, ...]], totals: tuple[TextCell, ...]
) -> Iterator[ProofFinding]:
    titles = " ".join(cell.text for row in rows for cell in row[:1])
    if len(rows) < LEAST_PARTS or PART_OF_PART.search(titles):
        return
    faults = []
    for column, cell in enumerate(totals):
        cells = [row[column].text.strip() for row in rows if column < len(row)]
        if len(cells) < len(rows) or not re.fullmatch(COUNT, cell.text.strip()):
            continue
        if not all(re.fullmatch(COUNT, text) and not is_year(text) for text in cells):
            continue
        found = sum(map(whole_number, cells))
        faults.append((cell, found))
    wrong = [(cell, found) for cell, found in faults if found != whole_number(cell.text)]
    if len(wrong) == len(faults) > 1:
        return  # no column adds up: these rows are not the parts of that total
    for cell, found in wrong:
        sentence = quoted_sentence(" ".join(item.text for item in totals if item.text))
        yield ProofFinding(
            ProofRule.SUM,
            cell.where,
            sentence,
            f"The {len(rows)} rows above add up to {found:,}, not {cell.text.strip()}.",
            "Correct the one that is wrong.",
        )
