"""How good stated chances and ranges were, once it is known what came.

Chances are scored as weather services score theirs: the Brier score, beside that of somebody who
knows nothing but how often such things come true; and bins, which set what was stated beside what
happened. Projections that share months are not independent, so of those one is counted.

References
----------
Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather
    Review 78(1), 1-3.
Murphy, A. H. (1973). A new vector partition of the probability score. Journal of Applied
    Meteorology 12(4), 595-600: score = reliability - resolution + uncertainty; the last is
    `base_rate_score`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.horizon import in_fifths

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

FEWEST_OUTCOMES = 10
"""Outcomes below which nothing is said of how good the projections are: with fewer, one more or
less moves a share by more than ten points.
"""
YEAR = 12
"""Months that a total covers: two that end less apart share months."""


class ChanceBin(NamedTuple):
    """Stated chances of the same number of fifths, and what came of them."""

    fifths: int
    """0 to 5."""
    outcomes: int
    stated: float
    """Mean of the stated chances."""
    met: int
    """How many came true."""


def brier_score(chances: npt.ArrayLike, came_true: npt.ArrayLike) -> float:
    """Mean squared difference of stated chances and what came: 0 is perfect, 1 the worst.

    This is half of the sum over both classes that Brier (1950) printed, as is usual today.

    Parameters
    ----------
    chances
        Shape (n,), n >= 1, from 0 to 1.
    came_true
        Shape (n,), truth values.

    Raises
    ------
    ValueError
        No chances, other lengths, or a chance outside 0 to 1 or NaN.

    Examples
    --------
    Chances 0.1, 0.9, 0.8 and 0.3 of what came false, true, true and false: 0.0375.
    """
    stated, outcome = _paired(chances, came_true)
    return float(np.mean((stated - outcome) ** 2))


def base_rate_score(came_true: npt.ArrayLike) -> float:
    """Brier score of stating each time how often it came true: p (1 - p). Half of them: 0.25."""
    rate = float(np.mean(np.asarray(came_true, dtype=np.float64)))
    return rate * (1 - rate)


def in_bins(chances: npt.ArrayLike, came_true: npt.ArrayLike) -> tuple[ChanceBin, ...]:
    """Set what was stated beside what came, by fifths, lowest first; only bins that have any.

    Arguments and errors are those of `brier_score`.
    """
    stated, outcome = _paired(chances, came_true)
    fifths = np.array([in_fifths(chance) for chance in stated.tolist()])
    return tuple(
        ChanceBin(
            int(part),
            int((fifths == part).sum()),
            float(stated[fifths == part].mean()),
            int(outcome[fifths == part].sum()),
        )
        for part in np.unique(fifths)
    )


def _paired(chances: npt.ArrayLike, came_true: npt.ArrayLike) -> tuple[Floats, Floats]:
    stated = np.asarray(chances, dtype=np.float64)
    outcome = np.asarray(came_true, dtype=np.float64)
    if stated.ndim != 1 or stated.shape != outcome.shape or not stated.size:
        raise ValueError(
            "chances and came_true must be one or more numbers in a row, as many of each, but have"
            f" the shapes {stated.shape} and {outcome.shape}."
        )
    if not ((stated >= 0) & (stated <= 1)).all():
        raise ValueError("chances must be from 0 to 1.")
    return stated, outcome


def without_shared_months(ends: Sequence[int]) -> list[int]:
    """Places of totals of twelve months that share none: the first, then each that ends twelve
    months or more after the last one taken.

    `ends` are months counted as whole numbers, in order. Of equal ones the first counts.
    0, 3, 6, 9, 12, 12, 25: places 0, 4 and 6.
    """
    places: list[int] = []
    for place, end in enumerate(ends):
        if not places or end >= ends[places[-1]] + YEAR:
            places.append(place)
    return places
