"""The smallest change that would have been found.

A test that finds nothing does not say that nothing changed: a fall of 10% is found in about one
line of four. So beside "no evidence of a change" stands how large a change would have had to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.stats.levels import LevelChange, count_of, root

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats


class Detectable(NamedTuple):
    """Latest totals at which a change would just be found, all else as it is, shape (...)."""

    fall: Floats
    """Largest total that would be a fall; NaN where none would, even 0."""
    rise: Floats
    """Smallest total that would be a rise."""


def detectable_totals(change: LevelChange, latest: npt.ArrayLike) -> Detectable:
    """Find the totals of the latest block at which the limits would just leave out "no change".

    Parameters
    ----------
    change
        Answer of a test of levels.
    latest
        Months of its latest block, shape (..., n).

    Notes
    -----
    The latest block has a level of its own in the model. So adding the same amount to the root of
    each of its months moves the difference and its limits by that amount and nothing else: neither
    the weights nor the standard errors change. The limit that is to reach 0 therefore says by how
    much; no search is needed. A month that would fall below 0 stays there, and the others fall by
    more, so that the mean of the roots is the same. NaN in a month: NaN.

    Examples
    --------
    Two even years of 100 each, nothing else known: 68 and 137.
    """
    fall, rise = _moved(change, latest)
    return Detectable(fall=np.floor(fall.sum(-1)), rise=np.ceil(rise.sum(-1)))


def level_limits(change: LevelChange, latest: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Means of the latest block, shape (...), below and above which it is found changed.

    The mean lies outside them exactly when the limits of the change leave out "no change". 0 where
    no fall would be found. Arguments as for `detectable_totals`.
    """
    fall, rise = _moved(change, latest)
    return np.nan_to_num(fall.mean(-1)), np.asarray(rise.mean(-1))


def _moved(change: LevelChange, latest: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Months of the latest block, moved until a fall and until a rise is just found; NaN: never."""
    x = root(latest)
    fall = _from_zero(x - np.asarray(change.difference_upper)[..., None])
    rise = _from_zero(x - np.asarray(change.difference_lower)[..., None])
    possible = fall.mean(-1, keepdims=True) >= root(0.0)
    return np.where(possible, count_of(fall), np.nan), count_of(rise)


def _from_zero(x: Floats) -> Floats:
    """Roots of the same mean, none below that of 0: what is below is taken from the others, alike.

    Shape (..., n). Roots whose mean is below that of 0 stay as they are.
    """
    least = root(0.0)
    for _ in range(x.shape[-1]):
        below = x < least
        lacking = np.where(below, least - x, 0.0).sum(-1, keepdims=True)
        above = (~below).sum(-1, keepdims=True)
        if not (lacking * above > 0).any():
            break
        x = np.where(below & (above > 0), least, x - lacking / np.maximum(above, 1))
    return x
