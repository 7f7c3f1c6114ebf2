"""How often the printed lines are crossed by chance alone: the line's own figure, in classes.

The report's lines, mean ± 1.96 standard deviations of twelve months, are crossed by an average of
six months in 2 of 1,000 cases when months are independent and alike. Months of offences are
neither: 2.7% over series like London's, from 0.2% to more than 20% for single ones. How often for
one series depends on its dispersion, its autocorrelation and its season, and none of them is known
well. So the chance is worked out over everything that fits the series, weighted by how well it fits
and by how common it is; and since one series tells no more, it is given as a class, never as a
decimal.

Eighteen months are drawn many times, always with the same numbers, so that the same data give the
same answer on every computer. A closed form exists, but it fails where there is a season.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats import level_designs, levels
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import Floats, normal_nodes

if TYPE_CHECKING:
    import numpy.typing as npt

POOLED = 0.027
"""Chance over all of 809 five-year windows of London's offences, 2010 to 2019 (0.025 to 0.028)."""
POOLED_BY_WIDTH = (
    (0.5, 1.0, 1.5, Z, 2.576, 3.0, 4.0, 6.0),
    (
        *(0.474, 0.185, 0.071, POOLED),
        *(0.0095, 0.005, 0.0011, 0.0001),
    ),
)
"""Width of the lines in standard deviations, and that chance; 725 of those windows, simulated."""
POOL_MONTHS = 12
"""Months that the figure of the pool counts as beside a series' own: with them the classes are true
at 36 months too.
"""
MONTHS_NEEDED = 36
"""Months from which a series' own chance is worked out; with fewer the pooled figure stands."""
UNDER_ONE_FROM = 42
"""Months from which "fewer than 1 in 100" is said: with 36 it was true of too few, lines were
crossed in 1.05 of 100 cases; with 42 and 48 in 0.8.
"""
RECENT, BEFORE = 6, 12
DRAWS = 2000
"""Times that eighteen months are drawn. Standard error at 3 in 100: 0.4."""
SEED = 20140930


class ChanceClass(Enum):
    """Classes of a chance; the value is the largest chance of the class."""

    UNDER_ONE = 0.01
    ONE_TO_THREE = 0.03
    THREE_TO_TEN = 0.10
    ABOVE_TEN = 1.0


class LineChance(NamedTuple):
    """Chance that the average of six unchanged months crosses lines of the twelve before."""

    chance: float
    """On average over everything that fits; of one series known to its class at best."""
    kind: ChanceClass
    own: bool
    """Whether it is the series' own; else that of series of its kind."""


def class_of(chance: float) -> ChanceClass:
    """Class of a chance, 0 to 1. 0.027: 1 to 3 in 100; exactly 0.03: 3 to 10."""
    return next((kind for kind in ChanceClass if chance < kind.value), ChanceClass.ABOVE_TEN)


def line_chance(counts: npt.ArrayLike, *, z: float = Z) -> LineChance:
    """Chance that the printed lines of a series are crossed while nothing changes.

    Parameters
    ----------
    counts
        Monthly counts, shape (n,), oldest first, ending with the latest six months. The latest 96
        are used. A month that is NaN is left out; fewer than 36 known: the pooled figure.
    z
        Width of the lines in standard deviations.

    Raises
    ------
    ValueError
        More than one dimension.

    Notes
    -----
    Weights of `levels.weights` with the pooled prior, each year, and the latest six months, at a
    level of its own. Month
    effects are the means of the calendar months about those levels, shrunk by sqrt(max(0, 1 - error
    / mean square)), the error being that of a mean of so many months. Then `DRAWS` times:
    correlation and variance drawn by the weights, eighteen months of them about the effects of the
    last eighteen calendar months, on the root scale; the share with |mean6 - mean12| > z SD12,
    averaged with the figure of the pool as if that were of `POOL_MONTHS` months.

    Tried on series like those of the windows: with 36 months 1.8, 4.9 and 11.5% stated by class
    and 1.9, 5.0 and 11.3% true; with 60 months 0.8, 1.8, 5.3 and 12.4 against 0.7, 2.0,
    5.7 and 12.3.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1:
        raise ValueError(f"counts must have one dimension, but has {y.ndim}.")
    y = y[-levels.MOST_MONTHS :]
    known = np.flatnonzero(y >= 0)
    pooled = _pooled(z)
    if known.size < MONTHS_NEEDED:
        return LineChance(pooled, class_of(pooled), own=False)
    design = level_designs.without(level_designs.six_months_design(y.size), y >= 0)._replace(
        season=True
    )
    x = levels.root(y[known])
    weight = levels.weights(design, x, levels.PRIOR_POOLED)
    places = np.arange(y.size - RECENT - BEFORE, y.size) % 12
    effects = _month_effects(design, x, weight)[places]
    own = float(_crossed(weight, effects, z).mean())
    chance = (known.size * own + POOL_MONTHS * pooled) / (known.size + POOL_MONTHS)
    kind = class_of(chance)
    if kind is ChanceClass.UNDER_ONE and known.size < UNDER_ONE_FROM:
        kind = ChanceClass.ONE_TO_THREE
    return LineChance(chance, kind, own=True)


def _pooled(z: float) -> float:
    """Chance over series of the kind, lines of width `z`: between two widths by its logarithm."""
    widths, chances = POOLED_BY_WIDTH
    return float(np.exp(np.interp(z, widths, np.log(chances))))


def _month_effects(design: level_designs.Design, x: Floats, weight: Floats) -> Floats:
    """Effect of each calendar month on the root scale, shrunk, shape (12,), mean 0; place 0 that of
    time 0.
    """
    columns = level_designs.columns(design)
    effects = np.zeros(12)
    effects[1:] = np.linalg.lstsq(columns, x, rcond=None)[0][-11:]
    effects -= effects.mean()
    phi = 1 + float(weight.sum(0) @ levels.EXTRA)
    error = phi / (len(design.times) / 12)
    square = float(effects @ effects) / 11
    return effects * np.sqrt(max(0.0, 1 - error / square)) if square > 0 else effects


def _crossed(weight: Floats, effects: Floats, z: float) -> npt.NDArray[np.bool_]:
    """Whether the lines are crossed, each draw."""
    noise, steps = _draws()
    share = np.cumsum(weight.ravel())
    point = np.searchsorted(share, (np.arange(DRAWS) + 0.5) / DRAWS * share[-1])
    place, extra = np.divmod(np.minimum(point, share.size - 1), levels.EXTRA.size)
    rho = levels.RHO[place]
    rest = np.sqrt(1 - rho**2)
    wave = np.empty_like(steps)
    wave[0] = steps[0]
    for month in range(1, len(steps)):
        wave[month] = rho * wave[month - 1] + rest * steps[month]
    months = noise + np.sqrt(levels.EXTRA[extra]) * wave + effects[:, None]
    before, recent = months[:BEFORE], months[BEFORE:]
    return np.asarray(np.abs(recent.mean(0) - before.mean(0)) > z * before.std(0, ddof=1))


@cache
def _draws() -> tuple[Floats, Floats]:
    """Normal months, and the steps of autocorrelated ones, each of shape (18, draws)."""
    shape = DRAWS, RECENT + BEFORE
    number = DRAWS * (RECENT + BEFORE)
    return (
        np.ascontiguousarray(_normals(number).reshape(shape).T),
        np.ascontiguousarray(_normals(number, number).reshape(shape).T),
    )


def _normals(number: int, start: int = 0) -> Floats:
    """Standard normal numbers, always the same: SplitMix64 (Steele, Lea and Flood 2014), then
    quantiles.

    NumPy's own generators may give other numbers in another version.
    """
    mixed = np.arange(start + 1, start + 1 + number, dtype=np.uint64) * np.uint64(
        0x9E3779B97F4A7C15
    ) + np.uint64(SEED)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    uniform = (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(52)
    return normal_nodes(1 << 12)[uniform.astype(np.int64)]
