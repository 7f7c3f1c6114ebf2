"""Four trends, each giving the twelve-month total that ends some months ahead, with an honest
range.

Why these four: on 3,699 back-tests of London's offences no trend clearly beats "no change" at 30
months, straight lines over 12 months are twice as wrong, and textbook ranges hold half of what they
promise. The ranges here add the drift of the series' own year-on-year changes. Tried on 3,923
twelve-months of London's boroughs, 2013 to 2023, 12 to 30 months ahead, they held 87 to 98% where
95% was promised.
"""

from __future__ import annotations

from enum import StrEnum
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import DRIFT, Z

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

    Steps = npt.NDArray[np.signedinteger[Any]]


class TrendName(StrEnum):
    """The trends, in the order they are shown."""

    OLS24 = "OLS24"
    OLS36 = "OLS36"
    YEAR_ON_YEAR = "YEAR_ON_YEAR"
    DAMPED = "DAMPED"


MONTHS_NEEDED = {
    TrendName.OLS24: 24,
    TrendName.OLS36: 36,
    TrendName.YEAR_ON_YEAR: 24,
    TrendName.DAMPED: 36,
}
DAMPING = 0.90
"""Share of the monthly slope that is left after each month ahead."""
STEEPEST = 1.0
"""Largest log slope a month, e^12 a year: what a series gets that began or ended in the 36 months.
"""
LARGEST_GROWTH = 4.0
"""A projected total is held at this many times the latest twelve months; no back-tested series grew
more.
"""


class ProjectedTrend(NamedTuple):
    """One trend: total, its 95% range, and what was done to it.

    Where it is not available (too few months, or a missing one) the numbers are NaN. `floored`: a
    month would have been below 0. `capped`: the total would have been above `LARGEST_GROWTH` times
    the latest twelve months.
    """

    name: TrendName
    total: float
    lower: float
    upper: float
    se_relative: float
    available: bool
    needs: int
    floored: bool = False
    capped: bool = False


def project(
    counts: npt.ArrayLike, *, months_ahead: int, drift: float = DRIFT, z: float = Z
) -> tuple[ProjectedTrend, ...]:
    """Project the total of the twelve months that end `months_ahead` months after the last count.

    Parameters
    ----------
    counts
        Monthly counts, shape (n,), oldest first, without gaps; NaN makes the trends that need the
        month unavailable.
    months_ahead
        1 or more. Below 12 the months already known count as they are, only the others are
        projected.
    drift
        Smallest yearly drift d.

    Notes
    -----
    OLS24, OLS36: least squares line through the last 24 or 36 months. YEAR_ON_YEAR: each month
    ahead is the same month of the latest twelve times 1 + (r - 1)/2, with r the latest twelve
    months over the twelve before: half of the last change, once. DAMPED: quasi-Poisson regression
    of 36 months on month terms and a log-linear trend, the slope shrinking by 0.90 a month ahead.

    Range: total x exp(±z sqrt((se/total)^2 + d^2 h/12)), d the larger of `drift` and the root mean
    square of the series' own year-on-year log changes, h = `months_ahead`. Months below 0 are held
    at 0, totals and their upper limits at four times the latest twelve months. A total of 0 has no
    ratio: its range is 0 to z se.

    Halving the last change *every* year would be another reading of YEAR_ON_YEAR; tried on the same
    series 30 months ahead it errs by 23% on average, the reading here by 20%.

    Examples
    --------
    100 a month for three years, 12 months ahead: every trend 1,200; OLS24 986 to 1,460, that of a
    drift of 0.10 alone.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1:
        raise ValueError(f"counts must have one dimension, but has {y.ndim}.")
    if months_ahead < 1:
        raise ValueError(f"months_ahead must be 1 or more, but is {months_ahead}.")
    return tuple(_trend(name, y, months_ahead, drift, z) for name in TrendName)


def projected_total(name: TrendName, counts: npt.ArrayLike, *, months_ahead: int) -> float | None:
    """Give what `project` gives as the total of one trend; None where it is not available."""
    y = np.asarray(counts, dtype=np.float64)
    trend = _trend(name, y, months_ahead, DRIFT, Z)
    return trend.total if trend.available else None


def trend_path(name: TrendName, counts: npt.ArrayLike, *, months_ahead: int) -> Floats | None:
    """Totals that `project` gives 1, 2, ... `months_ahead` months ahead, shape (months_ahead,);
    None where the trend is not available.
    """
    y = np.asarray(counts, dtype=np.float64)
    window = y[-MONTHS_NEEDED[name] :]
    if y.size < MONTHS_NEEDED[name] or np.isnan(window).any():
        return None
    ahead, _error = _ahead(name, window, np.arange(1, months_ahead + 1))
    months = np.concatenate([y[-11:], np.maximum(ahead, 0.0)])
    return np.minimum(np.convolve(months, np.ones(12), "valid"), _most(y))


def _most(y: Floats) -> float:
    return max(LARGEST_GROWTH * float(y[-12:].sum()), 1.0)


def _ahead(name: TrendName, window: Floats, steps: Steps) -> tuple[Floats, float]:
    """Months so many steps ahead, and the standard error of their sum."""
    if name is TrendName.YEAR_ON_YEAR:
        return _year_on_year(window, steps)
    return (_damped if name is TrendName.DAMPED else _straight)(window, steps)


def _trend(name: TrendName, y: Floats, ahead: int, drift: float, z: float) -> ProjectedTrend:
    needs = MONTHS_NEEDED[name]
    window = y[-needs:]
    if y.size < needs or np.isnan(window).any():
        nan = float("nan")
        return ProjectedTrend(name, nan, nan, nan, nan, available=False, needs=needs)
    steps = np.arange(max(1, ahead - 11), ahead + 1)
    months, error = _ahead(name, window, steps)
    known = y[-(12 - steps.size) :].sum() if steps.size < 12 else 0.0
    total = float(known + np.maximum(months, 0.0).sum())
    most = _most(y)
    capped = total > most
    total = min(total, most)
    relative = error / total if total > 0 else 0.0
    yearly = max(drift, _own_drift(y))
    half = z * float(np.hypot(relative, yearly * np.sqrt(ahead / 12)))
    lower, upper = (
        (total * exp(-half), total * exp(min(half, 100.0))) if total > 0 else (0.0, z * error)
    )
    return ProjectedTrend(
        name,
        total,
        lower,
        min(upper, most),
        relative,
        available=True,
        needs=needs,
        floored=bool((months < 0).any()),
        capped=capped,
    )


def _straight(window: Floats, steps: Steps) -> tuple[Floats, float]:
    """Least squares line: months ahead, and the standard error of their sum as a prediction."""
    n = window.size
    x = np.arange(n) - (n - 1) / 2
    slope = float(x @ window) / float(x @ x)
    residuals = window - window.mean() - slope * x
    variance = float(residuals @ residuals) / (n - 2)
    future = x[-1] + steps
    m = steps.size
    error = np.sqrt(variance * (m + m * m / n + future.sum() ** 2 / float(x @ x)))
    return window.mean() + slope * future, float(error)


def halved_growth(before: float, latest: float) -> float:
    """Factor of a total a year or more ahead: half of the growth of the latest twelve months over
    the twelve before, once; 1 where there were none before. 100, then 80: 0.9.
    """
    return 1 + (latest / before - 1) / 2 if before > 0 else 1.0


def _year_on_year(window: Floats, steps: Steps) -> tuple[Floats, float]:
    """Same months of the latest twelve, moved by half the last year's change; the error is that of
    a Poisson total.
    """
    factor = halved_growth(float(window[:12].sum()), float(window[12:].sum()))
    months = window[12:][(steps - 1) % 12] * factor
    return months, float(np.sqrt(max(months.sum(), 0.0)))


def _damped(window: Floats, steps: Steps) -> tuple[Floats, float]:
    """Log-linear seasonal quasi-Poisson on 36 months; months ahead with a damped slope, and the
    error of their sum.

    With three whole years the maximum has a closed form. Let q be the growth in a year and Y_k the
    yearly totals. Month terms make the fit (total of the month over all years) x q^k / (1 + q +
    q^2); the slope makes the mean of k the same in the fit as in the data, (q + 2 q^2) / (1 + q +
    q^2) = (Y_1 + 2 Y_2) / Y = K, a quadratic in q. In the level of each month at its own mean time
    and the slope the information is diagonal.
    """
    years = window.reshape(3, 12)
    by_month, total = years.sum(0), float(years.sum())
    if total == 0:
        return np.zeros(steps.size), 0.0
    k = np.arange(3.0)
    centre = float(k @ years.sum(1)) / total
    slope = float(np.clip(np.log(_yearly_growth(centre)) / 12, -STEEPEST, STEEPEST))
    share = np.exp(12 * slope * (k - 2))
    share /= share.sum()
    fitted = share[:, None] * by_month
    phi = max(
        1.0,
        float(((years - fitted) ** 2 / np.where(fitted > 0, fitted, 1.0)).sum())
        / (window.size - 13),
    )
    place = (steps - 1) % 12
    ahead = DAMPING * (1 - DAMPING**steps) / (1 - DAMPING)
    months = fitted[2, place] * np.exp(slope * (ahead - (place - 11)))
    leverage = months * (ahead - (place - 35) - 12 * (k @ share))
    levels = months**2 / np.where(by_month > 0, by_month, 1.0)[place]
    variance = (
        levels.sum()
        + leverage.sum() ** 2 / (total * 144 * float(share @ (k - k @ share) ** 2))
        + months.sum()
    )
    return months, float(np.sqrt(phi * variance))


def _yearly_growth(centre: float) -> float:
    """Root q > 0 of (2 - K) q^2 + (1 - K) q - K = 0; counts in the first or the last year alone:
    e^-100 or e^100.
    """
    if centre <= 0 or centre >= 2:
        return exp(-100.0) if centre <= 0 else exp(100.0)
    return float(centre - 1 + np.sqrt((1 - centre) ** 2 + 4 * centre * (2 - centre))) / (
        2 * (2 - centre)
    )


def _own_drift(y: Floats) -> float:
    """Root mean square of log changes between complete years (3 at least), 0 when not known."""
    k = y.size // 12
    if k < 3:
        return 0.0
    totals = y[-12 * k :].reshape(k, 12).sum(-1)
    if np.isnan(totals).any() or (totals <= 0).any():
        return 0.0
    return float(np.sqrt(np.mean(np.diff(np.log(totals)) ** 2)))
