"""Levels of a monthly count in two blocks of months, compared.

Monthly counts of offences vary more than Poisson, one month is like the next, and neither the
dispersion nor the autocorrelation is known from a few dozen months. A test that estimates them and
then takes the estimates as true finds twice or three times as many changes as it says. So the test
here does not choose: it is averaged over a grid of dispersions and correlations, each weighted by
how well it fits the series and by how common it is among series of the kind.

On x = 2 sqrt(y + 3/8) the variance of a Poisson count is 1 (Anscombe). What comes on top is v, with
a latent correlation rho of one month with the next: covariance S = I + v rho^|i - j|. The Poisson
part is known, so a dispersion phi = 1 + v is never below 1. Every block of months has a level of
its own; where months of three years are known, the calendar months are taken out too.

For each point of the grid the difference d of the two levels and its standard error come from
generalised least squares; the weight is the restricted likelihood times the prior. The p value and
the limits use the same weights, so one can never contradict the other.

References
----------
Anscombe, Biometrika 35 (1948) 246-254 (square root of a count plus 3/8).
Patterson and Thompson, Biometrika 58 (1971) 545-554 (restricted likelihood).
Harville, J. Am. Stat. Assoc. 72 (1977) 320-338 (its form by error contrasts).
Hoeting, Madigan, Raftery and Volinsky, Stat. Sci. 14 (1999) 382-417 (averaging over models).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.level_designs import (
    SEASON_NEEDS,
    Design,
    columns,
    same_period_design,
    six_months_design,
    two_years_design,
    without,
)
from xlperf.stats.mixtures import limits, noticed, share_above

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

RHO = np.arange(10) / 10
"""Latent correlations of one month with the next that are weighed."""
EXTRA = np.array([0.0, 0.25, *(2.0 ** np.arange(-1, 10)), *(2.0 ** np.arange(11, 22, 2))])
"""Variances v beyond Poisson that are weighed, on the root scale: phi - 1. Up to 512 by doubling;
the rest keeps the largest counts, of a whole capital, from a dispersion they do not have.
"""
PRIOR = np.outer(
    [0.26, 0.10, 0.05, 0.04, 0.04, 0.02, 0.01, 0.01, 0.01, 0.46],
    [3.0, *[1.0] * (EXTRA.size - 1)],
)
"""Weight of each `RHO` and `EXTRA` in a test; leans to both ends, so that 5% holds there too: what
lies between is never far from one of them. Set on one half of 725 five-year windows of London's
offences, 2010 to 2019, to even out false changes over thirds of the correlation; tried on the
other half."""
PRIOR_POOLED = np.array([0.05, 0.07, 0.10, 0.15, 0.13, 0.12, 0.08, 0.08, 0.08, 0.14])
"""How common each `RHO` is among those windows: for statements of chance, which lean nowhere."""
HIGH = 0.8
"""Latent correlation from which a series wanders: it has no level that could have changed."""
SHIFT = 3 / 8
"""Added to a count before its root is taken (Anscombe)."""
SAME_PERIOD_NEEDS = 24
MOST_MONTHS = 96
"""Months looked back on; more were not tried, and what was so long ago says little of now."""


class LevelChange(NamedTuple):
    """Level of the latest block against that of an earlier one; each number of shape (...)."""

    ratio: Floats
    """Latest over earlier, season taken out where it can be: the middle of what the data allow."""
    lower: Floats
    upper: Floats
    """Limits of the ratio."""
    p: Floats
    """Two-sided."""
    difference: Floats
    difference_lower: Floats
    difference_upper: Floats
    """Of the two levels of 2 sqrt(count + 3/8), and its limits."""
    phi: Floats
    """Dispersion, variance over mean of a month, averaged over what fits, as common as it is."""
    rho: Floats
    """Latent correlation of one month with the next, averaged alike."""
    wandering: Floats
    """Weight on correlations of 0.8 and more, alike."""
    months: int
    """Months known that it rests on."""
    season: bool
    """Whether calendar months were taken out."""


class LevelsGrid(NamedTuple):
    """What a design needs for every point of the grid: g correlations, v variances, m contrasts."""

    contrasts: Floats
    """(g, m, n): turns the months into m independent numbers free of levels and calendar months."""
    precision: Floats
    """(g, v, m): one over the variance of each."""
    log_determinant: Floats
    """(g, v): logarithm of the product of the variances."""
    difference: Floats
    """(n,): the difference of the two levels, by plain least squares."""
    correction: Floats
    """(g, v, m): what generalised least squares takes from it."""
    standard_error: Floats
    """(g, v)."""


def root(counts: npt.ArrayLike) -> Floats:
    """Twice the root of a count plus 3/8, any shape; of Poisson counts variance 1. 0: 1.22."""
    return np.asarray(2 * np.sqrt(np.asarray(counts, dtype=np.float64) + SHIFT))


def count_of(roots: Floats) -> Floats:
    """Count of a root, any shape: the inverse of `root`, not below 0."""
    return np.asarray(np.maximum((np.maximum(roots, 0.0) / 2) ** 2 - SHIFT, 0.0))


@lru_cache(maxsize=64)
def grid(design: Design) -> LevelsGrid:
    """Work out a design once: ten decompositions, one a correlation, serve every variance.

    Of the columns only the space they span matters. With K an orthonormal basis of what they leave,
    K'SK = I + v K'RK; in the eigenvectors of K'RK it is diagonal for every v.
    """
    x = columns(design)
    left, singular, right = np.linalg.svd(x)
    rank = int((singular > 1e-9 * singular[0]).sum())
    basis = left[:, rank:]
    wanted = np.zeros(x.shape[1])
    wanted[:2] = 1.0, -1.0
    plain = left[:, :rank] @ ((right[:rank] @ wanted) / singular[:rank])
    distance = np.abs(np.subtract.outer(design.times, design.times))
    correlation = (RHO[:, None] ** np.arange(distance.max() + 1))[:, distance]
    values, vectors = np.linalg.eigh(basis.T @ correlation @ basis)
    contrasts = vectors.transpose(0, 2, 1) @ basis.T
    variance = 1 + EXTRA[:, None] * np.maximum(values, 0.0)[:, None, :]
    shared = EXTRA[:, None] * (contrasts @ correlation @ plain)[:, None, :]
    correction = shared / variance
    own = plain @ plain + EXTRA * (plain @ correlation @ plain)[:, None]
    error = np.sqrt(own - (shared * correction).sum(-1))
    return LevelsGrid(contrasts, 1 / variance, np.log(variance).sum(-1), plain, correction, error)


def weights(design: Design, x: Floats, prior: Floats) -> Floats:
    """Weight of each point of the grid, shape (..., g, v), sum 1; roots `x` of shape (..., n)."""
    return _weighed(grid(design), _contrasts(grid(design), x), prior)


def _contrasts(known: LevelsGrid, x: Floats) -> Floats:
    return np.asarray(
        np.moveaxis(x @ known.contrasts.transpose(0, 2, 1), 0, -2)
        if x.ndim > 1
        else known.contrasts @ x
    )


def _of_points(prior: Floats) -> Floats:
    """Prior of correlations, or of points, so that it spreads over (g, v)."""
    return prior[:, None] if prior.ndim == 1 else prior


def _weighed(known: LevelsGrid, z: Floats, prior: Floats) -> Floats:
    squares = np.einsum("...gm,gvm->...gv", z * z, known.precision)
    log_weight = np.log(_of_points(prior)) - (known.log_determinant + squares) / 2
    weight = np.exp(log_weight - log_weight.max((-1, -2), keepdims=True))
    return np.asarray(weight / weight.sum((-1, -2), keepdims=True))


def compare_levels(
    design: Design, counts: npt.ArrayLike, *, z: float = Z, prior: Floats = PRIOR
) -> LevelChange:
    """Compare block 0 of a design with block 1.

    Parameters
    ----------
    design
        n known months; blocks 0 and 1 must be there.
    counts
        Counts of those months, shape (..., n), oldest first.
    z
        Width of the limits, in standard deviations of a normal distribution.
    prior
        Weight of each of `RHO`, shape (10,), or of each point of the grid, shape (10, 19).

    Returns
    -------
    LevelChange
        NaN where a count is NaN or negative. All counts 0: difference 0, p 1, wide limits.

    Raises
    ------
    ValueError
        Counts of another number of months than the design; no block 0 or 1; nothing left to tell
        the dispersion from.

    Notes
    -----
    p = 2 min(F, 1 - F), F = sum w Phi(d / se); limits of the difference: sum w Phi((d - L) / se) =
    level / 2 and 1 - level / 2; the difference itself where it is 1/2. Limits leave out 0 exactly
    when p is below the level. On the scale of counts L becomes ((m + L/2) / (m - L/2))^2, m the
    mean of the two blocks' mean roots.
    """
    y = np.asarray(counts, dtype=np.float64)
    _check(design, y)
    known = grid(design)
    usable = np.asarray((y >= 0).all(-1))
    x = root(np.where(usable[..., None], y, 0.0))
    contrasts = _contrasts(known, x)
    weight = _weighed(known, contrasts, prior)
    centre = x @ known.difference
    d = centre[..., None, None] - np.einsum("...gm,gvm->...gv", contrasts, known.correction)
    points = (*y.shape[:-1], RHO.size * EXTRA.size)
    mixture = noticed(weight.reshape(points), d.reshape(points), known.standard_error.ravel())
    above = share_above(mixture, np.zeros(y.shape[:-1]))
    lower, middle, upper = limits(mixture, z)
    blocks = np.array(design.blocks)
    mean = (x[..., blocks == 0].mean(-1) + x[..., blocks == 1].mean(-1)) / 2

    def shown(values: Floats) -> Floats:
        return np.asarray(np.where(usable, values, np.nan))

    common = weight * (_of_points(PRIOR_POOLED) / _of_points(prior))
    common /= common.sum((-1, -2), keepdims=True)
    by_rho = common.sum(-1)
    return LevelChange(
        ratio=shown(ratio_of(mean, middle)),
        lower=shown(ratio_of(mean, lower)),
        upper=shown(ratio_of(mean, upper)),
        p=shown(np.minimum(1.0, 2 * np.minimum(above, 1 - above))),
        difference=shown(middle),
        difference_lower=shown(lower),
        difference_upper=shown(upper),
        phi=shown(1 + common.sum(-2) @ EXTRA),
        rho=shown(by_rho @ RHO),
        wandering=shown(by_rho[..., RHO >= HIGH].sum(-1)),
        months=y.shape[-1],
        season=design.season,
    )


def _check(design: Design, y: Floats) -> None:
    if y.shape[-1:] != (len(design.times),):
        raise ValueError(
            f"counts needs {len(design.times)} months, as the design has, but has shape {y.shape}."
        )
    if not {0, 1} <= set(design.blocks):
        raise ValueError("a design needs months in block 0 and in block 1.")
    if not grid(design).contrasts.shape[1]:
        raise ValueError("a design needs more months than levels.")


def ratio_of(mean: Floats, difference: Floats) -> Floats:
    """Ratio of two counts, from the mean of their roots and the difference; infinite where the
    lower one is none.
    """
    above, below = mean + difference / 2, mean - difference / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (np.maximum(above, 0.0) / below) ** 2
    return np.asarray(np.where(below > 0, found, np.inf))


def about_the_totals(
    change: LevelChange, before: npt.ArrayLike, latest: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Limits that hold the ratio of two totals, lower and upper, and p; each of shape (...).

    Where months drift, levels may have moved less than totals, or even the other way: nothing is
    an improvement when the total has not fallen, and no range leaves out the ratio beside it.

    Examples
    --------
    A ratio of levels of 0.8 to 0.9 beside totals of 100 and 102: 0.8 to 1.02, p = 1.
    """
    then, now = np.asarray(before, dtype=np.float64), np.asarray(latest, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(then > 0, now / then, np.where(now > 0, np.inf, 1.0))
    against = ((change.upper < 1) & (ratio >= 1)) | ((change.lower > 1) & (ratio <= 1))
    return (
        np.minimum(change.lower, ratio),
        np.maximum(change.upper, ratio),
        np.where(against, 1.0, change.p),
    )


def six_months_change(counts: npt.ArrayLike, *, z: float = Z) -> LevelChange:
    """Level of the latest six months against that of the twelve before.

    Parameters
    ----------
    counts
        Monthly counts, shape (..., n), n >= 18, oldest first. The latest 96 are used, or the latest
        18 where fewer than 36 are given. NaN in the latest 18: NaN; an older month that is NaN is
        left out.

    Notes
    -----
    From 36 months on, calendar months are taken out. With 18 to 35, nothing can tell season, drift
    and change apart: 5 in 100 holds for series of this kind together, 7 in 100 where one month is
    much like the next.

    Raises
    ------
    ValueError
        Fewer than 18 months.

    Examples
    --------
    Twelve months of 90 and 110 by turns, then six of 130: ratio 1.301, 1.170 to 1.441, p = 0.0005.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.shape[-1] < 18:
        raise ValueError(f"counts needs 18 months or more, but has {y.shape[-1]}.")
    used = 18 if y.shape[-1] < SEASON_NEEDS else min(y.shape[-1], MOST_MONTHS)
    return _by_known(six_months_design(used), y[..., -used:], z)


def two_years_change(counts: npt.ArrayLike, *, baseline: int = 0, z: float = Z) -> LevelChange:
    """Level of the latest twelve months against that of a baseline year.

    Parameters
    ----------
    counts
        Monthly counts, shape (..., n), oldest first, ending with the latest twelve. Of the months
        before the baseline year so many are used that there are 96 in all. NaN in one of the two
        years: NaN; another month that is NaN is left out.
    baseline
        Index of the first month of the baseline year.

    Raises
    ------
    ValueError
        The baseline year is not wholly before the latest twelve months, or begins before the first.

    Examples
    --------
    Two even years, 100 offences in the first: 68 in the second is the most that is a fall (24
    months known).
    """
    y = np.asarray(counts, dtype=np.float64)
    if not 0 <= baseline <= y.shape[-1] - 24:
        raise ValueError(f"baseline must lie from 0 to {y.shape[-1] - 24}, but is {baseline}.")
    left_out = min(max(y.shape[-1] - MOST_MONTHS, 0), baseline)
    y = y[..., left_out:]
    return _by_known(two_years_design(y.shape[-1], baseline - left_out), y, z)


def same_period_change(counts: npt.ArrayLike, *, period: int, z: float = Z) -> LevelChange:
    """Level of the latest months against that of the same months a year before.

    Parameters
    ----------
    counts
        Monthly counts, shape (..., n), n >= 24, oldest first. The latest 96 are used. NaN in one of
        the two periods: NaN; another month that is NaN is left out.
    period
        Months of each period, 1 to 12.

    Raises
    ------
    ValueError
        Fewer than 24 months, or a period that is not 1 to 12.

    Examples
    --------
    Two even years, 100 offences in each six months: 68 in the latest six is the most that is a
    fall.
    """
    y = np.asarray(counts, dtype=np.float64)
    if not 1 <= period <= 12:
        raise ValueError(f"period must be 1 to 12 months, but is {period}.")
    if y.shape[-1] < SAME_PERIOD_NEEDS:
        raise ValueError(f"counts needs {SAME_PERIOD_NEEDS} months or more, but has {y.shape[-1]}.")
    used = min(y.shape[-1], MOST_MONTHS)
    return _by_known(same_period_design(used, period), y[..., -used:], z)


def _by_known(design: Design, y: Floats, z: float) -> LevelChange:
    """Compare, leaving out NaN months of other blocks; series with the same months together."""
    blocks = np.array(design.blocks)
    known = ~np.isnan(y) | (blocks < 2)
    if known.all():
        return compare_levels(design, y, z=z)
    flat, masks = y.reshape(-1, y.shape[-1]), known.reshape(-1, y.shape[-1])
    if (masks == masks[0]).all():
        return compare_levels(without(design, masks[0]), y[..., masks[0]], z=z)
    parts = [
        compare_levels(without(design, mask), row[mask], z=z)
        for row, mask in zip(flat, masks, strict=True)
    ]
    return _stacked(parts, y.shape[:-1])


def _stacked(parts: list[LevelChange], shape: tuple[int, ...]) -> LevelChange:
    def joined(pick: Callable[[LevelChange], Floats]) -> Floats:
        return np.array([pick(part) for part in parts]).reshape(shape)

    return LevelChange(
        ratio=joined(lambda part: part.ratio),
        lower=joined(lambda part: part.lower),
        upper=joined(lambda part: part.upper),
        p=joined(lambda part: part.p),
        difference=joined(lambda part: part.difference),
        difference_lower=joined(lambda part: part.difference_lower),
        difference_upper=joined(lambda part: part.difference_upper),
        phi=joined(lambda part: part.phi),
        rho=joined(lambda part: part.rho),
        wandering=joined(lambda part: part.wandering),
        months=min(part.months for part in parts),
        season=all(part.season for part in parts),
    )
