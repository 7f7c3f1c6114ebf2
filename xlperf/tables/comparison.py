"""Which periods a measure compares, by the column Compared of Measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.frozen import NamedTuple
from xlperf.periods import Period
from xlperf.tables.measure_kinds import Comparison

if TYPE_CHECKING:
    from xlperf.config import Settings
    from xlperf.tables.data import Measure

QUARTER = 3
"""Months of a quarter."""


class ComparedPeriods(NamedTuple):
    """Months whose sum is the latest figure, and those of the figure it is compared with."""

    latest: Period
    against: Period | None
    """None: it is compared with a target."""


def compared_periods(measure: Measure, settings: Settings) -> ComparedPeriods:
    """Give the periods of a measure that is counted by month.

    The financial year is the one of the baseline: it begins in the same calendar month.
    """
    latest = settings.latest
    match measure.compared:
        case Comparison.BASELINE:
            return ComparedPeriods(latest, settings.baseline)
        case Comparison.TARGET:
            return ComparedPeriods(latest, None)
        case Comparison.YEAR_TO_DATE:
            return _with_year_before(year_to_date(latest.last, settings))
        case Comparison.QUARTER:
            return _with_year_before(Period(latest.last - QUARTER + 1, latest.last))
        case _:
            assert_never(measure.compared)


def year_to_date(last: int, settings: Settings) -> Period:
    """Months of the financial year up to a month."""
    return Period(last - (last - settings.baseline.first) % 12, last)


def year_before(period: Period) -> Period:
    """Same months a year before."""
    return Period(period.first - 12, period.last - 12)


def _with_year_before(period: Period) -> ComparedPeriods:
    return ComparedPeriods(period, year_before(period))


def fits(period: Period, measure: Measure, settings: Settings) -> bool:
    """Whether a total of a period is of the sort that a measure shows as its latest."""
    match measure.compared:
        case Comparison.BASELINE | Comparison.TARGET:
            return True
        case Comparison.YEAR_TO_DATE:
            return period == year_to_date(period.last, settings)
        case Comparison.QUARTER:
            return period.length == QUARTER
        case _:
            assert_never(measure.compared)
