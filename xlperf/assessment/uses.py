"""Which figures the judgement of a line rests on: those of these months are used now, others are
only history.

Figures come by period. A count of a month is used when the month is among those compared, projected
from or charted. A result, a total or a force's figure is used when it is the newest up to the
period end or that of the baseline; one that cannot be read is taken as the newest if its period is
as late, since it would have been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment.chart import BEFORE, RECENT
from xlperf.assessment.positions import newest_group
from xlperf.config import PositionLines
from xlperf.periods import Period, month_of, twelve_months_to
from xlperf.tables import schema
from xlperf.tables.comparison import compared_periods, fits, year_before
from xlperf.tables.measure_kinds import KINDS, LINES, Comparison, LineKind, kinds_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from xlperf.assessment.basis import Case

OF_FIGURES = frozenset(
    table.name for table in (*(kind.table for kind in KINDS.values()), schema.PEERS) if table
)
"""Tables that hold figures."""
READ_FROM = {
    table: frozenset(KINDS[kind].line for kind in kinds_in(table)) for table in OF_FIGURES
} | {
    schema.MONTHLY.name: frozenset({LineKind.OFFENCES, LineKind.SPC, LineKind.TOTAL}),
    schema.PEERS.name: frozenset({LineKind.POSITION}),
    schema.FORCES.name: frozenset({LineKind.POSITION}),
    schema.BREAKS.name: frozenset(kind for kind, record in LINES.items() if record.coloured),
    schema.MEASURES.name: frozenset(LineKind),
    schema.OVERRIDES.name: frozenset(LineKind),
}
"""Kinds of line that a table decides the colours of."""

COUNTS = (schema.MONTHLY.name, schema.TOTALS.name)
"""Tables of which totals are made, each of other kinds of measure."""


def reads(kind: LineKind, table: str, case: Case) -> bool:
    """Whether lines of a kind take their colour from a table."""
    if (
        kind is LineKind.POSITION and table == schema.MONTHLY.name
    ):  # the dispersion of the months widens the funnel
        return case.settings.position_lines is PositionLines.FUNNEL
    if kind is LineKind.TOTAL and table in COUNTS:
        return case.kind.table is not None and case.kind.table.name == table
    return kind in READ_FROM.get(table, ())


def uses(kind: LineKind, table: str, months: Period, case: Case, *, lacking: bool = False) -> bool:
    """Whether the judgement of a line rests on what a table has for these months; True where that
    is not by period.

    `lacking`: there is no usable count for them. The run of months then stops there, and would go
    on if there were.
    """
    name, last = case.measure.name, case.settings.latest.last
    match table:
        case schema.MONTHLY.name:
            used = any(months.overlaps(span) for span in _spans(kind, case, lacking=lacking))
        case schema.SURVEYS.name:
            used = _by_end(
                months, [result.period_end for result in case.tables.surveys.get(name, ())], case
            )
        case schema.FAMILIES.name:
            used = _by_end(
                months, [row.period_end for row in case.tables.families.get(name, ())], case
            )
        case schema.TOTALS.name:
            used = _by_total(months, case)
        case schema.PEERS.name:
            newest = max((month_of(figure.period_end) for figure in newest_group(case)), default=0)
            used = newest <= months.last <= last
        case schema.BREAKS.name:
            used = months.first <= last
        case _:
            used = True
    return used


def _spans(kind: LineKind, case: Case, *, lacking: bool) -> Iterator[Period]:
    """Months of a series that count: those compared, and the run up to the period end, over no
    change of recording.
    """
    settings, last = case.settings, case.settings.latest.last
    series = case.series
    latest, against = compared_periods(case.measure, settings)
    yield latest
    yield Period(last - RECENT - BEFORE + 1, last)
    yield Period(max(case.breaks, default=0) if lacking else series.run_back(last).first, last)
    if kind is LineKind.SPC:
        yield Period(series.run_back(last - RECENT).first, last)
        return
    if against is not None:
        yield against
    if kind is LineKind.OFFENCES and settings.target <= last:
        yield twelve_months_to(settings.target)


def _by_end(months: Period, days: Sequence[date], case: Case) -> bool:
    baseline, last = case.settings.baseline.last, case.settings.latest.last
    newest = max(
        (month_of(day) for day in days if baseline < month_of(day) <= last), default=baseline + 1
    )
    return months.last == baseline or newest <= months.last <= last


def _by_total(months: Period, case: Case) -> bool:
    measure, settings = case.measure, case.settings
    with_baseline = measure.compared is Comparison.BASELINE
    baseline, last = settings.baseline, settings.latest.last
    after = baseline.last if with_baseline else 0
    known = {total.period for total in case.tables.totals.get(measure.name, ())}
    candidates = [
        period
        for period in known
        if after < period.last <= last and fits(period, measure, settings)
    ]
    newest = max(candidates, key=_lateness, default=None)
    used = {baseline} if with_baseline else set()
    if newest is not None:
        used.add(newest)
        if baseline not in used or baseline not in known:
            used.add(year_before(newest))
    if any(months.first <= period.first and period.last <= months.last for period in used):
        return True
    later = newest is None or _lateness(months) > _lateness(newest)
    return later and after < months.last <= last


def _lateness(period: Period) -> tuple[int, int]:
    return period.last, period.length
