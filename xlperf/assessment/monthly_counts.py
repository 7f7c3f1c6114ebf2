"""The monthly counts of one measure that may be used: complete months, not after the period end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.periods import Month, Period
from xlperf.tables.month_checks import complete

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from xlperf.tables.data import MonthCount

    Counts = npt.NDArray[np.float64]

LEAST_YEARS = 3
"""Complete years from which a season, or the autocorrelation of months, can be told."""


class MonthlyCounts(NamedTuple):
    """Usable months of one measure: complete, not after the period end."""

    by_month: dict[Month, MonthCount]
    breaks: tuple[Month, ...] = ()
    """First months of a new way of recording."""
    lost: frozenset[Month] = frozenset()
    """Months whose counts will never come."""

    @classmethod
    def of(
        cls,
        months: Iterable[MonthCount],
        last: Month,
        breaks: tuple[Month, ...] = (),
        lost: Iterable[Month] = (),
    ) -> MonthlyCounts:
        """Take those of some months that are complete, and not after the last."""
        usable = {item.month: item for item in months if item.month <= last and complete(item)}
        return cls(usable, breaks, frozenset(lost))

    def missing(self, period: Period) -> list[Month]:
        """Months of a period that have no usable count."""
        return [month for month in period.months if month not in self.by_month]

    def counts(self, period: Period) -> Counts:
        """Counts of a period without gaps, oldest first."""
        return np.array([self.by_month[month].count for month in period.months], dtype=np.float64)

    def since(self, month: Month) -> Month:
        """First month known since recording last changed, not after `month`."""
        changed = max((first for first in self.breaks if first <= month), default=None)
        return min(known for known in self.by_month if changed is None or known >= changed)

    def known(self, period: Period) -> Counts:
        """Counts of a period, oldest first, NaN where a month is missing."""
        found = (self.by_month.get(month) for month in period.months)
        return np.array([item.count if item else np.nan for item in found], dtype=np.float64)

    def total(self, period: Period) -> float | None:
        """Sum of a period, None when a month is missing."""
        return None if self.missing(period) else float(self.counts(period).sum())

    def run_back(self, last: Month) -> Period:
        """Longest run of months that ends in `last`, without a gap or a change of recording."""
        first = last
        while first - 1 in self.by_month and first not in self.breaks:
            first -= 1
        return Period(first, last)

    def complete_years(self, last: Month) -> Counts:
        """Twelve-months of that run, counted back from its end: shape (years, 12), oldest first."""
        run = self.run_back(last)
        years = run.length // 12
        return self.counts(Period(last - 12 * years + 1, last)).reshape(years, 12)
