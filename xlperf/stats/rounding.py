"""When two computed numbers count as the same."""

from __future__ import annotations

from math import isfinite

TOLERANCE = 0.5e-11
"""Relative: equal to twelve significant digits. Above the error of sums of some hundred doubles
(1e-13), far below anything that could be seen in the data.
"""


def same(a: float, b: float) -> bool:
    """Whether two numbers agree to twelve significant digits. A value on a line is inside it.

    An infinity equals itself alone; NaN equals nothing. 0.1 + 0.2 and 0.3: the same; 60260 and
    60260.000001: not.
    """
    return a == b or (isfinite(a - b) and abs(a - b) <= TOLERANCE * max(abs(a), abs(b)))
