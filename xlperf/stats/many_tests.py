"""Many tests at once: how many would succeed by chance, and which still count among so many.

Of forty lines tested at 5%, two are found changed although nothing has. Benjamini and Hochberg
limit the share of false ones among all that are found, instead of the chance of any: with m tests,
the i-th smallest p counts if it, or a larger one, is at most i/m of the rate.

That holds for independent tests, and for those that lean the same way together (Benjamini and
Yekutieli 2001, theorem 1.2). Under any dependence whatever it holds with the rate divided by
1 + 1/2 + ... + 1/m (their theorem 1.3).

References
----------
Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300.
Benjamini and Yekutieli, Ann. Stat. 29 (2001) 1165-1188.
Hodges and Le Cam, Ann. Math. Stat. 31 (1960) 737-740 (sums of unequal coins).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats


def adjusted_p(p: npt.ArrayLike) -> Floats:
    """Smallest rate of false discoveries at which each test would still count.

    Parameters
    ----------
    p
        One p value a test, shape (m,), 0 to 1; m may be 0.

    Returns
    -------
    ndarray
        Shape (m,), never below `p`: the least of p(j) m/j over the j-th smallest p from its own
        place on. Equal p have equal answers.

    Raises
    ------
    ValueError
        A p outside 0..1, or NaN; more than one dimension.

    Examples
    --------
    Fifteen tests of a trial (Benjamini and Hochberg 1995, section 4.1), .0001 .0004 .0019 .0095
    .0201 .0278 .0298 .0344 .0459 .3240 .4262 .5719 .6528 .7590 1.000: at a rate of .05 the first
    four count.
    """
    values = _of_tests(p)
    if not values.size:
        return values
    order = np.argsort(values, kind="stable")
    raised = values[order] * (values.size / np.arange(1, values.size + 1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return np.clip(adjusted, values, 1.0)


def largest_p(others: npt.ArrayLike, rate: float) -> float:
    """Largest p with which one more test would count beside `others`, shape (m - 1,), at a rate.

    Beside 0.0001, 0.0004 and 0.9 at 0.05: 0.0375, three of four quarters of the rate.
    """
    values = np.sort(_of_tests(others))
    limits = rate * np.arange(1, values.size + 2) / (values.size + 1)
    enough = np.searchsorted(values, limits, side="right") >= np.arange(values.size + 1)
    return float(limits[enough].max())


def successes(chances: npt.ArrayLike) -> Floats:
    """Probabilities of 0, 1, ..., m successes of independent tests, each with its own chance.

    Parameters
    ----------
    chances
        Shape (m,), each 0 to 1; m may be 0.

    Returns
    -------
    ndarray
        Shape (m + 1,). Tests that go together have the same mean number of successes, but more
        often none and more often many.

    Examples
    --------
    Chances of 0.5 and 0.1: 0.45, 0.5 and 0.05.
    """
    distribution = np.ones(1)
    for chance in _of_tests(chances):
        distribution = np.convolve(distribution, [1 - chance, chance])
    return distribution


def _of_tests(values: npt.ArrayLike) -> Floats:
    each = np.asarray(values, dtype=np.float64)
    if each.ndim != 1:
        raise ValueError(f"one number a test is needed, but the shape is {each.shape}.")
    if not np.all((each >= 0) & (each <= 1)):
        raise ValueError("probabilities must be 0 to 1.")
    return each
