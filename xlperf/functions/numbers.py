"""Functions that give numbers: lines, limits, margins, projections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from xlperf.assess.chart import BEFORE, RECENT
from xlperf.config import SpcBasis
from xlperf.errors import FunctionError
from xlperf.functions.arguments import cells, choice, number, numbers, whole
from xlperf.stats import control, intervals
from xlperf.stats import projection as trends


def lines(values: Any, basis: str = "points", z: float = 1.96) -> list[list[float]]:
    """Lines that the mean of the latest six months is compared with.

    Parameters
    ----------
    values
        Monthly counts, oldest first, 18 or more; lines are drawn from the twelve before the last six.

    Returns
    -------
    list of one row
        Lower line, centre, upper line.
    """
    counts = np.array(numbers("values", values, least=BEFORE + RECENT))[-BEFORE - RECENT :]
    width = number("z", z, least=0.5, most=6)
    found = control.compare_blocks(
        counts[:BEFORE], counts[BEFORE:], basis=str(choice("basis", basis, SpcBasis)), z=width
    )
    return [[float(found.lower), float(found.baseline_mean), float(found.upper)]]


def xmr(values: Any, sigmas: float = 3.0) -> list[list[float]]:
    """Lines of an individuals chart from the mean moving range, all values taken; not below 0 for counts.

    Returns
    -------
    list of one row
        Lower line, centre, upper line.
    """
    found = control.xmr_limits(
        np.array(numbers("values", values, least=2, negative=True)), sigmas=number("sigmas", sigmas, least=0.5, most=6)
    )
    return [[float(found.lower), float(found.centre), float(found.upper)]]


def runs(values: Any, sigmas: float = 3.0) -> list[list[str]]:
    """Signals of the four run rules, a row for each value: blank, or which rules it is part of.

    Outside the lines; seven on one side of the mean; seven rising or falling; two of three near a line.
    """
    given = np.array(numbers("values", values, least=2, negative=True))
    found = control.chart(given, sigmas=number("sigmas", sigmas, least=0.5, most=6)).signals
    words = (
        (found.outside, "above the upper line", "below the lower line"),
        (found.shift, "run above the mean", "run below the mean"),
        (found.trend, "rising", "falling"),
        (found.two_of_three, "two of three near the upper line", "two of three near the lower line"),
    )
    return [
        ["; ".join((up if signal[place] > 0 else down) for signal, up, down in words if signal[place])]
        for place in range(given.size)
    ]


def projection(values: Any, months_ahead: int, drift: float = 0.10, z: float = 1.96) -> list[list[float | str]]:
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
        Name of the trend, total, lower and upper end of its range; blank where there are too few months.
    """
    found = trends.project(
        np.array(numbers("values", values, least=24)),
        months_ahead=whole("months_ahead", months_ahead, least=1, most=240),
        drift=number("drift", drift, least=0, most=1),
        z=number("z", z, least=0.5, most=6),
    )
    return [
        [
            str(trend.name),
            *((float(trend.total), float(trend.lower), float(trend.upper)) if trend.available else [""] * 3),
        ]
        for trend in found
    ]


def wilson(percent: float, n: float, design_effect: float = 1.0, z: float = 1.96) -> list[list[float]]:
    """Wilson's interval of a percentage, in per cent: lower and upper limit.

    Examples
    --------
    >>> [[round(limit, 1) for limit in row] for row in wilson(90.625, 32)]
    [[75.8, 96.8]]
    """
    share = number("percent", percent, least=0, most=100) / 100
    effective = whole("n", n, least=1, most=10_000_000) / number("design_effect", design_effect, least=0.25, most=100)
    found = intervals.wilson(share * effective, effective, z=number("z", z, least=0.5, most=6))
    return [[100 * float(found.lower), 100 * float(found.upper)]]


def margin(n: float, design_effect: float = 1.0, z: float = 1.96) -> float:
    """Largest margin that a percentage of n answers can have, in points.

    Examples
    --------
    >>> round(margin(32), 1)
    17.3
    """
    effective = whole("n", n, least=1, most=10_000_000) / number("design_effect", design_effect, least=0.25, most=100)
    return 100 * float(intervals.worst_margin(effective, z=number("z", z, least=0.5, most=6)))


def attainable(percent: float, n: float, decimals: int | None = None) -> bool:
    """Whether a whole number of n gives a percentage, rounded as it is printed.

    Parameters
    ----------
    decimals
        Decimals it is printed with; those it is given with, if left out.

    Examples
    --------
    >>> attainable(37.5, 65), attainable(37.5, 64)
    (False, True)
    """
    found = cells(percent)
    number("percent", percent, least=0, most=100)
    text = format(Decimal(str(found[0]).strip().removesuffix("%")), "f")
    places = len(text.partition(".")[2]) if decimals is None else whole("decimals", decimals, least=0, most=6)
    if decimals is not None and len(text.partition(".")[2].rstrip("0")) > places:
        raise FunctionError(
            f"percent is {text}, which has more than {places} decimals. Give the percentage as printed."
        )
    return bool(intervals.attainable(text, whole("n", n, least=1, most=10_000_000), places))
