"""The smallest change that would have been found.

A test that finds nothing does not say that nothing changed: a fall of 10% is found in about one
line of four. So beside "no evidence of a change" stands how large a change would have had to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlperf.stats.levels import LevelChange, count_of, root

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlperf.stats.distributions import Floats


@dataclass(frozen=True, slots=True)
class Detectable:
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
    much; no search is needed. NaN in a month: NaN.

    Examples
    --------
    Two even years of 100 each, nothing else known: 65 and 142.
    """
    x = root(latest)
    fall = x - np.asarray(change.difference_upper)[..., None]
    rise = x - np.asarray(change.difference_lower)[..., None]
    possible = fall.mean(-1) >= root(0.0)
    return Detectable(
        fall=np.asarray(np.where(possible, np.floor(count_of(fall).sum(-1)), np.nan)),
        rise=np.asarray(np.ceil(count_of(rise).sum(-1))),
    )
