"""Shares of a whole made of parts (areas, waves, ways of asking), compared at one fixed mix.

Added up, parts of different shares give another share as soon as their mix changes, though no part
has changed. At a fixed mix each part has the same weight then and now (direct standardisation).

References
----------
Kitagawa, J. Am. Stat. Assoc. 50 (1955) 1168-1194 (a difference of two rates by its components).
Zou, Huang and Zhang, Comput. Stat. Data Anal. 53 (2009) 1080-1085 (interval of a linear function of
    shares, recovered from the Wilson interval of each; of one share then and now it is Newcombe's).
Cochran, *Sampling Techniques* (3rd ed., 1977), 5.3 (variance of a stratified estimate).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.intervals import Interval, wilson

if TYPE_CHECKING:
    import numpy.typing as npt


def linear(
    coefficients: npt.ArrayLike, successes: npt.ArrayLike, n: npt.ArrayLike, *, z: float = Z
) -> Interval:
    """Interval of a linear function of independent shares.

    Parameters
    ----------
    coefficients
        Shape (k,).
    successes, n
        Shape (..., k), n above 0; need not be whole (effective numbers).

    Examples
    --------
    -1, 1 of 48 of 80 and 56 of 70: 0.2000, 0.0524 to 0.3339 (Newcombe 1998, table II, method 10).
    """
    weights = np.asarray(coefficients, dtype=np.float64)
    of_each = wilson(successes, n, z=z)
    estimate = (weights * of_each.estimate).sum(-1)
    ends = weights * of_each.lower, weights * of_each.upper
    below = weights * of_each.estimate - np.minimum(*ends)
    above = np.maximum(*ends) - weights * of_each.estimate
    return Interval(
        estimate,
        estimate - np.sqrt((below**2).sum(-1)),
        estimate + np.sqrt((above**2).sum(-1)),
    )


def change_at_fixed_mix(
    mix: npt.ArrayLike,
    baseline: npt.ArrayLike,
    baseline_n: npt.ArrayLike,
    latest: npt.ArrayLike,
    latest_n: npt.ArrayLike,
    *,
    z: float = Z,
) -> Interval:
    """Difference of two shares of the same parts, latest minus baseline, at one mix.

    Parameters
    ----------
    mix
        Weight of each part, shape (k,), which add up to 1.
    baseline, latest
        Satisfied of each part, shape (..., k).
    baseline_n, latest_n
        Numbers of each part, shape (k,), above 0; effective numbers where there is a design effect.
    """
    weights = np.asarray(mix, dtype=np.float64)
    then, now = np.broadcast_arrays(
        np.asarray(baseline, dtype=np.float64), np.asarray(latest, dtype=np.float64)
    )
    numbers = np.concatenate([np.asarray(baseline_n), np.asarray(latest_n)])
    found = linear(
        np.concatenate([-weights, weights]), np.concatenate([then, now], axis=-1), numbers, z=z
    )
    return Interval(found.estimate, np.maximum(found.lower, -1.0), np.minimum(found.upper, 1.0))


def effective_number(mix: npt.ArrayLike, n: npt.ArrayLike) -> float:
    """Number of a simple sample as good as one by parts where all shares are alike: 1 / sum w²/n.

    With the mix of the sample itself it is the sum of n.
    """
    weights = np.asarray(mix, dtype=np.float64)
    return float(1 / (weights**2 / np.asarray(n, dtype=np.float64)).sum())


class Components(NamedTuple):
    """A difference of two shares that were added up, in two parts (Kitagawa 1955)."""

    total: float
    by_shares: float
    """By the shares of the parts, at the fixed mix."""
    by_mix: float
    """By the mix alone: the rest, with what the two have in common."""


def components(
    mix: npt.ArrayLike,
    baseline: npt.ArrayLike,
    baseline_n: npt.ArrayLike,
    latest: npt.ArrayLike,
    latest_n: npt.ArrayLike,
) -> Components:
    """Part a difference of shares that were added up; arguments as of `change_at_fixed_mix`.

    Examples
    --------
    70% and 40% of 500 each, then of 690 and 310: 5.7 points, all of them by the mix.
    """
    x0, n0, x1, n1 = (
        np.asarray(item, dtype=np.float64) for item in (baseline, baseline_n, latest, latest_n)
    )
    total = x1.sum() / n1.sum() - x0.sum() / n0.sum()
    by_shares = (np.asarray(mix, dtype=np.float64) * (x1 / n1 - x0 / n0)).sum()
    return Components(float(total), float(by_shares), float(total - by_shares))
