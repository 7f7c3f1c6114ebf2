"""What figures would take to have another colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from xlperf.assessment.offences import assess_months
from xlperf.assessment.rag import Rag
from xlperf.errors import FunctionError
from xlperf.functions.arguments import choice, day
from xlperf.functions.comparisons import offences_case
from xlperf.functions.result_types import LevelResult
from xlperf.periods import month_name, month_of
from xlperf.scenarios.bands import nearest
from xlperf.scenarios.levers import months_to
from xlperf.scenarios.line_levels import LATEST_ASKED, levels_of

if TYPE_CHECKING:
    from datetime import date

    from xlperf.assessment.basis import Case
    from xlperf.functions.arguments import Better, Cells
    from xlperf.periods import Month


def whatif(
    months: Cells,
    counts: Cells,
    colour: str,
    baseline: str,
    target: date | str,
    by: date | str | None = None,
    direction: Better = "down",
    target_change: float = 0.0,
    rule: Literal["any", "majority", "all"] = "any",
) -> LevelResult:
    """Find how many offences in the months to come would give a colour.

    Parameters
    ----------
    months
        First day of each month.

        They may be in any order.
    counts
        Count of each month, in the same order; blank if there is none.
    colour
        Colour wanted: green, amber or red.
    baseline
        Financial year, as 2012/13.
    target
        Last month of the twelve the target is for.
    by
        Last of the months to come, in which the colour is wanted. Left out: the month of the
        target.
    direction
        Which way is better: down or up.
    target_change
        Change wanted, per cent of the baseline: -10. Left out: any.
    rule
        Trends needed: any, majority or all.

    Returns
    -------
    LevelResult
        The least and the most offences in the months to come that give the colour, of several
        ranges the one nearest to as many as in the same months before; none where no number gives
        it.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Notes
    -----
    Every number tried is judged as `offences` judges, on the counts with the months to come; the
    ends were judged, and so were the numbers beside them. The months to come have the season of the
    same months before.

    Examples
    --------
    >>> months = [f"{2012 + (3 + i) // 12}-{(3 + i) % 12 + 1}" for i in range(30)]
    >>> whatif(months, [400] * 12 + [420] * 18, "green", "2012/13", "2015-09")
    LevelResult(colour=GREEN, months=12, now=5040, now_colour=RED, least=0, most=4799)
    """
    wanted = choice("colour", colour, Rag, without=Rag.NA)
    case = offences_case(months, counts, baseline, target, direction, target_change, rule)
    until = _until(case, by)
    lever = months_to(case, until)
    if lever is None:
        raise FunctionError("counts has no month up to the last one. Give the figures.")
    line = assess_months(case)
    levels = levels_of([line], line, lever)
    band = nearest(levels.bands, wanted, lever.now)
    return LevelResult(
        colour=wanted,
        months=until - case.settings.latest.last,
        now=lever.now,
        now_colour=levels.as_it_is.rag,
        least=band and band.first,
        most=None if band is None or band.last == lever.most else band.last,
        tried=lever.most,
        missing=levels.as_it_is.missing,
    )


def _until(case: Case, by: date | str | None) -> Month:
    """Read the last of the months to come, which must lie after those given."""
    last, target = case.settings.latest.last, case.settings.target
    if target <= last:
        raise FunctionError(
            f"target is {month_name(target)}, and counts go on to {month_name(last)}. The target"
            " date has passed, so no later number changes the colour."
        )
    until = target if by is None else month_of(day("by", by))
    latest = min(target, last + LATEST_ASKED)
    if not last < until <= latest:
        name = "target" if by is None else "by"
        raise FunctionError(
            f"{name} is {month_name(until)}. Give a month after {month_name(last)}, the last of"
            f" counts, and not after {month_name(latest)}."
        )
    return until
