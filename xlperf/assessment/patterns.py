"""Patterns in the months of a measure that commentary may name, each with the test that found it.

All but the year are rules of a control chart, for months as they were counted. Where the months
before show a season, a pattern must be there with the season taken out too: else a quiet winter
would be news every year.

References
----------
NHS England and NHS Improvement, *Making Data Count* (the rules); see
    `xlperf.stats.control.run_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment.chart import BEFORE, RECENT, without_season
from xlperf.assessment.rag import Rag
from xlperf.assessment.two_years import compare_years
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, twelve_months_to
from xlperf.stats import control
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from xlperf.assessment.basis import Case
    from xlperf.assessment.monthly_counts import MonthlyCounts
    from xlperf.assessment.two_years import YearsCompared
    from xlperf.periods import Month

    Counts = npt.NDArray[np.float64]

RUN, TREND = 7, 7
"""Months in a row on one side of the average, or rising or falling: *Making Data Count*."""
QUARTER = 3
"""Latest months that are looked at one by one: those of the quarter reported."""
LINES_FROM = 24
"""Months before the quarter that the lines for single months are drawn from."""


class Run(NamedTuple):
    """Months up to the latest, all above (or all below) the average of the control chart."""

    above: bool
    months: Period
    average: float
    average_of: Period


class MonthsOutside(NamedTuple):
    """Months of the latest quarter beyond three-sigma lines for single months, all on one side."""

    above: bool
    months: tuple[tuple[Month, float], ...]
    line: float
    lines_of: Period


class MonthsTrend(NamedTuple):
    """Months up to the latest, each above (or each below) the one before."""

    rising: bool
    months: Period
    first: float
    last: float


class YearBefore(NamedTuple):
    """The latest twelve months against the same months a year before, by the test of rule 1."""

    compared: YearsCompared
    before: Period
    latest: Period


class Patterns(NamedTuple):
    """What was found in one measure; None for what was not, or could not be looked for."""

    run: Run | None = None
    outside: MonthsOutside | None = None
    trend: MonthsTrend | None = None
    year: YearBefore | None = None


def find_patterns(case: Case) -> Patterns:
    """Look for every pattern in the months up to the period end.

    Each needs its months without a gap or a change of recording: 18 for the run and the trend, 27
    for months outside the lines, 24 for the year.
    """
    series, last = case.series, case.settings.latest.last
    if last not in series.by_month:
        return Patterns()
    known = series.run_back(last).length
    return Patterns(
        run=_run(series, last) if known >= BEFORE + RECENT else None,
        outside=_outside(series, last) if known >= LINES_FROM + QUARTER else None,
        trend=_trend(series, last) if known >= BEFORE + RECENT else None,
        year=_year(case, last) if known >= 24 else None,
    )


def _marks(
    series: MonthlyCounts, window: Period, mark: Callable[[Counts], control.Signals]
) -> control.Signals:
    """Mark the months of a window; with a season, only those that are marked alike with the season
    taken out.
    """
    marks = mark(series.counts(window))
    adjusted = without_season(series, window) if marks[-QUARTER:].any() else None
    return marks if adjusted is None else np.where(mark(adjusted) == marks, marks, np.int8(0))


def _latest(marks: control.Signals, last: Month) -> Period:
    """Months up to the last that have its mark."""
    others = np.flatnonzero(marks != marks[-1])
    return Period(
        last - len(marks) + 2 + int(others[-1]) if others.size else last - len(marks) + 1, last
    )


def _sides(counts: Counts) -> control.Signals:
    centre = float(counts[:BEFORE].mean())
    return control.run_rules(counts, centre, -np.inf, np.inf, run=RUN).shift


def _run(series: MonthlyCounts, last: Month) -> Run | None:
    window = Period(last - BEFORE - RECENT + 1, last)
    if not _marks(series, window, _sides)[-1]:
        return None
    average_of = Period(window.first, last - RECENT)
    marks = _sides(series.counts(window))
    average = float(series.counts(average_of).mean())
    return Run(bool(marks[-1] > 0), _latest(marks, last), average, average_of)


def _beyond(counts: Counts) -> control.Signals:
    lines = control.xmr_limits(counts, baseline=LINES_FROM)
    return control.run_rules(
        counts, lines.centre, np.maximum(lines.lower, 0.0), lines.upper
    ).outside


def _outside(series: MonthlyCounts, last: Month) -> MonthsOutside | None:
    window = Period(last - LINES_FROM - QUARTER + 1, last)
    marks = _marks(series, window, _beyond)[-QUARTER:]
    sides = set(marks[marks != 0].tolist())
    if len(sides) != 1:
        return None
    above = sides == {1}
    counts, lines_of = series.counts(window), Period(window.first, last - QUARTER)
    lines = control.xmr_limits(counts, baseline=LINES_FROM)
    latest = enumerate(counts[-QUARTER:].tolist(), last - QUARTER + 1)
    months = tuple(pair for pair, mark in zip(latest, marks, strict=True) if mark)
    return MonthsOutside(above, months, float(lines.upper if above else lines.lower), lines_of)


def _trending(counts: Counts) -> control.Signals:
    return control.run_rules(counts, 0.0, -np.inf, np.inf, trend=TREND).trend


def _trend(series: MonthlyCounts, last: Month) -> MonthsTrend | None:
    window = Period(last - BEFORE - RECENT + 1, last)
    if not _marks(series, window, _trending)[-1]:
        return None
    marks = _trending(series.counts(window))
    months = _latest(marks, last)
    counts = series.counts(months)
    return MonthsTrend(bool(marks[-1] > 0), months, float(counts[0]), float(counts[-1]))


def _year(case: Case, last: Month) -> YearBefore | None:
    before, now = twelve_months_to(last - 12), twelve_months_to(last)
    compared = compare_years(case.series, before, now, case.settings)
    if compared.verdict(Direction.DOWN, case.settings.z)[0] is Rag.AMBER:
        return None
    return YearBefore(compared, before, now)
