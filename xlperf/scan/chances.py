"""What chance does among many series: how many would be found without a change, and which findings
stay among so many.

The tests of a year and of six months are averaged over dispersions and autocorrelations
(`xlperf.stats.levels`): of series like London's about 5 in 100 have a p below 0.05 while nothing
changes. Where counts are small the test is coarser and finds fewer, which `FALSE_BY_MEAN` allows
for: an expected number that took 5 in 100 for every small area would be far too large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment.chance_colours import FALSE_BLOCKS, LEVEL
from xlperf.config import SpcBasis
from xlperf.frozen import NamedTuple
from xlperf.stats import many_tests
from xlperf.stats.defaults import Z

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

    Flags = npt.NDArray[np.bool_]

FALSE_CHARTS = {**FALSE_BLOCKS, SpcBasis.POINTS: 0.03}
"""How often limits of each kind find six months changed while nothing changes, over series like
London's; of points 2.7 and 3.1% were measured.
"""
FALSE_BY_MEAN = (0.25, 0.5, 1.0, 2.0, 5.0), (0.0, 0.0005, 0.008, 0.025, 0.035)
"""Mean counts a month up to which, and how often a year or six months are found changed
at 5% while nothing changes. 160,000 series of 60 months: dispersion, correlation and season of
London's boroughs (Metropolitan Police, 2010 to 2020, below 30 a month), at other levels.
"""


class AmongSeries(NamedTuple):
    """One test of all series: each array has one entry a series."""

    tested: Flags
    q: Floats
    """Smallest rate of false discoveries at which it would count; NaN where not tested."""
    alone: Flags
    """Found by itself."""
    counts: Flags
    """Found among all that were tested."""
    rate: float
    expected: float | None
    """How many would be found by themselves if nothing had changed anywhere; None where limits have
    another width than the one that this was measured at.
    """

    @property
    def expected_among(self) -> float:
        """At most so many, on average, of those that count are there by chance."""
        return self.rate * int(self.counts.sum())


def among_series(
    p: Floats,
    tested: Flags,
    alone: Flags,
    mean: Floats,
    *,
    rate: float,
    z: float = Z,
    false: float = LEVEL,
) -> AmongSeries:
    """Judge one test of many series together, as `judge_among_many` judges lines.

    Parameters
    ----------
    p, mean
        Of each series, shape (n,): two-sided p, and its mean count a month. Not looked at where it
        is not tested.
    tested, alone
        Whether a test could have found it, and whether it did, by itself; one that it did not find
        counts with a p of 1.
    """
    q = np.full(p.shape, np.nan)
    q[tested] = many_tests.adjusted_p(np.where(alone, p, 1.0)[tested])
    limits, rates = FALSE_BY_MEAN
    chance = np.array([*rates, false])[np.searchsorted(limits, mean[tested], side="right")]
    expected = float(np.minimum(chance, false).sum()) if z == Z else None
    counts = alone & tested & (np.nan_to_num(q, nan=1.0) <= rate)
    return AmongSeries(tested, q, alone & tested, counts, rate, expected)
