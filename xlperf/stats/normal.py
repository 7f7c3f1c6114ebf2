"""Normal probabilities of many numbers at once, to ten digits, without ``scipy``.

``distributions.normal_cdf`` reads a table and is right to 3e-6, enough where probabilities are
averaged. Where a p value or a limit is printed, the functions here are used: a table of exact
values, and five terms of the Taylor series from the nearest entry.

References
----------
Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), 26.2.1 and 26.2.31.
"""

from __future__ import annotations

from functools import cache
from math import erfc, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

FURTHEST = 37.5
"""Standard deviations beyond which a normal probability is 0 or 1 in a double (1e-307)."""
STEP = 1 / 64
"""Distance of two entries of the table, in standard deviations."""


@cache
def _table() -> tuple[Floats, Floats]:
    """Probability below, and density at, each entry."""
    z = np.arange(-FURTHEST, FURTHEST + STEP / 2, STEP)
    return np.array([*map(erfc, (-z / sqrt(2)).tolist())]) / 2, normal_density(z)


def normal_density(z: Floats) -> Floats:
    """Density at `z`, any shape. 0: 0.39894."""
    return np.asarray(np.exp(-z * z / 2) / sqrt(2 * pi))


def normal_below(z: npt.ArrayLike) -> Floats:
    """Probability below `z`, any shape; NaN gives NaN. -1.96: 0.0249979."""
    given = np.asarray(z, dtype=np.float64)
    unknown = np.isnan(given)
    held = np.where(unknown, 0.0, np.clip(given, -FURTHEST, FURTHEST))
    entry = np.rint((held + FURTHEST) / STEP).astype(np.int64)
    at = entry * STEP - FURTHEST
    h, square = held - at, at * at
    fifth = ((square - 6) * square + 3) / 120
    series = h * (
        1 + h * (-at / 2 + h * ((square - 1) / 6 + h * (at * (3 - square) / 24 + h * fifth)))
    )
    below, density = _table()
    return np.asarray(np.where(unknown, np.nan, below[entry] + density[entry] * series))
