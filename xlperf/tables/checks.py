"""Checks that need several rows, or the settings: gaps, future months, sums, impossible
percentages, stale figures.

Nothing here changes a figure. What must not be used (an incomplete month) is left out by the
assessment, which asks `complete`; what is only doubtful is used and reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, day_name, month_of
from xlperf.tables import schema
from xlperf.tables.coercion import quoted
from xlperf.tables.figure_checks import check_amounts, check_parts, check_survey
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.mixes import parts_of
from xlperf.tables.month_checks import check_months, check_shared_months, complete
from xlperf.tables.peer_checks import check_group, check_peers
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.return_checks import check_awaited, check_remark, check_return
from xlperf.tables.revisions import check_revisions
from xlperf.tables.series_checks import check_series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from xlperf.config import Settings
    from xlperf.tables.data import (
        CouncilFamilies,
        Measure,
        Override,
        PeriodTotal,
        SurveyResult,
        Tables,
    )
    from xlperf.tables.rows import DataRow

CHANGE_PERIOD = "Change period_end in Settings when you report on it."


class _Dated(NamedTuple):
    """One figure of a measure: the day its period ends, and where it is."""

    end: date
    row: DataRow
    usable: bool = True


def check(tables: Tables, settings: Settings) -> list[Problem]:
    """Run every check on what was read."""
    problems: list[Problem] = []
    misplaced = frozenset[str]().union(
        *(doubt.measures for doubt in tables.doubts if doubt.misplaced)
    )
    for measure in tables.measures:
        breaks = [item.month for item in tables.breaks.get(measure.name, ())]
        lost = tables.lost_months.get(measure.name, {})
        of_months = check_months(tables.monthly.get(measure.name, {}), settings, breaks, lost)
        problems += [
            item for item in of_months if item.code is not Code.GAP or measure.name not in misplaced
        ]
        for result in tables.surveys.get(measure.name, ()):
            for part in parts_of(result):
                problems += check_survey(part)
        problems += check_parts(tables.totals.get(measure.name, ()))
        problems += _dates(measure, tables, settings)
        problems += _future_breaks(measure, tables, settings)
    problems += _parts_of_sums(tables)
    problems += check_group(tables, settings)
    problems += _peer_dates(tables, settings)
    problems += check_peers(tables, settings)
    problems += check_amounts(tables)
    problems += check_series(tables, settings)
    problems += check_shared_months(tables)
    problems += check_awaited(tables)
    problems += _overrides(tables.overrides, settings)
    problems += check_revisions(tables, settings)
    return problems


def _parts_of_sums(tables: Tables) -> Iterator[Problem]:
    """Report names in Part of that are no measure, or the measure itself."""
    known = {normalised(measure.name) for measure in tables.measures}
    for measure in tables.measures:
        for name in measure.part_of:
            if normalised(name) in known - {normalised(measure.name)}:
                continue
            found = (
                f"{measure.name} is part of {quoted(name)}, which is no other measure of this"
                " workbook, so nothing is published while measures have thresholds."
            )
            remedy = "Give the name as it stands in the column Measure, or clear it."
            yield measure.row.problem(
                Severity.ERROR, Code.UNKNOWN_MEASURE, schema.PART_OF, found, remedy, measure.name
            )


def _figures(measure: Measure, tables: Tables) -> list[_Dated]:
    """Figures of a measure that are of a period: they stand in the table of its kind alone."""
    name = measure.name
    others: list[PeriodTotal | CouncilFamilies | SurveyResult] = [
        *tables.totals.get(name, ()),
        *tables.families.get(name, ()),
        *tables.surveys.get(name, ()),
    ]
    months = tables.monthly.get(name, {}).values()
    return [
        *(_Dated(item.period_end, item.row, complete(item)) for item in months),
        *(_Dated(item.period_end, item.row) for item in others),
    ]


def _dates(measure: Measure, tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Figures after the period, none up to it, the newest long before it; and the return."""
    kind, figures = KINDS[measure.kind], _figures(measure, tables)
    title = "Month" if kind.monthly else "Period end"
    used = [figure for figure in figures if figure.usable and figure.end <= settings.period_end]
    if (partner := tables.returns.get(measure.name)) is not None:
        newest = max((figure.end for figure in used), default=None)
        yield from check_return(measure.name, partner, newest, settings)
    if partner is not None and kind.table in (None, schema.FAMILIES):
        yield from check_remark(measure.name, partner, settings)
    if kind.table is None:
        return
    explained = partner is not None and partner.status not in ("", "received")
    if kind.table is schema.AMOUNTS:
        if not tables.amounts.get(measure.name) and not explained:
            yield _no_figures(measure, settings)
        return
    yield from _future(title, figures, settings)
    if used:
        cost = Severity.ERROR if kind.monthly else Severity.WARNING
        yield from _stale(title, used, settings, cost)
    elif not explained:
        yield _no_figures(measure, settings)


def _no_figures(measure: Measure, settings: Settings) -> Problem:
    return measure.row.problem(
        Severity.WARNING,
        Code.NO_FIGURES,
        "Measure",
        f"{measure.name} has no usable figure up to {day_name(settings.period_end)}, and no return"
        " says why.",
        "Enter its figures, or a row in Returns: awaited, not available, in development or not"
        " applicable.",
        measure.name,
    )


def _future(title: str, figures: Sequence[_Dated], settings: Settings) -> Iterator[Problem]:
    """One note for all rows after the period: no fault, and many for an old period."""
    later = sorted(
        (figure for figure in figures if figure.end > settings.period_end),
        key=lambda figure: figure.end,
    )
    if later:
        rows = "a row is" if len(later) == 1 else f"{len(later):,} rows are"
        until = f", the last for {day_name(later[-1].end)}" if later[-1].end != later[0].end else ""
        found = (
            f"From here {rows} for after the period end, {day_name(settings.period_end)}{until};"
            " not used."
        )
        yield later[0].row.problem(Severity.NOTE, Code.FUTURE, title, found, CHANGE_PERIOD)


def _stale(
    title: str, used: Sequence[_Dated], settings: Settings, severity: Severity, *, measure: str = ""
) -> Iterator[Problem]:
    newest = max(used, key=lambda figure: figure.end)
    age = settings.latest.last - month_of(newest.end)
    if age > settings.stale_months:
        yield newest.row.problem(
            severity,
            Code.STALE,
            title,
            f"The newest figure, to {day_name(newest.end)}, is {age} months older than the period"
            " end.",
            "Ask its owner for a newer one.",
            measure,
            months=Period(month_of(newest.end) + 1, settings.latest.last),
        )


def _peer_dates(tables: Tables, settings: Settings) -> Iterator[Problem]:
    for figures in tables.peers.values():
        dated = [_Dated(figure.period_end, figure.row) for figure in figures]
        yield from _future("Period end", dated, settings)
        used = [figure for figure in dated if figure.end <= settings.period_end]
        if used:
            yield from _stale("Period end", used, settings, Severity.WARNING)


def _future_breaks(measure: Measure, tables: Tables, settings: Settings) -> Iterator[Problem]:
    for item in tables.breaks.get(measure.name, ()):
        if item.row is not None and item.month > settings.latest.last:
            found = (
                f"The change of recording is after the period end, {day_name(settings.period_end)};"
                " it has no effect yet."
            )
            yield item.row.problem(Severity.NOTE, Code.FUTURE, "Month", found, CHANGE_PERIOD)


def _overrides(overrides: Sequence[Override], settings: Settings) -> Iterator[Problem]:
    seen: dict[str, Override] = {}
    for override in overrides:
        if override.until < settings.period_end:
            found = (
                f"The override of {override.line} ended on {day_name(override.until)}; the colour"
                " is the one worked out."
            )
            remedy = "Delete the row, or give a later date and say why."
            yield override.row.problem(
                Severity.NOTE, Code.OVERRIDE_ENDED, "Until", found, remedy, override.line
            )
            continue
        earlier = seen.get(override.line.lower())
        seen[override.line.lower()] = override
        if earlier is not None:
            yield earlier.row.problem(
                Severity.WARNING if earlier.colour == override.colour else Severity.ERROR,
                Code.DUPLICATE,
                "Line",
                f"The line {override.line} is overruled again in {override.row.cell('Line')}; that"
                " row is used, not this.",
                "Delete the row that no longer holds.",
                override.line,
                mentions=(override.row.cell("Line"),),
            )
