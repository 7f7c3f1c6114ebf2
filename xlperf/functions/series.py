"""Functions of one series of monthly counts: the control chart of the tiles, projections, steps."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from statistics import fmean
from typing import Literal

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
    SpcResult,
    StepResult,
    StepsResult,
    TrendResult,
)
from xlperf.stats import horizon, step_changes
from xlperf.stats import projection as trends
from xlperf.stats.defaults import DRIFT, Z
from xlperf.stats.projection import ProjectedTrend, TrendName
from xlperf.tables.measure_kinds import MeasureKind


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
        months_ahead=ahead, trends=tuple(_trend_result(item, limits) for item in projected)
    )


def _trend_result(trend: ProjectedTrend, limits: tuple[float, float]) -> TrendResult:
    """Give a trend its total; the range only where it holds."""
    lower, upper = limits if trend.name is TrendName.YEAR_ON_YEAR else (None, None)
    total = trend.total if trend.available else None
    return TrendResult(trend=trend.name, total=total, lower=lower, upper=upper)


class StepsKind(StrEnum):
    """What the figures are in which steps are looked for."""

    MONTHS = "months"
    INDEPENDENT = "independent"


def steps(values: Cells, kind: Literal["months", "independent"] = "months") -> StepsResult:
    """Propose months from which monthly counts seem to have another level that lasts.

    A step is a reason to ask what changed: recording, practice, or the offences. Nothing is changed
    by it. Of 100 series without a step, in which one month is like the next as months of offences
    are, at most five give a proposal (see `xlperf.stats.step_changes.propose_steps`).

    Parameters
    ----------
    values
        Monthly counts, oldest first, as a row or a column; blanks at the ends are left out.

        There must be 24 or more; with fewer than 48 only large steps are seen. Where they are a
        Series or a table whose index has dates, these must be one month after the other. For
        independent figures: 4 or more of any sign, whose dates must ascend.
    kind
        months: counts with season, each like its neighbours; independent: any figures, none of
        which depends on another.

        Independent figures are searched as R's package changepoint does (see
        `xlperf.stats.step_changes.binary_segmentation`).

    Returns
    -------
    StepsResult
        Place of the first month of each new level, and the mean of the months before and after.
        Its table has a row for each step.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> found = steps([100] * 30 + [60] * 30)
    >>> [(step.position, step.before, step.after) for step in found.steps]
    [(31, 100.0, 60.0)]
    >>> steps([4.1, 4.3, 3.9, 4.0, 4.2, 7.9, 8.1, 8.3, 8.0, 7.8, 8.2], "independent").steps
    (StepResult(position=6, before=4.1, after=8.05, of_100=None),)
    """
    if choice("kind", kind, StepsKind) is StepsKind.MONTHS:
        figures = counts("values", values, least=step_changes.MONTHS_NEEDED)
        found = step_changes.propose_steps(figures.numbers)
        rows: list[tuple[int, float, float, int | None]] = [
            (step.at, step.before, step.after, step.of_100) for step in found
        ]
    else:
        figures = numbers("values", values, least=4)
        rows = _independent_steps(figures.numbers)
    found_steps = (
        StepResult(position=figures.first + at + 1, before=before, after=after, of_100=of_100)
        for at, before, after, of_100 in rows
    )
    return StepsResult(steps=tuple(found_steps), index=figures.index)


def _independent_steps(figures: tuple[float, ...]) -> list[tuple[int, float, float, int | None]]:
    places = step_changes.binary_segmentation(figures)
    means = [fmean(figures[start:end]) for start, end in pairwise([0, *places, len(figures)])]
    return [(*row, None) for row in zip(places, means, means[1:], strict=False)]
