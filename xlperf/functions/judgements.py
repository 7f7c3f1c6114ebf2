"""Functions that judge: each builds the one measure its arguments describe and assesses it as a
tile is assessed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from xlperf.assess.chart import BEFORE, RECENT, assess_chart
from xlperf.assess.evidence import ChangeFinding, Offences, Position
from xlperf.assess.monthly_counts import MonthlyCounts
from xlperf.assess.offences import assess_offences
from xlperf.assess.positions import assess_position
from xlperf.assess.rag import Rag
from xlperf.assess.surveys import assess_survey
from xlperf.assess.totals import assess_total
from xlperf.config import PositionLines, SpcBasis, TotalsVariation, TrendRule
from xlperf.errors import FunctionError
from xlperf.excel.port import normalised
from xlperf.functions.arguments import (
    asked,
    block,
    choice,
    count,
    counts,
    day,
    how_many,
    like_setting,
    month,
    number,
    numbers,
    one,
    percent,
    series,
    text,
    whole,
)
from xlperf.functions.arguments import design_effect as _effect
from xlperf.functions.cases import (
    BASELINE,
    LATEST,
    NAME,
    make_case,
    make_measure,
    make_months,
    make_settings,
)
from xlperf.periods import Period, financial_year, last_day, month_name, month_of
from xlperf.stats.rounding import same
from xlperf.tables.coercion import is_blank, quoted, written
from xlperf.tables.data import Direction, MonthCount, PeerFigure, PeriodTotal, SurveyResult
from xlperf.tables.measure_kinds import MeasureKind
from xlperf.tables.records import target_fault
from xlperf.tables.rows import NOWHERE
from xlperf.tiles.compared_numbers import numbers_of
from xlperf.tiles.figures import place as place_text
from xlperf.tiles.wording import SHORT_REASONS

if TYPE_CHECKING:
    from xlperf.assess.evidence import Assessment
    from xlperf.excel.port import Scalar
    from xlperf.periods import Month

FINDINGS = {
    "GREEN": str(ChangeFinding.BETTER),
    "RED": str(ChangeFinding.WORSE),
    "AMBER": str(ChangeFinding.NEITHER),
}


def spc(values: Any, direction: str = "down", basis: str = "points", z: float = 1.96) -> str:
    """Judge the mean of the latest six months against lines from the twelve before them.

    Parameters
    ----------
    values
        Monthly counts, oldest first, 18 or more; the last 18 are compared.
    direction
        Which way is better: down or up.
    basis
        Lines: points, mean or xmr (see the setting ``spc_basis``).
    z
        Width of the lines in standard deviations.

    Returns
    -------
    str
        RED, AMBER or GREEN.

    Examples
    --------
    >>> months = [420, 418, 371, 437, 443, 424, 431, 457, 352, 436, 414, 435]
    >>> spc([*months, 352, 420, 385, 430, 375, 400])
    'AMBER'
    """
    given = counts("values", values, least=RECENT + BEFORE)
    settings = make_settings(spc_basis=choice("basis", basis, SpcBasis), z=like_setting("z", z))
    measure = make_measure(MeasureKind.OFFENCES, _direction(direction))
    case = make_case(measure, settings, monthly={NAME: make_months(given, LATEST.last)})
    return str(assess_chart(case, MonthlyCounts.of(case)).rag)


def _direction(value: str) -> Direction:
    """Which way is better; without one there is no colour."""
    return choice("direction", value, Direction, without=Direction.NONE)


def change(
    baseline: Any,
    latest: Any,
    direction: str = "down",
    z: float = 1.96,
    before: Any = None,
    between: Any = None,
) -> list[list[float | str]]:
    """Compare twelve months with the twelve of a baseline year.

    A tile uses every month known since recording last changed: they say how much months vary, how
    alike neighbours are, and what is season. Given the same months in `before` and `between`, the
    answer is the tile's. From the two years alone less is known, so that limits are wider as a
    rule, and of 100 unchanged series whose months are much alike 9 are found changed instead of 5.

    Parameters
    ----------
    baseline, latest
        Twelve monthly counts each, oldest first; or one total each, of twelve months (see `total`
        for shorter ones). Without `between` both begin with the same calendar month, and a year of
        months that are not known is taken to lie between them.
    before
        Monthly counts up to the month before the baseline year, oldest first.
    between
        Monthly counts from the month after the baseline year to the month before `latest`.

    Returns
    -------
    list of one row
        Ratio of the totals, its lower and upper limit, the two-sided p, and better, worse or
        neither. The ratio is blank where the baseline year has none, a limit where it is infinite.

    Examples
    --------
    >>> [round(x, 3) if isinstance(x, float) else x for x in change([100] * 12, [80] * 12)[0]]
    [0.8, 0.705, 0.909, 0.008, 'better']
    """
    then, now = (
        counts(name, given) for name, given in (("baseline", baseline), ("latest", latest))
    )
    if len(then) == len(now) == 1:
        (found,) = total(then[0], now[0], direction=direction, z=z)
        return [[*found[:-1], FINDINGS[str(found[-1])]]]
    for name, given in (("baseline", then), ("latest", now)):
        if len(given) != 12:
            raise FunctionError(
                f"{name} has {how_many(given)}. Give twelve months, or one total in both."
            )
    older = [] if before is None else counts("before", before)
    gap = None if between is None else counts("between", between)
    last = BASELINE.last + 12 + (12 if gap is None else len(gap))
    months = {
        **make_months(older, BASELINE.first - 1),
        **make_months(then, BASELINE.last),
        **make_months(gap or [], last - 12),
        **make_months(now, last),
    }
    settings = make_settings(period_end=last_day(last), target=last + 12, z=like_setting("z", z))
    measure = make_measure(MeasureKind.OFFENCES, _direction(direction))
    line = assess_offences(make_case(measure, settings, monthly={NAME: months}))[0]
    test = line.evidence.test if isinstance(line.evidence, Offences) else None
    return [_compared(line, str((test and test.finding) or "none"))]


def total(
    baseline: float,
    latest: float,
    months: int = 12,
    direction: str = "down",
    dispersion: float | None = None,
    z: float = 1.96,
) -> list[list[float | str]]:
    """Compare a period's total with that of a baseline year, when there are no months.

    Parameters
    ----------
    baseline
        Total of twelve months.
    latest
        Total of `months` months, as it was counted, not annualised.
    dispersion
        How much more than Poisson the counts are taken to vary; left out: as other totals of their
        size do.

    Returns
    -------
    list of one row
        Ratio of the yearly rates, its lower and upper limit, the two-sided p, and RED, AMBER or
        GREEN.

    Examples
    --------
    >>> [round(x, 3) if isinstance(x, float) else x for x in total(372, 97)[0]]
    [0.261, 0.17, 0.392, 0.0, 'GREEN']
    """
    length = whole("months", months, least=1, most=12)
    totals = [
        count(name, one(name, value))
        for name, value in (("baseline", baseline), ("latest", latest))
    ]
    settings = make_settings(z=like_setting("z", z))
    if dispersion is not None:
        varies = like_setting("dispersion", dispersion, "assumed_dispersion")
        assumed = TotalsVariation.ASSUMED
        settings = replace(settings, totals_variation=assumed, assumed_dispersion=varies)
    periods = (BASELINE, Period(LATEST.last - length + 1, LATEST.last))
    rows = tuple(
        PeriodTotal(period, count, None, NOWHERE)
        for period, count in zip(periods, totals, strict=True)
    )
    line = assess_total(
        make_case(
            make_measure(MeasureKind.TOTAL, _direction(direction)), settings, totals={NAME: rows}
        )
    )
    return [_compared(line, str(line.rag))]


def _compared(line: Assessment, verdict: str) -> list[float | str]:
    found = numbers_of(line.evidence)
    numbers_found = (found.statistic, found.lower, found.upper, found.p)
    return [
        *("" if value is None or value == float("inf") else value for value in numbers_found),
        verdict,
    ]


def offences(
    months: Any,
    counts: Any,
    baseline: str = "2012/13",
    target: Any = date(2017, 3, 31),
    direction: str = "down",
    target_change: float = 0.0,
    rule: str = "any",
) -> str:
    """Judge the latest twelve months against a baseline year and a target (rule 1).

    Parameters
    ----------
    months
        First day of each month, in any order.
    counts
        Count of each month, in the same order; a blank one is a month without a count.
    baseline
        Financial year, as 2012/13.
    target
        Last month of the twelve that the target is for.
    target_change
        Change wanted, in per cent of the baseline year: -10 is ten per cent lower; 0 is any
        improvement.
    rule
        How many of the four trends must reach the target: any, majority or all.

    Returns
    -------
    str
        RED, AMBER, GREEN, or NA and why.

    Examples
    --------
    >>> months = [f"{2012 + (3 + i) // 12}-{(3 + i) % 12 + 1}" for i in range(30)]
    >>> offences(months, [400] * 12 + [360] * 18)
    'GREEN'
    >>> offences(months[:11], [400] * 11)
    'NA: There is no complete count for March 2012.'
    """
    by_month = _by_month(series("months", months), series("counts", counts))
    named = text("baseline", baseline)
    try:
        year = financial_year(named)
    except ValueError:
        raise FunctionError(
            f"baseline is {quoted(named)}. Give a financial year as text, such as 2012/13."
        ) from None
    settings = make_settings(
        period_end=last_day(max(by_month)),
        baseline=year,
        target=_target(target, year),
        trend_rule=choice("rule", rule, TrendRule),
    )
    wanted, better = number("target_change", target_change), _direction(direction)
    senseless = target_fault(wanted, better)
    if senseless is not None:
        raise FunctionError(" ".join(senseless[1:]))
    measure = make_measure(MeasureKind.OFFENCES, better, target=wanted)
    return _colour(assess_offences(make_case(measure, settings, monthly={NAME: by_month}))[0])


def _target(value: Any, baseline: Period) -> Month:
    """Read the month of the target, which must lie after the baseline year."""
    target = month_of(day("target", value))
    if target <= baseline.last:
        raise FunctionError(
            f"target is {month_name(target)}, which is not after the baseline year. Give a later"
            " date."
        )
    return target


def _by_month(days: list[Scalar], figures: list[Scalar]) -> dict[Month, MonthCount]:
    """Counts by month. A month whose count is blank is one that has none, as in the data sheet."""
    if len(days) != len(figures):
        raise FunctionError(
            f"months has {len(days)} cells and counts {len(figures)}. Give one count a month."
        )
    by_month: dict[Month, MonthCount] = {}
    for place, (day_cell, cell) in enumerate(zip(days, figures, strict=True), 1):
        if is_blank(cell):
            continue
        of = month_of(month(f"months, cell {place}", day_cell))
        if of in by_month:
            raise FunctionError(f"months has {month_name(of)} twice. Give each month once.")
        by_month |= make_months([count(f"counts, cell {place}", cell)], of)
    if not by_month:
        raise FunctionError("counts has no value. Give the cells that hold the figures.")
    return by_month


def _colour(line: Assessment) -> str:
    """Colour, or NA and why."""
    if line.rag is not Rag.NA:
        return str(line.rag)
    return f"NA: {line.missing or SHORT_REASONS.get(line.reason, str(line.reason))}"


def _group(own: Any, group: Any, direction: str, **settings: Any) -> Assessment:
    figures, figure = numbers("group", group, least=2, gaps=True), number("own", own)
    place = next((place for place, value in enumerate(figures) if same(value, figure)), None)
    if place is None:
        raise FunctionError(
            f"own is {written(figure)}, which is not in the group. Give the group with the own"
            " force in it."
        )
    forces = ["own" if i == place else f"force {i}" for i in range(len(figures))]
    peers = tuple(
        PeerFigure(force, last_day(LATEST.last), rate, 1, None, None, NOWHERE)
        for force, rate in zip(forces, figures, strict=True)
    )
    measure = make_measure(MeasureKind.OFFENCES, _direction(direction), msg="group")
    return assess_position(
        make_case(measure, make_settings(**settings), group=forces, peers={"group": peers}), None
    )


def position(own: float, group: Any, direction: str = "down") -> str:
    """Place of a figure in its group: 1st is best, equal figures share the better place.

    Examples
    --------
    >>> position(4.2, [1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7])
    '7th of 8'
    """
    found = _group(own, group, direction).evidence
    return place_text(found.place) if isinstance(found, Position) else ""


def msg(
    own: float, group: Any, direction: str = "down", lines: str = "group", z: float = 1.96
) -> str:
    """Judge a figure against the lines of its group (rules 2 and 5).

    Parameters
    ----------
    lines
        group: mean ± z SD of all, the own force included; peers: from the others, widened for a new
        one.

    Returns
    -------
    str
        RED, AMBER, GREEN, or NA and why (fewer than six figures).

    Examples
    --------
    >>> msg(4.2, [1.8, 2.4, 2.7, 3.3, 3.9, 4.1, 4.2, 4.7])
    'AMBER'
    """
    reading = choice("lines", lines, PositionLines)
    if reading is PositionLines.FUNNEL:
        raise FunctionError(
            "lines is 'funnel', which needs counts and populations. Give group or peers."
        )
    return _colour(_group(own, group, direction, position_lines=reading, z=like_setting("z", z)))


def survey(
    baseline_percent: float,
    baseline_n: float,
    latest_percent: float,
    latest_n: float,
    design_effect: float = 1.0,
    direction: str = "up",
    z: float = 1.96,
) -> str:
    """Judge a percentage of a survey against that of the baseline year (rule 4).

    Returns
    -------
    str
        GREEN: better with 95% confidence at z = 1.96; RED: worse; AMBER: no evidence either way, or
        a survey so small that its margin can exceed 10 points.

    Examples
    --------
    >>> survey(84.2, 410, 83.4, 395)
    'AMBER'
    """
    given = (("baseline", baseline_percent, baseline_n), ("latest", latest_percent, latest_n))
    results = tuple(
        SurveyResult(
            last_day(period.last),
            asked(f"{name}_n", n),
            None,
            percent(f"{name}_percent", share),
            None,
            None,
            NOWHERE,
        )
        for (name, share, n), period in zip(given, (BASELINE, LATEST), strict=True)
    )
    measure = make_measure(MeasureKind.SURVEY, _direction(direction), effect=_effect(design_effect))
    return _colour(
        assess_survey(
            make_case(measure, make_settings(z=like_setting("z", z)), surveys={NAME: results})
        )
    )


def why(line: str, workings: Any) -> str:
    """Explanation of a line, from the Workings table.

    Parameters
    ----------
    line
        Name of the line, as in Workings, in any case: SP12_offences.
    workings
        The table with its header: rows of cells, of which the columns Line and Explanation are
        used.

    Examples
    --------
    >>> workings = [["Line", "Explanation"], ["SP12_offences", "AMBER: 4,253 in the year."]]
    >>> why("sp12_offences", workings)
    'AMBER: 4,253 in the year.'
    """
    rows = block(workings)
    titles = [normalised(str(title or "")) for title in (rows[0] if rows else [])]
    if "line" not in titles or "explanation" not in titles:
        raise FunctionError(
            "workings has no columns Line and Explanation. Give the table with its header."
        )
    wanted = text("line", line)
    if not wanted:
        raise FunctionError("line is blank. Give the name of a line, such as SP12_offences.")
    width, at, said = len(titles), titles.index("line"), titles.index("explanation")
    explained = {str(row[at] or ""): str(row[said] or "") for row in rows[1:] if len(row) == width}
    for name, explanation in explained.items():
        if normalised(name) == normalised(wanted):
            return explanation
    alike = [name for name in explained if normalised(name).startswith(normalised(wanted))][:4]
    remedy = f"Give one of: {', '.join(alike)}." if alike else "Give a line as the sheet has it."
    raise FunctionError(f"line is {quoted(wanted)}, which is not in Workings. {remedy}")
