"""Four trends, each giving the twelve-month total that ends some months ahead, with an honest range.

Why these four: on 3,699 back-tests of London's offences no trend clearly beats "no change" at 30 months, straight lines
over 12 months are twice as wrong, and textbook ranges hold half of what they promise. The ranges here add the drift of
the series' own year-on-year changes, and held 88 to 97 % of outcomes where 95 % was promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from xlperf.stats.distributions import Floats

if TYPE_CHECKING:
    import numpy.typing as npt


class TrendName(StrEnum):
    """The trends, in the order they are shown."""

    OLS24 = "OLS24"
    OLS36 = "OLS36"
    YEAR_ON_YEAR = "YEAR_ON_YEAR"
    DAMPED = "DAMPED"


MONTHS_NEEDED = {TrendName.OLS24: 24, TrendName.OLS36: 36, TrendName.YEAR_ON_YEAR: 24, TrendName.DAMPED: 36}
DAMPING = 0.90
"""Share of the monthly slope that is left after each month ahead."""
LARGEST_GROWTH = 4.0
"""A projected total is held at this many times the latest twelve months: no back-tested series grew more in 30 months."""
DRIFT = 0.10
"""Smallest yearly drift: log change a year, root mean square, of an offence of a whole force."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One trend. Where it is not available (too few months, or a missing one) the numbers are NaN."""

    name: TrendName
    total: float
    lower: float
    upper: float
    se_relative: float
    available: bool
    needs: int
    floored: bool = False
    capped: bool = False


def project(counts: npt.ArrayLike, *, months_ahead: int, drift: float = DRIFT, z: float = 1.96) -> tuple[Trend, ...]:
    """Project the total of the twelve months that end `months_ahead` months after the last count.

    Parameters
    ----------
    counts
        Monthly counts, shape (n,), oldest first, without gaps; NaN makes the trends that need the month unavailable.
    months_ahead
        1 or more. Below 12 the months already known count as they are, only the others are projected.
    drift
        Smallest yearly drift d.

    Notes
    -----
    OLS24, OLS36: least squares line through the last 24 or 36 months. YEAR_ON_YEAR: each month ahead is the same month
    of the latest twelve times 1 + (r - 1)/2, with r the latest twelve months over the twelve before: half of the last
    change, once. DAMPED: quasi-Poisson regression of 36 months on month terms and a log-linear trend, the slope
    shrinking by 0.90 a month ahead.

    Range: total x exp(±z sqrt((se/total)^2 + d^2 h/12)), d the larger of `drift` and the root mean square of the series'
    own year-on-year log changes, h = `months_ahead`. Months below 0 are held at 0, totals at four times the latest.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 1:
        raise ValueError(f"counts must have one dimension, but has {y.ndim}.")
    if months_ahead < 1:
        raise ValueError(f"months_ahead must be 1 or more, but is {months_ahead}.")
    return tuple(_trend(name, y, months_ahead, drift, z) for name in TrendName)


def _trend(name: TrendName, y: Floats, ahead: int, drift: float, z: float) -> Trend:
    needs = MONTHS_NEEDED[name]
    window = y[-needs:]
    if y.size < needs or np.isnan(window).any():
        nan = float("nan")
        return Trend(name, nan, nan, nan, nan, available=False, needs=needs)
    steps = np.arange(max(1, ahead - 11), ahead + 1)
    if name is TrendName.YEAR_ON_YEAR:
        months, error = _year_on_year(window, steps)
    elif name is TrendName.DAMPED:
        months, error = _damped(window, steps)
    else:
        months, error = _straight(window, steps)
    known = y[-(12 - steps.size) :].sum() if steps.size < 12 else 0.0
    held = np.maximum(months, 0.0)
    total = float(known + held.sum())
    cap = max(LARGEST_GROWTH * float(y[-12:].sum()), 1.0)
    capped = total > cap
    total = min(total, cap)
    relative = error / total if total > 0 else 0.0
    yearly = max(drift, _own_drift(y))
    half = z * float(np.sqrt(min(relative, 10.0) ** 2 + yearly**2 * ahead / 12))
    return Trend(
        name,
        total,
        total * float(np.exp(-half)),
        total * float(np.exp(half)),
        relative,
        available=True,
        needs=needs,
        floored=bool((months < 0).any()),
        capped=capped,
    )


def _straight(window: Floats, steps: Floats) -> tuple[Floats, float]:
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


def _year_on_year(window: Floats, steps: Floats) -> tuple[Floats, float]:
    """Same months of the latest twelve, moved by half the last year's change; the error is that of a Poisson total."""
    before, now = window[:12].sum(), window[12:].sum()
    factor = 1 + (now / before - 1) / 2 if before > 0 else 1.0
    months = window[12:][(steps - 1) % 12] * factor
    return months, float(np.sqrt(max(months.sum(), 0.0)))


def _damped(window: Floats, steps: Floats) -> tuple[Floats, float]:
    """Log-linear seasonal quasi-Poisson on 36 months; months ahead with a damped slope, and the error of their sum."""
    n = window.size
    x = np.zeros((n, 13))
    x[np.arange(n), np.arange(n) % 12] = 1.0
    x[:, 12] = np.arange(n) - (n - 1)
    beta, information, fitted = _poisson_fit(x, window)
    phi = max(1.0, float((((window - fitted) ** 2) / np.maximum(fitted, 1e-9)).sum()) / (n - 13))
    future = np.zeros((steps.size, 13))
    future[np.arange(steps.size), (n - 1 + steps) % 12] = 1.0
    future[:, 12] = DAMPING * (1 - DAMPING**steps) / (1 - DAMPING)
    months = np.exp(np.minimum(future @ beta, 25.0))
    gradient = months @ future
    variance = phi * float(gradient @ np.linalg.solve(information, gradient)) + phi * float(months.sum())
    return months, float(np.sqrt(max(variance, 0.0)))


def _poisson_fit(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Poisson regression with log link by iteratively reweighted least squares (McCullagh and Nelder 1989, 2.5).

    A month that is always 0 would send its term to minus infinity: a small ridge keeps the equations solvable.
    """
    eta = np.log(y + 0.5)
    ridge = 1e-8 * np.eye(x.shape[1])
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        mu = np.exp(np.clip(eta, -20.0, 25.0))
        working = eta + (y - mu) / mu
        weighted = x * mu[:, None]
        information = x.T @ weighted + ridge
        updated = np.linalg.solve(information, weighted.T @ working)
        eta = np.clip(x @ updated, -20.0, 25.0)
        done = np.max(np.abs(updated - beta)) < 1e-10 * max(1.0, float(np.max(np.abs(updated))))
        beta = updated
        if done:
            break
    mu = np.exp(eta)
    return beta, x.T @ (x * mu[:, None]) + ridge, mu


def _own_drift(y: Floats) -> float:
    """Root mean square of the log changes between complete years (three years at least), 0 when not to be had."""
    k = y.size // 12
    if k < 3:
        return 0.0
    totals = y[-12 * k :].reshape(k, 12).sum(-1)
    if np.isnan(totals).any() or (totals <= 0).any():
        return 0.0
    return float(np.sqrt(np.mean(np.diff(np.log(totals)) ** 2)))
