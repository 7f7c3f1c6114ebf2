"""When a family counts as reduced.

The report (8.3, in our words): a family shows a reduction when its anti-social behaviour fell by 60 % or more, and/or its
minors' offending by 33 % or more, in six months against the six before. One council asks for both, the other for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

ASB_REDUCTION = 0.60
"""Share by which anti-social behaviour must fall; the report, 8.3."""
OFFENDING_REDUCTION = 0.33
"""Share by which minors' offending must fall; the report, 8.3."""


def reduced(
    asb_before: npt.ArrayLike,
    asb_now: npt.ArrayLike,
    offending_before: npt.ArrayLike,
    offending_now: npt.ArrayLike,
    *,
    counting: str,
) -> npt.NDArray[np.bool_]:
    """Whether each family shows a reduction.

    Parameters
    ----------
    asb_before, asb_now, offending_before, offending_now
        Incidents of each family in the six months before and the latest six, shape (families,).
    counting
        ``and``: both reductions are needed. ``or``: one is enough.

    Notes
    -----
    Where there was nothing before, nothing can have fallen: no reduction. A fall of exactly 60 % or 33 % counts.
    """
    if counting not in ("and", "or"):
        raise ValueError(f"counting must be 'and' or 'or', but is {counting!r}.")
    asb = _fell(asb_before, asb_now, ASB_REDUCTION)
    offending = _fell(offending_before, offending_now, OFFENDING_REDUCTION)
    return asb & offending if counting == "and" else asb | offending


def _fell(before: npt.ArrayLike, now: npt.ArrayLike, share: float) -> npt.NDArray[np.bool_]:
    then, latest = np.asarray(before, dtype=np.float64), np.asarray(now, dtype=np.float64)
    return np.asarray((then > 0) & (latest <= then * (1 - share) + 1e-9 * then))
