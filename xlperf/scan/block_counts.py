"""The counts of a block of series, and what a scan keeps of it: answers, and faults of months.

A process on this computer and a partition of an engine elsewhere do the same with a block, so that
the result is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.scan.block import judge_block

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.periods import Month
    from xlperf.scan.block import Columns, ScanChoices
    from xlperf.stats.distributions import Floats

    Places = npt.NDArray[np.intp]
    Flags = npt.NDArray[np.bool_]

BLOCK = 2048
"""Series of a block: two to five seconds of work, some tens of megabytes."""


class BlockCounts(NamedTuple):
    """Counts of a block of series; arrays of shape (series, months)."""

    counts: Floats
    """NaN where a count is not known."""
    listed: Flags
    """Where a row is no count, which is among the faults of the table already."""
    twice: Flags
    """Where a month has two rows: neither is taken."""


def placed_counts(
    shape: tuple[int, int], place: Places, values: Any, there: Places | None
) -> BlockCounts:
    """Put counts in their places.

    Parameters
    ----------
    shape
        Number of series and of months.
    place
        Of each row: the place of its series times the number of months, plus that of its month.
    values
        Of each row: its count; NaN where it is none, masked where the row says nothing.
    there
        Places of months that count 0 where they have no row; None: such a month is not known.
    """
    counts, listed = np.full(shape, np.nan).ravel(), np.zeros(shape, dtype=bool).ravel()
    counts[place] = np.ma.filled(values, np.nan)
    listed[place] = np.isnan(np.ma.filled(values, 0.0))
    rows = np.bincount(place, minlength=counts.size)
    counts[rows > 1] = np.nan
    if there is not None:
        counts[there[rows[there] == 0]] = 0.0
    twice = (rows > 1).reshape(shape)
    return BlockCounts(counts.reshape(shape), listed.reshape(shape) & ~twice, twice)


def judged_block(
    block: BlockCounts, start: int, first: Month, choices: ScanChoices
) -> dict[str, Columns]:
    """Judge a block: its ``faults`` and its ``answers``, in columns.

    Parameters
    ----------
    start, first
        Number of its first series, and its first month.
    """
    rows, begin, last, twice = _gaps(block)
    faults = {"series": start + rows, "first": first + begin, "last": first + last, "twice": twice}
    number = len(block.counts)
    answers = {
        "series": np.arange(start, start + number),
        "gaps": np.bincount(rows, minlength=number),
        **judge_block(block.counts, choices),
    }
    return {"faults": faults, "answers": answers}


def _gaps(block: BlockCounts) -> tuple[Places, Places, Places, Flags]:
    """Runs of months without a row after the first with a count, and months with two rows: row,
    first month, last month, and whether it has two rows.
    """
    known = ~np.isnan(block.counts)
    begun = np.maximum.accumulate(known, axis=1)
    lacking = np.zeros((known.shape[0], known.shape[1] + 2), dtype=np.int8)
    lacking[:, 1:-1] = begun & ~(known | block.listed | block.twice)
    steps = np.diff(lacking, axis=1)
    (rows, first), (_, end) = np.nonzero(steps == 1), np.nonzero(steps == -1)
    doubled, month = np.nonzero(block.twice)
    return (
        np.concatenate([rows, doubled]),
        np.concatenate([first, month]),
        np.concatenate([end - 1, month]),
        np.repeat([False, True], [rows.size, doubled.size]),
    )
