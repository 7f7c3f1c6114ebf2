"""Funnel limits for areas within a force: how far an area of its size may lie from all together.

References
----------
Spiegelhalter, Stat. Med. 24 (2005) 1185-1202: limits from the exact distribution, interpolated
(appendix A.1); over-dispersion by an additive between-area variance (section 3, appendix A.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import frozen
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import Floats, two_sided_level
from xlperf.stats.ranks import WINSORISED

if TYPE_CHECKING:
    import numpy.typing as npt


WINSORISED_SQUARE = 0.6787
"""Mean square of standard normal numbers of which a tenth is held at each end: 0.8 - 2 z d(z) + 0.2
z^2, z = 1.2816, d the density. Spiegelhalter leaves it out, so that 11% of areas lie outside 95%
limits.
"""


@frozen
class Funnel:
    """Limits of each area, shape (areas,), about the rate of all."""

    rates: Floats
    centre: float
    lower: Floats
    upper: Floats
    between: float
    """Variance between areas beyond Poisson; 0: none was found."""


def funnel(counts: npt.ArrayLike, sizes: npt.ArrayLike, *, z: float = Z) -> Funnel:
    """Limits of the rates of areas about the rate of all areas together.

    Parameters
    ----------
    counts
        Offences of each area, 0 or more, shape (areas,), 3 areas or more.
    sizes
        Residents of each area, above 0, in any unit.

    Raises
    ------
    ValueError
        Fewer than three areas, a count below 0, a size of 0 or less, or one that is not known.

    Notes
    -----
    Rates differ between areas for lasting reasons, so Poisson limits alone leave most areas
    outside. z_i = (rate_i - centre) / sqrt(centre / size_i), a tenth of them held at each end; phi
    is the mean of their squares over `WINSORISED_SQUARE`; w = size / centre; between = max(0, (n
    phi - (n - 1)) / (sum w - sum w^2 / sum w)). With none, the limits are those of the exact
    Poisson distribution, interpolated, as in appendix A.1; else centre ± z sqrt(centre / size +
    between), not below 0. No offences at all: limits of 0.

    Examples
    --------
    Areas of 1,000 residents with 10 each: centre 0.01, limits 0.0038 and 0.0162.
    """
    y, n = np.asarray(counts, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if y.ndim != 1 or y.shape != n.shape or y.size < 3:
        raise ValueError(
            f"a funnel needs 3 areas or more, with a size each: shapes {y.shape}, {n.shape}."
        )
    if not ((y >= 0) & (n > 0)).all():
        raise ValueError("counts must be 0 or more and sizes above 0.")
    centre = float(y.sum() / n.sum())
    between = _between_areas(y / n, n, centre)
    if centre == 0:
        lower = upper = np.zeros(y.size)
    elif between == 0:
        lower, upper = (poisson_limit(centre * n, share) / n for share in _shares(z))
    else:
        half = z * np.sqrt(centre / n + between)
        lower, upper = np.maximum(centre - half, 0.0), centre + half
    return Funnel(y / n, centre, lower, upper, between)


def _shares(z: float) -> tuple[float, float]:
    level = two_sided_level(z) / 2
    return level, 1 - level


def _between_areas(rates: Floats, sizes: Floats, centre: float) -> float:
    if centre == 0:
        return 0.0
    standardised = (rates - centre) / np.sqrt(centre / sizes)
    low, high = np.quantile(standardised, [WINSORISED, 1 - WINSORISED])
    phi = float(np.mean(np.clip(standardised, low, high) ** 2)) / WINSORISED_SQUARE
    weight, areas = sizes / centre, rates.size
    return max(
        0.0, (areas * phi - (areas - 1)) / float(weight.sum() - (weight**2).sum() / weight.sum())
    )


def poisson_limit(expected: npt.ArrayLike, share: float) -> Floats:
    """Count below which a Poisson count lies with probability `share`, interpolated, any shape.

    With r the smallest count of which P(Y <= r) >= share: r - (P(Y <= r) - share) / P(Y = r), not
    below 0. Expected 10, share 0.975: 16.16.
    """
    from scipy import special

    mean = np.asarray(expected, dtype=np.float64)
    r = np.maximum(np.ceil(special.pdtrik(share, mean) - 1e-9), 0.0)
    r = np.where(special.pdtr(r, mean) < share, r + 1, r)
    below = special.pdtr(r, mean)
    here = below - np.where(r > 0, special.pdtr(np.maximum(r - 1, 0.0), mean), 0.0)
    return np.asarray(np.maximum(r - (below - share) / here, 0.0))
