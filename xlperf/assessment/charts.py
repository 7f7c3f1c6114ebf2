"""What charts show, calculated once: the months of a measure with their limits, and the figures of
the group with theirs.

The sheet Series (and with it Excel's own charts), the pictures of the report and the charts of the
panel workbook all show these, and nothing else. Numbers are rounded as they are written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from xlperf.assessment.evidence import Blocks, Position
from xlperf.assessment.positions import is_own, newest_group
from xlperf.frozen import frozen
from xlperf.periods import month_short
from xlperf.stats.rounding import as_written, to_decimals
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, LineKind
from xlperf.tables.schema import SERIES_LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.basis import Basis, Case
    from xlperf.assessment.evidence import Assessment
    from xlperf.periods import Month

LEVELS = 1
"""Decimals of the levels of a control chart, as they are printed."""


@frozen
class MonthsChart:
    """Latest months of a measure of counts, oldest first, and the limits of its control chart."""

    kind: ClassVar = LineKind.SPC
    measure: str
    months: tuple[Month, ...]
    counts: tuple[float | None, ...]
    """One a month; None where there is none, or it is withheld."""
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None

    @classmethod
    def of(cls, case: Case, line: Assessment) -> MonthsChart:
        """Take as many months as a chart has, up to the period end."""
        last, known = case.settings.latest.last, case.series.by_month
        months = tuple(range(last - SERIES_LENGTH + 1, last + 1))
        counts = tuple(known[month].count if month in known else None for month in months)
        limits = (
            (line.evidence.centre, *line.evidence.limits)
            if isinstance(line.evidence, Blocks)
            else ()
        )
        return cls(case.measure.name, months, counts, *map(as_written, limits))

    def as_printed(self) -> MonthsChart:
        """Limits with the decimals that are printed, for what leaves the office."""
        return replace(
            self,
            centre=_printed(self.centre, LEVELS),
            lower=_printed(self.lower, LEVELS),
            upper=_printed(self.upper, LEVELS),
        )

    @property
    def month_labels(self) -> tuple[str, ...]:
        """The months as they are printed: Sep 2014."""
        return tuple(map(month_short, self.months))


@frozen
class GroupChart:
    """Figures of the forces of a group, best first."""

    kind: ClassVar = LineKind.POSITION
    measure: str
    unit: str
    """Per cent, or per 1,000."""
    forces: tuple[str, ...]
    values: tuple[float | None, ...]
    own: tuple[bool, ...]
    lower: float | None = None
    upper: float | None = None
    """Where the lower limit is below 0, it is drawn at 0."""

    @classmethod
    def of(cls, case: Case, line: Assessment) -> GroupChart:
        """Take as many forces as a chart has, of the period that the line is of: where all of its
        figures are withheld, those of an earlier period do not stand in for them.
        """
        of_period = line.figures.as_at
        best_first = sorted(
            (peer for peer in newest_group(case) if of_period in (None, peer.period_end)),
            key=lambda peer: peer.rate,
            reverse=line.direction is Direction.UP,
        )[:SERIES_LENGTH]
        form = FORMS[line.evidence.form]
        drawn = line.evidence.lines if isinstance(line.evidence, Position) else None
        limits = (drawn.lower, drawn.upper) if drawn else ()
        return cls(
            case.measure.name,
            form.axis,
            tuple(peer.force for peer in best_first),
            tuple(as_written(peer.rate * form.scale) for peer in best_first),
            tuple(is_own(peer.force, case.settings) for peer in best_first),
            *(as_written(max(0.0, limit * form.scale)) for limit in limits),
        )

    def as_printed(self) -> GroupChart:
        """Figures and limits with the decimals that are printed, for what leaves the office: more
        would tell the counts behind.
        """
        decimals = max(form.decimals for form in FORMS.values() if form.axis == self.unit)
        return replace(
            self,
            values=tuple(_printed(value, decimals) for value in self.values),
            lower=_printed(self.lower, decimals),
            upper=_printed(self.upper, decimals),
        )


def _printed(value: float | None, decimals: int) -> float | None:
    return None if value is None else as_written(to_decimals(value, decimals))


Chart: TypeAlias = MonthsChart | GroupChart


def charts(lines: Sequence[Assessment], basis: Basis) -> tuple[Chart, ...]:
    """Make the charts of an assessment: first the months of every control chart, then the groups.

    `basis` must be what `lines` were judged by: figures that are withheld are in neither.
    """
    cases = [(basis.case(line.measure.name), line) for line in lines]
    months = (MonthsChart.of(*item) for item in cases if item[1].kind is LineKind.SPC)
    groups = (GroupChart.of(*item) for item in cases if item[1].kind is LineKind.POSITION)
    return (*months, *groups)
