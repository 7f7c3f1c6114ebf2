"""Which numbers a line would take to have each colour: its levers, and the bands of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.chart import RECENT
from xlperf.assessment.rag import Rag, Reason
from xlperf.frozen import NamedTuple
from xlperf.periods import month_name
from xlperf.scenarios import levers
from xlperf.scenarios.bands import bands, judged_with
from xlperf.tables.comparison import QUARTER
from xlperf.tables.measure_kinds import Comparison, LineKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.assessment.basis import Basis, Case
    from xlperf.assessment.evidence import Assessment
    from xlperf.periods import Month
    from xlperf.scenarios.bands import Band
    from xlperf.scenarios.levers import Lever

YEAR = 12
LATEST_ASKED = 10 * YEAR
"""Months to come that may be asked about."""
LEVERS: dict[LineKind, Callable[[Case, Assessment], list[Lever]]] = {
    LineKind.SURVEY: levers.answers,
    LineKind.RATING: levers.stars,
    LineKind.TOTAL: levers.count_of_period,
    LineKind.FAMILIES: levers.reduced_families,
    LineKind.POSITION: levers.own_figure,
}
"""What of a line can be another number, where it does not rest on months to come."""


class Levels(NamedTuple):
    """A lever of a line, and what each number of it would give."""

    lever: Lever
    bands: tuple[Band, ...]
    as_it_is: Assessment
    """The line with the present number; of months to come, with as many as before."""

    @property
    def colours(self) -> frozenset[Rag]:
        """Colours that some number gives."""
        return frozenset(band.rag for band in self.bands)


class LineLevels(NamedTuple):
    """A line, and what it would take to have each colour."""

    line: Assessment
    levels: tuple[Levels, ...]
    without: str = ""
    """Why there is no number that could be another one; empty where there is."""


def line_levels(
    basis: Basis, lines: Sequence[Assessment], line: Assessment, until: Month | None = None
) -> LineLevels:
    """Find what a line would take to have each colour.

    Parameters
    ----------
    lines
        All lines of the workbook, as they are; where lines are judged together, the others stay.
    until
        Last month to come, for lines of monthly counts, after the period end; one after the target
        date, which decides by then, counts as that. None: those that the line is about
        (`horizons`).
    """
    case = basis.case(line.measure.name)
    monthly = case.kind.monthly and line.kind is not LineKind.POSITION
    if monthly:
        if said := _too_late(case, line):
            return LineLevels(line, (), said)
        ends = horizons(case, line) if until is None else (_until(case, line, until),)
        found = [levers.months_to(case, end) for end in ends]
        of_it = [lever for lever in found if lever is not None]
    else:
        make = LEVERS.get(line.kind)
        of_it = make(case, line) if make else []
    if not of_it:
        return LineLevels(line, (), _without_figures(line))
    return LineLevels(line, tuple(levels_of(lines, line, lever) for lever in of_it))


def levels_of(lines: Sequence[Assessment], line: Assessment, lever: Lever) -> Levels:
    """Find the bands of one lever of a line, which is among `lines`."""
    judged = judged_with(lines, line.line, lever)
    return Levels(lever, bands(judged, lever), judged(lever.now))


def horizons(case: Case, line: Assessment) -> tuple[Month, ...]:
    """Months up to which a line of monthly counts is asked: a year on and the target date; six
    months for the control chart; else the end of the next period of the sort it compares.
    """
    settings = case.settings
    last = settings.latest.last
    if line.kind is LineKind.SPC:
        return (last + RECENT,)
    match case.measure.compared:
        case Comparison.QUARTER:
            return (last + QUARTER,)
        case Comparison.YEAR_TO_DATE:
            return (last + 1 + (settings.baseline.first - 2 - last) % YEAR,)
        case Comparison.TARGET:
            return (last + YEAR,)
        case _:
            return tuple(sorted({min(last + YEAR, settings.target), settings.target}))


def _dated(case: Case, line: Assessment) -> bool:
    """Whether the target date decides the colour of a line once it has come."""
    return line.kind is not LineKind.SPC and case.measure.compared is Comparison.BASELINE


def _until(case: Case, line: Assessment, until: Month) -> Month:
    return min(until, case.settings.target) if _dated(case, line) else until


def _too_late(case: Case, line: Assessment) -> str:
    """Say that the target date has passed, if it has; empty for lines without one."""
    settings = case.settings
    if not _dated(case, line) or settings.target > settings.latest.last:
        return ""
    return (
        f"The target date, {month_name(settings.target)}, has passed, and the colour is that of"
        " the twelve months to it. No later number changes it."
    )


def _without_figures(line: Assessment) -> str:
    if line.rag is Rag.NA and line.reason is not Reason.NOT_ASSESSED:
        return "It has no colour and no figure that could be another one."
    return "It is shown, and never coloured."
