"""Months of the year: whether they differ, by how much, and counts with the season taken out.

The model is multiplicative, year x month: E = year total x month share. Its Poisson likelihood has
a closed form for complete years; the test compares it with one without months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.distributions import f_tail

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats


class SeasonTest(NamedTuple):
    """F test of month terms."""

    statistic: Floats
    p: Floats
    df: tuple[int, int]


def _years(counts: npt.ArrayLike, first_month: int) -> Floats:
    """Latest complete twelvemonths, shape (..., k, 12), each from January to December."""
    y = np.asarray(counts, dtype=np.float64)
    k = y.shape[-1] // 12
    if k < 3:
        raise ValueError(f"counts needs 36 months or more, but has {y.shape[-1]}.")
    start = (first_month + y.shape[-1] - 12 * k) % 12
    years = y[..., y.shape[-1] - 12 * k :].reshape(*y.shape[:-1], k, 12)
    return np.roll(years, start, axis=-1)


def expected(years: Floats) -> Floats:
    """Fit of the model year x month, shape (..., k, 12): year total x month total / total. All
    counts 0: 0.
    """
    total = years.sum((-1, -2))[..., None, None]
    return np.asarray(
        years.sum(-1)[..., :, None] * years.sum(-2)[..., None, :] / np.where(total == 0, 1.0, total)
    )


def season_test(counts: npt.ArrayLike, first_month: int) -> SeasonTest:
    """Test whether the months of the year differ.

    Parameters
    ----------
    counts
        Monthly counts, shape (..., n), n >= 36, oldest first; the latest complete twelvemonths are
        used.
    first_month
        Calendar month of the first count, 0 for January.

    Returns
    -------
    SeasonTest
        F of the quasi-Poisson analysis of deviance, months given years, on 11 and 11 (k - 1)
        degrees of freedom (McCullagh and Nelder 1989, section 9.2), as R's ``anova(year, year +
        month, test = "F")`` gives it. All months alike, or all counts 0: F = 0, p = 1. A season
        that repeats exactly: F infinite, p = 0. NaN in the years: NaN.

    Examples
    --------
    Three years of 10 a month, but 20 each December: F infinite, p = 0.
    """
    y = _years(counts, first_month)
    df = 11, 11 * (y.shape[-2] - 1)
    by_year = y.mean(-1, keepdims=True)
    total = y.sum((-1, -2))
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = expected(y)
        rise = y * np.log(np.where(y > 0, fit / by_year, 1.0))
        months = np.maximum(2 * rise.sum((-1, -2)), 0.0) / df[0]
        squares = np.where(fit == 0, 0.0, (y - fit) ** 2 / fit)
        residual = squares.sum((-1, -2)) / df[1]
        statistic = months / residual
    # Where nothing is left (years of one shape, months alike) rounding leaves up to 1e-15 of a
    # total, or its square.
    statistic = np.where(residual <= 1e-24 * total, np.inf, statistic)
    statistic = np.where(months <= 1e-13 * total, 0.0, statistic)
    return SeasonTest(np.asarray(statistic), f_tail(statistic, df), df)


def month_factors(counts: npt.ArrayLike, first_month: int) -> Floats:
    """Factor of each calendar month, January first, mean 1; shape (..., 12).

    `counts` and `first_month` as for `season_test`. All counts 0: factors 1. Three years of 10 a
    month, but 20 each December: December 1.846, the others 0.923.
    """
    months = _years(counts, first_month).sum(-2)
    total = months.sum(-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total == 0, 1.0, 12 * months / total))


def deseasonalise(counts: npt.ArrayLike, first_month: int, factors: npt.ArrayLike) -> Floats:
    """Divide counts, shape (..., n), by the factor of their calendar month; a factor of 0 leaves
    the count.

    20 in a December of factor 1.846: 10.83.
    """
    y, f = np.asarray(counts, dtype=np.float64), np.asarray(factors, dtype=np.float64)
    months = (first_month + np.arange(y.shape[-1])) % 12
    chosen = f[..., months]
    return np.asarray(y / np.where(chosen == 0, 1.0, chosen))
