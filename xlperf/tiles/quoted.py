"""Numbers in people's words that disagree with the tile they seem to speak of.

The rule. A number in a comment, a return's remark or the text of a priority is flagged when all of
this holds:

* it is of a kind that a tile prints: a count of three digits or more, a percentage, a sum in £
  million, or a place that names the size of the group ("fifth of eight", "5th of 8");
* it is near one of the figures that the priority's tile shows, and not equal to it as far as it is
  written out: counts within 2%, or the same digits in another order; percentages within one point;
  sums within £0.5 million; places of the same group;
* it equals no other figure of the priority that is known: months, years, survey results of other
  dates (if the sentence names the date), lines, ranges, n;
* its sentence names no other time than the twelve months assessed and the baseline year;
* no word before it says that it is rough (about, nearly, over, ...), and no word after it makes it
  something else (a difference in points, a year, a date).

So a slip of a digit is found, and what speaks of something else is hardly ever taken for one.
Changes in words, such as "up 34%", have a rule of their own: `xlperf.tiles.quoted_changes`.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from xlperf.assessment import evidence as kinds
from xlperf.assessment.evidence_parts import projection_of, test_of
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import NAMES, month_of, twelve_months_to
from xlperf.tables.measure_kinds import FigureForm, LineKind
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tiles.compared_numbers import numbers_of
from xlperf.tiles.figures import (
    NUMBERS,
    PLACES,
    compared_with,
    figure,
    name_of,
    percent_change,
    place,
    within,
)
from xlperf.tiles.quoted_changes import PER_CENT, Contradicted, contradicted, said_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.assessment.basis import Basis, Case
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.rows import DataRow


class Unit(Enum):
    """What a number counts."""

    COUNT = auto()
    PERCENT = auto()
    MILLION = auto()
    PLACE = auto()


class Number(NamedTuple):
    """A number found in a text."""

    written: str
    unit: Unit
    value: float
    half_step: float
    """Half of the last place written out: what rounding may have taken or added."""
    of: int = 0
    """Places: size of the group."""


class Shown(NamedTuple):
    """A figure that a tile shows."""

    line: Assessment
    unit: Unit
    value: float
    printed: str
    where: str
    of: int = 0


NEAR = {Unit.COUNT: 0.02, Unit.PERCENT: 1.0, Unit.MILLION: 0.5}
"""How far a number may be from a figure and still be taken to speak of it: a share of a count,
points, £ million.
"""
LEAST_COUNT = 100
"""Counts below this are not compared: small numbers stand for too many things."""
SLACK = 1e-9
YEARS = range(1900, 2100)
SHORT_NAMES = tuple(name[:3] for name in NAMES)
MONTH_WORDS = "|".join(
    sorted({*NAMES, *(name[:3] for name in NAMES), "Sept"}, key=len, reverse=True)
)
IN_ANY_CASE = "(?i)"
ROUGH = (
    IN_ANY_CASE
    + r"(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|over|under|above"
    r"|below|more than|less than|fewer than|at least|at most|up to|circa|c\.)|[~≈<>±/+−–-])\s*$"
)
"""Ends of the text before a number that make it rough, a change, or part of something longer.

Patterns here are texts, which `re` compiles when they are first needed: few comments need them.
"""
NO_FIGURE_AFTER = (
    IN_ANY_CASE
    + rf"\s*(?:[/:]\d|[-–]\s?\d|(?:percentage\s+)?points?\b|pts\b|(?:of\s+)?(?:{MONTH_WORDS})\b|"
    r"th\b|st\b|nd\b|rd\b|(?:year|month|day|hour|pm|am|officer|mile)s?\b)"
)
NO_FIGURE_BEFORE = (
    IN_ANY_CASE
    + rf"\b(?:(?:{MONTH_WORDS})\.?\s+(?:\d{{1,2}},?\s+)?|(?:section|page|table|sp|no\.?|phone"
    r"|tel\.?)\s*)$"
)
"""What makes a number a date, or the number of a thing."""
NO_SHARE_AFTER = IN_ANY_CASE + r"\s*(?:confiden|interval|range|line)"
MONTH_AND_YEAR = IN_ANY_CASE + rf"\b({MONTH_WORDS})\.?\s+((?:19|20)\d\d)\b"
FINANCIAL_YEAR = r"\b((?:19|20)\d\d)\s?[/–-]\s?((?:20)?\d\d)\b"
A_YEAR_BEFORE = IN_ANY_CASE + r"\byear (?:before|ago|earlier)\b|\b(?:last|previous) year\b"
WHOLE = r"\d{1,3}(?:[,\u00a0\u202f]\d{3}){1,4}|\d{1,15}"
"""Digits of a whole number, marks between thousands or not; longer ones are no figures."""
DIGITS = rf"(?<![\w.,£])(£\s?)?({WHOLE})(\.\d+)?(?![\d,]\d)"
PERCENT_AFTER = IN_ANY_CASE + PER_CENT
MILLION_AFTER = IN_ANY_CASE + r"\s?(?:m\b|million\b)"
PLACE = (
    IN_ANY_CASE
    + rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)=?|({'|'.join(PLACES)}))\s+(?:out\s+)?of\s+(?:the\s+)?"
    rf"(?:(\d{{1,2}})\b|({'|'.join(NUMBERS)})\b)"
)
SENTENCE_END = r"(?<=[.!?])\s+(?=[A-Z‘“\"])|;\s+"


def disagreements(lines: Sequence[Assessment], basis: Basis) -> list[Problem]:
    """Find the numbers in what people write (comments, remarks, texts of priorities) that disagree
    with the tiles of their priority.
    """
    by_priority: dict[str, list[Assessment]] = {}
    for line in lines:
        by_priority.setdefault(normalised(line.measure.priority), []).append(line)
    texts: list[tuple[DataRow | None, str, str, list[Assessment]]] = [
        (comment.row, "Text", comment.text, by_priority.get(normalised(comment.priority), []))
        for comment in basis.tables.comments
    ]
    for name, partner in basis.tables.returns.items():
        of_measure = [line for line in lines if line.measure.name == name]
        texts.append((partner.row, "Remark", partner.remark, of_measure))
    texts += [
        (item.row, "Text for the report", item.text, by_priority.get(normalised(item.code), []))
        for item in basis.tables.priorities
    ]
    problems = []
    for row, title, text, about in texts:
        if row is None or not about:
            continue
        about_cell = Severity.WARNING, Code.TEXT_DISAGREES, title
        remedy = "Correct the number; if it speaks of something else, name that, with its date."
        for written, line, where, printed in said_otherwise(text, about, basis):
            found = f"The text says {written}, but {where} is {printed}."
            problems.append(row.problem(*about_cell, found, remedy, line.line))
    return problems


def said_otherwise(text: str, about: Sequence[Assessment], basis: Basis) -> Iterator[Contradicted]:
    """Find figures that disagree, then changes that do, each number once."""
    told = []
    for number, shown in _contradictions(text, about, basis):
        told.append(number.written)
        yield Contradicted(number.written, shown.line, shown.where, shown.printed)
    for sentence in re.split(SENTENCE_END, text):
        if not names_another_time(sentence, basis.settings):
            for change in contradicted(sentence, about, basis):
                if not any(written in change.written for written in told):
                    yield change


def _contradictions(
    text: str, lines: Sequence[Assessment], basis: Basis
) -> Iterator[tuple[Number, Shown]]:
    found = [
        pair for sentence in re.split(SENTENCE_END, text) for pair in _without_changes(sentence)
    ]
    if not found:
        return
    figures = [shown for line in lines for shown in _shown(line, basis.settings)]
    known = [value for line in lines for value in _known(line.evidence)]
    for number, sentence in found:
        if names_another_time(sentence, basis.settings):
            continue
        near = [shown for shown in figures if _is_near(number, shown)]
        if not near or any(_equal(number, shown.unit, shown.value, shown.of) for shown in figures):
            continue
        if any(_equal(number, unit, value) for unit, value in known):
            continue
        if any(_equal(number, unit, value) for unit, value in _dated(sentence, lines, basis)):
            continue
        yield number, min(near, key=lambda shown: abs(shown.value - number.value))


def _without_changes(sentence: str) -> Iterator[tuple[Number, str]]:
    """Numbers of a sentence that are no part of a change in words, which has a rule of its own."""
    found = numbers(sentence)
    changes = [change.written for change in said_changes(sentence)] if found else []
    yield from (
        (number, sentence)
        for number in found
        if not any(number.written in text for text in changes)
    )


# Numbers in a text.


def numbers(text: str) -> list[Number]:
    """Find the numbers of a sentence that could be a figure of a tile.

    60,206: a count, exact. 60,200: a count, to the nearest hundred. 84.2% and 84.2 per cent: a
    percentage to one decimal. £7.8m. Fifth of eight, 5th of 8. Years, dates, times, ranges,
    differences and rough numbers are left out.
    """
    found = [_place(match) for match in re.finditer(PLACE, text)] if " of " in text else []
    for match in re.finditer(DIGITS, text):
        before, after = text[: match.start()], text[match.end() :]
        number = _number(match, after)
        if number is not None and not _is_other(number, before, after):
            found.append(number)
    return found


def _place(match: re.Match[str]) -> Number:
    rank, word, size, size_word = match.groups()
    value = int(rank) if rank else PLACES.index(word.lower()) + 1
    of = int(size) if size else NUMBERS.index(size_word.lower()) + 1
    return Number(match[0], Unit.PLACE, value, 0.0, of)


def _number(match: re.Match[str], after: str) -> Number | None:
    pound, whole, part = match.groups()
    value = float(re.sub(r"\D", "", whole) + (part or ""))
    half_step = 0.5 * 10.0 ** (1 - len(part)) if part else 0.5
    if percent := re.match(PERCENT_AFTER, after):
        if re.match(NO_SHARE_AFTER, after[percent.end() :]):
            return None
        return Number(match[0] + percent[0], Unit.PERCENT, value, half_step)
    if pound:
        million = re.match(MILLION_AFTER, after)
        return Number(match[0] + million[0], Unit.MILLION, value, half_step) if million else None
    digits = re.sub(r"\D", "", whole)
    if part or value < LEAST_COUNT or digits.startswith("0"):
        return None
    zeros = len(digits) - len(digits.rstrip("0"))
    return Number(match[0], Unit.COUNT, value, 0.5 * 10.0**zeros if zeros > 1 else 0.0)


def _is_other(number: Number, before: str, after: str) -> bool:
    """Whether a number is rough, a year, a date, a time, a difference or part of one."""
    counts = number.unit is Unit.COUNT
    if counts and "," not in number.written and number.value in YEARS:
        return True
    if counts and (re.match(NO_FIGURE_AFTER, after) or re.match(MILLION_AFTER, after)):
        return True
    return re.search(ROUGH, before) is not None or re.search(NO_FIGURE_BEFORE, before) is not None


# Figures of a priority.


def _shown(line: Assessment, settings: Settings) -> Iterator[Shown]:
    """Figures that the tile prints for a line: the latest, the baseline, the change, the place."""
    evidence, figures = line.evidence, line.figures
    if isinstance(evidence, kinds.Position):
        at = evidence.place
        yield Shown(
            line, Unit.PLACE, at.rank, place(at), f"the position {within(figures.period)}", at.of
        )
    unit = {
        FigureForm.COUNT: Unit.COUNT,
        FigureForm.SHARE: Unit.PERCENT,
        FigureForm.MONEY: Unit.MILLION,
    }.get(evidence.form)
    if line.kind in (LineKind.SPC, LineKind.POSITION) or unit is None:
        return
    scale = 100.0 if unit is Unit.PERCENT else 1.0
    periods = within(figures.period), compared_with(figures.against, settings)
    for value, period in zip((figures.latest, figures.baseline), periods, strict=True):
        if value is not None:
            where = " ".join(filter(None, (f"‘{line.measure.label}’", period)))
            yield Shown(line, unit, scale * float(value), figure(value, evidence.form), where)
    change = figures.change_percent
    if unit is Unit.COUNT and change is not None:
        where = f"the change of ‘{line.measure.label}’ since {name_of(figures.against, settings)}"
        yield Shown(line, Unit.PERCENT, abs(change), percent_change(change), where)


def _known(evidence: kinds.Evidence) -> Iterator[tuple[Unit, float]]:
    """Other figures of a line that a text may quote: n, lines, ranges, trends, six-month mean."""
    figures, numbers = evidence.figures, numbers_of(evidence)
    outlook = evidence.outlook if isinstance(evidence, kinds.Offences) else None
    at_target = outlook.total if isinstance(outlook, kinds.AtTarget) else None
    for n in (figures.n_baseline, figures.n_latest, numbers.target, at_target):
        if n is not None:
            yield Unit.COUNT, float(n)
    last_year = evidence.last_year if isinstance(evidence, kinds.Blocks) else None
    for limit in (numbers.lower, numbers.upper, numbers.centre, numbers.statistic, last_year):
        if limit is not None:
            yield Unit.COUNT, limit
            yield Unit.PERCENT, abs(100 * limit)
            yield Unit.PERCENT, abs(100 * (limit - 1))
    test = test_of(evidence)
    for turn in test.turns if test else ():
        yield Unit.COUNT, turn.at
    projection = projection_of(evidence)
    for trend in projection.trends if projection else ():
        yield Unit.COUNT, trend.total
    expected = projection.outlook if projection else None
    for value in (expected.centre, *expected.limits) if expected else ():
        yield Unit.COUNT, value
    if figures.change_percent is not None:
        yield Unit.PERCENT, abs(figures.change_percent)


def _dated(
    sentence: str, lines: Sequence[Assessment], basis: Basis
) -> Iterator[tuple[Unit, float]]:
    """Counts of single months, and figures to months that the sentence names."""
    for name in dict.fromkeys(line.measure.name for line in lines):
        yield from _dated_months(sentence, basis.case(name))
        for result in basis.tables.surveys.get(name, ()):
            if result.proportion is not None and _names(sentence, month_of(result.period_end)):
                yield Unit.PERCENT, 100 * result.proportion
        for total in basis.tables.totals.get(name, ()):
            yield Unit.COUNT, float(total.count)


def _dated_months(sentence: str, case: Case) -> Iterator[tuple[Unit, float]]:
    series = case.series
    for month, item in series.by_month.items():
        yield Unit.COUNT, float(item.count)
        a_year_before = month == case.settings.latest.last - 12 and re.search(
            A_YEAR_BEFORE, sentence
        )
        if (a_year_before or _names(sentence, month)) and (
            total := series.total(twelve_months_to(month))
        ) is not None:
            yield Unit.COUNT, total


def _names(sentence: str, month: Month) -> bool:
    name, year = NAMES[month % 12], month // 12
    return (
        re.search(rf"\b(?:{name}|{name[:3]})t?\.?\s+{year}\b", sentence, re.IGNORECASE) is not None
    )


def names_another_time(sentence: str, settings: Settings) -> bool:
    """Whether a sentence names a month or year outside the twelve months and the baseline year."""
    for word, year in re.findall(MONTH_AND_YEAR, sentence):
        month = 12 * int(year) + SHORT_NAMES.index(word[:3].title())
        if month not in settings.latest.months and month not in settings.baseline.months:
            return True
    start = settings.baseline.first // 12
    return any(
        (int(first), int(second) % 100) != (start, (start + 1) % 100)
        for first, second in re.findall(FINANCIAL_YEAR, sentence)
    )


# Comparing.


def _equal(number: Number, unit: Unit, value: float, of: int = 0) -> bool:
    if unit is not number.unit or of != number.of:
        return False
    return (
        abs(number.value - value)
        <= max(number.half_step, 0.5 if unit is Unit.COUNT else 0.0) + SLACK
    )


def _is_near(number: Number, shown: Shown) -> bool:
    """Whether a number plausibly speaks of a figure."""
    if number.unit is not shown.unit or number.of != shown.of:
        return False
    if number.unit is Unit.PLACE:
        return True
    apart = abs(number.value - shown.value)
    if number.unit is not Unit.COUNT:
        return apart <= NEAR[number.unit] + number.half_step
    if shown.value < LEAST_COUNT:
        return False
    return apart <= NEAR[Unit.COUNT] * shown.value or sorted(f"{number.value:.0f}") == sorted(
        f"{shown.value:.0f}"
    )
