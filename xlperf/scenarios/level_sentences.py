"""What a line would take to have each colour, in sentences: first for a panel, then for analysts.

Every number in them was judged by the rule, and so was the number beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.evidence import Position, PositionLimits
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import PositionLines
from xlperf.frozen import NamedTuple
from xlperf.message_texts import number_of
from xlperf.periods import month_name
from xlperf.scenarios.levers import Quantity
from xlperf.tables.comparison import QUARTER
from xlperf.tables.measure_kinds import Comparison, LineKind, MeasureKind
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.figures import figure, rounded
from xlperf.tiles.wording import SHORT_REASONS, capital, sentence_of

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.scenarios.bands import Band
    from xlperf.scenarios.levers import Lever
    from xlperf.scenarios.line_levels import Levels, LineLevels

COLOURS = (Rag.GREEN, Rag.AMBER, Rag.RED)
CHECKED = (
    "Each number was judged by the dashboard's own rule, and so was the number beside it. It says"
    " which colour a figure would have, not whether it can be reached. Nothing was written."
)


class LeverText(NamedTuple):
    """What is another number, and what the present one and others give; without parts a sentence
    that stands alone.
    """

    head: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as one sentence."""
        return f"{self.head}: {'; '.join(self.parts)}." if self.parts else self.head


def panel_sentences_of(found: LineLevels, settings: Settings) -> list[str]:
    """Give a sentence for each lever: the colour of the present number, and what others take."""
    return list(map(str, lever_texts(found, settings)))


def lever_texts(found: LineLevels, settings: Settings) -> list[LeverText]:
    """Give the same in parts: of each lever the colour of the present number first, then what each
    other colour takes.
    """
    line = found.line
    said = [_of_lever(line, levels, settings) for levels in found.levels]
    if found.without:
        why = line.missing or SHORT_REASONS.get(line.reason, "")
        distance = to_next_colour(line, settings) if line.rag is not Rag.NA else ""
        texts = (found.without, _ended(why), _ended(distance))
        said.append(LeverText(" ".join(filter(None, texts))))
    if line.override:
        decided = (
            f"It is shown {line.override.colour} by decision of {line.override.who}; what follows"
            " is about the colour calculated."
        )
        said.insert(0, LeverText(decided))
    return said


def _ended(text: str) -> str:
    return sentence_of(capital(text)) if text else ""


def _of_lever(line: Assessment, levels: Levels, settings: Settings) -> LeverText:
    lever = levels.lever
    where = _where(line, lever, settings)
    if levels.colours <= {Rag.NA}:
        why = levels.as_it_is.missing or SHORT_REASONS.get(levels.as_it_is.reason, "")
        if levels.as_it_is.reason is Reason.NO_DIRECTION:
            why = "neither more nor less is better"
        return LeverText(f"{where}: {_no_number(lever)} gives a colour. {_ended(why)}")
    here = next(band for band in levels.bands if lever.now in band)
    parts = [_present(line, lever, here)]
    for rag in (*COLOURS, Rag.NA):
        parts += [
            f"{_colour(band)} with {_range(band, lever)}"
            for band in levels.bands
            if band.rag is rag and band is not here
        ]
    none = [str(rag) for rag in COLOURS if rag not in levels.colours]
    if none:
        parts.append(f"{_no_number(lever)} gives {' or '.join(none)}")
    return LeverText(where, tuple(parts))


def _no_number(lever: Lever) -> str:
    """Say that no number does; of those that have no end, none that was tried."""
    return f"no number up to {lever.most:,}" if lever.open_ended else "no number"


WHERE = {
    Quantity.SATISFIED: "With as many {answers} as now, {most:,}",
    Quantity.ASKED: "With the share as it is, and more or fewer {answers}",
    Quantity.REDUCED: "Of the {most:,} families engaged",
    Quantity.COUNT: "With another count in the period ({period})",
    Quantity.SCORE: "With as many ratings as now",
    Quantity.OWN_COUNT: "With another figure of our own, the other forces as they are",
    Quantity.OWN_SHARE: "With another figure of our own, the other forces as they are",
}
"""What is another number, by the lever; of months to come `_months` says when."""


def _where(line: Assessment, lever: Lever, settings: Settings) -> str:
    """Say what is another number, and when."""
    if lever.quantity is Quantity.MONTHS:
        return _months(line, lever, settings)
    answers = "cases" if line.measure.kind is MeasureKind.RATE else "answers"
    return WHERE[lever.quantity].format(most=lever.most, period=lever.period, answers=answers)


def _months(line: Assessment, lever: Lever, settings: Settings) -> str:
    """Say which months are to come, and how the last of them is judged."""
    if lever.period is None:
        return ""
    until, ahead = lever.period.last, lever.period.length
    to_come = f"{number_of(ahead, 'month')} to come"
    month = month_name(until)
    if line.kind is LineKind.SPC:
        return f"In {month}, for the average of six months ({to_come})"
    match line.measure.compared:
        case Comparison.QUARTER:
            head = f"In the {QUARTER} months to {month}"
        case Comparison.YEAR_TO_DATE:
            head = f"In the financial year up to {month}"
        case Comparison.BASELINE if until == settings.target:
            head, to_come = f"At the target date, {month}", f"{to_come}, judged by the count alone"
        case Comparison.BASELINE:
            head, to_come = f"In the year to {month}", f"{to_come}, judged by change and trends"
        case _:
            head = f"In the year to {month}"
    return f"{head} ({to_come})"


def _present(line: Assessment, lever: Lever, here: Band) -> str:
    """Say what the present number gives. A figure between two steps of its lever, such as a
    percentage of which no count is known, has the colour of its line.
    """
    if lever.quantity is Quantity.MONTHS:
        return f"{lever.now:,}, as many as in the same months before, gives {_colour(here)}"
    colour = _colour(here) if here.rag is line.rag else str(line.rag)
    return f"{_written(lever.now, lever)}, as now, gives {colour}"


def _colour(band: Band) -> str:
    if band.rag is Rag.NA:
        return "no colour"
    return f"{band.rag} for small numbers" if band.small else str(band.rag)


def _range(band: Band, lever: Lever) -> str:
    """Write the numbers of a band, and what its end nearest to the present number comes to."""
    if band.first == band.last:
        return f"{_number(band.first, lever)}{_details(band.first, lever)}"
    if band.first == lever.least:
        return f"{_number(band.last, lever)} or {_fewer(lever)}{_details(band.last, lever)}"
    if band.last == lever.most:
        return f"{_number(band.first, lever)} or more{_details(band.first, lever)}"
    edge = band.last if band.last < lever.now else band.first
    between = f"{_number(band.first, lever)} to {_number(band.last, lever)}"
    return between + _details(edge, lever, named=True)


def _fewer(lever: Lever) -> str:
    return "less" if lever.quantity in (Quantity.SCORE, Quantity.OWN_SHARE) else "fewer"


def _number(number: int, lever: Lever) -> str:
    if lever.quantity in (Quantity.SCORE, Quantity.OWN_SHARE):
        return figure(number * lever.unit, lever.form)
    return f"{number:,}"


def _details(number: int, lever: Lever, *, named: bool = False) -> str:
    """Say what a number comes to: a month, in per cent, as a share, how many more."""
    parts: list[str] = []
    match lever.quantity:
        case Quantity.MONTHS if lever.period is not None:
            parts = [
                f"{rounded(number / lever.period.length, 1)} a month",
                *_percent(number, lever),
            ]
        case Quantity.SATISFIED | Quantity.REDUCED:
            parts = [figure(number * lever.unit, lever.form), _apart(number, lever)]
        case Quantity.COUNT:
            parts = [*_yearly(number, lever), *_percent(number, lever)]
        case Quantity.OWN_COUNT:
            parts = [figure(number * lever.unit, lever.form), *_percent(number, lever)]
        case _:
            pass
    if not parts:
        return ""
    at = f"{number:,} is " if named else ""
    return f" ({at}{', '.join(parts)})"


def _yearly(number: int, lever: Lever) -> list[str]:
    """Say which year a count of part of one stands for, as the tile shows it."""
    return [f"{rounded(number * lever.unit)} a year"] if lever.unit != 1 else []


def _percent(number: int, lever: Lever) -> list[str]:
    """Say how many per cent more or fewer than now; nothing of none."""
    if not lever.now:
        return []
    change = (number / lever.now - 1) * 100
    by = rounded(abs(change), 1 if abs(change) < 10 else 0)
    return [f"{by}% {'more' if change > 0 else 'fewer'}"]


def _apart(number: int, lever: Lever) -> str:
    gap = number - lever.now
    return f"{abs(gap):,} {'more' if gap > 0 else 'fewer'} than now"


def _written(number: int, lever: Lever) -> str:
    match lever.quantity:
        case Quantity.SATISFIED | Quantity.REDUCED | Quantity.OWN_COUNT:
            return f"{number:,} ({figure(number * lever.unit, lever.form)})"
        case Quantity.COUNT if lever.unit != 1:
            return f"{number:,} ({_yearly(number, lever)[0]})"
        case _:
            return _number(number, lever)


def analyst_sentence(levels: Levels) -> str:
    """Say which numbers give which colour for which reason, and what was tried."""
    lever = levels.lever
    months = lever.quantity is Quantity.MONTHS and lever.period
    until = f" to {month_name(months.last)}" if months else ""
    each = "; ".join(
        f"{band.rag} {_ends(band, lever)} ({', '.join(band.reasons)})" for band in levels.bands
    )
    return f"{_named(lever)}{until}: {each}."


def _ends(band: Band, lever: Lever) -> str:
    """Write both ends of a band; the largest number tried is no end."""
    first, last = _number(band.first, lever), _number(band.last, lever)
    if band.last == lever.most and lever.open_ended:
        return f"from {first} (tried up to {last})"
    return first if band.first == band.last else f"{first} to {last}"


def _named(lever: Lever) -> str:
    return capital(str(lever.quantity))


ASSUMED = {
    Quantity.MONTHS: "The months to come have the season of the same months before; provisional"
    " months and all settings stay as they are. Real months do not follow a season so exactly: near"
    " the end of a range another course of the months may give another colour.",
    Quantity.SATISFIED: "Each answer, or case, is independent of the others, but for the design"
    " effect of the measure; the baseline stays as it is.",
    Quantity.ASKED: "The share is the same with every number of answers; the baseline and its"
    " number of answers stay as they are.",
    Quantity.REDUCED: "As many families are engaged as now, and each counts by itself; the baseline"
    " stays as it is.",
    Quantity.COUNT: "The period and what it is compared with stay as they are.",
    Quantity.SCORE: "As many ratings as now, of independent people; the baseline stays as it is.",
    Quantity.OWN_COUNT: "The figures of the other forces, and our own population, stay as they"
    " are.",
    Quantity.OWN_SHARE: "The figures of the other forces stay as they are.",
}
"""What an answer assumes, by the lever."""
OWN_INCLUDED = "The own figure is part of the group's average, so the limits move with it."
TOGETHER = "Lines are judged together, and the other lines stay as they are now."
FILLED = "Some of the same months before are not known; those of another year stand for them."


def assumptions(found: LineLevels, settings: Settings) -> str:
    """Say what the answers of a line assume, each once; empty where there is no answer."""
    each = [text for levels in found.levels for text in _assumed(levels, settings)]
    return " ".join(dict.fromkeys(each))


def _assumed(levels: Levels, settings: Settings) -> list[str]:
    parts = [ASSUMED[levels.lever.quantity]]
    evidence = levels.as_it_is.evidence
    grouped = isinstance(evidence, Position) and isinstance(evidence.lines, PositionLimits)
    if grouped and settings.position_lines is PositionLines.GROUP:
        parts.append(OWN_INCLUDED)
    if levels.lever.filled:
        parts.append(FILLED)
    if settings.false_discovery:
        parts.append(TOGETHER)
    return parts
