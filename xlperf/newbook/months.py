"""Illustrative months of offences that add up, without remainder, to published rolling totals.

Rolling totals give ``quarter(t) - quarter(t - 4)``, so with the quarters of the first year chosen
all others follow. Each quarter is shared out among its months by season and chance, in whole
offences. Any four quarters in a row therefore add up to the rolling total exactly
(`published.rolling_totals`).

Chance comes from `random.Random` with a fixed seed, of which only ``random()`` is used: its stream
is the same in every version of Python.
"""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from xlperf.newbook.published import rolling_totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEED = 2046
"""Of the seeds tried, one whose vehicle crime is level in 2014, as the report has it."""
FIRST_QUARTERS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "SP11_offences": (22_300, 21_060, 19_490),
        "SP12_offences": (1_340, 1_467, 1_442),
        "SP13_offences": (2_022, 1_857, 1_532),
        "SP14A_offences": (1_840, 1_870, 1_600),
        "SP14B_offences": (368, 376, 324),
    }
)
"""April to December 2009 by quarter: made up, such that the quarters that follow show a steady,
moderate season.
"""
DISPERSION: Mapping[str, float] = MappingProxyType(
    {
        "SP11_offences": 4,
        "SP12_offences": 3,
        "SP13_offences": 3,
        "SP14A_offences": 3,
        "SP14B_offences": 1.6,
    }
)
"""Variance of months over their mean, within a quarter."""
SEASON = ((0.98, 1.02, 1.00), (1.02, 1.00, 0.98), (1.02, 1.00, 0.98), (1.00, 0.94, 1.06))
"""Weights of the months in a quarter, April to June first: days in the month, and the season."""
SHAPED: Mapping[tuple[str, int], tuple[int, int, int]] = MappingProxyType(
    {
        # The report, 15.1: each month from April 2014 below the same month of 2013, and falling
        # from May to September.
        ("SP11_offences", 16): (5_046, 5_227, 5_167),
        ("SP11_offences", 17): (5_220, 5_170, 5_100),
        ("SP11_offences", 20): (5_040, 5_221, 5_161),
        ("SP11_offences", 21): (5_080, 4_970, 4_858),
        # The report, 16.1: high from October 2013 to February 2014, then seven months below the
        # average.
        ("SP12_offences", 18): (411, 431, 425),
        ("SP12_offences", 19): (387, 378, 316),
        ("SP12_offences", 20): (322, 333, 321),
        ("SP12_offences", 21): (318, 309, 302),
    }
)
"""Weights of the months of single quarters (measure, quarter), where the report says how they went.
"""


def quarter_totals(measure: str) -> list[int]:
    """Offences of each quarter, April to June 2009 first."""
    rolling = rolling_totals(measure)
    quarters = [*FIRST_QUARTERS[measure], rolling[0] - sum(FIRST_QUARTERS[measure])]
    for before, after in pairwise(rolling):
        quarters.append(quarters[-4] + after - before)
    return quarters


def month_counts(measure: str) -> list[int]:
    """Offences of each month, April 2009 to September 2014."""
    random = Random(SEED + sorted(FIRST_QUARTERS).index(measure))  # noqa: S311 - illustrative data, not secrets
    months: list[int] = []
    for quarter, total in enumerate(quarter_totals(measure)):
        spread = sqrt(DISPERSION[measure] / (total / 3))
        weights = [
            weight * max(0.3, 1 + spread * _normal(random)) for weight in SEASON[quarter % 4]
        ]
        months += _shared(total, SHAPED.get((measure, quarter), weights))
    return months


def _normal(random: Random) -> float:
    """Nearly normal deviate, mean 0 and variance 1: twelve uniform ones less six."""
    return sum(random.random() for _ in range(12)) - 6


def _shared(total: int, weights: Sequence[float]) -> list[int]:
    """Share out a total by weights in whole numbers: rounded down, then one more for the largest
    remainders.
    """
    exact = [total * weight / sum(weights) for weight in weights]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_remainder[: total - sum(whole)]:
        whole[i] += 1
    return whole
