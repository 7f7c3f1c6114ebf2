"""Charts of outcome rates, rates per head and rare events; and a centre that outliers do not move.

None of the lines drawn for counts or rates lies below 0, and none of those for shares above 1.

References
----------
Laney, Qual. Eng. 14 (2002) 531-537 (p' and u').
Montgomery, *Introduction to Statistical Quality Control*, 6th ed., example 7.6 (t) and p. 319 (g).
Kaminsky, Benneyan, Davis and Burke, J. Qual. Technol. 24 (1992) 63-69 (g).
Nelson, J. Qual. Technol. 26 (1994) 239-240 (exponent 1/3.6 of times between events).
Wheeler, *Advanced Topics in Statistical Process Control* (1995), table A.3 (median moving range).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import frozen
from xlperf.stats.control import D2

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

MEDIAN_RANGE = 0.954
"""Median moving range of two, in standard deviations; Wheeler (1995), table A.3."""
TIME_POWER = 1 / 3.6
"""Exponent that makes exponential times nearly normal (Nelson 1994)."""


@frozen
class AttributeLines:
    """A chart: its points, and a centre line and two limits for each, shape (..., n)."""

    values: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    spread: Floats
    """Laney's sigma z, shape (...): 1 where points vary as binomial or Poisson ones would. Of the
    charts without sizes 1.
    """


def p_prime(
    numbers: npt.ArrayLike, sizes: npt.ArrayLike, *, sigmas: float = 3.0, laney: bool = True
) -> AttributeLines:
    """Laney's p' chart of shares, such as outcome rates.

    Parameters
    ----------
    numbers
        How many of each group had the outcome, shape (..., n), n >= 2, oldest first.
    sizes
        How many there were, above 0, shape (..., n).
    sigmas
        Width of the lines.
    laney
        Whether the lines are as far away as the points themselves vary; else sigma z is 1, and it
        is the plain p chart.

    Raises
    ------
    ValueError
        Fewer than two points, a size of 0 or less, or a number outside 0 to its size.

    Notes
    -----
    p is the share of all; z_i = (p_i - p) / sqrt(p (1 - p) / n_i); sigma z is their mean moving
    range over 1.128; limits p ± sigmas sigma_z sqrt(p (1 - p) / n_i), from 0 to 1. With sizes all
    equal these are the lines of an individuals chart of the shares. None or all with the outcome:
    sigma z 0, lines on the centre. NaN in a point: the point is left out, and its lines are NaN.

    Examples
    --------
    50, 80 and 50 of 1,000: p = 0.06, sigma z = 3.541.
    """
    y, n = _checked(numbers, sizes)
    if (y > n).any():
        raise ValueError("a number is above its size.")
    share = _share(y, n)
    return _laney(y / n, share, share * (1 - share) / n, sigmas, 1.0, laney=laney)


def u_prime(
    numbers: npt.ArrayLike, sizes: npt.ArrayLike, *, sigmas: float = 3.0, laney: bool = True
) -> AttributeLines:
    """Laney's u' chart of rates, such as offences per head.

    As `p_prime`, with the variance u / n_i of a Poisson rate, and no upper bound.

    Examples
    --------
    50, 80 and 50 in 1,000 residents each: u = 0.06, sigma z = 3.433.
    """
    y, n = _checked(numbers, sizes)
    rate = _share(y, n)
    return _laney(y / n, rate, rate / n, sigmas, np.inf, laney=laney)


def _checked(numbers: npt.ArrayLike, sizes: npt.ArrayLike) -> tuple[Floats, Floats]:
    y, n = np.broadcast_arrays(
        np.asarray(numbers, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    )
    if y.ndim == 0 or y.shape[-1] < 2:
        raise ValueError("a chart needs 2 points or more.")
    if (n <= 0).any() or (y < 0).any():
        raise ValueError("numbers must be 0 or more and sizes above 0.")
    return y, n


def _share(y: Floats, n: Floats) -> Floats:
    """Share or rate of all points known, shape (..., 1)."""
    known = ~np.isnan(y + n)
    total = np.where(known, n, 0.0).sum(-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, y, 0.0).sum(-1, keepdims=True) / total)


def _laney(
    values: Floats, centre: Floats, variance: Floats, sigmas: float, most: float, *, laney: bool
) -> AttributeLines:
    error = np.sqrt(variance)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(error > 0, (values - centre) / error, np.where(np.isnan(error), np.nan, 0.0))
    spread = _mean_range(z) / D2 if laney else np.ones(values.shape[:-1])
    half = sigmas * spread[..., None] * error
    return AttributeLines(
        values=values,
        centre=centre + np.zeros_like(values),
        lower=np.maximum(centre - half, 0.0),
        upper=np.minimum(centre + half, most),
        spread=spread,
    )


def _mean_range(values: Floats) -> Floats:
    """Mean moving range of neighbours both known, shape (...); NaN where there are none."""
    ranges = np.abs(np.diff(values, axis=-1))
    known = ~np.isnan(ranges)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, ranges, 0.0).sum(-1) / known.sum(-1))


def g_chart(between: npt.ArrayLike, *, sigmas: float = 3.0) -> AttributeLines:
    """Chart of the number of cases, or of whole days, between two rare events.

    Parameters
    ----------
    between
        Cases between one event and the next, 0 or more, shape (..., n), n >= 2, oldest first. NaN
        is left out.

    Raises
    ------
    ValueError
        Fewer than two points, or one below 0.

    Notes
    -----
    Such numbers are geometric with mean g and variance g (g + 1): limits g ± sigmas sqrt(g (g +
    1)), not below 0, where a lower line never is crossed: fewer cases between events are seen by a
    run below the centre. The centre is the median, since half of the points should lie on each
    side.

    Examples
    --------
    10, 20 and 30: centre 20, lines at 0 and 81.5.
    """
    x, known = _between(between)
    if (x[known] < 0).any():
        raise ValueError("numbers between events must be 0 or more.")
    mean = _kept_mean(x, known)
    half = sigmas * np.sqrt(mean * (mean + 1))
    return _flat(x, np.nanmedian(x, axis=-1), mean - half, mean + half)


def t_chart(times: npt.ArrayLike, *, sigmas: float = 3.0) -> AttributeLines:
    """Chart of the time between two rare events.

    Parameters
    ----------
    times
        Times above 0 in any unit, shape (..., n), n >= 2, oldest first. Two events at one time have
        none: take the time of day, or a g chart of days. NaN is left out.

    Raises
    ------
    ValueError
        Fewer than two points, or one of 0 or less.

    Notes
    -----
    Times are raised to 1/3.6, an individuals chart is drawn (mean moving range over 1.128), and its
    lines are raised to 3.6. A lower line below 0 is drawn at 0.

    Examples
    --------
    Montgomery, table 7.14, 20 times between failures of a valve: on the scale of the exponent the
    centre is 5.386.
    """
    x, known = _between(times)
    if (x[known] <= 0).any():
        raise ValueError("times between events must be above 0.")
    y = x**TIME_POWER
    centre = _kept_mean(y, known)
    half = sigmas * _mean_range(y) / D2
    lines = (
        np.maximum(line, 0.0) ** (1 / TIME_POWER) for line in (centre, centre - half, centre + half)
    )
    return _flat(x, *lines)


def median_chart(
    values: npt.ArrayLike, *, sigmas: float = 3.0, counts: bool = True
) -> AttributeLines:
    """Individuals chart about the median, from the median moving range: outliers move neither.

    Parameters
    ----------
    values
        Shape (..., n), n >= 2, oldest first. NaN is left out, with the moving ranges that touch it.
    counts
        Whether no value can be below 0; the lower line is not drawn below 0 then.

    Notes
    -----
    Median ± sigmas x median moving range / 0.954, for 3 sigmas 3.145 median moving ranges
    (Wheeler).

    Examples
    --------
    10, 12, 10, 12, 90: centre 12, moving ranges 2, 2, 2 and 78, lines at 5.71 and 18.29.
    """
    x, _ = _between(values)
    centre = np.nanmedian(x, axis=-1)
    half = sigmas * np.nanmedian(np.abs(np.diff(x, axis=-1)), axis=-1) / MEDIAN_RANGE
    return _flat(x, centre, centre - half, centre + half, least=0.0 if counts else -np.inf)


def _between(values: npt.ArrayLike) -> tuple[Floats, npt.NDArray[np.bool_]]:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim == 0 or x.shape[-1] < 2:
        raise ValueError("a chart needs 2 points or more.")
    return x, ~np.isnan(x)


def _kept_mean(x: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, x, 0.0).sum(-1) / known.sum(-1))


def _flat(
    x: Floats, centre: Floats, lower: Floats, upper: Floats, *, least: float = 0.0
) -> AttributeLines:
    def drawn(line: Floats) -> Floats:
        return np.asarray(line)[..., None] + np.zeros_like(x)

    lines = drawn(centre), drawn(np.maximum(lower, least)), drawn(upper)
    return AttributeLines(x, *lines, spread=np.ones(x.shape[:-1]))
