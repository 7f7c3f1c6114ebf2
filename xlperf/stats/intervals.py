"""Intervals for shares, differences of shares, counts and mean scores; and whether a percentage is possible at all.

References
----------
Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
Newcombe, Stat. Med. 17 (1998) 857-872 (single shares) and 873-890 (differences; method 10).
Breslow and Day, *Statistical Methods in Cancer Research II* (1987) 69 (Byar's approximation).
Bhatia and Davis, Am. Math. Monthly 107 (2000) 353-357 (largest variance for a mean).
Brown and Heathers, Soc. Psychol. Personal. Sci. 8 (2017) 363-369 (the GRIM test).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from xlperf.stats.distributions import Floats

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its limits."""

    estimate: Floats
    lower: Floats
    upper: Floats


def wilson(successes: npt.ArrayLike, n: npt.ArrayLike, *, z: float = 1.96) -> Interval:
    """Wilson's score interval of a share.

    Parameters
    ----------
    successes, n
        0 <= successes <= n, n > 0; need not be whole (effective numbers). n = 0 gives NaN.

    Examples
    --------
    81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I).
    """
    x, number = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if np.any(x < 0) or np.any(x > number):
        raise ValueError("successes must be 0 to n.")
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / number
        centre = (x + z * z / 2) / (number + z * z)
        half = z * np.sqrt(number * p * (1 - p) + z * z / 4) / (number + z * z)
    empty = number == 0
    lower = np.where(empty, np.nan, np.where(x == 0, 0.0, np.minimum(centre - half, p)))
    upper = np.where(empty, np.nan, np.where(x == number, 1.0, np.maximum(centre + half, p)))
    return Interval(p, lower, upper)


def newcombe(
    baseline: npt.ArrayLike,
    baseline_n: npt.ArrayLike,
    latest: npt.ArrayLike,
    latest_n: npt.ArrayLike,
    *,
    z: float = 1.96,
) -> Interval:
    """Difference of two independent shares, latest minus baseline, by the hybrid score method (Newcombe's method 10).

    Examples
    --------
    48 of 80 against 56 of 70: the latter is 0.2000 higher, 0.0524 to 0.3339 (Newcombe 1998, table II).
    """
    before, now = wilson(baseline, baseline_n, z=z), wilson(latest, latest_n, z=z)
    difference = now.estimate - before.estimate
    lower = difference - np.hypot(now.estimate - now.lower, before.upper - before.estimate)
    upper = difference + np.hypot(now.upper - now.estimate, before.estimate - before.lower)
    return Interval(difference, lower, upper)


def clopper_pearson(successes: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Exact binomial interval. 0 of 20: 0 to 0.1684."""
    x, number = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    tail = (1 - confidence) / 2
    lower = np.where(x > 0, special.betaincinv(np.maximum(x, 1), number - x + 1, tail), 0.0)
    upper = np.where(x < number, special.betaincinv(x + 1, np.maximum(number - x, 1), 1 - tail), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Interval(x / number, lower, upper)


def byar(count: npt.ArrayLike, *, z: float = 1.96) -> Interval:
    """Byar's approximate interval of a Poisson count; good from 10 up. 65: 50.163 to 82.849 at z = 1.959964."""
    x = np.asarray(count, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    above = x + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return Interval(x, np.where(x > 0, np.maximum(low, 0.0), 0.0), upper)


def exact_poisson(count: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Exact interval of a Poisson count (Garwood 1936). 5: 1.6235 to 11.6683."""
    x = np.asarray(count, dtype=np.float64)
    tail = (1 - confidence) / 2
    lower = np.where(x > 0, special.gammaincinv(np.maximum(x, 1), tail), 0.0)
    return Interval(x, lower, special.gammaincinv(x + 1, 1 - tail))


def worst_margin(n: npt.ArrayLike, *, z: float = 1.96) -> Floats:
    """Half-width of a survey of `n` (effective) at a share of one half, as a share. n = 32: 0.1732; n = 0: infinite."""
    number = np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(z * np.sqrt(0.25 / number))


def attainable(percent: str | Decimal | float, n: int, decimals: int | None = None) -> tuple[int, ...]:
    """Numbers k for which k of n prints as `percent`.

    Parameters
    ----------
    percent
        As printed, "37.5"; a text keeps its decimals.
    decimals
        Decimals printed; None: as many as `percent` has.

    Notes
    -----
    Ties may have been rounded up or to even, so both count.

    Examples
    --------
    37.5 with n = 65: none (24 is 36.9, 25 is 38.5). 90.6 with n = 32: 29.
    """
    printed = Decimal(str(percent))
    if decimals is None:
        exponent = printed.as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    unit = Decimal(1).scaleb(-decimals)
    printed = printed.quantize(unit, ROUND_HALF_UP)
    about = int(printed * n / 100)
    reach = int(unit * n / 100) + 2
    found = []
    for k in range(max(0, about - reach), min(n, about + reach) + 1):
        exact = Decimal(100 * k) / n
        if printed in (exact.quantize(unit, ROUND_HALF_UP), exact.quantize(unit, ROUND_HALF_EVEN)):
            found.append(k)
    return tuple(found)


def rating_variance(mean: npt.ArrayLike, *, least: float = 1.0, most: float = 5.0) -> Floats:
    """Largest variance a score between `least` and `most` can have with this mean: (most - mean)(mean - least)."""
    m = np.asarray(mean, dtype=np.float64)
    if np.any(m < least) or np.any(m > most):
        raise ValueError(f"mean must be {least:g} to {most:g}.")
    return np.asarray((most - m) * (m - least))


def rating_difference(
    baseline: npt.ArrayLike,
    baseline_n: npt.ArrayLike,
    latest: npt.ArrayLike,
    latest_n: npt.ArrayLike,
    *,
    z: float = 1.96,
) -> Interval:
    """Difference of two mean scores, latest minus baseline, with the largest variance each can have."""
    before, now = np.asarray(baseline, dtype=np.float64), np.asarray(latest, dtype=np.float64)
    variance = rating_variance(before) / np.asarray(baseline_n) + rating_variance(now) / np.asarray(latest_n)
    half = z * np.sqrt(variance)
    return Interval(now - before, now - before - half, now - before + half)
