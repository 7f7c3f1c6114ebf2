"""Mixtures of normal distributions: the share above a value, and limits.

A test that is averaged over many dispersions and correlations has one normal distribution for each,
with a weight; see `xlperf.stats.levels`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.stats.distributions import two_sided_level
from xlperf.stats.normal import normal_below, normal_density

if TYPE_CHECKING:
    from xlperf.stats.distributions import Floats

SETTLED = 1e-7
"""Step at which the search for a limit ends, in standard errors; the next would be its square."""
NEGLIGIBLE = 1e-18
"""Weight of a point of the grid that no digit of a sum shows."""
MOST_STEPS = 60
"""Steps of that search; five are usual."""

Mixture = tuple["Floats", "Floats", "Floats"]
"""Weights and differences, shape (..., points), and standard errors, shape (points,)."""


def noticed(weight: Floats, d: Floats, error: Floats) -> Mixture:
    """Leave out points that weigh nothing in any of the series."""
    kept = (weight > NEGLIGIBLE).any(tuple(range(weight.ndim - 1)))
    return weight[..., kept], d[..., kept], error[kept]


def share_above(mixture: Mixture, at: Floats) -> Floats:
    """Probability, with the weights, that the difference is above `at`."""
    weight, d, error = mixture
    share = (weight * normal_below((d - at[..., None]) / error)).sum(-1)
    return np.asarray(np.minimum(share, 1.0))  # weights add up to a little more than 1 at times


def limits(mixture: Mixture, z: float) -> Floats:
    """Lower limit, middle and upper limit of the difference, shape (3, ...).

    Newton's steps from those of a normal distribution, halving where one leaves the bracket.
    """
    weight, d, error = mixture
    level = two_sided_level(z) / 2
    shares = np.array([1 - level, 0.5, level]).reshape(3, *[1] * (d.ndim - 1))
    mean = (weight * d).sum(-1)
    sd = np.sqrt((weight * (error**2 + (d - mean[..., None]) ** 2)).sum(-1))
    at = mean + np.array([-z, 0.0, z]).reshape(shares.shape) * sd
    low, high = (d - 10 * error).min(-1) - 0 * at, (d + 10 * error).max(-1) + 0 * at
    for _ in range(MOST_STEPS):
        standardised = (d - at[..., None]) / error
        excess = (weight * normal_below(standardised)).sum(-1) - shares
        slope = (weight * normal_density(standardised) / error).sum(-1)
        low, high = np.where(excess > 0, at, low), np.where(excess > 0, high, at)
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = at + excess / slope
        moved = np.where((moved >= low) & (moved <= high), moved, (low + high) / 2)
        settled = np.abs(moved - at) <= SETTLED * sd
        at = moved
        if settled.all():
            break
    return np.asarray(at)
