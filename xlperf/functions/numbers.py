"""Functions that give numbers: lines, limits, margins, projections."""

from __future__ import annotations

from typing import Any

import numpy as np

from xlperf.assess.chart import BEFORE, RECENT
from xlperf.config import SpcBasis
from xlperf.errors import FunctionError
from xlperf.functions.arguments import (
    asked,
    block,
    choice,
    counts,
    like_setting,
    numbers,
    one,
    whole,
)
from xlperf.functions.arguments import design_effect as _effect
from xlperf.functions.arguments import percent as _percent
from xlperf.stats import control, intervals
from xlperf.stats import projection as trends
from xlperf.stats.defaults import DRIFT, Z
from xlperf.tables.coercion import is_blank, stripped
from xlperf.tiles.wording import TREND_NAMES


def lines(values: Any, basis: str = "points", z: float = Z) -> list[list[float]]:
    """Lines that the mean of the latest six months is compared with.

    Parameters
    ----------
    values
        Monthly counts, oldest first, 18 or more; lines are drawn from the twelve before the last
        six.

    Returns
    -------
    list of one row
        Lower line, centre, upper line.

    Examples
    --------
    >>> [[round(line, 2) for line in row] for row in lines([90, 110] * 6 + [110] * 6)]
    [[79.53, 100.0, 120.47]]
    """
    latest = np.array(counts("values", values, least=BEFORE + RECENT))[-BEFORE - RECENT :]
    width = like_setting("z", z)
    found = control.compare_blocks(
        latest[:BEFORE], latest[BEFORE:], basis=str(choice("basis", basis, SpcBasis)), z=width
    )
    return [[float(found.lower), float(found.baseline_mean), float(found.upper)]]


def xmr(values: Any, sigmas: float = 3.0) -> list[list[float]]:
    """Lines of an individuals chart from the mean moving range, all values taken. The lower one may
    be negative.

    Returns
    -------
    list of one row
        Lower line, centre, upper line.

    Examples
    --------
    >>> [[round(line, 2) for line in row] for row in xmr([41, 43, 40, 42, 41, 42])]
    [[36.71, 41.5, 46.29]]
    """
    found = control.xmr_limits(
        np.array(numbers("values", values, least=2)), sigmas=like_setting("sigmas", sigmas, "z")
    )
    return [[float(found.lower), float(found.centre), float(found.upper)]]


def runs(values: Any, sigmas: float = 3.0) -> list[list[str]]:
    """Signals of the four run rules, one for each cell given: blank, or which rules its value is
    part of.

    Outside the lines; seven on one side of the mean; seven rising or falling; two of three near a
    line.

    Returns
    -------
    list of rows
        In the shape of `values`: a list is a column. Blank cells before the first value and after
        the last stay blank.

    Examples
    --------
    >>> runs([[5, 6, 7, 8, 9, 10, 11, 5]])
    [['rising', 'rising', 'rising', 'rising', 'rising', 'rising', 'rising', '']]
    """
    given = np.array(numbers("values", values, least=2))
    found = control.chart(given, sigmas=like_setting("sigmas", sigmas, "z")).signals
    words = (
        (found.outside, "above the upper line", "below the lower line"),
        (found.shift, "run above the mean", "run below the mean"),
        (found.trend, "rising", "falling"),
        (
            found.two_of_three,
            "two of three near the upper line",
            "two of three near the lower line",
        ),
    )
    said = iter(
        "; ".join(
            (up if signal[place] > 0 else down) for signal, up, down in words if signal[place]
        )
        for place in range(given.size)
    )
    return [["" if is_blank(cell) else next(said) for cell in row] for row in _rows(values)]


def _rows(values: Any) -> list[list[Any]]:
    """Rows of cells, without the titles of a table."""
    return block(values.to_numpy() if hasattr(values, "to_numpy") else values)


def projection(
    values: Any, months_ahead: int, drift: float = DRIFT, z: float = Z
) -> list[list[float | str]]:
    """Twelve-month totals that the four trends give.

    Parameters
    ----------
    values
        Monthly counts, oldest first, 24 or more (36 for two of the trends).
    months_ahead
        Months from the last value to the end of the twelve projected.
    drift
        Smallest yearly drift allowed for in the ranges.

    Returns
    -------
    list of four rows
        Name of the trend, total, lower and upper end of its range; blank where there are too few
        months.

    Examples
    --------
    >>> name, total, lower, upper = projection([100] * 36, 12)[0]
    >>> name, round(total)
    ('straight line over 24 months', 1200)
    """
    found = trends.project(
        np.array(counts("values", values, least=24)),
        months_ahead=whole("months_ahead", months_ahead, least=1, most=240),
        drift=like_setting("drift", drift),
        z=like_setting("z", z),
    )
    return [
        [
            TREND_NAMES[trend.name],
            *(
                (float(trend.total), float(trend.lower), float(trend.upper))
                if trend.available
                else [""] * 3
            ),
        ]
        for trend in found
    ]


def wilson(percent: float, n: float, design_effect: float = 1.0, z: float = Z) -> list[list[float]]:
    """Wilson's interval of a percentage, in per cent: lower and upper limit.

    Examples
    --------
    >>> [[round(limit, 1) for limit in row] for row in wilson(90.625, 32)]
    [[75.8, 96.8]]
    """
    share = _percent("percent", percent) / 100
    effective = asked("n", n) / _effect(design_effect)
    found = intervals.wilson(share * effective, effective, z=like_setting("z", z))
    return [[100 * float(found.lower), 100 * float(found.upper)]]


def margin(n: float, design_effect: float = 1.0, z: float = Z) -> float:
    """Largest margin that a percentage of n answers can have, in points.

    Examples
    --------
    >>> round(margin(32), 1)
    17.3
    """
    effective = asked("n", n) / _effect(design_effect)
    return 100 * float(intervals.worst_margin(effective, z=like_setting("z", z)))


def attainable(percent: float, n: float, decimals: int | None = None) -> bool:
    """Whether a whole number of n gives a percentage, rounded as it is printed.

    Parameters
    ----------
    decimals
        Decimals it is printed with; if left out, those it is given with. A cell does not keep those
        that are 0: say 1 for 90.0.

    Examples
    --------
    >>> attainable(37.5, 65), attainable(37.5, 64), attainable(90, 105), attainable(90, 105, 1)
    (False, True, True, False)
    """
    size = asked("n", n)
    found = _percent("percent", percent)
    cell = one("percent", percent)
    typed = (
        stripped(cell).removesuffix("%").strip().replace("\u2212", "-")
        if isinstance(cell, str)
        else ""
    )
    printed = typed or intervals.printed_percent(found)
    given = printed.partition(".")[2]
    places = len(given) if decimals is None else whole("decimals", decimals, least=0, most=6)
    if len(given.rstrip("0")) > places:
        raise FunctionError(
            f"percent is {printed}, which has more than {places} decimals. Give the percentage as"
            " printed."
        )
    return bool(intervals.attainable(printed, size, places))
