"""When two computed numbers count as the same, and how one is written."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

TOLERANCE = 0.5e-11
"""Relative: equal to twelve significant digits. Above the error of sums of some hundred doubles
(1e-13), far below anything that could be seen in the data.
"""

DIGITS = 12
"""Significant digits written: enough to check any sum, few enough that the same figure is the same
text everywhere.
"""


def same(a: float, b: float) -> bool:
    """Whether two numbers agree to twelve significant digits. A value on a line is inside it.

    An infinity equals itself alone; NaN equals nothing. 0.1 + 0.2 and 0.3: the same; 60260 and
    60260.000001: not.
    """
    return a == b or (isfinite(a - b) and abs(a - b) <= TOLERANCE * max(abs(a), abs(b)))


def as_written(value: float | Decimal | None) -> float | None:
    """Round a number to `DIGITS`; a whole one is an int. None where it is not finite: a cell can
    hold no infinity.
    """
    if value is None:
        return None
    number = float(value)
    if number.is_integer() and abs(number) < 10**DIGITS:
        return int(number)
    if not isfinite(number):
        return None
    short = float(f"{number:.{DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def to_decimals(value: float, decimals: int) -> float:
    """Round half up to decimals, as a number is printed: 0.125 and 2 give 0.13."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
