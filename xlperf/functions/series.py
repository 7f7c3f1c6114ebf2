"""Functions of one series of months or figures: limits, signals, projections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from xlperf.assessment.chart import BEFORE, RECENT, assess_chart
from xlperf.assessment.evidence import Blocks
from xlperf.config import SpcBasis
from xlperf.functions.arguments import (
    Better,
    Cells,
    better_direction,
    choice,
    counts,
    like_setting,
    numbers,
    whole,
)
from xlperf.functions.cases import (
    LATEST,
    evidence_of,
    make_case,
    make_measure,
    make_months,
    make_settings,
)
from xlperf.functions.result_types import (
    ProjectionResult,
    RunsResult,
    SpcResult,
    TrendResult,
    XmrResult,
)
from xlperf.stats import control, horizon
from xlperf.stats import projection as trends
from xlperf.stats.defaults import DRIFT, Z
from xlperf.stats.projection import ProjectedTrend, TrendName
from xlperf.tables.measure_kinds import MeasureKind

if TYPE_CHECKING:
    from xlperf.functions.arguments import NumberSeries

V = TypeVar("V")
B = TypeVar("B")

SIGMAS = 3.0
"""Width of the limits of an individuals chart (Montgomery, section 6.4)."""


def spc(
    values: Cells,
    direction: Better = "down",
    basis: Literal["points", "levels", "mean", "xmr"] = "points",
    z: float = Z,
) -> SpcResult:
    """Judge the mean of the latest six months against limits from the twelve months before.

    Parameters
    ----------
    values
        Monthly counts, oldest first, as a row or a column; blanks at the ends are left out.

        There must be 18 or more; the last 18 are compared, and earlier ones say how much months
        vary, how alike neighbours are, and what is season. Where they are a Series or a table whose
        index has dates, these must be one month after the other.
    direction
        Which way is better: down or up.
    basis
        Lines: points, levels, mean or xmr.

        They are explained with the setting ``spc_basis``.
    z
        Width in standard deviations.

    Returns
    -------
    SpcResult
        RED, AMBER or GREEN in `colour`, the mean and the limits. Its table has a row a month.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> months = [420, 418, 371, 437, 443, 424, 431, 457, 352, 436, 414, 435]
    >>> chart = spc([*months, 352, 420, 385, 430, 375, 400])
    >>> chart.colour
    <Rag.AMBER: 'AMBER'>
    >>> round(chart.mean, 1), round(chart.lower, 1), round(chart.upper, 1)
    (393.7, 361.1, 478.5)
    """
    known = counts("values", values, least=RECENT + BEFORE)
    months = known.latest(RECENT + BEFORE)
    settings = make_settings(spc_basis=choice("basis", basis, SpcBasis), z=like_setting("z", z))
    measure = make_measure(MeasureKind.OFFENCES, better_direction(direction))
    case = make_case(measure, settings, months=make_months(known.numbers, LATEST.last))
    line = assess_chart(case)
    chart = evidence_of(line, Blocks)
    return SpcResult(
        colour=line.rag,
        reason=line.reason,
        mean=chart.mean,
        lower=chart.limits.lower,
        centre=chart.centre,
        upper=chart.limits.upper,
        p=chart.test.p,
        values=months.numbers,
        index=months.index,
    )


def xmr(values: Cells, sigmas: float = SIGMAS) -> XmrResult:
    """Draw the limits of an individuals chart from the mean moving range of all values.

    Parameters
    ----------
    values
        Figures, oldest first, as a row or a column.

        There must be 2 or more, of any sign. Blanks at the ends are left out. Where they are a
        Series or a table whose index has dates, these must ascend.
    sigmas
        Width of the lines in standard deviations.

    Returns
    -------
    XmrResult
        The limits; the lower one may be negative. Its table has a row for each value.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> xmr([41, 43, 40, 42, 41, 42])
    XmrResult(lower=36.7128, centre=41.5, upper=46.2872)
    """
    figures = numbers("values", values, least=2)
    limits = control.xmr_limits(
        np.array(figures.numbers), sigmas=like_setting("sigmas", sigmas, "z")
    )
    return XmrResult(
        lower=float(limits.lower),
        centre=float(limits.centre),
        upper=float(limits.upper),
        values=_in_place(figures, figures.numbers, None),
        index=figures.index,
    )


def runs(values: Cells, sigmas: float = SIGMAS) -> RunsResult:
    """Find the values that are part of a signal of the four run rules.

    Outside the limits; seven on one side of the mean; seven rising or falling; two of three near a
    limit (see `xlperf.stats.control.run_rules`).

    Parameters
    ----------
    values
        Figures, oldest first, as a row or a column.

        There must be 2 or more, of any sign. Blanks at the ends are left out. Where they are a
        Series or a table whose index has dates, these must ascend.
    sigmas
        Width of the lines in standard deviations.

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
    """
    figures = numbers("values", values, least=2)
    chart = control.chart(np.array(figures.numbers), sigmas=like_setting("sigmas", sigmas, "z"))
    words = (
        (chart.signals.outside, "above the upper line", "below the lower line"),
        (chart.signals.shift, "run above the mean", "run below the mean"),
        (chart.signals.trend, "rising", "falling"),
        (
            chart.signals.two_of_three,
            "two of three near the upper line",
            "two of three near the lower line",
        ),
    )
    texts = tuple(
        "; ".join((up if signal[at] > 0 else down) for signal, up, down in words if signal[at])
        for at in range(len(figures.numbers))
    )
    return RunsResult(
        lower=float(chart.limits.lower),
        centre=float(chart.limits.centre),
        upper=float(chart.limits.upper),
        values=_in_place(figures, figures.numbers, None),
        signals=_in_place(figures, texts, ""),
        index=figures.index,
    )


def _in_place(cells: NumberSeries, values: tuple[V, ...], blank: B) -> tuple[V | B, ...]:
    """Values where their cells stand, with blanks before and after them."""
    before, after = cells.first, cells.size - cells.first - len(values)
    return (*[blank] * before, *values, *[blank] * after)


def projection(
    values: Cells, months_ahead: int, drift: float = DRIFT, z: float = Z
) -> ProjectionResult:
    """Project the twelve-month total by the four trends.

    Parameters
    ----------
    values
        Monthly counts, oldest first, as a row or a column; blanks at the ends are left out.

        There must be 24 or more (36 for two of the trends). Where they are a Series or a table
        whose index has dates, these must be one month after the other.
    months_ahead
        Months from the last value to the end of the twelve projected.
    drift
        Smallest yearly drift allowed for in the range.
    z
        Width in standard deviations.

    Returns
    -------
    ProjectionResult
        Total by trend, None where it has too few months, and one range: that of the halved
        year-on-year change, the only one that holds. Its table has four rows.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> first, *_ = projection([100] * 36, 12).trends
    >>> first.label, round(first.total)
    ('straight line over 24 months', 1200)
    """
    months = np.array(counts("values", values, least=24).numbers)
    ahead = whole("months_ahead", months_ahead, least=1, most=240)
    projected = trends.project(months, months_ahead=ahead)
    expected = horizon.look_ahead(
        next(item.total for item in projected if item.name is TrendName.YEAR_ON_YEAR),
        float(months[-12:].sum()),
        months_ahead=ahead,
        counted=horizon.counted_already(months, ahead),
        own_drift=max(like_setting("drift", drift), horizon.yearly_drift(months)),
        z=like_setting("z", z),
    )
    limits = expected.lower, expected.upper
    return ProjectionResult(
        months_ahead=ahead,
        trends=tuple(_trend_result(item, limits) for item in projected),
    )


def _trend_result(trend: ProjectedTrend, limits: tuple[float, float]) -> TrendResult:
    """Give a trend its total; the range only where it holds."""
    lower, upper = limits if trend.name is TrendName.YEAR_ON_YEAR else (None, None)
    total = trend.total if trend.available else None
    return TrendResult(trend=trend.name, total=total, lower=lower, upper=upper)
