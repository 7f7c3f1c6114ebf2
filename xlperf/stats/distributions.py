"""Quantiles and tails used by several methods."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

Floats: TypeAlias = npt.NDArray[np.float64]


@lru_cache(maxsize=64)
def t_quantile(df: float, z: float) -> float:
    """Quantile of Student's t at the probability where the normal quantile is `z`.

    z = 1.96 and 11 degrees of freedom: 2.2010 (tables print t(0.975, 11) = 2.201).
    """
    return float(special.stdtrit(df, special.ndtr(z)))


def two_sided_t(t: npt.ArrayLike, df: float) -> Floats:
    """Two-sided p value of a t statistic, any shape; NaN gives NaN. t = 2.201 on 11 degrees of freedom: 0.0500."""
    return np.asarray(2.0 * special.stdtr(df, -np.abs(np.asarray(t, dtype=np.float64))))


def two_sided_level(z: float) -> float:
    """Error probability, both tails, that `z` stands for: 1.96 -> 0.0500."""
    return float(2.0 * special.ndtr(-z))
