"""Step changes of a series, found by binary segmentation: proposals for a person, never applied by
themselves.

Two readings. `binary_segmentation` is the general method, of mean and variance, as R's package
changepoint has it by default; it takes points as independent. Months of offences are not: it
finds steps in one of six stable series of them. So `propose_steps` measures each step against
the long-run variation that the series itself shows inside its years.

References
----------
Scott and Knott, Biometrics 30 (1974) 507-512 (binary segmentation).
Zhang and Siegmund, Biometrics 63 (2007) 22-32 (modified Bayes information criterion).
Killick and Eckley, J. Stat. Softw. 58 (2014) issue 3 (changepoint).
van den Burg and Williams, arXiv:2003.06222 (37 annotated series, and how methods do on them).
Andrews, Econometrica 61 (1993) 821-856 (largest of many tests of one step).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log, pi
from typing import TYPE_CHECKING

import numpy as np

from xlperf.stats import levels

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

    Places = npt.NDArray[np.int64]

LEAST_MONTHS = 6
"""Months that a level must last to be proposed."""
CRITICAL = 8.0
"""Square of a step over its variance from which it is proposed; see `propose_steps`."""
MONTHS_NEEDED = 36
"""Months needed, so that season and the variation inside years can be taken out."""
MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class StepChange:
    """A proposed step."""

    at: int
    """Index of the first month of the new level."""
    before: float
    after: float
    """Mean count of the months of the two levels, from the last step to this and from this to the
    next.
    """
    strength: float
    """Square of the step over its variance."""


def binary_segmentation(values: npt.ArrayLike, *, most: int = MOST_STEPS) -> tuple[int, ...]:
    """Find changes of mean and variance of independent normal values.

    Parameters
    ----------
    values
        Shape (n,), n >= 4, oldest first, all known.
    most
        Largest number of changes looked for.

    Returns
    -------
    tuple
        Index of the first value of each new segment, ascending.

    Raises
    ------
    ValueError
        More than one dimension, fewer than four values, or one that is not known.

    Notes
    -----
    Cost of a segment of m values: m (log(2 pi s^2) + 1) + log m, s^2 their variance (divisor m,
    held at 1e-11); of all splits into segments of two or more the one with the largest fall of the
    cost is taken, as long as it falls by more than 4 log n (modified Bayes information criterion).

    Examples
    --------
    Flow of the Nile, 1871 to 1970: one change, at index 28, that is 1899.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.size < 4 or not np.isfinite(x).all():
        raise ValueError("binary segmentation needs 4 values or more, all known, in one row.")
    sums, squares = (
        np.concatenate([[0.0], np.cumsum(part)]) for part in (x - x.mean(), (x - x.mean()) ** 2)
    )

    def cost(start: Places, end: Places) -> Floats:
        m = end - start
        total, square = sums[end] - sums[start], squares[end] - squares[start]
        variance = np.maximum(square / m - (total / m) ** 2, 1e-11)
        return np.asarray(m * (log(2 * pi) + np.log(variance) + 1) + np.log(m))

    def gain(start: int, end: int) -> tuple[float, int]:
        splits = np.arange(start + 2, end - 1)
        if not splits.size:
            return 0.0, start
        first, last = np.full(splits.size, start), np.full(splits.size, end)
        falls = cost(first, last) - cost(first, splits) - cost(splits, last)
        return float(falls.max()), int(splits[falls.argmax()])

    ends = [0, x.size]
    while len(ends) - 2 < most:
        best, at = max(gain(start, end) for start, end in pairwise(ends))
        if best <= 4 * log(x.size):
            break
        ends = sorted([*ends, at])
    return tuple(ends[1:-1])


def propose_steps(counts: npt.ArrayLike, *, most: int = MOST_STEPS) -> tuple[StepChange, ...]:
    """Find months from which a monthly count seems to have another level.

    Parameters
    ----------
    counts
        Monthly counts, shape (n,), oldest first. Fewer than 36, or a month that is NaN or negative:
        none.
    most
        Largest number of steps.

    Notes
    -----
    On the root scale, calendar months taken out. Strength of a split into m and k months: (mean of
    one less that of the other)^2 / (L (1/m + 1/k)), L = 1 + v (1 + rho) / (1 - rho) averaged over
    everything that fits the series with a level a year and a new one at the split. Levels last six
    months or more; the split of largest strength is proposed while it is above `CRITICAL`. Of five
    years of stable months of offences 4 to 5 in 100 give a proposal; for independent months and a
    known variance the same would need 8.85 (Andrews 1993).

    A step is a reason to look for a change of recording, or for what was done; by itself it is
    none.

    Examples
    --------
    Thirty months of 100, then thirty of 60: one step at index 30, from 100 to 60.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1:
        raise ValueError(f"counts must have one dimension, but has {y.ndim}.")
    if y.size < MONTHS_NEEDED or not (y >= 0).all():
        return ()
    found: list[int] = []
    while len(found) < most:
        x = _without_months(y, found)
        raw, at = max(_best_split(x, start, end) for start, end in pairwise([0, *found, y.size]))
        if raw <= CRITICAL * _long_run_variance(y, sorted([*found, at])):
            break
        found = sorted([*found, at])
    x, variance = _without_months(y, found), _long_run_variance(y, found)
    ends = [0, *found, y.size]
    return tuple(
        StepChange(
            at,
            float(y[start:at].mean()),
            float(y[at:end].mean()),
            _strength(x, start, at, end) / variance,
        )
        for start, at, end in zip(ends[:-2], found, ends[2:], strict=True)
    )


def _design(months: int, steps: list[int]) -> levels.Design:
    """A level for each twelve months back from the end, and a new one from each step on."""
    time = np.arange(months)
    blocks = (months - 1 - time) // 12 + months * np.searchsorted(
        np.array(steps, dtype=np.int64), time, side="right"
    )
    return levels.Design(tuple(time.tolist()), tuple(blocks.tolist()), season=True)


def _without_months(y: Floats, steps: list[int]) -> Floats:
    """Roots with the effects of calendar months taken out."""
    x, columns = levels.root(y), levels.columns(_design(y.size, steps))
    return np.asarray(x - columns[:, -11:] @ np.linalg.lstsq(columns, x, rcond=None)[0][-11:])


def _long_run_variance(y: Floats, steps: list[int]) -> float:
    """Variance of a mean of many months, times their number, averaged over everything that fits."""
    weight = levels.weights(_design(y.size, steps), levels.root(y), levels.PRIOR_POOLED)
    run = (1 + levels.RHO) / (1 - levels.RHO)
    return 1 + float((weight * run[:, None] * levels.EXTRA).sum())


def _best_split(x: Floats, start: int, end: int) -> tuple[float, int]:
    """Largest strength at variance 1 of a split, and where; 0 where a segment is too short."""
    splits = range(start + LEAST_MONTHS, end - LEAST_MONTHS + 1)
    return max(((_strength(x, start, at, end), at) for at in splits), default=(0.0, start))


def _strength(x: Floats, start: int, at: int, end: int) -> float:
    """Square of a step over its variance, for months of variance 1."""
    step = x[start:at].mean() - x[at:end].mean()
    return float(step**2 / (1 / (at - start) + 1 / (end - at)))
