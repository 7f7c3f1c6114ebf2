"""Texts that people typed: dropped where they write a number that is withheld."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlperf.assess.caveats import Note
from xlperf.assess.evidence import Assessment, Families, Unjudged, Words
from xlperf.assess.rag import Reason
from xlperf.disclosure.counts_shown import threshold_of
from xlperf.periods import NAMES
from xlperf.tables.lines import POSITION, SPC
from xlperf.tables.reading import ALL_PRIORITIES
from xlperf.tables.records import SUPPRESS_ALL
from xlperf.tiles.wording import WITHHELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.disclosure.counts_shown import ShownFigure
    from xlperf.tables.data import Measure, Tables

WORDS = (
    *(
        "none",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
"""Numbers in words, by their value."""
ALSO = {
    "nil": 0,
    "zero": 0,
    "no": 0,
    "nobody": 0,
    "once": 1,
    "twice": 2,
    "single": 1,
    "both": 2,
    "dozen": 12,
}
_MONTHS = "|".join(name[:3] + r"[a-z]*" for name in NAMES)
_DATES = re.compile(
    rf"\b\d\d?(?:st|nd|rd|th)?\s+(?:{_MONTHS})\b"
    r"|\b\d{4}[/-]\d{2,4}\b"
    r"|\b\d\d?/\d\d?/\d{2,4}\b"
)
"""6 November, 2012/13, 6/11/2014."""
_GROUPED = re.compile(
    r"(?<![\d.,])\d{1,3}(?:(?P<mark>[ .'’\u00a0\u2009\u202f])\d{3}(?:(?P=mark)\d{3})*)(?![\d,])"
)
"""A number with other marks than commas between its thousands."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|[A-Za-z]+")


def numbers_in(text: str, *, words: bool = True) -> set[float]:
    """Numbers that a text writes, in digits or in words; days of dates and financial years are
    none.

    4.321 and 4 321 may be thousands, and count as both readings.
    """
    text = _DATES.sub(" ", text)
    found = {
        float("".join(filter(str.isdigit, match.group()))) for match in _GROUPED.finditer(text)
    }
    for match in _NUMBER.findall(text):
        word = match.lower()
        if word[0].isdigit():
            found.add(float(word.replace(",", "")))
        elif not words:
            continue
        elif word in WORDS:
            found.add(float(WORDS.index(word)))
        elif word in ALSO:
            found.add(float(ALSO[word]))
    return found


def told_by(cell: ShownFigure) -> set[float]:
    """Numbers that would tell a cell: its counts, all of them together, and the percentages they
    are of that.
    """
    values = [count.value for count in cell.counts]
    whole = sum(values)
    shares = [100 * value / whole for value in values] if len(values) > 1 and whole else []
    rounded = {round(share, decimals) for share in shares for decimals in (0, 1)}
    return {float(value) for value in (*values, whole)} | rounded


@dataclass(frozen=True, slots=True)
class Secrets:
    """Numbers that no text may write, by measure; a measure that is withheld as a whole may have no
    text at all.
    """

    numbers: Mapping[str, frozenset[float]]
    silent: frozenset[str]
    beside: Mapping[str, frozenset[str]]
    """Measures of the same priority, by measure: what is said of one may be about another."""

    @classmethod
    def of(cls, tables: Tables, cells: Sequence[ShownFigure]) -> Secrets:
        """Gather the counts that withheld cells tell."""
        numbers: dict[str, set[float]] = {}
        for cell in cells:
            numbers.setdefault(cell.measure, set()).update(told_by(cell))
        silent = {
            measure.name for measure in tables.measures if threshold_of(measure) >= SUPPRESS_ALL
        }
        together: dict[str, set[str]] = {}
        for measure in tables.measures:
            together.setdefault(measure.priority, set()).add(measure.name)
        beside = {
            measure.name: frozenset(together[measure.priority]) for measure in tables.measures
        }
        return cls(
            {name: frozenset(told) for name, told in numbers.items()}, frozenset(silent), beside
        )

    def tells(self, text: str, measures: Iterable[str], *, words: bool = True) -> bool:
        """Whether a text on some measures tells of one what is withheld, in digits or in words."""
        written = numbers_in(text, words=words)
        return bool(text) and any(
            written & self.numbers.get(name, frozenset()) for name in measures
        )

    def clean(self, text: str, measure: str) -> str:
        """Give a text on one measure, or what stands for it."""
        beside = self.beside.get(measure, frozenset())
        told = self.tells(text, [measure]) or self.tells(text, beside, words=False)
        return WITHHELD if text and (measure in self.silent or told) else text

    def tells_of_all(self, text: str) -> bool:
        """Whether a text on everything tells of a measure, in digits, what is withheld."""
        return self.tells(text, self.numbers, words=False)


def clean_texts(tables: Tables, secrets: Secrets) -> Tables:
    """Drop texts that people typed where they write a number that is withheld."""
    of_priority: dict[str, list[str]] = {}
    for measure in tables.measures:
        of_priority.setdefault(measure.priority, []).append(measure.name)
    lines = {
        (measure.name + end).lower(): measure.name
        for measure in tables.measures
        for end in ("", POSITION, SPC)
    }
    return replace(
        tables,
        measures=tuple(clean_measure(measure, secrets) for measure in tables.measures),
        returns={
            name: replace(item, remark=secrets.clean(item.remark, name))
            for name, item in tables.returns.items()
        },
        breaks={
            name: tuple(replace(item, note=secrets.clean(item.note, name)) for item in items)
            for name, items in tables.breaks.items()
        },
        overrides=tuple(
            replace(item, reason=secrets.clean(item.reason, lines.get(item.line.lower(), "")))
            for item in tables.overrides
        ),
        comments=tuple(
            replace(item, text=WITHHELD)
            if secrets.tells(item.text, of_priority.get(item.priority, ()))
            or (item.priority == ALL_PRIORITIES and secrets.tells_of_all(item.text))
            else item
            for item in tables.comments
        ),
    )


def clean_measure(measure: Measure, secrets: Secrets) -> Measure:
    """Drop the caveat of a measure where it must be."""
    return replace(measure, caveat=secrets.clean(measure.caveat, measure.name))


def clean_line(line: Assessment, secrets: Secrets) -> Assessment:
    """Do the same for a line: its caveat, what its return says, and the reason of an override."""
    name = line.measure.name
    caveats = tuple(
        Note(secrets.clean(caveat.text, name)) if isinstance(caveat, Note) else caveat
        for caveat in line.caveats
    )
    override = (
        None
        if line.override is None
        else replace(line.override, reason=secrets.clean(line.override.reason, name))
    )
    evidence = line.evidence
    if isinstance(evidence, (Families, Words, Unjudged)):
        evidence = replace(evidence, text=secrets.clean(evidence.text, name))
    ours = line.reason is Reason.SUPPRESSED
    return replace(
        line,
        measure=clean_measure(line.measure, secrets),
        caveats=caveats,
        override=override,
        evidence=evidence,
        missing=line.missing if ours else secrets.clean(line.missing, name),
    )
