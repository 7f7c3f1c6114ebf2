"""The latest months against the same months of earlier years.

Season cannot deceive this comparison, nor does it need a model of what one month has to do with the
next: of each year there is one number. Of all comparisons tried it is the only one that was true
for every kind of series. The price is power: a fall of 20% is found in 16, 34 and 44 of 100 cases
with two, three and four earlier years, and what drifts from year to year counts as noise.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import Floats, t_quantile, two_sided_t

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_YEARS = 4
"""Earlier years compared with; more were not tried."""


class SameMonthsChange(NamedTuple):
    """Latest total against those of the same months before; each number of shape (...)."""

    ratio: Floats
    """Latest over the geometric mean of the earlier ones."""
    lower: Floats
    upper: Floats
    t: Floats
    """On `years` - 1 degrees of freedom; NaN where the earlier totals do not differ."""
    p: Floats
    years: int
    """Earlier years compared with."""


def same_months_change(counts: npt.ArrayLike, *, months: int = 6, z: float = Z) -> SameMonthsChange:
    """Compare the latest months with the same months of two to four earlier years.

    Parameters
    ----------
    counts
        Monthly counts, shape (..., n), oldest first, n >= `months` + 24. NaN in a month that is
        used: NaN.
    months
        Months added up, 1 to 12.

    Raises
    ------
    ValueError
        Fewer than two earlier years, or a number of months that is not 1 to 12.

    Notes
    -----
    t = (L - mean of l) / (SD of l sqrt(1 + 1/k)), L and l the logarithms of the totals plus 1/2 (so
    that a total of 0 has one), k the earlier years, t on k - 1 degrees of freedom.

    Examples
    --------
    600 after 400, 500 and 450: ratio 1.338, t = 2.264 on 2 degrees of freedom, p = 0.152.
    """
    y = np.asarray(counts, dtype=np.float64)
    if not 1 <= months <= 12:
        raise ValueError(f"months must be 1 to 12, but is {months}.")
    years = min((y.shape[-1] - months) // 12, MOST_YEARS)
    if years < 2:
        raise ValueError(f"counts needs {months + 24} months or more, but has {y.shape[-1]}.")
    end = y.shape[-1]
    totals = [
        y[..., end - 12 * back - months : end - 12 * back].sum(-1) for back in range(years + 1)
    ]
    logs = np.log(np.stack(totals, axis=-1) + 0.5)
    latest, earlier = logs[..., 0], logs[..., 1:]
    error = earlier.std(-1, ddof=1) * sqrt(1 + 1 / years)
    difference = latest - earlier.mean(-1)
    half = t_quantile(years - 1, z) * error
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        t = np.where(error > 0, difference / error, np.nan)
        lower, upper = np.exp(difference - half), np.exp(difference + half)
    return SameMonthsChange(
        ratio=np.asarray(np.exp(difference)),
        lower=np.asarray(lower),
        upper=np.asarray(upper),
        t=t,
        p=two_sided_t(t, years - 1),
        years=years,
    )
