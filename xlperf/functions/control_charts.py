"""Control charts of figures, shares, rates and rare events, with the run rules.

No limit of a chart of counts, shares, rates or times lies below 0. Which chart suits which figures:
docs/charts.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from xlperf.errors import FunctionError
from xlperf.functions.arguments import (
    Cells,
    choice,
    like_setting,
    number,
    numbers,
    one_for_each,
    whole,
    whole_numbers,
)
from xlperf.functions.result_types import LimitsByPoint, RunsResult, XmrResult
from xlperf.stats import attributes, control
from xlperf.tables.coercion import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from xlperf.functions.arguments import NumberSeries
    from xlperf.stats.attributes import AttributeLines
    from xlperf.stats.control import RunSignals, XmrLimits

V = TypeVar("V")
B = TypeVar("B")

SIGMAS = 3.0
"""Width of the limits of an individuals chart (Montgomery, section 6.4)."""
IN_A_ROW = 7
"""Values in a row that make a run or a trend: *Making Data Count*."""
LEAST_IN_A_ROW, MOST_IN_A_ROW = 5, 15


class Centre(StrEnum):
    """What the centre of an individuals chart is."""

    MEAN = "mean"
    MEDIAN = "median"


class Variation(StrEnum):
    """How much shares and rates are taken to vary."""

    LANEY = "laney"
    """As the points themselves show (Laney 2002)."""
    CHANCE = "chance"
    """As chance alone makes them: binomial shares, Poisson rates."""


def xmr(
    values: Cells,
    sigmas: float = SIGMAS,
    centre: Literal["mean", "median"] = "mean",
    least: float | None = None,
) -> XmrResult:
    """Draw the limits of an individuals chart from the moving ranges of all values.

    Parameters
    ----------
    values
        Figures, oldest first, as a row or a column.

        There must be 2 or more, of any sign. Blanks at the ends are left out. Where they are a
        Series or a table whose index has dates, these must ascend.
    sigmas
        Width of the lines in standard deviations.
    centre
        mean, with the mean moving range; median, with the median one, which outliers do not move.
    least
        Value that no figure can be below: 0 for counts. The lower limit is not drawn below it. Left
        out: there is none.

    Returns
    -------
    XmrResult
        The limits. Its table has a row for each value.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> xmr([41, 43, 40, 42, 41, 42])
    XmrResult(lower=36.7128, centre=41.5, upper=46.2872)
    >>> xmr([10, 12, 10, 12, 90], centre="median")
    XmrResult(lower=5.71069, centre=12, upper=18.2893)
    >>> xmr([0, 5, 0, 5], least=0).lower
    0.0
    """
    figures = numbers("values", values, least=2)
    lower, middle, upper = _limits(figures, sigmas, centre)
    return XmrResult(
        lower=_not_below(lower, figures, least),
        centre=middle,
        upper=upper,
        values=in_place(figures, figures.numbers, None),
        index=figures.index,
    )


def runs(
    values: Cells,
    sigmas: float = SIGMAS,
    in_a_row: int = IN_A_ROW,
    centre: Literal["mean", "median"] = "mean",
    least: float | None = None,
) -> RunsResult:
    """Find the values that are part of a signal of the four run rules.

    Outside the limits; seven on one side of the centre; seven rising or falling; two of three near
    a limit (see `xlperf.stats.control.run_rules`).

    Parameters
    ----------
    values
        Figures, oldest first, as a row or a column.

        There must be 2 or more, of any sign. Blanks at the ends are left out. Where they are a
        Series or a table whose index has dates, these must ascend.
    sigmas
        Width of the lines in standard deviations.
    in_a_row
        Values in a row that make a run or a trend: 6, 7 or more.
    centre
        mean, with the mean moving range; median, with the median one, which outliers do not move.
    least
        Value that no figure can be below: 0 for counts. The lower limit is not drawn below it. Left
        out: there is none.

    Returns
    -------
    RunsResult
        In `signals` a text for each value: empty, or the rules that it is part of. Its table has a
        row for each value.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> runs([5, 6, 7, 8, 9, 10, 11, 5]).signals
    ('rising', 'rising', 'rising', 'rising', 'rising', 'rising', 'rising', '')
    >>> runs([5, 6, 7, 8, 9, 10, 5], in_a_row=6).count
    6
    """
    figures = numbers("values", values, least=2)
    lower, middle, upper = _limits(figures, sigmas, centre)
    found = _signals(figures.numbers, (middle, lower, upper), in_a_row)
    texts = _texts(found, choice("centre", centre, Centre))
    return RunsResult(
        lower=_not_below(lower, figures, least),
        centre=middle,
        upper=upper,
        values=in_place(figures, figures.numbers, None),
        signals=in_place(figures, texts, ""),
        index=figures.index,
    )


def _limits(figures: NumberSeries, sigmas: object, centre: object) -> tuple[float, float, float]:
    """Lower limit, centre and upper limit of an individuals chart."""
    width, x = like_setting("sigmas", sigmas, "z"), np.array(figures.numbers)
    lines: XmrLimits | AttributeLines
    if choice("centre", centre, Centre) is Centre.MEAN:
        lines = control.xmr_limits(x, sigmas=width)
    else:
        lines = attributes.median_chart(x, sigmas=width, counts=False)
    lower, middle, upper = (
        float(np.ravel(line)[0]) for line in (lines.lower, lines.centre, lines.upper)
    )
    return lower, middle, upper


def _not_below(lower: float, figures: NumberSeries, least: object) -> float:
    if least is None:
        return lower
    bound = number("least", least)
    if (smallest := min(figures.numbers)) < bound:
        raise FunctionError(
            f"least is {number_text(bound)}, but values has {number_text(smallest)}. Give a value"
            " that no figure is below."
        )
    return max(lower, bound)


def _signals(
    values: Iterable[float], lines: tuple[object, object, object], in_a_row: object
) -> RunSignals:
    length = whole("in_a_row", in_a_row, least=LEAST_IN_A_ROW, most=MOST_IN_A_ROW)
    centre, lower, upper = (np.asarray(line, dtype=np.float64) for line in lines)
    return control.run_rules(
        np.array(tuple(values)), centre, lower, upper, run=length, trend=length
    )


def _texts(found: RunSignals, centre: str, *, two_of_three: bool = True) -> tuple[str, ...]:
    words = [
        (found.outside, "above the upper line", "below the lower line"),
        (found.shift, f"run above the {centre}", f"run below the {centre}"),
        (found.trend, "rising", "falling"),
    ]
    if two_of_three:
        near = "two of three near the {} line"
        words.append((found.two_of_three, near.format("upper"), near.format("lower")))
    return tuple(
        "; ".join((up if signal[at] > 0 else down) for signal, up, down in words if signal[at])
        for at in range(found.outside.size)
    )


def in_place(cells: NumberSeries, values: Sequence[V], blank: B) -> tuple[V | B, ...]:
    """Values where their cells stand, with blanks before and after them."""
    before, after = cells.first, cells.size - cells.first - len(values)
    return (*[blank] * before, *values, *[blank] * after)


def p_chart(
    numerators: Cells,
    denominators: Cells,
    variation: Literal["laney", "chance"] = "laney",
    sigmas: float = SIGMAS,
    in_a_row: int = IN_A_ROW,
) -> LimitsByPoint:
    """Chart shares, such as outcome rates, with limits for each point (p′ and p chart).

    The rules are: outside the limits, a run on one side of the centre, a trend.

    Parameters
    ----------
    numerators
        How many of each period had the outcome, oldest first: 37 of 400.

        Whole numbers, 2 or more of them. Blanks at the ends are left out. Where they are a Series
        or a table whose index has dates, these must ascend.
    denominators
        Of how many, above 0: one for each period, or one for all.
    variation
        laney: as the points themselves vary, which suits large denominators; chance: as chance
        alone makes them.
    sigmas
        Width of the limits in standard deviations.
    in_a_row
        Values in a row that make a run or a trend: 6, 7 or more.

    Returns
    -------
    LimitsByPoint
        Shares from 0 to 1 with their limits and signals. Its table has a row for each period.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> chart = p_chart([50, 80, 50], 1000)
    >>> round(chart.centre[0], 2), round(chart.upper[0], 4), round(chart.spread, 3)
    (0.06, 0.1398, 3.541)
    """
    figures = whole_numbers("numerators", numerators, least=2)
    sizes = one_for_each("denominators", denominators, "numerators", figures, read=whole_numbers)
    for place, (part, of) in enumerate(zip(figures.numbers, sizes, strict=True), figures.first + 1):
        if part > of:
            raise FunctionError(
                f"numerators, cell {place} is {number_text(part)}, of {number_text(of)} in"
                " denominators. Correct the one that is wrong."
            )
    return _by_size(attributes.p_prime, figures, sizes, variation, sigmas, in_a_row)


def u_chart(
    events: Cells,
    exposure: Cells,
    variation: Literal["laney", "chance"] = "laney",
    sigmas: float = SIGMAS,
    in_a_row: int = IN_A_ROW,
) -> LimitsByPoint:
    """Chart rates, such as offences per resident, with limits for each point (u′ and u chart).

    The rules are: outside the limits, a run on one side of the centre, a trend.

    Parameters
    ----------
    events
        Count of each period, oldest first.

        Whole numbers, 2 or more of them. Blanks at the ends are left out. Where they are a Series
        or a table whose index has dates, these must ascend.
    exposure
        Residents, vehicles or days that the counts are of, in any unit, above 0: one for each
        period, or one for all.
    variation
        laney: as the points themselves vary, which suits large counts; chance: as chance alone
        makes them.
    sigmas
        Width of the limits in standard deviations.
    in_a_row
        Values in a row that make a run or a trend: 6, 7 or more.

    Returns
    -------
    LimitsByPoint
        Rates per unit of exposure with their limits and signals. Its table has a row for each
        period.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> chart = u_chart([50, 80, 50], 1000)
    >>> round(chart.centre[0], 2), round(chart.upper[0], 4), round(chart.spread, 3)
    (0.06, 0.1398, 3.433)
    """
    figures = whole_numbers("events", events, least=2)
    sizes = one_for_each("exposure", exposure, "events", figures)
    return _by_size(attributes.u_prime, figures, sizes, variation, sigmas, in_a_row)


def _by_size(
    draw: Callable[..., AttributeLines],
    figures: NumberSeries,
    sizes: tuple[float, ...],
    variation: str,
    sigmas: float,
    in_a_row: int,
) -> LimitsByPoint:
    width, laney = like_setting("sigmas", sigmas, "z"), choice("variation", variation, Variation)
    lines = draw(figures.numbers, sizes, sigmas=width, laney=laney is Variation.LANEY)
    return _chart(figures, lines, in_a_row)


def g_chart(between: Cells, sigmas: float = SIGMAS, in_a_row: int = IN_A_ROW) -> LimitsByPoint:
    """Chart the cases or whole days between rare events, such as homicides (g chart).

    A value above the upper limit: the events have become rarer. A run below the centre: more
    frequent. The centre is the median.

    Parameters
    ----------
    between
        Cases, or whole days, between one event and the next, oldest first, 0 or more. Of dates in
        A2:A20: A3:A20-A2:A19.

        There must be 2 or more. Blanks at the ends are left out.
    sigmas
        Width of the limits in standard deviations.
    in_a_row
        Values in a row that make a run or a trend: 6, 7 or more.

    Returns
    -------
    LimitsByPoint
        The values with their limits and signals. Its table has a row for each.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> chart = g_chart([10, 20, 30])
    >>> chart.centre[0], chart.lower[0], round(chart.upper[0], 1)
    (20.0, 0.0, 81.5)
    """
    figures = whole_numbers("between", between, least=2)
    lines = attributes.g_chart(figures.numbers, sigmas=like_setting("sigmas", sigmas, "z"))
    return _chart(figures, lines, in_a_row)


def t_chart(times: Cells, sigmas: float = SIGMAS, in_a_row: int = IN_A_ROW) -> LimitsByPoint:
    """Chart the time between rare events, measured closely enough that none is 0 (t chart).

    A value above the upper limit: the events have become rarer. A run below the centre: more
    frequent.

    Parameters
    ----------
    times
        Time between one event and the next in days, hours or any unit, oldest first, above 0. With
        days that can be 0: XP_GCHART.

        There must be 2 or more. Blanks at the ends are left out.
    sigmas
        Width of the limits in standard deviations.
    in_a_row
        Values in a row that make a run or a trend: 6, 7 or more.

    Returns
    -------
    LimitsByPoint
        The times with their limits and signals. Its table has a row for each.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> chart = t_chart([12.5, 30.25, 8, 21])
    >>> round(chart.lower[0], 2), round(chart.centre[0], 2), round(chart.upper[0], 1)
    (0.08, 16.44, 130.0)
    """
    figures = numbers("times", times, least=2)
    for place, time in enumerate(figures.numbers, figures.first + 1):
        if time <= 0:
            raise FunctionError(
                f"times, cell {place} is {number_text(time)}. Times are above 0: give them with the"
                " time of day, or whole days to XP_GCHART."
            )
    lines = attributes.t_chart(figures.numbers, sigmas=like_setting("sigmas", sigmas, "z"))
    return _chart(figures, lines, in_a_row)


def _chart(figures: NumberSeries, lines: AttributeLines, in_a_row: object) -> LimitsByPoint:
    """Lay limits and signals beside the points.

    The rule of two of three is left out: it divides the distance of centre and limit into thirds,
    which these limits, not symmetric and cut off at 0, do not have.
    """
    found = _signals(lines.values.tolist(), (lines.centre, lines.lower, lines.upper), in_a_row)
    columns = (
        in_place(figures, tuple(column.tolist()), None)
        for column in (lines.values, lines.lower, lines.centre, lines.upper)
    )
    values, lower, centre, upper = columns
    return LimitsByPoint(
        values=values,
        lower=lower,
        centre=centre,
        upper=upper,
        spread=float(lines.spread),
        signals=in_place(figures, _texts(found, "centre", two_of_three=False), ""),
        index=figures.index,
    )
