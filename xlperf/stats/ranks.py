"""Position in a group of forces: rank, lines around the group, and how sure the rank is.

References
----------
Goldstein and Spiegelhalter, J. R. Stat. Soc. A 159 (1996) 385-443 (uncertainty of ranks).
Spiegelhalter, Stat. Med. 24 (2005) 1185-1202; Qual. Saf. Health Care 14 (2005) 347-351
    (over-dispersed funnels).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import (
    Floats,
    normal_cdf,
    normal_nodes,
    t_quantile,
    two_sided_level,
    two_sided_t,
)
from xlperf.stats.rounding import TOLERANCE, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

NODES = 2000
"""Equally likely values of the own figure that a rank is averaged over: probabilities to 1 in
4,000, however little the other forces vary.
"""
WINSORISED = 0.10
"""Share of values held at each end to estimate over-dispersion (Spiegelhalter 2005)."""


class Ranks(NamedTuple):
    """Places of a group."""

    place: npt.NDArray[np.int64]
    """1 is best; equal values share the better place, then one is skipped; 0: no value."""
    tied: npt.NDArray[np.bool_]


def competition_rank(values: npt.ArrayLike, *, lower_is_better: bool = True) -> Ranks:
    """Rank values, shape (n,). Values equal to twelve significant digits are tied; NaN has place 0.

    4, 2, 2, 5, lower better: places 3, 1, 1, 4.
    """
    x = [float(value) for value in np.asarray(values, dtype=np.float64)]
    ordered = x if lower_is_better else [-value for value in x]
    place = np.zeros(len(x), dtype=np.int64)
    tied = np.zeros(len(x), dtype=np.bool_)
    for i, own in enumerate(ordered):
        if own != own:  # noqa: PLR0124 - NaN differs from itself
            continue
        equal = [same(own, other) for other in ordered]
        place[i] = 1 + sum(
            other < own and not alike for other, alike in zip(ordered, equal, strict=True)
        )
        tied[i] = sum(equal) > 1
    return Ranks(place, tied)


class GroupLines(NamedTuple):
    """Lines around a group."""

    mean: float
    sd: float
    lower: float
    upper: float


def group_lines(
    values: npt.ArrayLike,
    own: int,
    *,
    reading: str = "group",
    variance: npt.ArrayLike | None = None,
    z: float = Z,
) -> GroupLines:
    """Draw the lines a force is compared with.

    Parameters
    ----------
    values
        Rates or shares of the group, shape (n,), n >= 3. NaN gives NaN.
    own
        Index of the force compared.
    reading
        ``group``: mean ± z SD (n - 1) of all, own force included. ``peers``: mean and SD of the
        others, widened for a new one, t(m - 1) sqrt(1 + 1/m) with m others. ``funnel``: mean
        weighted by precision, ± z sqrt(own variance + tau^2).
    variance
        Sampling variance of each value, above 0, for ``funnel``.

    Notes
    -----
    With the own force included no value can be further than (n - 1)/sqrt(n) SD from the mean: 2.47
    for eight forces, and 1.79 for five, so that five forces could never leave lines at 1.96.

    ``group`` and ``peers`` with nothing but equal values: SD 0, both lines on the mean. ``sd`` is
    that of the values the lines come from; for ``funnel`` it is sqrt(own variance + tau^2).

    Examples
    --------
    1, 2, ..., 8: mean 4.5, SD 2.449, lines at -0.301 and 9.301; of the last force by ``peers``: 4
    and 2.160, -1.651 and
    9.651.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.size < 3:
        raise ValueError(f"values needs 3 forces or more in one row, but has shape {x.shape}.")
    if reading == "group":
        mean, sd = _mean_and_sd(x)
        half = z * sd
    elif reading == "peers":
        others = np.delete(x, own)
        mean, sd = _mean_and_sd(others)
        half = t_quantile(others.size - 1, z) * sqrt(1 + 1 / others.size) * sd
    elif reading == "funnel":
        if variance is None or not np.all(np.asarray(variance) > 0):
            raise ValueError("the funnel needs a variance above 0 for every force.")
        mean, sd = _funnel(x, np.asarray(variance, dtype=np.float64), own)
        half = z * sd
    else:
        raise ValueError(f"reading must be 'group', 'peers' or 'funnel', but is {reading!r}.")
    return GroupLines(mean, sd, mean - half, mean + half)


def group_crossings(
    own: float, mean: float, sd: float, n: int, *, z: float = Z
) -> tuple[float, float] | None:
    """Figures below and above which a force leaves the lines that it is part of, others unchanged.

    Parameters
    ----------
    own
        Its figure now.
    mean, sd, n
        Of the whole group, as `group_lines` has them for ``group``; n >= 3.

    Returns
    -------
    tuple or None
        None: no figure of one among so few is outside, (n - 1)/sqrt(n) <= z.

    Notes
    -----
    With the mean m of the others and the sum S of their squared distances from it, a figure m ± d
    has the distance d (n - 1)/n from the mean of all, whose variance is
    (S + d^2 (n - 1)/n) / (n - 1). So it is on a line where
    d^2 ((n - 1)^2/n^2 - z^2/n) = z^2 S / (n - 1).

    Examples
    --------
    8 beside 1, 2, ..., 7 (mean 4.5, SD 2.449): below -3.34 and above 11.34.
    """
    others = (n * mean - own) / (n - 1)
    squares = max(0.0, (n - 1) * sd**2 - (own - others) ** 2 * (n - 1) / n)
    factor = ((n - 1) / n) ** 2 - z**2 / n
    if factor <= 0:
        return None
    far = z * sqrt(squares / ((n - 1) * factor))
    return others - far, others + far


def outside_chance(distance: float, n: int, *, reading: str = "group", z: float = Z) -> float:
    """Chance that one of n forces that do not differ lies as far out, or further, either side.

    Parameters
    ----------
    distance
        From the middle, as a share of the way to the limits of `group_lines` at `z`: 1 is on them.
    n
        Forces, own included, at least 3.
    reading, z
        As for `group_lines`.

    Notes
    -----
    Group: (x - mean) / SD of one of n normal values is (n - 1)/sqrt(n) u / sqrt(n - 2 + u^2), u of
    Student's t on n - 2 degrees of freedom (Thompson, Ann. Math. Stat. 6 (1935) 214-219); it cannot
    exceed (n - 1)/sqrt(n). Peers: Student's t on n - 2. Funnel: normal, its spread taken as known.

    Examples
    --------
    On the limits of eight forces at 1.96: 0.019 by ``group``, 0.050 by ``peers`` and ``funnel``.
    """
    if reading == "funnel":
        return two_sided_level(distance * z)
    if reading == "peers":
        return float(two_sided_t(distance * t_quantile(n - 2, z), n - 2))
    share = distance * z * sqrt(n) / (n - 1)
    if share >= 1:
        return 0.0
    return float(two_sided_t(share * sqrt((n - 2) / (1 - share**2)), n - 2))


def median(values: Iterable[float]) -> float:
    """Middle of the values in order, at least one; of an even number the mean of the middle two.

    As in ``statistics``, which takes 3 ms to load, 1 % of a refresh. 4, 1, 3, 2: 2.5.
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _mean_and_sd(x: Floats) -> tuple[float, float]:
    """Mean and sample SD; of values equal to twelve digits the first and 0, without rounding."""
    if all(same(float(x[0]), float(value)) for value in x):
        return float(x[0]), 0.0
    return float(x.mean()), float(x.std(ddof=1))


def _funnel(x: Floats, variance: Floats, own: int) -> tuple[float, float]:
    weights = 1 / variance
    mean = float((weights * x).sum() / weights.sum())
    standardised = (x - mean) / np.sqrt(variance)
    low, high = np.quantile(standardised, [WINSORISED, 1 - WINSORISED])
    phi = float(np.mean(np.clip(standardised, low, high) ** 2))
    n = x.size
    denominator = float(weights.sum() - (weights**2).sum() / weights.sum())
    tau2 = max(0.0, (n * phi - (n - 1)) / denominator)
    return mean, sqrt(float(variance[own]) + tau2)


def rank_range(
    values: npt.ArrayLike, standard_errors: npt.ArrayLike, own: int, *, lower_is_better: bool = True
) -> tuple[int, int]:
    """95% range of the own force's place, when each figure is uncertain (normal, independent).

    Given the own value, each other force is better with a known probability; the number of better
    ones is a sum of unequal coins, whose distribution is worked out exactly and averaged over the
    own value. No simulation, no chance.

    Parameters
    ----------
    values, standard_errors
        Shape (n,); standard errors 0 or more. NaN: ValueError, since a place is a whole number.
    own
        Index of the force.

    Returns
    -------
    tuple
        First and last place of the range: less than 2.5% lie on either side of it.

    Examples
    --------
    1, 2, ..., 8, each with standard error 1, the third: places 1 to 5.
    """
    x, se = np.asarray(values, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if x.shape != se.shape or not (np.all(se >= 0) and np.all(np.isfinite(x))):
        raise ValueError("values and standard_errors must be numbers, one of each a force.")
    sign = 1.0 if lower_is_better else -1.0
    drawn = sign * x[own] + se[own] * normal_nodes(NODES)
    distribution = np.zeros((x.size, NODES))
    distribution[0] = 1.0
    for seen, other in enumerate(np.delete(np.arange(x.size), own)):
        better = _probability_below(drawn, sign * float(x[other]), float(se[other]))
        moved = distribution[: seen + 1] * better
        distribution[: seen + 1] -= moved
        distribution[1 : seen + 2] += moved
    cumulative = np.cumsum(distribution.mean(-1))
    low, high = np.searchsorted(cumulative, [0.025, 0.975])
    return int(low) + 1, min(int(high) + 1, x.size)


def _probability_below(drawn: Floats, centre: float, spread: float) -> Floats:
    """Probability that a figure lies below each value drawn; one half where they are equal."""
    slack = TOLERANCE * abs(centre)
    if spread > slack:
        return normal_cdf((drawn - centre) / spread)
    return np.asarray(np.where(np.abs(drawn - centre) <= slack, 0.5, drawn > centre))
