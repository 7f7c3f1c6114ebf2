"""Designs of a comparison of levels: which months are known, and which level each belongs to."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats

SEASON_NEEDS = 36
"""Months from which calendar months can be told from a change within them."""


class Design(NamedTuple):
    """Which months are known, and which level each belongs to."""

    times: tuple[int, ...]
    """Place of each known month in time, ascending; a gap is a gap."""
    blocks: tuple[int, ...]
    """Level of each known month: 0 the latest block, 1 the block compared with, 2 ... others."""
    season: bool
    """Whether calendar months are taken out."""


def columns(design: Design) -> Floats:
    """Columns of the model, shape (months, parameters): one a level, and eleven calendar months."""
    blocks = np.array(design.blocks)[:, None] == sorted(set(design.blocks))
    if not design.season:
        return np.asarray(blocks, dtype=np.float64)
    months = np.array(design.times)[:, None] % 12 == np.arange(1, 12)
    return np.asarray(np.hstack([blocks, months]), dtype=np.float64)


def _blocks_back(months: int) -> list[int]:
    """Whole years counted back from the end of so many months: 0 the last one; oldest first."""
    return [place // 12 for place in range(months)][::-1]


@lru_cache(maxsize=256)
def six_months_design(months: int) -> Design:
    """Latest six months, the twelve before them, and whole years before those."""
    blocks = [2 + block for block in _blocks_back(months - 18)] + [1] * 12 + [0] * 6
    return Design(tuple(range(months)), tuple(blocks), months >= SEASON_NEEDS)


@lru_cache(maxsize=256)
def two_years_design(months: int, baseline: int) -> Design:
    """Latest twelve months, the baseline year that begins at `baseline`, whole years between and
    before them.
    """
    between = _blocks_back(months - 12 - baseline - 12)
    older = [2 + max(between, default=-1) + 1 + block for block in _blocks_back(baseline)]
    blocks = older + [1] * 12 + [2 + block for block in between] + [0] * 12
    return Design(tuple(range(months)), tuple(blocks), season=True)


@lru_cache(maxsize=256)
def same_period_design(months: int, period: int) -> Design:
    """Latest `period` months, those between, the same a year before, and whole years before."""
    older = [3 + block for block in _blocks_back(months - period - 12)]
    blocks = older + [1] * period + [2] * (12 - period) + [0] * period
    return Design(tuple(range(months)), tuple(blocks), season=True)


def without(design: Design, known: npt.NDArray[np.bool_]) -> Design:
    """Leave unknown months out, and calendar months too where not three years are known.

    `known` has a flag a month of the design. Two blocks of the same calendar months keep them.
    """
    times = tuple(t for t, kept in zip(design.times, known, strict=True) if kept)
    blocks = tuple(b for b, kept in zip(design.blocks, known, strict=True) if kept)
    latest, earlier = (
        {t % 12 for t, b in zip(times, blocks, strict=True) if b == block} for block in (0, 1)
    )
    season = design.season and (latest == earlier or len(times) >= SEASON_NEEDS)
    return Design(times, blocks, season)
