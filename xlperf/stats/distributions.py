"""Quantiles and tails used by several methods.

``scipy.special`` has them all, but loading it takes about as long as a whole refresh. So single
numbers, of which a refresh needs some hundred, are worked out here, from the standard library's
error function and a continued fraction; arrays of many numbers, and many degrees of freedom, go to
``scipy.special``. Both agree to twelve significant digits.

References
----------
NIST Digital Library of Mathematical Functions, 8.17.22 (continued fraction of the incomplete beta
    function), 8.17.4.
Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), 26.6.2 and 26.7.1 (tails of F
    and t).
Lentz, Appl. Opt. 15 (1976) 668-671, as modified by Thompson and Barnett (evaluation of the
    fraction).
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import copysign, erfc, exp, inf, isnan, lgamma, log, pi, sqrt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

Floats: TypeAlias = "npt.NDArray[np.float64]"

FEW = 64
"""Numbers worked out one by one; above, loading ``scipy.special`` is the smaller part."""
LARGEST_DF = 200.0
"""Degrees of freedom up to which logarithms of the gamma function keep twelve digits."""
CERTAIN = 8.5
"""Standard deviations beyond which a normal probability is 0 or 1 for a double (1e-17)."""
TABLED = 1701
"""Entries of the table of normal probabilities, 0.01 standard deviations apart: a straight line
between two is off by less than 0.01^2 / 8 x 0.25, the sharpest bend of the curve.
"""
TINY = 1e-300
"""Stands for a zero denominator of a continued fraction."""


def two_sided_level(z: float) -> float:
    """Error probability, both tails, that `z` stands for: 1.96 -> 0.0500."""
    return erfc(z / sqrt(2))


@cache
def _normal_table() -> tuple[Floats, Floats]:
    z = np.linspace(-CERTAIN, CERTAIN, TABLED)
    return z, np.array([*map(two_sided_level, (-z).tolist())]) / 2


def normal_cdf(z: Floats) -> Floats:
    """Probability below each of many `z`, to 3e-6 (from a table); NaN gives NaN. 1.96: 0.9750."""
    return np.interp(z, *_normal_table(), left=0.0, right=1.0)


def normal_nodes(n: int) -> Floats:
    """Middles, by probability, of `n` equally likely parts of a normal distribution, to 5e-5 (read
    off the same table).

    2: -0.6745 and 0.6745.
    """
    z, below = _normal_table()
    return np.interp((np.arange(n) + 0.5) / n, below, z)


@lru_cache(maxsize=64)
def t_quantile(df: float, z: float) -> float:
    """Quantile of Student's t at the probability where the normal quantile is `z`.

    z = 1.96 and 11 degrees of freedom: 2.2010 (tables print t(0.975, 11) = 2.201).
    """
    level = two_sided_level(abs(z))
    if df > LARGEST_DF or not abs(z) <= CERTAIN:
        from scipy import special

        # Before 1.17, SciPy has no answer for a tail of 0.
        return copysign(float(special.stdtrit(df, level / 2)) if level else inf, z)
    # The tail is convex, and at the normal quantile too large: Newton's steps go up to the quantile
    # and never past it.
    t, density = abs(z), exp(lgamma((df + 1) / 2) - lgamma(df / 2)) / sqrt(df * pi)
    while True:
        slope = 2 * density * (1 + t * t / df) ** (-(df + 1) / 2)
        step = (_t_tails(t, df) - level) / slope
        t += step
        if step <= 1e-14 * t:
            return copysign(t, z)


def two_sided_t(t: npt.ArrayLike, df: float) -> Floats:
    """Two-sided p of a t statistic; NaN gives NaN. t = 2.201 on 11 degrees of freedom: 0.0500."""
    values = np.abs(np.asarray(t, dtype=np.float64))
    if values.size > FEW or df > LARGEST_DF:
        from scipy import special

        return np.asarray(2.0 * special.stdtr(df, -values))
    return _each(lambda value: _t_tails(value, df), values)


def f_tail(statistic: npt.ArrayLike, df: tuple[int, int]) -> Floats:
    """Probability above an F statistic (0 or more), any shape; NaN gives NaN. 3.0 on 2 and 30 df:
    0.0649.
    """
    values = np.asarray(statistic, dtype=np.float64)
    if values.size > FEW or max(df) > LARGEST_DF:
        from scipy import special

        return np.asarray(special.fdtrc(*df, values))
    above, below = df
    return _each(lambda f: _share(below, above * f, below / 2, above / 2), values)


def _each(function: Callable[[float], float], values: Floats) -> Floats:
    return np.array(
        [function(value) for value in values.ravel().tolist()], dtype=np.float64
    ).reshape(values.shape)


def _t_tails(t: float, df: float) -> float:
    return _share(df, t * t, df / 2, 0.5)


def _share(first: float, second: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I(x; a, b), x = first / (first + second), both >= 0."""
    if isnan(second):
        return second
    if second == inf:
        return 0.0
    x, rest = first / (first + second), second / (first + second)
    if x == 0 or rest == 0:
        return x
    scale = exp(a * log(x) + b * log(rest) + lgamma(a + b) - lgamma(a) - lgamma(b))
    if x < (a + 1) / (a + b + 2):
        return scale * _fraction(x, a, b) / a
    return 1.0 - scale * _fraction(rest, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Continued fraction of the incomplete beta function, by Lentz's method, for x < (a + 1) / (a +
    b + 2).
    """
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1) or TINY)
    value = d
    m = 0
    while True:
        m += 1
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / (1.0 + term * d or TINY)
            c = 1.0 + term / c or TINY
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            return value
