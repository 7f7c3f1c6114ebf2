"""Change of a count between two periods: months of two years, or two totals.

A pure Poisson test finds 20 to 77% false changes on realistic monthly offences, since they vary
more than Poisson and are autocorrelated from month to month. So the dispersion (phi) is taken from
the data and the variance widened by the design effect of twelve autocorrelated months (V).

References
----------
McCullagh and Nelder, *Generalized Linear Models*, 2nd ed. (1989), sections 6.2 and 9.2
    (quasi-likelihood).
Krishnamoorthy and Thomson, J. Stat. Plan. Inference 119 (2004) 23-35 (E-test).
"""

from __future__ import annotations

from enum import StrEnum
from math import exp, isnan, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import DISPERSION, Z
from xlperf.stats.distributions import Floats, t_quantile, two_sided_level, two_sided_t
from xlperf.stats.intervals import Interval, clopper_pearson
from xlperf.stats.season import expected

if TYPE_CHECKING:
    import numpy.typing as npt

RHO_BIAS = {3: (1.32, 0.10), 4: (1.28, 0.10), 5: (1.24, 0.10)}
"""Slope and intercept that undo the bias of the lag-1 correlation of residuals, by complete years.
3 and 5 from simulation, 4 between them; more than 5 years use 5.
"""
RHO_RANGE = (0.0, 0.8)
RHO_RANGE_TWO_YEARS = (0.0, 0.7)
E_TEST_LIMIT = 50
"""Both counts below this: the exact E-test decides (Krishnamoorthy and Thomson 2004 show it holds
its level there).
"""


class Method(StrEnum):
    """How two counts are compared."""

    LEVELS = "levels of months, averaged over dispersions and autocorrelations"
    """See `xlperf.stats.levels`."""
    POOLED = "totals, with the variation of series of their kind"
    """See `xlperf.stats.pooled`."""
    TARGET = "a total against a target, with the variation of series of its kind"
    """See `xlperf.stats.pooled`."""
    MONTHS = "quasi-Poisson with month terms"
    ASSUMED = "quasi-Poisson, assumed dispersion"
    EXACT = "exact"
    """One of the two is 0."""
    E_TEST = "E-test"
    """Both are small."""


class YearChange(NamedTuple):
    """Latest year against the baseline year."""

    baseline_total: Floats
    latest_total: Floats
    ratio: Floats
    """Latest over baseline: NaN when both are 0, infinite when only the baseline is."""
    lower: Floats
    upper: Floats
    se: Floats
    """Standard error of the log ratio."""
    t: Floats
    p: Floats
    phi: Floats
    df: int
    design_effect: Floats
    method: Method


def year_change(
    baseline: npt.ArrayLike,
    latest: npt.ArrayLike,
    *,
    design_effect: npt.ArrayLike = 1.0,
    phi: npt.ArrayLike | None = None,
    z: float = Z,
) -> YearChange:
    """Rate ratio of two years by quasi-Poisson regression with calendar-month terms, in closed
    form.

    Parameters
    ----------
    baseline, latest
        Monthly counts, shape (..., 12), **the same calendar month at the same place in both**.
    design_effect
        V, shape (...): see `design_effect`.
    phi
        Index of dispersion from more years than these two, shape (...): see `dispersion`. None:
        from these two.

    Notes
    -----
    With totals T0, T1 and row totals R_i, E_ij = R_i T_j / (T0 + T1); phi = max(1, sum((y - E)^2 /
    E) / 11); se = sqrt(phi V (1/T0 + 1/T1)); ln(T1/T0) / se is referred to t on 11 degrees of
    freedom. This is the estimate, the dispersion and (V = 1) the standard error of R's ``glm(y ~
    year + month, quasipoisson)``, but phi is at least 1.

    A total of 0 has no log ratio: t is NaN, and limits and p are those of the exact comparison
    (`exact_rate_ratio`) of the totals divided by phi V. Both 0: ratio NaN, limits 0 and infinity, p
    1. NaN in a month: NaN.

    Examples
    --------
    Barnet's burglaries, 1351 in 2012/13 and 1086 to September 2014: ratio 0.804, phi 2.763, t =
    -3.223, p = 0.0081 (R).
    """
    y0, y1 = np.asarray(baseline, dtype=np.float64), np.asarray(latest, dtype=np.float64)
    if y0.shape[-1] != 12 or y1.shape[-1] != 12:
        raise ValueError(
            f"baseline and latest need 12 months each, but have {y0.shape[-1]} and {y1.shape[-1]}."
        )
    effect = np.asarray(design_effect, dtype=np.float64)
    total0, total1 = y0.sum(-1), y1.sum(-1)
    if phi is None:
        spread = dispersion(np.stack([y0, y1], axis=-2))
    else:
        spread = np.maximum(1.0, np.asarray(phi, dtype=np.float64))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = total1 / total0
        se = np.sqrt(spread * effect * (1 / total0 + 1 / total1))
        t = np.log(ratio) / se
        half = t_quantile(11, z) * se
        lower, upper = ratio * np.exp(-half), ratio * np.exp(half)
    zero = (total0 == 0) | (total1 == 0)
    effective = spread * effect
    shown = np.where(zero, 1 / effective, 0.0)
    exact = exact_rate_ratio(total0 * shown, 1.0, total1 * shown, 1.0, z=z)
    return YearChange(
        baseline_total=total0,
        latest_total=total1,
        ratio=ratio,
        lower=np.where(zero, exact.lower, lower),
        upper=np.where(zero, exact.upper, upper),
        se=se,
        t=np.where(zero, np.nan, t),
        p=np.where(
            zero, _all_or_none(total0 + total1, effective), two_sided_t(np.where(zero, 0.0, t), 11)
        ),
        phi=spread,
        df=11,
        design_effect=effect,
        method=Method.MONTHS,
    )


def _all_or_none(total: Floats, effective: Floats, share: npt.ArrayLike = 0.5) -> Floats:
    """Two-sided exact p when all of a total fell into a period that should have `share` of it."""
    return np.minimum(1.0, 2.0 * np.asarray(share, dtype=np.float64) ** (total / effective))


def exact_rate_ratio(
    count0: npt.ArrayLike,
    exposure0: npt.ArrayLike,
    count1: npt.ArrayLike,
    exposure1: npt.ArrayLike,
    *,
    z: float = Z,
) -> Interval:
    """Ratio of two Poisson rates, the second over the first, with exact conditional limits.

    Given their sum, the second count is binomial; the limits are those of Clopper and Pearson, as
    in R's ``poisson.test``. Counts need not be whole (effective numbers). Both 0: NaN, 0 and
    infinity.

    Examples
    --------
    1351 against 1086 in years of the same length: 0.8038, 0.7415 to 0.8713 (R). 20 against none: 0,
    0 to 0.2026.
    """
    k0, k1 = np.asarray(count0, dtype=np.float64), np.asarray(count1, dtype=np.float64)
    lengths = np.asarray(exposure0, dtype=np.float64) / np.asarray(exposure1, dtype=np.float64)
    share = clopper_pearson(k1, k0 + k1, confidence=1.0 - two_sided_level(z))
    none = (k0 == 0) & (k1 == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(none, 0.0, share.lower / (1 - share.lower) * lengths)
        upper = np.where(none, np.inf, share.upper / (1 - share.upper) * lengths)
        return Interval(k1 / k0 * lengths, lower, upper)


def _residuals(years: Floats) -> Floats:
    """Pearson residuals of the model year x month, shape (..., k, 12).

    0 where nothing is expected, or no more is left than rounding leaves.
    """
    fit = expected(years)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(np.abs(years - fit) <= 1e-13 * fit, 0.0, years - fit)
        return np.asarray(np.where(fit == 0, 0.0, left / np.sqrt(fit)))


def dispersion(years: npt.ArrayLike) -> Floats:
    """Index of dispersion (phi) of months about the model year x month, at least 1.

    Parameters
    ----------
    years
        Counts, shape (..., k, 12), k >= 2 years, oldest first.

    Notes
    -----
    max(1, sum((y - E)^2 / E) / (11 (k - 1))), E = year total x month total / total. All counts 0:
    1. NaN gives NaN.

    Examples
    --------
    Barnet's burglaries of 2012/13 and to September 2014 (R's quasi-Poisson fit): 2.763.
    """
    y = np.asarray(years, dtype=np.float64)
    if y.ndim < 2 or y.shape[-2] < 2 or y.shape[-1] != 12:
        raise ValueError(f"years needs shape (..., 2 or more, 12), but has {y.shape}.")
    return np.asarray(
        np.maximum(1.0, (_residuals(y) ** 2).sum((-1, -2)) / (11 * (y.shape[-2] - 1)))
    )


def autocorrelation(years: npt.ArrayLike) -> Floats:
    """Lag-1 correlation of months (rho), from all complete years.

    Parameters
    ----------
    years
        Counts, shape (..., k, 12), k >= 3 years, oldest first.

    Notes
    -----
    Pearson residuals of the model year x month, taken in order of time; their lag-1 correlation,
    corrected for its bias (`RHO_BIAS`) and clipped to 0..0.8. A series without variation gives the
    corrected value of no correlation,
    0.10. NaN gives NaN.

    Examples
    --------
    Five years of 10 a month, but 30 in the last month of all: r = 0.011, rho = 0.114.
    """
    y = np.asarray(years, dtype=np.float64)
    if y.ndim < 2 or y.shape[-2] < 3 or y.shape[-1] != 12:
        raise ValueError(f"years needs shape (..., 3 or more, 12), but has {y.shape}.")
    k = y.shape[-2]
    r = _lag_one(_residuals(y).reshape(*y.shape[:-2], k * 12))
    slope, intercept = RHO_BIAS[min(k, 5)]
    return np.clip(slope * r + intercept, *RHO_RANGE)


def _lag_one(series: Floats) -> Floats:
    centred = series - series.mean(-1, keepdims=True)
    power = (centred**2).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (centred[..., 1:] * centred[..., :-1]).sum(-1) / power
    return np.asarray(np.where(power == 0, 0.0, r))


def design_effect(rho: npt.ArrayLike) -> Floats:
    """Variance of a twelve-month mean of an AR(1) series, relative to independent months.

    V = 1 + 2 sum over k = 1..11 of (1 - k/12) rho^k. rho = 0: 1; rho = 0.4: 2.15.
    """
    r = np.asarray(rho, dtype=np.float64)[..., None]
    k = np.arange(1, 12)
    return np.asarray(1 + 2 * ((1 - k / 12) * r**k).sum(-1))


def design_effect_two_years(baseline: npt.ArrayLike, latest: npt.ArrayLike) -> Floats:
    """Design effect when only the two years compared are known: rho = clip((12 r + 1)/8, 0, 0.7), V
    = (1+rho)/(1-rho).

    r is the lag-1 correlation within each year of the Pearson residuals of the two-year model
    (shape (..., 12) each). No variation at all: r = 0, V = 1.29. The most it can be is 5.67.
    """
    residuals = _residuals(
        np.stack([np.asarray(baseline, np.float64), np.asarray(latest, np.float64)], axis=-2)
    )
    power = (residuals**2).sum((-1, -2))
    products = (residuals[..., 1:] * residuals[..., :-1]).sum((-1, -2))
    r = products / np.where(power == 0, 1.0, power)
    rho = np.clip((12 * r + 1) / 8, *RHO_RANGE_TWO_YEARS)
    return np.asarray((1 + rho) / (1 - rho))


class TotalsChange(NamedTuple):
    """Rate of one period against that of another."""

    ratio: float
    lower: float
    upper: float
    statistic: float
    """Difference of the two rates over its standard error (z at phi)."""
    p: float
    phi: float
    method: Method


def totals_change(
    baseline: float,
    latest: float,
    *,
    baseline_exposure: float = 1.0,
    latest_exposure: float = 1.0,
    phi: float = DISPERSION,
    z: float = Z,
) -> TotalsChange:
    """Compare two period totals at their true lengths, with an assumed dispersion.

    Parameters
    ----------
    baseline, latest
        Counts as they were counted, not annualised.
    baseline_exposure, latest_exposure
        Lengths in years.
    phi
        Index of dispersion assumed; it cannot be seen from totals. Both totals below 50: the E-test
        decides instead.

    Notes
    -----
    Log rate ratio with se = sqrt(phi (1/T0 + 1/T1)), limits and p at z. A total of 0 has no log
    ratio: limits and p are those of the exact comparison of the totals divided by phi.

    E-test: p decides; phi is 1 and the limits beside it are exact, so a little wider than the test.
    NaN gives NaN.

    Examples
    --------
    667 in a year against 185 in half a year, phi = 1: ratio 0.555, statistic -7.92.
    """
    if baseline < 0 or latest < 0 or baseline_exposure <= 0 or latest_exposure <= 0 or phi <= 0:
        raise ValueError("counts must be 0 or more, exposures and phi above 0.")
    counts = baseline, baseline_exposure, latest, latest_exposure
    small = baseline < E_TEST_LIMIT and latest < E_TEST_LIMIT
    spread = 1.0 if small else phi
    statistic = _rate_difference(*counts) / sqrt(spread)
    if small:
        found, p, method = exact_rate_ratio(*counts, z=z), e_test(*counts), Method.E_TEST
        return TotalsChange(
            float(found.estimate), float(found.lower), float(found.upper), statistic, p, 1.0, method
        )
    method = Method.ASSUMED
    if baseline == 0 or latest == 0:
        found = exact_rate_ratio(
            baseline / phi, baseline_exposure, latest / phi, latest_exposure, z=z
        )
        share = (baseline_exposure if latest == 0 else latest_exposure) / (
            baseline_exposure + latest_exposure
        )
        p = float(_all_or_none(np.asarray(baseline + latest), np.asarray(phi), share))
        return TotalsChange(
            float(found.estimate), float(found.lower), float(found.upper), statistic, p, phi, method
        )
    ratio = latest / latest_exposure / (baseline / baseline_exposure)
    se = sqrt(phi * (1 / baseline + 1 / latest))
    p = two_sided_level(abs(log(ratio)) / se)
    return TotalsChange(ratio, ratio * exp(-z * se), ratio * exp(z * se), statistic, p, phi, method)


def _rate_difference(count0: float, exposure0: float, count1: float, exposure1: float) -> float:
    """Second rate minus the first, over its Poisson standard error."""
    variance = count0 / exposure0**2 + count1 / exposure1**2
    return (count1 / exposure1 - count0 / exposure0) / sqrt(variance) if variance != 0 else 0.0


def e_test(
    count1: float,
    exposure1: float,
    count2: float,
    exposure2: float,
    *,
    difference: float = 0.0,
    alternative: str = "two-sided",
) -> float:
    """P value of the E-test for the difference of two Poisson rates, rate1 - rate2 = `difference`.

    Krishnamoorthy and Thomson (2004), equations 3.2 to 3.6. Both counts 0: 1. NaN: NaN. Meant for
    small counts: work and memory grow with the product of the square roots of both.

    Examples
    --------
    0 in 100 against 3 in 100: p = 0.0884 (their example).
    """
    if alternative not in ("two-sided", "less", "greater"):
        raise ValueError(
            f"alternative must be 'two-sided', 'less' or 'greater', but is {alternative!r}."
        )
    if count1 < 0 or count2 < 0 or exposure1 <= 0 or exposure2 <= 0:
        raise ValueError("counts must be 0 or more and exposures above 0.")
    if isnan(count1 + exposure1 + count2 + exposure2 + difference):
        return float("nan")
    rate2 = (count1 + count2) / (exposure1 + exposure2) - difference * exposure1 / (
        exposure1 + exposure2
    )
    variance = count1 / exposure1**2 + count2 / exposure2**2
    if rate2 <= 0 or variance == 0:
        return 1.0
    observed = (count1 / exposure1 - count2 / exposure2 - difference) / sqrt(variance)
    mean1, mean2 = exposure1 * (rate2 + difference), exposure2 * rate2
    x1, w1 = _poisson_support(mean1)
    x2, w2 = _poisson_support(mean2)
    rates = x1[:, None] / exposure1 - x2[None, :] / exposure2 - difference
    variances = x1[:, None] / exposure1**2 + x2[None, :] / exposure2**2
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where(variances > 0, rates / np.sqrt(variances), 0.0)
    tie = 1e-12 * abs(observed)
    if alternative == "two-sided":
        extreme = np.abs(statistics) >= abs(observed) - tie
    elif alternative == "less":
        extreme = statistics <= observed + tie
    else:
        extreme = statistics >= observed - tie
    return float(min(1.0, (w1[:, None] * w2[None, :] * extreme).sum()))


def _poisson_support(mean: float) -> tuple[Floats, Floats]:
    """Counts that hold all but 2e-10 of a Poisson distribution, and their probabilities."""
    from scipy import special

    width = 7 * sqrt(mean) + 25
    x = np.arange(max(0.0, np.floor(mean - width)), np.ceil(mean + width) + 1)
    return x, np.exp(special.xlogy(x, mean) - mean - special.gammaln(x + 1))
