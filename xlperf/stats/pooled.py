"""Totals of which no months are known: how much they vary, from other series of the kind.

A total alone does not show its dispersion. Assuming one (4, say) is wrong at both ends: small
totals vary less, large ones many times more. What is known is how much yearly totals of offences
vary from one year to the next beyond Poisson while nothing changes for good: a coefficient of
variation that falls slowly as totals grow.

From 809 five-year windows of offences in London's boroughs and as a whole, 2010 to 2019: median 9%
at totals below 1,000, 7% at 2,500, 4% at 10,000, 3% at 85,000. Above 10,000 there are 26 windows of
the whole of London, which drift: 15 to 18 of 100 unchanged ones drawn from them are found changed.
"""

from __future__ import annotations

from math import erfc, inf, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import t_quantile, two_sided_t
from xlperf.stats.levels import SHIFT

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

CHANGE_VARIATION = 0.085, 0.18, 0.12
"""Coefficient of variation of a yearly total of 1,000, its power of 1,000 over the total, and its
largest value: for a change between two totals. Fitted to those windows; 5% comes out as 4.4%."""
RANK_VARIATION = 0.10, 0.30, 0.15
"""The same for ranges of ranks, tried on simulated groups of eight: 95% come out as 96 to 100%."""


TAIL_DF = 4.0
"""Degrees of freedom of Student's t with tails like those of a statistic of totals over series like
London's: single series vary more, or less, than the pool. See `small_p`.
"""


class PooledChange(NamedTuple):
    """One total against another."""

    ratio: float
    """Latest rate over baseline rate: NaN when both totals are 0, infinite at baseline 0."""
    lower: float
    upper: float
    statistic: float
    """Difference of the roots over its standard error, referred to a normal distribution."""
    p: float
    """Two-sided; 1 when both totals are equal."""
    variation: float
    """Coefficient of variation of a yearly total that was taken from the pool."""


def yearly_variation(
    total: npt.ArrayLike, law: tuple[float, float, float] = CHANGE_VARIATION
) -> Floats:
    """Coefficient of variation of a yearly total beyond Poisson, any shape.

    At most the third number of the law. Totals of 1,000 and 10,000: 0.085 and 0.056.
    """
    at_thousand, power, most = law
    size = np.maximum(np.asarray(total, dtype=np.float64), 1e-9)
    return np.asarray(np.minimum(most, at_thousand * (1000 / size) ** power))


def pooled_change(
    baseline: float,
    latest: float,
    *,
    baseline_exposure: float = 1.0,
    latest_exposure: float = 1.0,
    z: float = Z,
) -> PooledChange:
    """Compare two totals, with the variation of series of their kind.

    Parameters
    ----------
    baseline, latest
        Counts as they were counted, 0 or more. NaN gives NaN.
    baseline_exposure, latest_exposure
        Lengths in years, above 0.
    z
        Width of the limits.

    Raises
    ------
    ValueError
        A count below 0, or an exposure of 0 or less.

    Notes
    -----
    With both of a year, z = 2 (sqrt(T1 + 3/8) - sqrt(T0 + 3/8)) / sqrt(2 (1 + c^2 T)), T = 1/2 +
    the mean of the two totals, c from `yearly_variation`. It has no cliff: the largest total that
    is a fall moves by 0 or 1 as the baseline moves by 1. Without extra variation 2 sqrt(T + 3/8)
    has variance 1, so Poisson totals of 3 to 50 are found changed in 4.3 to 5.2 of 100 cases with
    c = 0.

    Totals of periods of e years each are divided by sqrt(e) on the root scale; a period shorter
    than a year varies as independent parts of it would, c^2 / e, a longer one as a year. Season is
    not known from totals: half years should be compared with the same half.

    Single numbers, in plain arithmetic: a colour is asked for at some hundred totals when the
    distance to the next one is looked for.

    Examples
    --------
    Of 100 in the baseline year, 63 in the latest is a fall at 1.96 and 64 is not.
    """
    if baseline < 0 or latest < 0 or baseline_exposure <= 0 or latest_exposure <= 0:
        raise ValueError("counts must be 0 or more and exposures above 0.")
    exposures = baseline_exposure, latest_exposure
    yearly = (baseline + latest) / sum(exposures) + 0.5
    at_thousand, power, most = CHANGE_VARIATION
    c = min(most, at_thousand * (1000 / yearly) ** power)
    x0, x1 = (2 * sqrt((t + SHIFT) / e) for t, e in zip((baseline, latest), exposures, strict=True))
    error = sqrt(sum((1 + c * c * yearly * max(e, 1.0)) / e for e in exposures))
    statistic, mean = (x1 - x0) / error, (x0 + x1) / 2
    rate0, rate1 = baseline / baseline_exposure, latest / latest_exposure
    return PooledChange(
        ratio=rate1 / rate0 if rate0 else (inf if rate1 else nan),
        lower=_ratio(mean, x1 - x0 - z * error),
        upper=_ratio(mean, x1 - x0 + z * error),
        statistic=statistic,
        p=erfc(abs(statistic) / sqrt(2)),
        variation=c,
    )


def against_target(
    target: float, count: float, *, exposure: float = 1.0, z: float = Z
) -> PooledChange:
    """Compare a total with a figure that was set, with the variation of series of its kind.

    Parameters
    ----------
    target
        Figure for a year, above 0.
    count
        Count as it was counted, 0 or more.
    exposure
        Length of its period in years, above 0.

    Returns
    -------
    PooledChange
        The ratio is that of the yearly rate to the target. p is 1 where the two are equal on the
        scale of roots.

    Raises
    ------
    ValueError
        A count below 0, or a target or an exposure of 0 or less.

    Notes
    -----
    z = (2 sqrt((T + 3/8) / e) - 2 sqrt(G + 1/8)) / sqrt((1 + c^2 G max(e, 1)) / e): the mean of
    sqrt(T + 3/8) is near sqrt(mean + 1/8) (Anscombe 1948), c is taken at the target. A target has
    no variation of its own, so the error is that of one total.

    Examples
    --------
    Against a target of 100, 71 is below it at 1.96 and 72 is not.
    """
    if count < 0 or target <= 0 or exposure <= 0:
        raise ValueError("a count must be 0 or more, a target and an exposure above 0.")
    c = float(yearly_variation(target))
    x0, x1 = 2 * sqrt(target + 1 / 8), 2 * sqrt((count + SHIFT) / exposure)
    error = sqrt((1 + c * c * target * max(exposure, 1.0)) / exposure)
    statistic, mean = (x1 - x0) / error, (x0 + x1) / 2
    return PooledChange(
        ratio=count / exposure / target,
        lower=_ratio(mean, x1 - x0 - z * error),
        upper=_ratio(mean, x1 - x0 + z * error),
        statistic=statistic,
        p=erfc(abs(statistic) / sqrt(2)),
        variation=c,
    )


def _ratio(mean: float, difference: float) -> float:
    """Ratio of two counts from the mean of their roots and the difference, as `levels.ratio_of`."""
    above, below = mean + difference / 2, mean - difference / 2
    return (max(above, 0.0) / below) ** 2 if below > 0 else inf


def rank_error(total: npt.ArrayLike) -> Floats:
    """Standard error of a yearly total of which no months are known, for a range of ranks, any
    shape.

    sqrt(T (1 + c^2 T)), c = min(0.15, 0.10 (1000 / T)^0.3). A total of 0 counts as 1. 1,000: 104.9.
    """
    size = np.maximum(np.asarray(total, dtype=np.float64), 1.0)
    return np.asarray(np.sqrt(size * (1 + yearly_variation(size, RANK_VARIATION) ** 2 * size)))


def rank_error_of_months(total: npt.ArrayLike, phi: npt.ArrayLike, effect: npt.ArrayLike) -> Floats:
    """Standard error of a yearly total whose months of three years or more are known, any shape.

    sqrt(phi V T): phi from `change.dispersion`, V from `change.design_effect` of
    `change.autocorrelation`, of all complete years. A total of 0 counts as 1. 1,000, 2 and 2: 63.2.
    """
    size = np.maximum(np.asarray(total, dtype=np.float64), 1.0)
    return np.asarray(np.sqrt(size * np.asarray(phi, np.float64) * np.asarray(effect, np.float64)))


def small_p(p: float) -> float:
    """P of a change between two totals where it must be true when it is small: among many tests.

    Parameters
    ----------
    p
        Two-sided, of `pooled_change`, 0 to 1.

    Notes
    -----
    The variation of a total is that of the pool, and single series have more or less. So p is true
    at 5 in 100 and too small far below: of unchanged series like London's 7.0, 4.2, 1.7 and 0.6 in
    100 have a p below 0.1, 0.05, 0.01 and 0.001. Here the statistic is referred to Student's t on 4
    degrees of freedom, scaled so that 0.05 stays what it is: 8.0, 5.0, 2.2 and 1.0 in 100 for these
    limits.

    Examples
    --------
    0.05 stays; 0.01 becomes 0.022, and 0.000001 becomes 0.0022.
    """
    from statistics import NormalDist

    if p in (0.0, 1.0):
        return p
    width = -NormalDist().inv_cdf(p / 2)
    return float(two_sided_t(width * t_quantile(TAIL_DF, Z) / Z, TAIL_DF))
