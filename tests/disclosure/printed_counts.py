"""Which counts stand behind a printed figure.

Formulas such as "half a step to either side" are wrong at ties and with binary fractions, so where
a figure depends on one unknown count the function that prints is asked itself. Where it depends on
two (a share without its n, a change from an unknown base) the printed ratio is a linear fact with
whole coefficients; it leaves out ties, which may print either way, so it says rather more than a
reader knows.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from xlperf.disclosure.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from xlperf.disclosure.facts import Form

ONE_DECIMAL_BELOW = 10
"""Per cent: `tiles.figures.percent_change` prints one decimal below, none from there."""


class CountRange(NamedTuple):
    """Least and greatest count, both possible; None: no greatest."""

    low: int
    high: int | None


class Ratio(NamedTuple):
    """A sum in relation to another, with their true values."""

    part: Form
    whole: Form
    part_value: int
    whole_value: int


def printed_alike(
    count: int, printed: Callable[[int], object], *, least: int = 0, most: int | None = None
) -> CountRange:
    """Find the least and the greatest count that print as this one does.

    `printed` gives the text of a count from `least` to `most`; counts with one text follow each
    other, as with any rounding. 160 of 163 printed as 98.2%: 160 to 160. Equal texts beyond
    2**62 counts away count as no limit.
    """
    text = printed(count)
    low = _farthest(count, least, -1, lambda other: printed(other) == text)
    high = _farthest(count, most, 1, lambda other: printed(other) == text)
    return CountRange(least if low is None else low, high)


def _farthest(count: int, end: int | None, sign: int, alike: Callable[[int], bool]) -> int | None:
    """Find the last count alike in one direction, doubling the step and then halving; None: no end
    was met.
    """
    last, step = count, 1
    room = 1 << 62 if end is None else abs(end - count)
    while (tried := min(abs(last - count) + step, room)) > abs(last - count):
        if alike(count + sign * tried):
            last, step = count + sign * tried, step * 2
        elif tried == abs(last - count) + 1:
            break
        else:
            step = max((tried - abs(last - count)) // 2, 1)
            room = tried - 1
    return None if end is None and abs(last - count) == 1 << 62 else last


def behind_number(printed: Decimal) -> tuple[Fraction, Fraction]:
    """Give the two ends of what rounds to a printed number: half a step of its last digit to either
    side. 85.5: 85.45 and 85.55.
    """
    exponent = printed.as_tuple().exponent
    half = Fraction(10) ** (exponent if isinstance(exponent, int) else 0) / 2
    return Fraction(printed) - half, Fraction(printed) + half


def behind_change(printed: Decimal) -> tuple[Fraction, Fraction]:
    """Give the two ends of what `percent_change` prints like this: its decimals tell on which side
    of ten per cent a change is. 10.0: 9.95 and 10; 10: 10 and 10.5.
    """
    low, high = behind_number(printed)
    if printed.as_tuple().exponent == 0:
        cut = Fraction(ONE_DECIMAL_BELOW)
        return (max(low, cut), high) if printed > 0 else (low, min(high, -cut))
    return max(low, Fraction(-ONE_DECIMAL_BELOW)), min(high, Fraction(ONE_DECIMAL_BELOW))


def ratio_fact(
    ratio: Ratio, ends: tuple[Fraction, Fraction], scale: int = 100, source: object = None
) -> tuple[Fact, Fact]:
    """State that scale x part / whole lies between two ends.

    An end itself is included only where the true ratio is on it. A share: scale 100. A change in
    per cent: part is the later count, and 100 is added to both ends.
    """
    (low, high), value = ends, scale * ratio.part_value
    return (
        _above(ratio, low, scale, strict=value != low * ratio.whole_value, source=source),
        _above(
            ratio, high, scale, strict=value != high * ratio.whole_value, source=source, sign=-1
        ),
    )


def _above(
    ratio: Ratio, end: Fraction, scale: int, *, strict: bool, source: object, sign: int = 1
) -> Fact:
    """State sign x (scale x part - end x whole) >= 0, or > 0, in whole coefficients."""
    form = (
        *((atom, sign * scale * end.denominator * factor) for atom, factor in ratio.part),
        *((atom, -sign * end.numerator * factor) for atom, factor in ratio.whole),
    )
    return Fact(form, 1 if strict else 0, None, source)
