"""Intervals for shares, differences of shares and mean scores; and whether a percentage is possible
at all.

References
----------
Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
Newcombe, Stat. Med. 17 (1998) 857-872 (single shares) and 873-890 (differences; method 10).
Bhatia and Davis, Am. Math. Monthly 107 (2000) 353-357 (largest variance for a mean).
Brown and Heathers, Soc. Psychol. Personal. Sci. 8 (2017) 363-369 (the GRIM test).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import two_sided_level

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from xlperf.stats.distributions import Floats


class Interval(NamedTuple):
    """An estimate with its limits."""

    estimate: Floats
    lower: Floats
    upper: Floats


def wilson(successes: npt.ArrayLike, n: npt.ArrayLike, *, z: float = Z) -> Interval:
    """Wilson's score interval of a share.

    Parameters
    ----------
    successes, n
        0 <= successes <= n; need not be whole (effective numbers). n = 0, or NaN: NaN.

    Examples
    --------
    81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I). The report's 29 of 32: 0.7578 to 0.9676.
    """
    x, number = _share(successes, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / number
        centre = (x + z * z / 2) / (number + z * z)
        half = z * np.sqrt(number * p * (1 - p) + z * z / 4) / (number + z * z)
    lower = np.where((x == 0) & (number > 0), 0.0, np.clip(centre - half, 0.0, p))
    upper = np.where((x == number) & (number > 0), 1.0, np.clip(centre + half, p, 1.0))
    return Interval(p, lower, upper)


WIDEST = 38.0
"""Width in standard deviations beyond which a probability is below the smallest double."""
HALVINGS = 50
"""Steps to a width: to 1e-13 of it."""


def p_of_limits(interval: Callable[[float], Interval], no_change: float = 0.0) -> float:
    """Two-sided p: the error probability at which the limits just reach "no change".

    So p is below the level of a width exactly where the limits of that width leave out "no change".

    Parameters
    ----------
    interval
        Gives the interval at a width z in standard deviations, single numbers; it widens with z.
    no_change
        What the limits may leave out.

    Returns
    -------
    float
        1 where the estimate is "no change"; NaN where it is NaN.

    Examples
    --------
    48 of 80 against 56 of 70 (Newcombe 1998): 0.0081.
    """
    estimate = float(interval(1.0).estimate)
    if np.isnan(estimate):
        return float("nan")

    def leaves_out(z: float) -> bool:
        found = interval(z)
        return bool(found.lower > no_change or found.upper < no_change)

    narrow, wide = 0.0, WIDEST
    for _ in range(HALVINGS):
        middle = (narrow + wide) / 2
        narrow, wide = (middle, wide) if leaves_out(middle) else (narrow, middle)
    return two_sided_level(wide)


def _share(successes: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, number = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if np.any(x < 0) or np.any(x > number):
        raise ValueError("successes must be 0 to n.")
    return x, number


def newcombe(
    baseline: npt.ArrayLike,
    baseline_n: npt.ArrayLike,
    latest: npt.ArrayLike,
    latest_n: npt.ArrayLike,
    *,
    z: float = Z,
) -> Interval:
    """Difference of two independent shares, latest minus baseline, by the hybrid score method
    (Newcombe's method 10).

    Examples
    --------
    48 of 80 against 56 of 70: the latter is 0.2000 higher, 0.0524 to 0.3339 (Newcombe 1998, table
    II).
    """
    before, now = wilson(baseline, baseline_n, z=z), wilson(latest, latest_n, z=z)
    difference = now.estimate - before.estimate
    lower = difference - np.hypot(now.estimate - now.lower, before.upper - before.estimate)
    upper = difference + np.hypot(now.upper - now.estimate, before.estimate - before.lower)
    return Interval(difference, np.maximum(lower, -1.0), np.minimum(upper, 1.0))


def clopper_pearson(
    successes: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Exact binomial interval. 0 of 20: 0 to 0.1684. n = 0, or NaN: NaN."""
    x, number = _share(successes, n)
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = x / number
        lower, upper = tail ** (1 / x), -np.expm1(np.log(tail) / number)
    known = ~np.isnan(estimate)
    if np.any((x > 0) & (x < number)):
        from scipy import special

        lower = np.where(x < number, special.betaincinv(x, number - x + 1, tail), lower)
        upper = np.where(x > 0, special.betaincinv(x + 1, number - x, 1 - tail), upper)
    lower = np.where(known, np.where(x == 0, 0.0, lower), np.nan)
    return Interval(estimate, lower, np.where(known, np.where(x == number, 1.0, upper), np.nan))


def worst_margin(n: npt.ArrayLike, *, z: float = Z) -> Floats:
    """Half-width of a survey of `n` (effective) at a share of one half, as a share. n = 32: 0.1732;
    n = 0: infinite.
    """
    number = np.asarray(n, dtype=np.float64)
    if np.any(number < 0):
        raise ValueError("n must be 0 or more.")
    with np.errstate(divide="ignore"):
        return np.asarray(z * np.sqrt(0.25 / number))


def printed_percent(percent: float) -> str:
    """Write a percentage with the decimals it has, ten at most: 90.0 is 90, 83.4 is 83.4."""
    return f"{percent:.10f}".rstrip("0").rstrip(".")


def attainable(
    percent: str | Decimal | float, n: int, decimals: int | None = None
) -> tuple[int, ...]:
    """Numbers k for which k of n prints as `percent`.

    Parameters
    ----------
    percent
        As printed, "37.5"; a text keeps its decimals.
    decimals
        Decimals printed; None: as many as `percent` has.

    n
        Number asked; below 1 nothing is possible.

    Notes
    -----
    100 k/n must lie within half a unit of the last decimal. A tie may have been rounded up or to
    even, so both count: the lower end is always possible, the upper one where the printed digit is
    even. In whole numbers, so exact.

    Examples
    --------
    37.5 with n = 65: none (24 is 36.9, 25 is 38.5). 90.6 with n = 32: 29.
    """
    try:
        printed = Decimal(str(percent).strip())
        exponent = int(printed.as_tuple().exponent)
    except (InvalidOperation, ValueError):
        raise ValueError(f"percent must be a number, but is {percent!r}.") from None
    if decimals is None:
        decimals = max(0, -exponent)
    if n < 1:
        return ()
    units = int(printed.scaleb(decimals).to_integral_value(ROUND_HALF_UP))
    whole = 2 * 100 * 10**decimals
    first = -((1 - 2 * units) * n // whole)
    last, beyond = divmod((2 * units + 1) * n, whole)
    if beyond == 0 and units % 2:
        last -= 1
    return tuple(range(max(0, first), min(n, last) + 1))


def rating_difference(
    baseline: npt.ArrayLike,
    baseline_n: npt.ArrayLike,
    latest: npt.ArrayLike,
    latest_n: npt.ArrayLike,
    *,
    least: float = 1.0,
    most: float = 5.0,
    z: float = Z,
) -> Interval:
    """Difference of two mean scores between `least` and `most`, latest minus baseline, whatever the
    spread of each.

    Of all scores with a mean m the most variable are those that take only the two ends (Bhatia and
    Davis 2000: variance (most - m)(m - least)): a share (m - least)/(most - least) at the upper
    end. So the interval is that of two shares (`newcombe`) on the scale of the scores; it stays
    honest where all are at one end.

    Parameters
    ----------
    baseline, latest
        Mean scores; outside least..most: ValueError.
    baseline_n, latest_n
        Number of scores in each; 0 gives NaN.

    Examples
    --------
    2.5 stars of 200 against 3.0 of 150: 0.5 higher, 0.081 to 0.907.
    """
    before, now = np.asarray(baseline, dtype=np.float64), np.asarray(latest, dtype=np.float64)
    for mean in (before, now):
        if np.any(mean < least) or np.any(mean > most):
            raise ValueError(f"mean scores must be {least:g} to {most:g}.")
    n0, n1, scale = np.asarray(baseline_n), np.asarray(latest_n), most - least
    shares = newcombe((before - least) / scale * n0, n0, (now - least) / scale * n1, n1, z=z)
    return Interval(now - before, shares.lower * scale, shares.upper * scale)
