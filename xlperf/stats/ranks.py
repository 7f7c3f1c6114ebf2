"""Position in a group of forces: rank, lines around the group, and how sure the rank is.

References
----------
Goldstein and Spiegelhalter, J. R. Stat. Soc. A 159 (1996) 385-443 (uncertainty of ranks).
Spiegelhalter, Stat. Med. 24 (2005) 1185-1202; Qual. Saf. Health Care 14 (2005) 347-351 (over-dispersed funnels).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from xlperf.stats.distributions import Floats, t_quantile
from xlperf.stats.rounding import same

if TYPE_CHECKING:
    import numpy.typing as npt

NODES = 64
"""Points of the Gauss-Hermite rule; the range of a rank among 50 forces does not change with more."""
WINSORISED = 0.10
"""Share of standardised values held at each end before the over-dispersion is estimated (Spiegelhalter 2005)."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Places of a group."""

    place: npt.NDArray[np.int64]
    """1 is best; equal values share the better place, and the next place is skipped; 0 where there is no value."""
    tied: npt.NDArray[np.bool_]


def competition_rank(values: npt.ArrayLike, *, lower_is_better: bool = True) -> Ranks:
    """Rank values, shape (n,). Values equal to twelve significant digits are tied."""
    x = [float(value) for value in np.asarray(values, dtype=np.float64)]
    ordered = x if lower_is_better else [-value for value in x]
    place = np.zeros(len(x), dtype=np.int64)
    tied = np.zeros(len(x), dtype=np.bool_)
    for i, own in enumerate(ordered):
        if own != own:  # noqa: PLR0124 - NaN differs from itself
            continue
        equal = [same(own, other) for other in ordered]
        place[i] = 1 + sum(other < own and not alike for other, alike in zip(ordered, equal, strict=True))
        tied[i] = sum(equal) > 1
    return Ranks(place, tied)


@dataclass(frozen=True, slots=True)
class GroupLines:
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
    z: float = 1.96,
) -> GroupLines:
    """Draw the lines a force is compared with.

    Parameters
    ----------
    values
        Rates or shares of the group, shape (n,), n >= 3, without NaN.
    own
        Index of the force compared.
    reading
        ``group``: mean ± z SD (n - 1) of all, own force included. ``peers``: mean and SD of the others, widened for a new
        one, t(m - 1) sqrt(1 + 1/m) with m others. ``funnel``: precision-weighted mean ± z sqrt(own variance + tau^2).
    variance
        Sampling variance of each value, for ``funnel``.

    Notes
    -----
    With the own force included no value can be further than (n - 1)/sqrt(n) SD from the mean: 2.47 for eight forces, and
    1.79 for five, so that five forces could never leave lines at 1.96.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size < 3:
        raise ValueError(f"values needs 3 forces or more, but has {x.size}.")
    if reading == "group":
        mean, sd = float(x.mean()), float(x.std(ddof=1))
        half = z * sd
    elif reading == "peers":
        others = np.delete(x, own)
        mean, sd = float(others.mean()), float(others.std(ddof=1))
        half = t_quantile(others.size - 1, z) * sqrt(1 + 1 / others.size) * sd
    elif reading == "funnel":
        if variance is None:
            raise ValueError("variance is needed for the funnel.")
        mean, sd = _funnel(x, np.asarray(variance, dtype=np.float64), own)
        half = z * sd
    else:
        raise ValueError(f"reading must be 'group', 'peers' or 'funnel', but is {reading!r}.")
    if all(same(float(x[0]), float(value)) for value in x):
        sd = half = 0.0
    return GroupLines(mean, sd, mean - half, mean + half)


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
    """95 % range of the own force's place, when each figure is uncertain (normal, independent).

    Exact: given the own value, each other force is better with a known probability; the number of better ones is a sum
    of unequal coins, whose distribution is convolved and averaged over the own value by Gauss-Hermite quadrature. No
    simulation, so no chance.
    """
    x, se = np.asarray(values, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    sign = 1.0 if lower_is_better else -1.0
    nodes, weights = special.roots_hermitenorm(NODES)
    drawn = sign * x[own] + se[own] * nodes
    others = np.delete(np.arange(x.size), own)
    distribution = np.zeros((nodes.size, x.size))
    distribution[:, 0] = 1.0
    for other in others:
        better = _probability_below(drawn, sign * float(x[other]), float(se[other]))
        distribution[:, 1:] = distribution[:, 1:] * (1 - better)[:, None] + distribution[:, :-1] * better[:, None]
        distribution[:, 0] *= 1 - better
    places = weights @ distribution / weights.sum()
    cumulative = np.cumsum(places)
    low = int(np.searchsorted(cumulative, 0.025)) + 1
    high = int(np.searchsorted(cumulative, 0.975)) + 1
    return low, min(high, x.size)


def _probability_below(drawn: Floats, centre: float, spread: float) -> Floats:
    if spread > 0:
        return np.asarray(special.ndtr((drawn - centre) / spread))
    return np.asarray(np.where(drawn > centre, 1.0, np.where(drawn == centre, 0.5, 0.0)))
