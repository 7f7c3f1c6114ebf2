"""Step changes of a series, found by binary segmentation: proposals for a person, never applied by
themselves.

Two readings. `binary_segmentation` is the general method, of the mean, as R's package changepoint
has it; it takes points as independent. Months of offences are not: it finds steps in nine of 100
stable series of five years. So `propose_steps` measures each step against the long-run variation
that the series itself shows inside its years.

References
----------
Scott and Knott, Biometrics 30 (1974) 507-512 (binary segmentation).
Zhang and Siegmund, Biometrics 63 (2007) 22-32 (modified Bayes information criterion).
Killick and Eckley, J. Stat. Softw. 58 (2014) issue 3 (changepoint).
van den Burg and Williams, arXiv:2003.06222 (37 annotated series, and how methods do on them).
Andrews, Econometrica 61 (1993) 821-856 (largest of many tests of one step).
"""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import frozen
from xlperf.stats import level_designs, levels
from xlperf.stats.rounding import TOLERANCE

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

LEAST_MONTHS = 6
"""Months that a level must last to be proposed."""
MONTHS_NEEDED = 24
"""Months needed, so that a level can be compared with the variation inside years."""
CRITICAL_STRENGTHS = (
    (24, 5.0),
    (30, 6.3),
    (36, 8.0),
    (42, 8.9),
    (60, 9.7),
    (96, 10.0),
    (180, 10.5),
)
"""Months of the series, and the square of a step over its variance from which it is proposed;
between them in proportion.
"""
CHANCES = ((1.0, 5), (1.5, 2), (2.0, 1))
"""Times that strength, and how many of 100 series without a step are at most proposed one as clear.

Measured on 8,000 simulated series of each of 12 lengths like London's offences, 2010 to 2020, in
level, dispersion, autocorrelation and season: 1.5 to 4.6, 0.5 to 1.9, 0.2 to 1.2; of the third most
autocorrelated 4 to 11 are proposed one, below a level of 3 a month fewer than 1.
"""
MOST_STEPS = 5


@frozen
class StepChange:
    """A proposed step."""

    at: int
    """Index of the first month of the new level."""
    before: float
    after: float
    """Mean count of the months of the two levels: from the last step, and to the next."""
    strength: float
    """Square of the step over its variance."""
    of_100: int
    """How many of 100 such series without a step show one as clear, at most."""


def binary_segmentation(values: npt.ArrayLike, *, most: int = MOST_STEPS) -> tuple[int, ...]:
    """Find changes of the mean of independent normal values of one variance.

    Parameters
    ----------
    values
        Shape (n,), n >= 4, oldest first, all known, in any unit.
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
    Values are divided by their standard deviation (n - 1). Cost of a segment of m values: sum of
    squares about its mean + log m; of all splits the one with the largest fall of the cost is
    taken, as long as it falls by more than 3 log n (modified Bayes information criterion).

    Of 100 series of 4 to 120 independent values without a change fewer than 1 has one proposed; of
    skewed (exponential) ones 3 or 4.

    On 11 of the 37 annotated series of van den Burg and Williams, the short ones, the F1 is that
    published for changepoint's binary segmentation by default, and the cover too: .749 and .668 on
    average (of all 37: .744 and .706). A change of mean and variance by the same criterion has .670
    and .592 there.

    Examples
    --------
    Flow of the Nile, 1871 to 1970: one change, at index 28, that is 1899.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.size < 4 or not np.isfinite(x).all():
        raise ValueError("binary segmentation needs 4 values or more, all known, in one row.")
    spread = float(x.std(ddof=1))
    if spread <= TOLERANCE * float(np.abs(x).max()):
        return ()
    sums = np.concatenate([[0.0], np.cumsum((x - x.mean()) / spread)])

    def gain(start: int, end: int) -> tuple[float, int]:
        splits = np.arange(start + 1, end)
        if not splits.size:
            return 0.0, start
        first, last = splits - start, end - splits
        step = (sums[splits] - sums[start]) / first - (sums[end] - sums[splits]) / last
        squares = step**2 / (1 / first + 1 / last)
        falls = squares + log(end - start) - np.log(first) - np.log(last)
        return float(falls.max()), int(splits[falls.argmax()])

    ends = [0, x.size]
    while len(ends) - 2 < most:
        best, at = max(gain(start, end) for start, end in pairwise(ends))
        if best <= 3 * log(x.size):
            break
        ends = sorted([*ends, at])
    return tuple(ends[1:-1])


def propose_steps(counts: npt.ArrayLike, *, most: int = MOST_STEPS) -> tuple[StepChange, ...]:
    """Find months from which a monthly count seems to have another level.

    Parameters
    ----------
    counts
        Monthly counts, shape (n,), oldest first. Fewer than 24, or a month that is NaN or negative:
        none.
    most
        Largest number of steps.

    Notes
    -----
    On the root scale; from 36 months on, calendar months are taken out. Strength of a split into m
    and k months: (mean of one less that of the other)^2 / (L (1/m + 1/k)), L = 1 + v (1 + rho) /
    (1 - rho), averaged over everything that fits the series inside its years once its steps are
    taken out. Levels last six months or more; the split of largest strength is proposed while it is
    above `CRITICAL_STRENGTHS`. So of 100 series of months of offences without a step at most five
    are proposed one (see `CHANCES`); for independent months and a known variance the same would
    need 8.85 (Andrews 1993). Of falls by a fifth in the latest year of five, three in ten are
    proposed; of falls by two fifths, two in three.

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
    roots, design = levels.root(y), level_designs.six_months_design(y.size)
    searched = _without_months(roots, level_designs.columns(design)) if design.season else roots
    lengths, needed = np.array(CRITICAL_STRENGTHS).T
    critical = float(np.interp(y.size, lengths, needed))
    found: list[int] = []
    strengths: list[float] = []
    while len(found) < most:
        _, at = max(
            _best_split(searched, start, end) for start, end in pairwise([0, *found, y.size])
        )
        if at in (0, *found):  # no segment is long enough
            break
        tried = sorted([*found, at])
        tried_strengths = _strengths(roots, tried, design)
        if tried_strengths[tried.index(at)] <= critical:
            break
        found, strengths = tried, tried_strengths
    means = [float(y[start:end].mean()) for start, end in pairwise([0, *found, y.size])]
    chances = [_of_100(strength / critical) for strength in strengths]
    return tuple(map(StepChange, found, means, means[1:], strengths, chances))


def _of_100(times: float) -> int:
    """How many of 100 series without a step show one so many times as strong as is needed. A step
    that has lost strength beside a later one keeps the largest share.
    """
    return min((share for least, share in CHANCES if times >= least), default=CHANCES[0][1])


def _strengths(roots: Floats, steps: list[int], design: level_designs.Design) -> list[float]:
    """Strength of each step, beside the others.

    Levels and calendar months are fitted together, so that a step in the middle of a year is not
    taken for season. The design of whole years, which others use too, then serves every step: a
    design of its own for each would cost a hundred times as much and find no more.
    """
    blocks = np.searchsorted(steps, np.arange(roots.size), side="right")
    own = level_designs.columns(design._replace(blocks=tuple(blocks.tolist())))
    x = _without_months(roots, own) if design.season else roots
    ends = [0, *steps, roots.size]
    means = np.array([x[start:end].mean() for start, end in pairwise(ends)])
    variance = _long_run_variance(roots - means[blocks], design)
    return [
        _strength(x, start, at, end) / variance
        for start, at, end in zip(ends[:-2], steps, ends[2:], strict=True)
    ]


def _without_months(roots: Floats, columns: Floats) -> Floats:
    """Roots with the effects of calendar months, the last eleven columns, taken out."""
    effects = np.linalg.lstsq(columns, roots, rcond=None)[0][-11:]
    return np.asarray(roots - columns[:, -11:] @ effects)


def _long_run_variance(roots: Floats, design: level_designs.Design) -> float:
    """Variance of a mean of many months, times their number, averaged over everything that fits."""
    weight = levels.weights(design, roots, levels.PRIOR_POOLED)
    run = (1 + levels.RHO) / (1 - levels.RHO)
    return 1 + float((weight * run[:, None] * levels.EXTRA).sum())


def _best_split(x: Floats, start: int, end: int) -> tuple[float, int]:
    """Largest strength at variance 1 of a split, and where; 0 where a segment is too short."""
    first = np.arange(LEAST_MONTHS, end - start - LEAST_MONTHS + 1)
    if not first.size:
        return 0.0, start
    sums, last = np.cumsum(x[start:end]), end - start - first
    step = sums[first - 1] / first - (sums[-1] - sums[first - 1]) / last
    squares = step**2 / (1 / first + 1 / last)
    return float(squares.max()), start + int(first[squares.argmax()])


def _strength(x: Floats, start: int, at: int, end: int) -> float:
    """Square of a step over its variance, for months of variance 1."""
    step = x[start:at].mean() - x[at:end].mean()
    return float(step**2 / (1 / (at - start) + 1 / (end - at)))
