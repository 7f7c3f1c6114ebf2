"""Monthly counts with a known truth: Poisson about a mean that has a season and an autocorrelated
disturbance.

The cells are those of docs/methods-evidence.md: `cv`, extra-Poisson coefficient of variation of a
month; `season`, half-range of a yearly wave; `ar`, lag-1 correlation of the disturbance. Nothing
ever really changes in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Cell:
    mean: float
    cv: float = 0.0
    season: float = 0.0
    ar: float = 0.0


def counts(
    rng: np.random.Generator, cell: Cell, series: int, months: int
) -> npt.NDArray[np.float64]:
    """Series of counts, shape (series, months), each beginning in a month of the year drawn at
    random.
    """
    first = rng.integers(0, 12, (series, 1))
    mean = cell.mean * (1 + cell.season * np.cos(2 * np.pi * (first + np.arange(months)) / 12))
    if cell.cv:
        sigma = np.sqrt(np.log(1 + cell.cv**2))
        noise = rng.standard_normal((months, series))
        for month in range(1, months):
            noise[month] = cell.ar * noise[month - 1] + np.sqrt(1 - cell.ar**2) * noise[month]
        mean = mean * np.exp(sigma * noise.T - sigma**2 / 2)
    return rng.poisson(mean).astype(np.float64)


def tolerance(percent: float, series: int, published: int) -> float:
    """Four binomial standard errors of the difference from a published percentage, and its rounding
    to 0.1.
    """
    share = max(percent, 0.1) / 100
    return 400 * float(np.sqrt(share * (1 - share) * (1 / series + 1 / published))) + 0.05
