"""What the charts show of each measure: months with their lines, and the group with its lines.

The rows of the sheet Series and the charts of the documents are both made from these. Numbers are
as they are written.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from xlperf.assess.basis import Case
from xlperf.assess.monthly_counts import MonthlyCounts
from xlperf.assess.positions import is_own, newest_group
from xlperf.tables import schema
from xlperf.tables.data import Direction
from xlperf.tables.lines import POSITION, SPC
from xlperf.tiles.compared_numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from xlperf.assess.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.data import PeerFigure, Tables

DIGITS = 12
"""Significant digits written: enough to check any sum, few enough that the same figure is the same
text everywhere.
"""


def as_written(value: float | Decimal | None) -> float | None:
    """Round a number to `DIGITS`; a whole one is an int. None where it is not finite: a cell can
    hold no infinity.
    """
    if value is None:
        return None
    number = float(value)
    if not isfinite(number):
        return None
    short = float(f"{number:.{DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


class MonthlySeries(NamedTuple):
    """Latest months of a measure of counts, oldest first, and the lines of its control chart."""

    measure: str
    months: tuple[Month, ...]
    counts: tuple[float | None, ...]
    """One a month; None where there is none, or it is withheld."""
    centre: float | None
    lower: float | None
    upper: float | None

    @classmethod
    def of(cls, series: MonthlyCounts, chart: Assessment, last: Month) -> MonthlySeries:
        """Take as many months as a chart has, up to the last."""
        months = tuple(range(last - schema.SERIES_LENGTH + 1, last + 1))
        counts = tuple(
            series.by_month[month].count if month in series.by_month else None for month in months
        )
        numbers = numbers_of(chart.evidence)
        lines = map(as_written, (numbers.centre, numbers.lower, numbers.upper))
        return cls(chart.measure.name, months, counts, *lines)


class GroupSeries(NamedTuple):
    """Figures of the forces of a group, best first: rates per 1,000, or shares per 100."""

    measure: str
    forces: tuple[str, ...]
    values: tuple[float | None, ...]
    own: tuple[bool, ...]
    lower: float | None
    upper: float | None
    """The lower line may be below 0; on a chart it is held at 0."""

    @classmethod
    def of(
        cls, figures: Sequence[PeerFigure], position: Assessment, settings: Settings
    ) -> GroupSeries:
        """Take as many forces as a chart has."""
        best_first = sorted(
            figures, key=lambda peer: peer.rate, reverse=position.direction is Direction.UP
        )
        shown = best_first[: schema.SERIES_LENGTH]
        scale = 1000 if any(peer.count is not None for peer in figures) else 100
        numbers = numbers_of(position.evidence)
        lines = (
            None if value is None else as_written(max(0.0, value * scale))
            for value in (numbers.lower, numbers.upper)
        )
        return cls(
            position.measure.name,
            tuple(peer.force for peer in shown),
            tuple(as_written(peer.rate * scale) for peer in shown),
            tuple(is_own(peer.force, settings) for peer in shown),
            *lines,
        )


def series_of(
    lines: Sequence[Assessment], tables: Tables, settings: Settings
) -> tuple[MonthlySeries | GroupSeries, ...]:
    """Give what the charts show: first the months of measures of counts, then the groups of
    compared measures.
    """
    by_name = {line.line: line for line in lines}
    cases = {measure.name: Case(measure, tables, settings) for measure in tables.measures}
    months = (
        MonthlySeries.of(MonthlyCounts.of(case), by_name[name + SPC], settings.latest.last)
        for name, case in cases.items()
        if case.kind.monthly
    )
    groups = (
        GroupSeries.of(newest_group(case), by_name[name + POSITION], settings)
        for name, case in cases.items()
        if case.measure.msg_measure
    )
    return (*months, *groups)
