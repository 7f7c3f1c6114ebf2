"""Whether equal figures are a copy or chance.

Two periods of a force may have the same count by chance: 12 and 12 often, 60,260 and 60,260 hardly
ever. The chance of each pair is calculated from its size; a block is a copy when that many equal
pairs among its pairs are too unlikely.
"""

from __future__ import annotations

from math import comb, exp, log, pi, sqrt
from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.tables.rows import DataRow

COPY_CHANCE = 0.001
"""A block of figures is called a copy when chance would make so many of them equal in fewer blocks
than this.
"""
WANDER = 0.02
"""Standard deviation by which rolling years move in a quarter beyond Poisson's, as a share; lower
than the median of the open data (police recorded crime by force, 2007 to 2018), so that chance is
not underrated.
"""
TWINS_LEAST = 5_000
"""Counts from which two forces rarely have the same: some 0.4 in 1,000 figures, fewer above."""
ENTER_ANEW = "Enter the figures of the period; if they are right, leave them."
"""What to do about a copy."""


class Pair(NamedTuple):
    """A figure and the one it may be a copy of."""

    row: DataRow
    name: str
    """Whose figure it is: a force or a measure."""
    chance: float
    """Chance that the two are equal though neither is a copy."""
    equal: bool


def chance_of_equal_counts(count: float, months_apart: int) -> float:
    """Chance that two rolling years of about this count, some months apart, are equal."""
    apart = min(1.0, months_apart / 12)
    variance = 2 * count * apart + (WANDER * count) ** 2 * min(1.0, months_apart / 3)
    return chance_of_equal(variance)


def chance_of_equal_shares(share: float, n: int, months_apart: int, step: float = 0.001) -> float:
    """Chance that two shares of n answers are printed alike, in steps of a tenth of a point."""
    variance = 2 * share * (1 - share) / n * min(1.0, months_apart / 12)
    return chance_of_equal(variance / step**2)


def chance_of_equal(variance: float) -> float:
    """Chance that two whole numbers whose difference has this variance are equal."""
    return min(1.0, 1 / sqrt(2 * pi * variance)) if variance > 0 else 1.0


def copied(pairs: Sequence[Pair], among: int = 1) -> bool:
    """Whether so many equal pairs are hardly chance, if the block was picked among so many."""
    chances = [pair.chance for pair in pairs if pair.equal]
    if not chances:
        return False
    evidence = log(comb(len(pairs), len(chances))) + sum(log(chance) for chance in chances)
    return among * exp(evidence) < COPY_CHANCE
