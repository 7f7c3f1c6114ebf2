"""Changes against the two figures they are between: "from 407 to 171, a fall of 58%"; a row with
407, 171 and -58%; 930 beside 15.8%.

Figures are exact as far as they are written out, so 4,400 beside 4,600 stands for 4,350 to 4,450;
beside 4,613 it is 4,400, for one sentence rounds both. A change of
percentages may be in per cent or in points. In a row the earlier figure may stand on either side.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.proof.proof_findings import (
    ANY_CASE,
    COUNT,
    PERCENTAGE,
    SLACK,
    ProofFinding,
    ProofRule,
    decimals_of,
    half_step,
    is_rough,
    is_year,
    quoted_sentence,
    whole_number,
)
from xlperf.tiles.quoted import WHOLE
from xlperf.tiles.quoted_changes import DOWN, PER_CENT, UP, WORD, said_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.proof.passages import Passage, ProofText

FIGURE = rf"(?:£\s?)?((?:{WHOLE})(?:\.\d+)?)(?![\d/:–-])({PER_CENT}|\s?(?:m\b|million\b))?(?!\w)"
"""A figure with its unit."""
WORDS = r"(?:\s+(?!from\b|to\b)[^\W\d][\w’'-]*){0,3}"
IN_YEAR = r"(?:\s+in\s+(?:19|20)\d\d(?:\s?[/–-]\s?\d\d(?:\d\d)?)?)?"
FROM_TO = re.compile(rf"\bfrom\s+{FIGURE}{WORDS}{IN_YEAR}\s+to\s+(?:just\s+)?{FIGURE}", ANY_CASE)
COUNTED = re.compile(
    rf"\(\s*{FIGURE}\s+(?!to\b|million\b)[^\W\d][\w’'-]+\s+to\s+{FIGURE}\s*\)", ANY_CASE
)
"""Figures with what they count, (407 offences to 171); without that they may be limits."""
TO_FROM = re.compile(rf"\bto\s+{FIGURE}{WORDS}\s*[,(]?\s*from\s+{FIGURE}", ANY_CASE)
MOVED = re.compile(
    rf"\b(?:({UP})|({DOWN}))(?:\s+(?:again|further|slightly|sharply))?"
    rf"(?:\s+(?:by|of)\s+\d+(?:\.\d+)?{PER_CENT})?[\s,(]*$",
    ANY_CASE,
)
"""The word of a change that stands before "from", with how much at most between them."""
PLACES_CHANGE = re.compile(r"\b(?:position|rank(?:ed|ing)?|place[ds]?|grade|aged?)\b", ANY_CASE)
IN_BRACKETS = re.compile(rf"\(\s*{PERCENTAGE}\s*\)", ANY_CASE)
POINTS = re.compile(r"(?<![\w.,])(\d+(?:\.\d+)?)\s+(?:percentage\s+)?points?\b", ANY_CASE)
ROW_CHANGE = re.compile(rf"{COUNT}\s+{COUNT}\s+([+−–-])\s?(\d+(?:\.\d+)?)\s?%")
BESIDE = re.compile(rf"\s*(?:{PERCENTAGE}\s+{COUNT}|{COUNT}\s+{PERCENTAGE})\s*", ANY_CASE)
"""A line that is nothing but a count and a percentage."""
ALL = re.compile(r"\b(?:all|total|overall)\b", ANY_CASE)
LONG_UNIT = 3
"""Letters from which a unit stands apart: 7.8 million, but 7.8m and 84%."""
LEAST_WHOLE = 1_000
LEAST_PART = 100
LEAST_WORDS = 2
"""Words of a line that names what it counts; figures without words are those of pages or charts."""
NEAR_LINES = 12
"""Lines before a pair of numbers in which its title may stand: pages break titles apart."""
MOST = 100.0
CORRECT = "Correct the figures or the change."


class FigurePair(NamedTuple):
    """Two figures that a sentence compares."""

    then: str
    now: str
    unit: str
    """As written after the second: empty, a sign of per cent, or million."""
    said: int
    """1 where the word before says that it rose, -1 that it fell, 0 where none does."""

    def written(self, figure: str) -> str:
        """Write a figure with the unit of both."""
        return f"{figure}{self.unit}" if len(self.unit) < LONG_UNIT else f"{figure} {self.unit}"


def change_findings(text: ProofText) -> Iterator[ProofFinding]:
    """Find changes that the figures beside them do not give."""
    for passage in text.passages:
        for sentence in passage.sentences:
            for wrong, right in _of_sentence(sentence):
                yield ProofFinding(
                    ProofRule.CHANGE, passage.where, quoted_sentence(sentence), wrong, right
                )
    for line in text.lines:
        for match in ROW_CHANGE.finditer(line.text):
            if fault := _of_row(match):
                yield ProofFinding(ProofRule.CHANGE, line.where, quoted_sentence(line.text), *fault)
    yield from _slips(text.lines)


def _of_sentence(sentence: str) -> Iterator[tuple[str, str]]:
    for said in said_changes(sentence):
        if said.value < -MOST - said.half_step:
            yield (
                f"Nothing can fall by more than 100%, but the text says ‘{said.written}’.",
                "Correct it, or say what it is a percentage of.",
            )
    pairs = list(_pairs(sentence))
    if len(pairs) != 1 or PLACES_CHANGE.search(sentence):
        return
    (pair,) = pairs
    then, now = _value(pair.then), _value(pair.now)
    if pair.said and then != now and (now > then) != (pair.said > 0):
        word = "more" if now > then else "less"
        wrong = f"{pair.written(pair.now)} is {word} than {pair.written(pair.then)}"
        yield f"{wrong}, but the text says the opposite.", "Correct the word or the figures."
        return
    fault = _of_pair(pair, sentence)
    if fault:
        yield fault


def _pairs(sentence: str) -> Iterator[FigurePair]:
    """Pairs of figures, without years, ranges and rough numbers."""
    for pattern, order in ((FROM_TO, (1, 3)), (COUNTED, (1, 3)), (TO_FROM, (3, 1))):
        for match in pattern.finditer(sentence):
            then, now = (match[at] for at in order)
            units = [(match[at + 1] or "").strip() for at in order]
            rough = any(is_rough(sentence[: match.start(at)]) for at in order)
            mixed = units[0] != units[1] and (units[0] or pattern is TO_FROM)
            if rough or is_year(then) or is_year(now) or mixed:
                continue
            moved = MOVED.search(sentence[: match.start()]) if pattern is FROM_TO else None
            said = (1 if moved[1] else -1) if moved else 0
            yield FigurePair(then, now, units[1], said)


def _of_pair(pair: FigurePair, sentence: str) -> tuple[str, str] | None:
    """Compare the one change of a sentence with its two figures."""
    changes = [(change.value, change.half_step) for change in said_changes(sentence)]
    changes += [
        (float(match[1]), half_step(match[1]) or 0.5) for match in IN_BRACKETS.finditer(sentence)
    ]
    of_shares = bool(re.fullmatch(PER_CENT, pair.unit, ANY_CASE))
    points = [float(match[1]) for match in POINTS.finditer(sentence)] if of_shares else []
    then, now = _value(pair.then), _value(pair.now)
    if (
        len(changes) == 1
        and not points
        and then
        and not re.search(PER_CENT + r"\s+points", sentence)
    ):
        ((value, step),) = changes
        apart = abs(now - then)
        possible = _range(pair)
        fits = possible[0] - step - SLACK <= abs(value) <= possible[1] + step + SLACK
        if fits or (of_shares and abs(abs(value) - apart) <= step + _steps(pair)):
            return None
        return _sentence(pair, f"{abs(value):g}%", decimals=1 if step < 0.5 else 0)
    if len(points) == 1 and not changes:
        apart = abs(now - then)
        tolerance = _steps(pair) + 0.5 * 10.0 ** -decimals_of(f"{points[0]:g}")
        if abs(points[0] - apart) > tolerance + SLACK:
            return (
                f"From {pair.then}% to {pair.now}% is {apart:.3g} points, not {points[0]:g}.",
                CORRECT,
            )
    return None


def _range(pair: FigurePair) -> tuple[float, float]:
    """Smallest and largest change, in per cent and without its sign, that two figures allow as far
    as they are written out.
    """
    changes = [
        100 * ((_value(pair.now) + up * _step(pair.now, pair)) / base - 1)
        for up in (-1, 1)
        for down in (-1, 1)
        if (base := _value(pair.then) + down * _step(pair.then, pair)) > 0
    ]
    sizes = [abs(change) for change in changes]
    crosses = min(changes, default=0.0) < 0 < max(changes, default=0.0)
    return (0.0 if crosses else min(sizes, default=0.0)), max(sizes, default=0.0)


def _value(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


def _step(text: str, pair: FigurePair) -> float:
    own = half_step(text)
    if "." not in pair.then + pair.now:
        own = min(half_step(pair.then), half_step(pair.now))
    return own or (0.5 if pair.unit else 0.0)


def _steps(pair: FigurePair) -> float:
    return _step(pair.then, pair) + _step(pair.now, pair) + SLACK


def _sentence(pair: FigurePair, said: str, decimals: int) -> tuple[str, str]:
    change = 100 * (_value(pair.now) / _value(pair.then) - 1)
    word = "rise" if change > 0 else "fall"
    figures = f"From {pair.written(pair.then)} to {pair.written(pair.now)}"
    return f"{figures} is a {word} of {abs(change):.{decimals}f}%, not {said}.", CORRECT


def _of_row(match: re.Match[str]) -> tuple[str, str] | None:
    """Compare a signed change with the two counts before it."""
    first, second, sign, percent = match[1], match[2], match[3], match[4]
    value = float(percent) if sign == "+" else -float(percent)
    step = 0.5 * 10.0 ** -decimals_of(percent)
    orders = [(first, second), (second, first)]
    changes = [
        100 * (whole_number(now) / whole_number(then) - 1)
        for then, now in orders
        if whole_number(then)
    ]
    if not changes or any(abs(change - value) <= step + SLACK for change in changes):
        return None
    right = f"{changes[0]:+.{decimals_of(percent)}f}%".replace("-", "−")
    return (f"From {first} to {second} is a change of {right}, not {sign}{percent}%.", CORRECT)


# A percentage and a count beside each other.


def _slips(lines: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """Find a percentage that stands alone with a count and is ten times, or a tenth of, the share
    that the count is of the document's total, of a tile that is headed as one of a total.
    """
    wholes = _wholes(lines)
    for at, line in enumerate(lines):
        match = BESIDE.fullmatch(line.text)
        if match is None:
            continue
        percent, count = (match[1], match[2]) if match[1] else (match[4], match[3])
        title = " ".join(item.text for item in lines[max(0, at - NEAR_LINES) : at])
        part = whole_number(count)
        if part < LEAST_PART or not ALL.search(title):
            continue
        step = 0.5 * 10.0 ** -decimals_of(percent)
        shares = {whole: 100 * part / whole for whole in wholes if whole > part}
        if any(abs(share - float(percent)) <= step + SLACK for share in shares.values()):
            continue
        for whole, share in shares.items():
            if any(abs(share * scale - float(percent)) <= step for scale in (10, 0.1)):
                yield ProofFinding(
                    ProofRule.SLIP,
                    line.where,
                    quoted_sentence(line.text),
                    f"{part:,} of {whole:,} is {share:.{decimals_of(percent) + 1}f}%, not"
                    f" {percent}%: the decimal point seems to have slipped.",
                    f"Correct it; if {percent}% is of something else, say of what.",
                )
                break


def _wholes(lines: tuple[Passage, ...]) -> list[int]:
    """Counts of the line that has the largest count of the document: what its shares are of."""
    counts = [
        [
            whole_number(match[1])
            for match in re.finditer(COUNT, line.text)
            if not is_year(match[1]) and whole_number(match[1]) >= LEAST_WHOLE
        ]
        for line in lines
        if len(re.findall(WORD, line.text)) >= LEAST_WORDS
    ]
    return max(counts, key=lambda some: max(some, default=0), default=[])
