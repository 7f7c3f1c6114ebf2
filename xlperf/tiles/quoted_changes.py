"""Changes in people's words, such as "up 34%", "−5%" or "doubled", that disagree with the change a
tile shows.

The rule. A change is flagged when all of this holds:

* it has a direction and a percentage, and no word between the two makes it rough (up about 34%); or
  it is a word that has both (doubled, halved), which stands for a tenth more or less;
* every other word of its clause is one that says nothing of its own (is, number, level, ...), or
  one that names the measure: its label, its unit, or what is compared with the group. So "burglary
  is up 34%" is about the tile of burglary, and "shed burglary is up 34%", "up 34% in the north" and
  "must fall by 34%" are not;
* its sentence names no time but the baseline year, and compares with nothing else (last year, the
  average, ...);
* it equals, in its direction and as far as it is written out, no change of the priority that is
  known: against the baseline year or any earlier figure, over months, quarters, half years and
  years, in per cent or points.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.periods import month_of
from xlperf.tables.measure_kinds import KINDS, FigureForm, LineKind
from xlperf.tiles.figures import name_of, percent_change, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlperf.assessment.basis import Basis, Case
    from xlperf.assessment.evidence import Assessment
    from xlperf.tables.data import Measure

UP = "up|rise|rises|rose|risen|increase|increases|increased|grew|grown|growth|climbed|jump|jumped"
DOWN = (
    "down|fall|falls|fell|fallen|decrease|decreases|decreased|drop|drops|dropped|reduction"
    "|reduced|decline|declined|cut"
)
MORE, LESS = "higher|more", "lower|fewer|less"
PER_CENT = r"\s?(?:%|per\s?cent\b)"
"""What makes the number before it a percentage."""
NUMBER = rf"(\d+(?:\.\d+)?){PER_CENT}(?!\s*(?:points?|pts|confiden|interval|range|line))"
CHANGES = (
    rf"(?i)\b(?:({UP})|({DOWN}))\s+(?:by\s+|of\s+)?{NUMBER}",
    rf"(?i)(?<![\d.,–-]){NUMBER}\s+(?:({UP}|{MORE})|({DOWN}|{LESS}))\b(?!\s+(?:limit|line|bound))",
)
"""Direction before the number, and after it."""
SIGNED = rf"(?i)(?<![\w.,%–-])(?<![\d%] )([+−–-]){NUMBER}"
"""A sign just before the number. After another number it may mean a range."""
TIMES = {"doubled": 2.0, "trebled": 3.0, "tripled": 3.0, "quadrupled": 4.0, "halved": 0.5}
"""Words for a change, and how many times as much as before they say."""
TIMES_STEP = 0.1
"""Share by which what such a word says may be off."""
OF_ANOTHER_TIME = (
    r"(?i)\b(?:last|previous|prior|past|annual|annually|quarter|quarterly|same|month|months|week|weeks|days|years|"
    r"nationally|national|regional|average|elsewhere|target)\b|(?<!baseline )\byear\b"
)
PERCENT = r"%|\bper\s?cent\b"
BOUNDARY = (
    r"[;:!?()\[\]–—]|[,.](?!\d)|\b(?:that|but|while|whereas|although|though|because|due|despite)\b"
)
WORD = r"[^\W\d_]+"
PLAIN = frozenset({
    "a", "an", "the", "is", "are", "was", "were", "has", "have", "had", "been", "be", "of", "in",
    "on", "by", "for", "this", "it", "its", "there", "and", "now", "again", "still", "also", "only",
    "number", "level", "rate", "volume", "figure", "total", "overall", "count", "percentage",
    "change", "recorded", "reported", "compared", "comparison", "against", "with", "than", "since",
    "baseline", "year",
})  # fmt: skip
"""Words that name nothing themselves."""
RUNS = (1, 3, 6, 12)
"""Lengths, in months, over which people compare."""
SLACK = 1e-9
AROUND = 300
"""Characters looked at before and after a change."""


class Said(NamedTuple):
    """A change in a text: per cent, negative for a fall; and words that name something."""

    written: str
    value: float
    half_step: float
    names: frozenset[str]


class Contradicted(NamedTuple):
    """A change in a text that equals no known change, and the line it is compared with."""

    written: str
    line: Assessment
    where: str
    printed: str


def contradicted(
    sentence: str, lines: Sequence[Assessment], basis: Basis
) -> Iterator[Contradicted]:
    """Find changes of a sentence that disagree with what is known of a priority's lines."""
    said = said_changes(sentence)
    own = {line.line: value for line in lines if (value := _own(line)) is not None}
    changed = [line for line in lines if line.line in own]
    if not said or not changed or re.search(OF_ANOTHER_TIME, sentence):
        return
    settings = basis.settings
    on_baseline = "baseline" in sentence.lower() or settings.baseline_name in sentence
    words = {line.line: words_of(line.measure) for line in changed}
    for change in said:
        if change.names - frozenset().union(*words.values()):
            continue
        named = [line for line in changed if change.names & words[line.line]]
        about = named or [line for line in changed if line.evidence.form is FigureForm.COUNT]
        of = {line.measure.name for line in named}
        known = (
            _of_lines(about)
            if on_baseline
            else _known([line for line in lines if not of or line.measure.name in of], basis)
        )
        if about and not any(_equal(change, value) for value in known):
            line = min(
                about, key=lambda line: _distance(change, line, words[line.line], own[line.line])
            )
            where = (
                f"the change of ‘{line.measure.label}’ since"
                f" {name_of(line.figures.against, settings)}"
            )
            yield Contradicted(change.written, line, where, _printed(line, own[line.line]))


def _distance(
    change: Said, line: Assessment, words: frozenset[str], own: float
) -> tuple[int, bool, float]:
    """Order the lines a change may be of: most common words, counts, then the nearest figure."""
    return (
        -len(change.names & words),
        line.evidence.form is not FigureForm.COUNT,
        abs(own - change.value),
    )


def said_changes(sentence: str) -> list[Said]:
    """Find the changes of a sentence: up 34%, rose by 34 per cent, a 34% reduction, doubled."""
    found = []
    for match, value, half_step in _changes(sentence):
        start, end = match.span()
        before, after = _clause(
            sentence[max(0, start - AROUND) : start], sentence[end : end + AROUND]
        )
        names = {stem(word) for word in re.findall(WORD, f"{before} {after}")} - PLAIN
        found.append(Said(match[0], value, half_step, frozenset(names)))
    return found


def _changes(sentence: str) -> Iterator[tuple[re.Match[str], float, float]]:
    """Give each change in per cent, negative for a fall, and half of its last place."""
    for match in re.finditer(CHANGES[0], sentence):
        yield match, *_value(match[3], falls=not match[1])
    for match in re.finditer(CHANGES[1], sentence):
        yield match, *_value(match[1], falls=not match[2])
    for match in re.finditer(SIGNED, sentence):
        yield match, *_value(match[2], falls=match[1] != "+")
    for match in re.finditer(rf"(?i)\b(?:{'|'.join(TIMES)})\b", sentence):
        times = TIMES[match[0].lower()]
        yield match, 100 * (times - 1), 100 * TIMES_STEP * times


def _value(number: str, *, falls: bool) -> tuple[float, float]:
    return -float(number) if falls else float(number), 0.5 * 10.0 ** -len(number.partition(".")[2])


def _clause(before: str, after: str) -> tuple[str, str]:
    """Cut the text around a change to its clause; all before, where the clause names nothing."""
    own, following = re.split(BOUNDARY, before)[-1], re.split(BOUNDARY, after)[0]
    if re.search(PERCENT, own):
        own = own.rpartition(" and ")[2]
    if re.search(PERCENT, following):
        following = following.partition(" and ")[0]
    names_nothing = not {stem(word) for word in re.findall(WORD, own)} - PLAIN
    return (before if names_nothing else own), following


@cache
def stem(word: str) -> str:
    """Give a word without case and without the ending of a plural."""
    lower = word.lower()
    if lower.endswith("ies"):
        return f"{lower[:-3]}y"
    return (
        lower[:-1] if len(lower) > 3 and lower.endswith("s") and not lower.endswith("ss") else lower
    )


def words_of(measure: Measure) -> frozenset[str]:
    """Words that name a measure."""
    texts = (
        measure.label,
        measure.unit,
        measure.msg_measure,
        "offence" if KINDS[measure.kind].monthly else "",
    )
    return frozenset(stem(word) for text in texts for word in re.findall(WORD, text)) - PLAIN


def _own(line: Assessment) -> float | None:
    """Change that the tile prints for a line: per cent of a count, points of a share."""
    figures, form = line.figures, line.evidence.form
    if (
        line.kind in (LineKind.POSITION, LineKind.SPC)
        or figures.latest is None
        or figures.baseline is None
    ):
        return None
    if form is FigureForm.SHARE:
        return 100 * (float(figures.latest) - float(figures.baseline))
    return figures.change_percent if form is FigureForm.COUNT else None


def _printed(line: Assessment, value: float) -> str:
    if line.evidence.form is FigureForm.SHARE:
        return signed(value, 1, " points")
    return percent_change(value)


def _equal(change: Said, value: float) -> bool:
    return abs(change.value - value) <= change.half_step + SLACK


# What is known of a priority.


def _of_lines(lines: Iterable[Assessment]) -> Iterator[float]:
    """Changes that the tile has."""
    for line in lines:
        if (own := _own(line)) is not None:
            yield own
        if line.figures.change_percent is not None:
            yield line.figures.change_percent


def _known(lines: Sequence[Assessment], basis: Basis) -> Iterator[float]:
    """Every change that figures of some lines give, in per cent; of shares in points too."""
    yield from _of_lines(lines)
    for name in dict.fromkeys(line.measure.name for line in lines):
        yield from _of_months(basis.case(name))
        shares = [
            (month_of(item.period_end), 100 * item.proportion)
            for item in basis.tables.surveys.get(name, ())
            if item.proportion is not None and item.period_end <= basis.settings.period_end
        ]
        for then, now in _pairs(shares):
            yield now - then
            yield from _percent(then, now)
        totals = [
            (total.period.last, total.count / total.period.length)
            for total in basis.tables.totals.get(name, ())
        ]
        for then, now in _pairs(totals):
            yield from _percent(then, now)


def _of_months(case: Case) -> Iterator[float]:
    """Compare the latest months with as many a year before, and with those just before; and so of
    the year so far.
    """
    settings, series = case.settings, case.series
    last = settings.latest.last
    so_far = (last - month_of(settings.period_end.replace(month=4, day=1))) % 12 + 1
    counts = {month: item.count for month, item in series.by_month.items()}
    for length in {*RUNS, so_far}:
        now = [counts.get(month) for month in range(last - length + 1, last + 1)]
        for shift in {12, length}:
            then = [
                counts.get(month) for month in range(last - length + 1 - shift, last + 1 - shift)
            ]
            if None not in now and None not in then:
                yield from _percent(sum(filter(None, then)), sum(filter(None, now)))


def _pairs(dated: Iterable[tuple[int, float]]) -> Iterator[tuple[float, float]]:
    """Each figure with every later one; figures with the month they end in."""
    for (_, then), (_, now) in combinations(sorted(dated), 2):
        yield then, now


def _percent(then: float, now: float) -> Iterator[float]:
    if then:
        yield 100 * (now / then - 1)
