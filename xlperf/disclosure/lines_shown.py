"""Lines as they may be shown.

A line stays only where its colour comes out the same from the tables without what is withheld, and
for every value that is withheld: then it reveals nothing that is not shown anyway. What stands
beside it, caveats too, is that of those tables; were a caveat of both needed, its absence would
tell something of what is withheld. Every other line loses its colour and all numbers
but its two figures, which it keeps where they are shown figures themselves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assessment.assessing import assess
from xlperf.assessment.caveats import (
    Annualised,
    LastYear,
    Note,
    Provisional,
    Proxy,
    Revised,
    Stale,
    among,
)
from xlperf.assessment.evidence import Assessment, Blocks, Figures, LevelsTest, Limits, Position
from xlperf.assessment.evidence_parts import without_judgement
from xlperf.assessment.rag import Rag, Reason
from xlperf.disclosure.counts_shown import threshold_of, total_key, year_key
from xlperf.disclosure.issues import rounded_count
from xlperf.disclosure.redaction import rounded_tables
from xlperf.disclosure.withholding import round_to
from xlperf.stats.chance import ChanceClass, LineChance
from xlperf.tables.comparison import compared_periods
from xlperf.tables.measure_kinds import KINDS, Comparison, LineKind
from xlperf.tables.rows import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.config import Settings
    from xlperf.disclosure.counts_shown import Key
    from xlperf.disclosure.withholding import Decision
    from xlperf.tables.data import Tables

FACTS = (Note, Proxy, Stale, Provisional, Annualised, LastYear, Revised)
"""What may be said of the figures of a line that is not judged."""
UNJUDGED = "Some of the counts behind it are too few to show, so it is not judged here."


def public_lines(
    lines: Sequence[Assessment],
    tables: Tables,
    public: Tables,
    settings: Settings,
    decision: Decision,
) -> tuple[Assessment, ...]:
    """Give every line as it may be shown."""
    again = {line.line: line for line in assess(public, settings)}
    base = round_to(settings)
    rounded = (
        {line.line: line for line in assess(rounded_tables(tables, settings), settings)}
        if base > 1
        else {}
    )
    gone = {cell.key for cell in decision.cells}
    shown_lines = []
    for line in lines:
        public_line, coarse = again[line.line], rounded.get(line.line, line)
        if _stays(line, coarse, public_line, base):
            shown_lines.append(replace(public_line, override=coarse.override))
        else:
            figures = _two_figures(line, coarse, public_line, settings, gone)
            shown_lines.append(_unjudged(coarse, public_line, figures))
    return tuple(shown_lines)


def _stays(line: Assessment, coarse: Assessment, public_line: Assessment, base: int) -> bool:
    """Whether a line may be shown: it is made of what is shown, and rounding does not change what
    it says.

    Statistics of rounded months would say little of the months, so lines of monthly counts are not
    made from them.
    """
    if base > 1 and threshold_of(line.measure) and KINDS[line.measure.kind].monthly:
        return False
    same_colour = (coarse.rag, coarse.reason) == (line.rag, line.reason)
    return same_colour and _deciding(public_line) == _deciding(coarse)


def _deciding(line: Assessment) -> Assessment:
    """Take out what stands beside a colour and rests on every month known, or on other lines: it is
    shown as it comes from the months, and the lines, that are shown.

    Months that are asked for a season stay, though they may show none: whether they do is told by
    the colour.
    """
    evidence = line.evidence
    if isinstance(evidence, Blocks):
        evidence = replace(evidence, test=NO_TEST, chance=NO_CHANCE, same_months=None, others=())
    elif isinstance(evidence, Position):
        lines = evidence.lines and evidence.lines._replace(spread=None)
        place = evidence.place._replace(low=None, high=None)
        evidence = replace(evidence, lines=lines, place=place)
    return replace(line, evidence=evidence, caveats=(), among=None)


NO_TEST = LevelsTest(1.0, Limits(0.0, 0.0), 0, season=False)
NO_CHANCE = LineChance(0.0, ChanceClass.UNDER_ONE, own=False)


def _two_figures(
    line: Assessment,
    coarse: Assessment,
    public_line: Assessment,
    settings: Settings,
    gone: set[Key],
) -> Figures:
    """Baseline and latest figure of a line, each where it is a figure that is shown.

    Totals of months are cells of their own: months cannot be summed again when one is withheld.
    Averages of months are no such figures. Other figures are shown where they come out the same
    again.
    """
    was, now = coarse.figures, public_line.figures
    bare = Figures(period=was.period, as_at=was.as_at, against=was.against)
    if line.kind is LineKind.SPC:
        return bare
    if line.kind is line.measure.main_line and KINDS[line.measure.kind].monthly:
        base = round_to(settings) if threshold_of(line.measure) else 1
        periods = compared_periods(line.measure, settings)
        totals = ((line.figures.baseline, periods.against), (line.figures.latest, periods.latest))
        baseline, latest = (
            value
            if period is None
            else None
            if value is None or year_key(line.measure.name, period) in gone
            else float(rounded_count(round(value), base))
            for value, period in totals
        )
        return bare._replace(baseline=baseline, latest=latest)
    same = (was.baseline, was.against) == (now.baseline, now.against)
    if same or _compared_total_stays(line, was, gone):
        bare = bare._replace(baseline=was.baseline)
    if (was.latest, was.period) == (now.latest, now.period):
        bare = bare._replace(latest=was.latest)
    return bare


def _compared_total_stays(line: Assessment, was: Figures, gone: set[Key]) -> bool:
    """Whether a total of a period, or a target, that a line is compared with is shown, though its
    latest figure may not be.
    """
    measure = line.measure
    if line.kind is not LineKind.TOTAL or measure.compared is Comparison.BASELINE:
        return False
    return was.against is None or total_key(measure.name, was.against) not in gone


def _unjudged(line: Assessment, public_line: Assessment, figures: Figures) -> Assessment:
    """Make a line without colour: its two figures where shown, and nothing made of them."""
    return replace(
        line,
        rag=Rag.NA,
        reason=Reason.SUPPRESSED,
        override=None,
        among=None,
        caveats=tuple(
            item for item in among(line.caveats, public_line.caveats) if isinstance(item, FACTS)
        ),
        evidence=without_judgement(line.evidence, figures),
        missing=UNJUDGED,
    )


def line_without_rows(line: Assessment) -> Assessment:
    """Take the rows of the sheets out of a line: they lead back to all cells of their sheet."""
    override = None if line.override is None else replace(line.override, row=NOWHERE)
    return replace(line, measure=replace(line.measure, row=NOWHERE), override=override)
