"""When two computed numbers count as the same."""

from __future__ import annotations

TOLERANCE = 0.5e-11
"""Relative: equal to twelve significant digits. Above the error of sums of some hundred doubles (1e-13), far below
anything that could be seen in the data."""


def same(a: float, b: float) -> bool:
    """Whether two numbers agree to twelve significant digits. A value on a line is inside it.

    Infinities equal themselves; NaN equals nothing.
    """
    return a == b or abs(a - b) <= TOLERANCE * max(abs(a), abs(b))
